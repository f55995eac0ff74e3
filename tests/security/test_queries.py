"""Queries do not get round the scope: not by another kind of record, not by a semi-join, not by a secret field."""

from typing import Any

import pytest
from attrs import fields

from company import People
from company.chances import dispatched, recorded
from crmcore import SYSTEM, opportunities
from crmcore.access.entity import Credential, User
from crmcore.access.rules import CoreOnly, NoPermission
from crmcore.base.errors import Invalid
from crmcore.customers.entity import Contact, Customer
from crmcore.opportunities.entity import Opportunity
from crmcore.opportunities.rules import NotTheAssignee
from crmcore.query import (
    Top,
    any_of,
    asc,
    banded,
    count,
    eq,
    ge,
    in_query,
    largest,
    negate,
    query,
    records_behind,
    tally,
    through,
)
from crmcore.storage.crm import Crm
from crmcore.storage.records import ChangeRecord

_o, _c = fields(Opportunity), fields(Credential)


@pytest.mark.requirement("RBA-13", "NFR-08")
@pytest.mark.parametrize("kind", [Credential, Customer, User, ChangeRecord])
def test_a_collection_answers_only_for_its_own_kind(crm: Crm, kind: Any) -> None:
    with crm.work(as_user="lihua", readonly=True) as work:
        books: Any = work.dictionary
        for ask in (
            lambda: books.find(query(kind)),
            lambda: books.count(query(kind)),
            lambda: list(books.scan(query(kind))),
            lambda: books.tally(query(kind), measures=(count(),)),
        ):
            with pytest.raises(Invalid) as caught:
                ask()
            assert caught.value.codes == {"query.kind"}


@pytest.mark.requirement("RBA-13", "NFR-08")
def test_a_semi_join_asks_nothing_about_records_the_person_may_not_see(crm: Crm, people: People) -> None:
    recorded(crm)
    inner: Any = query(User).where(eq(fields(User).phone, "1"))
    for condition in (in_query(_o.created_by, inner), negate(any_of(in_query(_o.created_by, inner)))):
        with crm.work(as_user="lihua", readonly=True) as work, pytest.raises(NoPermission):
            work.opportunities.count(query(Opportunity).where(condition))
    with crm.work(as_user="lihua", readonly=True) as work, pytest.raises(CoreOnly):
        work.opportunities.count(query(Opportunity).where(in_query(_o.created_by, query(Credential))))


@pytest.mark.requirement("CUS-05")
def test_a_semi_join_counts_only_what_the_person_sees(crm: Crm) -> None:
    for number, who in enumerate(("wangwei", "lihua")):
        chance = dispatched(crm, to=who, customer_name=f"客户{number}", contact_name="张建国")
        crm.perform(opportunities.win, chance.id, as_user=who)
    wanted = query(Contact).where(in_query(fields(Contact).customer, query(Customer)))
    for who, seen in (("lihua", 1), ("wangwei", 1), ("zhaomin", 2)):
        with crm.work(as_user=who, readonly=True) as work:
            assert work.contacts.count(wanted) == seen


@pytest.mark.requirement("CUS-05", "RBA-13")
def test_a_tally_groups_only_by_what_the_person_sees(crm: Crm) -> None:
    """Somebody who recorded an opportunity sees it, but not the customer that it became for somebody else."""
    for number, who in enumerate(("wangwei", "lihua")):
        chance = dispatched(crm, to=who, by="lihua", customer_name=f"客户{number}")
        crm.perform(opportunities.win, chance.id, as_user=who)
    name = through(_o.customer, Customer, fields(Customer).name)
    expected = {
        "lihua": {None: 1, "客户1": 1},
        "wangwei": {"客户0": 1},
        "zhaomin": {"客户0": 1, "客户1": 1},
    }
    for asked in (tally(query(Opportunity), by=(key,), measures=(count(),)) for key in (name, banded(name, ["客户1"]))):
        for who, groups in expected.items():
            with crm.work(as_user=who, readonly=True) as work:
                rows = work.opportunities.groups(asked)
                assert sorted(row.values[0] for row in rows) == sorted(groups.values())
                for row in rows:
                    assert work.opportunities.count(records_behind(asked, row)) == row.values[0]
                    assert row.key[0] in groups or isinstance(row.key[0], int)
    phone = through(_o.created_by, User, fields(User).phone)
    with crm.work(as_user="lihua", readonly=True) as work, pytest.raises(NoPermission):
        work.opportunities.tally(by=(phone,), measures=(count(),))


@pytest.mark.requirement("NFR-12")
def test_secret_fields_are_not_asked_for_by_anybody(crm: Crm) -> None:
    with crm.work(as_user=SYSTEM, readonly=True) as work:
        credentials = work.of(Credential)
        for ask in (
            lambda: credentials.count(query(Credential).where(ge(_c.password_hash, "a"))),
            lambda: credentials.find(query(Credential).sort(asc(_c.password_hash))),
            lambda: credentials.tally(by=(_c.password_hash,), measures=(count(),)),
            lambda: credentials.tally(measures=(largest(_c.password_hash),)),
        ):
            with pytest.raises(Invalid):
                ask()


@pytest.mark.requirement("OPP-07")
def test_who_recorded_an_opportunity_does_not_see_somebody_elses_plan(crm: Crm) -> None:
    chance = dispatched(crm, to="wangwei", by="lihua")
    assert crm.perform(opportunities.detail, chance.id, as_user="lihua") == chance
    with pytest.raises(NotTheAssignee):
        crm.perform(opportunities.plan, chance.id, as_user="lihua")


@pytest.mark.parametrize(
    "ask",
    [
        lambda work: work.opportunities.find("x"),
        lambda work: work.opportunities.find(query(Opportunity).where(None)),
        lambda work: work.opportunities.find(query(Opportunity).sort("x")),
        lambda work: work.opportunities.count(at_most=-1),
        lambda work: work.opportunities.count(at_most="x"),
        lambda work: list(work.opportunities.scan(size=0)),
        lambda work: list(work.opportunities.scan(size=True)),
        lambda work: work.opportunities.tally(measures=(count(),), top=Top("count", -1)),
        lambda work: work.opportunities.find(
            query(Opportunity).where(any_of(*(eq(_o.title, str(n)) for n in range(5_000))))
        ),
        lambda work: work.of(int),
        lambda work: work.of("opportunity"),
    ],
)
def test_what_is_no_question_is_refused_with_a_sentence(crm: Crm, ask: Any) -> None:
    with crm.work(as_user="zhaomin", readonly=True) as work, pytest.raises(Invalid) as caught:
        ask(work)
    for language in ("zh", "en"):
        assert "{" not in caught.value.explain(language)


def test_a_condition_deeper_than_any_store_bears_is_refused(crm: Crm) -> None:
    condition = eq(_o.title, "x")
    for _ in range(3_000):
        condition = negate(condition)
    with crm.work(as_user="zhaomin", readonly=True) as work, pytest.raises(Invalid) as caught:
        work.opportunities.count(query(Opportunity).where(condition))
    assert caught.value.codes == {"query.too_large"}
