"""A phone number of somebody else's customer can't be found out: whatever is asked with it, the answer is the same."""

import datetime as dt
import io
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from attrs import fields

from company import People
from company.chances import dispatched
from company.clients import GIVEN, PERSON, entered, ordered, warned
from crmcore import access, churn, customers, exchange, opportunities, sales
from crmcore.base.errors import CrmError
from crmcore.churn.entity import ChurnCase
from crmcore.customers.entity import Contact, Customer, Interaction
from crmcore.customers.grouping import CustomKind, CustomValue
from crmcore.customers.merging import CustomerMerge
from crmcore.exchange import ImportPlan
from crmcore.opportunities.entity import Opportunity
from crmcore.query import asc, contains, count, desc, eq, in_query, negate, one_of, query, starts_with
from crmcore.sales.entity import Order
from crmcore.storage.crm import Crm
from crmcore.storage.work import Work

SECRETS = ("0755-8600 4711", "13900004712", "13900004713", "91440300MA5F4714")
"""The phone of lihua's customer, those of his contacts, and what only the duplicate check on entry may speak of."""
OTHERS = ("0755-8600 5811", "13900005812", "13900005813", "91440300MA5F5814")
"""The same of nobody at all."""
RIGHTS = ("customer.import", "customer.export", "customer.merge", "order.import")
Ask = Callable[[Work, str], Any]
_c, _p = fields(Customer), fields(Contact)


def contact_with(text: str) -> Any:
    return query(Contact).where(contains(_p.mobile, text))


def listing(name: str) -> Ask:
    return lambda work, text: customers.listing(work, **{name: text})


ASKED: dict[str, Ask] = {
    **{name: listing(name) for name in ("keyword", "number", "name", "city", "phone", "fax", "website", "tag")},
    "sorted": lambda work, text: [
        customers.listing(work, keyword=text, sort=sort) for sort in ("newest", "oldest", "name", "number")
    ],
    "own field": lambda work, text: customers.listing(work, custom={"second_phone": text}),
    "choices": customers.choices,
    "phone book": lambda work, text: customers.phone_book(work, text=text),
    "phone book by phone": lambda work, text: customers.phone_book(work, phone=text),
    "phone book by customer": lambda work, text: customers.phone_book(work, customer=text),
    "phone book by name": lambda work, text: customers.phone_book(work, name=text),
    "group": lambda work, text: (
        customers.members(work, customers.create_group(work, name="g", filters={"keyword": text}).id).rows
    ),
    "entry": lambda work, text: customers.possible_duplicates(work, name="深圳海洋渔业", phone=text),
    "entry by phone": lambda work, text: customers.possible_duplicates(work, phone=text),
    "entry by a name like it": lambda work, text: customers.possible_duplicates(work, name=f"海洋渔业{text}"),
    "entry of a name that is one": lambda work, text: customers.possible_duplicates(work, name=text),
    "rows": lambda work, text: customers.duplicates_of_many(work, [{"phone": text}, {"name": text, "phone": text}]),
    "groups of duplicates": lambda work, _: customers.duplicate_groups(work),
    "new customer": lambda work, text: customers.create(work, contact={**PERSON, "mobile": text}, **GIVEN).phone,
    "new customer's phone": lambda work, text: customers.create(work, **{**GIVEN, "phone": text}).phone,
    "new chance": lambda work, text: (
        opportunities.create(
            work, customer_name="新客户", title="t", description="d", success_rate=1, contact_phone=text
        ).status
    ),
    "churn": lambda work, text: churn.listing(work, customer_name=text),
    "orders": lambda work, text: sales.orders(work, customer_name=text),
    "merges": lambda work, text: work.of(CustomerMerge).find(
        query(CustomerMerge).where(contains(fields(CustomerMerge).before, text))
    ),
    "customers of contacts": lambda work, text: work.customers.find(
        query(Customer).where(in_query(_c.id, contact_with(text), on=_p.customer))
    ),
    "contacts": lambda work, text: work.contacts.count(contact_with(text)),
    "contacts that begin so": lambda work, text: work.contacts.count(
        query(Contact).where(starts_with(_p.mobile, text[:9]))
    ),
    "contacts in order": lambda work, text: [
        work.contacts.first(one_of(_p.mobile, [text])),
        *work.contacts.find(query(Contact).sort(asc(_p.mobile)).page(1)),
        *work.contacts.find(query(Contact).sort(desc(_p.mobile)).page(1)),
    ],
    "contacts by number": lambda work, _: work.contacts.tally(by=(_p.mobile,), measures=(count(),)),
    "interactions": lambda work, text: work.interactions.count(
        query(Interaction).where(in_query(fields(Interaction).contact, contact_with(text)))
    ),
    "interactions without": lambda work, text: work.interactions.count(
        query(Interaction).where(negate(in_query(fields(Interaction).contact, contact_with(text))))
    ),
    "own fields": lambda work, text: work.of(CustomValue).count(
        query(CustomValue).where(eq(fields(CustomValue).text, text))
    ),
    "cases": lambda work, text: work.churn_cases.count(
        query(ChurnCase).where(in_query(fields(ChurnCase).customer, contact_with(text), on=_p.customer))
    ),
    "chances": lambda work, text: work.opportunities.count(
        query(Opportunity).where(in_query(fields(Opportunity).customer, contact_with(text), on=_p.customer))
    ),
    "orders of contacts": lambda work, text: work.orders.count(
        query(Order).where(in_query(fields(Order).customer, query(Customer).where(contains(_c.phone, text))))
    ),
}


def files() -> Iterator[tuple[ImportPlan, str]]:
    for mode in ("insert", "update", "upsert"):
        yield ImportPlan(mapping=("name", "phone", "contact_name", "contact_mobile"), mode=mode), "新,{0},王,{0}"
        yield ImportPlan(mapping=("name", "phone"), mode=mode, duplicates="warn"), "新渔业,{0}"
        yield ImportPlan(mapping=("name", "phone"), mode=mode), "{0},{0}"
        yield ImportPlan(mapping=("number", "name", "phone"), mode=mode, key="number"), "KH1,新,{0}"
        yield ImportPlan(mapping=("name", "mobile", "customer_name"), kind="contact", mode=mode), "王,{0},深圳海洋渔业"
        yield ImportPlan(mapping=("name", "mobile", "customer_name"), kind="contact", mode=mode), "王,{0},{0}"


def told(ask: Callable[[], Any], secret: str) -> str:
    """What somebody is told, in words, without what he has typed himself."""
    try:
        answer = repr(ask())
    except CrmError as error:
        answer = f"{type(error).__name__} {error.explain('zh')} {error.explain('en')}"
    for typed in (secret, secret.replace("-", "").replace(" ", "")):
        answer = answer.replace(typed, "#")
    return answer


def asking(crm: Crm, ask: Ask, text: str) -> Callable[[], Any]:
    """Ask in a unit of work of which nothing is kept."""
    return lambda: crm.perform(ask, text, as_user="wangwei", rehearse=True)


def importing(crm: Crm, plan: ImportPlan, row: str, text: str) -> Callable[[], Any]:
    def imported() -> Any:
        content = f"{','.join(plan.mapping)}\n{row.format(text)}\n".encode()
        done = exchange.import_file(crm, content, plan, dry_run=True, as_user="wangwei")
        return done.created, done.updated, done.unchanged, done.errors, done.resembling

    return imported


def exporting(crm: Crm, kind: str, text: str) -> Callable[[], Any]:
    def exported() -> Any:
        to = io.BytesIO()
        return exchange.export(crm, kind, to, filters={"keyword": text}, as_user="wangwei").rows, to.getvalue()

    return exported


@pytest.mark.extras
@pytest.mark.requirement("CUS-05", "CHN-09", "14.20", "NFR-02")
def test_nothing_that_is_asked_tells_a_phone_of_somebody_elses_customer(crm: Crm, people: People) -> None:
    with crm.work(as_user="admin") as work:
        role = next(one for one in access.roles(work).rows if one.code == "account_manager")
        access.set_permissions(work, role.id, (*role.permissions, *RIGHTS))
        customers.add_custom_field(
            work, code="second_phone", label_zh="电话2", label_en="Phone 2", kind=CustomKind.TEXT
        )
    phone, mobile, third, licence = SECRETS
    theirs = entered(
        crm,
        "lihua",
        name="深圳海洋渔业",
        phone=phone,
        fax=third,
        licence_no=licence,
        contact={**PERSON, "mobile": mobile, "office_phone": third},
        custom={"second_phone": mobile},
        tags=(mobile,),
    )
    ordered(crm, theirs, dt.date(2025, 1, 5), 10)
    warned(crm, theirs)
    entered(crm, "wangwei", name="青岛远洋")
    entered(crm, "wangwei", name="青岛远洋公司", phone="0532-1234567")
    dispatched(crm, "wangwei")
    for secret, other in zip(SECRETS[:3], OTHERS[:3], strict=True):
        for name, ask in ASKED.items():
            answers = [told(asking(crm, ask, text), text) for text in (secret, other)]
            assert answers[0] == answers[1], name
        for plan, row in files():
            answers = [told(importing(crm, plan, row, text), text) for text in (secret, other)]
            assert answers[0] == answers[1], (plan, row)
        for kind in ("customer", "contact", "order"):
            answers = [told(exporting(crm, kind, text), text) for text in (secret, other)]
            assert answers[0] == answers[1], kind
