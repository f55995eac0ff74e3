"""Merging two customers while something comes to the absorbed one: rows of a file, a warning of the nightly check."""

import datetime as dt
from collections import Counter
from collections.abc import Callable
from decimal import Decimal
from uuid import uuid4

import pytest

from crmcore import churn, customers, exchange
from crmcore.access.entity import User, UserId
from crmcore.churn.entity import ChurnCase, ChurnStatus
from crmcore.churn.rules import cutoff
from crmcore.customers.deriving import with_derived
from crmcore.customers.entity import Contact, ContactId, Customer, CustomerId, CustomerStatus
from crmcore.customers.merging import CustomerMerge
from crmcore.exchange import ImportResult
from crmcore.sales.entity import Order, OrderId
from crmcore.sales.summing import sum_up
from crmcore.storage.crm import Crm
from crmcore.storage.work import Work
from races.arena import MANAGERS, SUPERVISORS, clash, kept

ROUNDS = 6
TODAY = dt.date(2026, 3, 28)
Pair = tuple[CustomerId, CustomerId]


def pairs(crm: Crm, *, keys: bool = False) -> list[Pair]:
    """Customers to be merged, each with a contact: who stays and who is absorbed; every other one who stays has a key.

    Both have ordered too long ago, one day earlier in each round.
    """
    manager = UserId(next(one.id for one in kept(crm, User) if one.name == MANAGERS[0]))
    made: list[Pair] = []
    session = crm.store.begin(write=True)
    for number in range(ROUNDS):
        ids = []
        for side in ("kept", "absorbed"):
            id_ = CustomerId(crm.ids())
            name = f"{side} {number}"
            person = Contact(id=ContactId(crm.ids()), customer=id_, name="刘芳", version=1)
            customer = Customer(
                id=id_,
                number=f"KH{uuid4().hex[:15]}",
                name=name,
                name_key=name,
                external_key=name if side == "absorbed" or (keys and number % 2) else None,
                manager=manager,
                created_by=manager,
                created_at=crm.clock(),
                version=1,
            )
            order = Order(
                id=OrderId(crm.ids()),
                source_key=name,
                customer=id_,
                ordered_on=cutoff(TODAY, 6) - dt.timedelta(days=1 + number),
                currency="CNY",
                amount=Decimal(1),
                version=1,
            )
            session.append([with_derived(customer, [person]), person, order])
            ids.append(id_)
        made.append((ids[0], ids[1]))
    session.commit()
    session.close()
    crm.perform(_summed, [id_ for pair in made for id_ in pair], as_user=SUPERVISORS[0])
    return made


def _summed(work: Work, ids: list[CustomerId]) -> None:
    work.action = "test"
    sum_up(work, ids)


def merging(crm: Crm, made: list[Pair]) -> Callable[[int], CustomerMerge]:
    return lambda number: crm.perform(customers.merge, *made[number], as_user=SUPERVISORS[0])


CITY = exchange.ImportPlan(mapping=("external_key", "name", "city", "contact_name"), mode="upsert", key="external_key")
PERSON = exchange.ImportPlan(
    kind="contact", mapping=("customer_external_key", "name"), mode="upsert", key="external_key"
)


@pytest.mark.requirement("X-ADM-10", "X-ADM-11", "NFR-14")
@pytest.mark.timeout(600)
@pytest.mark.parametrize(
    ("plan", "rows"),
    [(CITY, "absorbed {0},absorbed {0},上海,王明"), (PERSON, "absorbed {0},absorbed {0}")],
    ids=["a customer's row", "a contact who is called as the customer is"],
)
def test_rows_of_a_file_for_the_absorbed_customer_go_to_the_kept_one_or_are_told_of(
    rivals: list[Crm], plan: exchange.ImportPlan, rows: str
) -> None:
    """The second contact changes nothing of the customer, not even what he is found by."""
    made = pairs(rivals[0], keys=True)

    def importing(number: int) -> ImportResult:
        content = f"{','.join(plan.mapping)}\n{rows.format(number)}\n"
        return exchange.import_file(rivals[1], content.encode(), plan, as_user=SUPERVISORS[1])

    outcomes = clash([merging(rivals[0], made), importing], ROUNDS)
    stored = {one.id: one for one in kept(rivals[0], Customer)}
    people = kept(rivals[0], Contact)
    for (one, other), (merged, imported) in zip(made, outcomes, strict=True):
        assert isinstance(merged, CustomerMerge), merged
        assert isinstance(imported, ImportResult), imported
        assert imported.rows == 1
        assert stored[other].status is CustomerStatus.DELETED
        theirs = [person for person in people if person.customer == one]
        assert [person for person in people if person.customer == other] == [], "a contact was left behind"
        assert len(theirs) == 2 + (not imported.failed)
        assert stored[one] == with_derived(stored[one], theirs), "he is not found by one of his contacts"
        assert stored[one].city == ("上海" if plan is CITY and not imported.failed else "")


@pytest.mark.requirement("CHN-01", "CHN-05", "X-ADM-11", "NFR-14")
@pytest.mark.timeout(600)
def test_a_warning_of_the_absorbed_customer_is_nobodys_work_or_that_of_the_kept_one(rivals: list[Crm]) -> None:
    made = pairs(rivals[0])
    days = [TODAY - dt.timedelta(days=ROUNDS - 1 - number) for number in range(ROUNDS)]
    made.reverse()  # whoever ordered first is late first

    def checking(number: int) -> churn.Swept:
        return churn.sweep(rivals[1], days[number])

    outcomes = clash([merging(rivals[0], made), checking], ROUNDS)
    assert [one for answers in outcomes for one in answers if isinstance(one, Exception)] == []
    churn.sweep(rivals[0], TODAY)
    remaining = {one for one, _ in made}
    listed = rivals[0].perform(churn.listing, status=ChurnStatus.WARNING, size=200, as_user=MANAGERS[0]).rows
    assert {case.customer for case in listed} == remaining, "the kept customer is not warned of, or the absorbed one is"
    assert rivals[0].perform(churn.notice, as_user=MANAGERS[0]) == len(remaining)
    cases = kept(rivals[0], ChurnCase)
    assert len(cases) == len({one.id for one in cases}) <= 2 * ROUNDS
    for merged, _ in outcomes:
        rivals[0].perform(customers.undo_merge, merged.id, as_user=SUPERVISORS[0])
    churn.sweep(rivals[0], TODAY)
    each = Counter(one.customer for one in kept(rivals[0], ChurnCase))
    assert set(each) == {id_ for pair in made for id_ in pair}
    late = rivals[0].perform(churn.notice, as_user=MANAGERS[0])
    assert late == 2 * ROUNDS, "a customer was not warned of after the merge was undone"
