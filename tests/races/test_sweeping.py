"""Two churn checks at once, on threads and between processes: one case a lapse, and all of them."""

import datetime as dt
import json
from collections.abc import Callable
from uuid import uuid4

import pytest

from crmcore import churn
from crmcore.access.entity import User, UserId
from crmcore.churn.entity import ChurnCase, ChurnStatus
from crmcore.churn.rules import AlreadyConfirmed, cutoff
from crmcore.customers.entity import Customer, CustomerId, CustomerStatus
from crmcore.sales.entity import OrderId, OrderSummary, lapse_of
from crmcore.storage.crm import Crm
from crmcore.storage.records import ChangeRecord
from races.arena import MANAGERS, clash, kept, machines, staff_up
from races.elsewhere import clash_of_processes, sweep_there

ROUNDS = 6
EACH = 40
"""Customers who are late from each day on."""
FIRST = dt.date(2026, 3, 2)
DAYS = [FIRST + dt.timedelta(days=number) for number in range(ROUNDS)]


def lapses(crm: Crm) -> None:
    """Customers whose latest orders are spread over days, so that some more are late every day."""
    manager = UserId(next(one.id for one in kept(crm, User) if one.name == MANAGERS[0]))
    session = crm.store.begin(write=True)
    for day in DAYS:
        ordered = cutoff(day, 6) - dt.timedelta(days=1)
        for _ in range(EACH):
            id_ = CustomerId(crm.ids())
            customer = Customer(
                id=id_,
                number=f"KH{uuid4().hex[:15]}",
                name="客户",
                manager=manager,
                created_by=manager,
                created_at=crm.clock(),
                version=1,
            )
            latest = OrderId(crm.ids())
            lapse = lapse_of(id_, latest)
            summary = OrderSummary(id=id_, last_order_on=ordered, last_order=latest, lapse=lapse, version=1)
            session.append([customer, summary])
    session.commit()
    session.close()


def check(crm: Crm, outcomes: list[tuple[churn.Swept, ...]]) -> None:
    """Every lapse has one case, every check its change record, and the counts are those of the cases."""
    assert [one for answers in outcomes for one in answers if isinstance(one, Exception)] == []
    opened = kept(crm, ChurnCase)
    assert len(opened) == len({one.customer for one in opened}) == ROUNDS * EACH
    assert {one.id for one in opened} == {one.lapse for one in kept(crm, OrderSummary)}
    for answers in outcomes:
        assert sum(one.opened for one in answers) == EACH
    noted = [json.loads(one.changes) for one in kept(crm, ChangeRecord) if one.action == "churn.open_cases"]
    assert len(noted) == sum(map(len, outcomes))
    assert sum(int(one["opened"][1]) for one in noted) == len(opened)


@pytest.mark.requirement("CHN-05", "NFR-14")
@pytest.mark.timeout(600)
def test_two_checks_at_once_open_one_case_a_customer(rivals: list[Crm]) -> None:
    lapses(rivals[0])

    def checking(crm: Crm) -> Callable[[int], churn.Swept]:
        return lambda number: churn.sweep(crm, DAYS[number])

    check(rivals[0], clash([checking(rivals[place % 2]) for place in range(3)], ROUNDS))


@pytest.mark.requirement("CHN-05", "NFR-14")
@pytest.mark.timeout(600)
def test_so_do_two_processes(durable_store_url: str) -> None:
    with machines(durable_store_url, 1) as (crm,):
        staff_up(crm)
        lapses(crm)
        check(crm, clash_of_processes(durable_store_url, sweep_there, DAYS))


@pytest.mark.requirement("3.2", "3.7", "NFR-14")
@pytest.mark.timeout(600)
def test_whoever_delays_while_another_window_confirms_does_not_bring_the_customer_back(rivals: list[Crm]) -> None:
    lapses(rivals[0])
    churn.sweep(rivals[0], DAYS[0])
    cases = kept(rivals[0], ChurnCase)[:ROUNDS]
    outcomes = clash(
        [
            lambda number: rivals[0].perform(churn.delay, cases[number].id, "拜访", as_user=MANAGERS[0]),
            lambda number: rivals[1].perform(churn.confirm, cases[number].id, "停业", as_user=MANAGERS[0]),
        ],
        ROUNDS,
    )
    stored = {one.id: one for one in kept(rivals[0], ChurnCase)}
    customers = {one.id: one for one in kept(rivals[0], Customer)}
    for case, (delayed, confirmed) in zip(cases, outcomes, strict=True):
        assert confirmed.status is ChurnStatus.LOST
        assert isinstance(delayed, AlreadyConfirmed) or delayed.status is ChurnStatus.DELAYED
        now = stored[case.id]
        assert (now.status, bool(now.measures)) == (ChurnStatus.LOST, not isinstance(delayed, AlreadyConfirmed))
        assert now.version == 2 + bool(now.measures)
        assert customers[case.customer].status is CustomerStatus.LOST
