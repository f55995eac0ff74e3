"""What imports change is on record as if by hand, and taken back as far as rules allow (X-ADM-10, CON-03, USR-06)."""

from typing import Any
from uuid import UUID

import attrs
import pytest

from company.lapses import change
from company.staff import People
from crmcore import customers, exchange
from crmcore.access.entity import Validity
from crmcore.churn.entity import ChurnCase, ChurnCaseId, ChurnStatus
from crmcore.customers.deriving import with_derived
from crmcore.customers.entity import Contact, Customer
from crmcore.query import asc, eq, query
from crmcore.storage.crm import Crm
from crmcore.storage.history import broken_links, history
from crmcore.storage.records import ChangeRecord, OutboxMessage

BOSS = "zhaomin"


def take(crm: Crm, text: str, **facts: Any) -> exchange.ImportResult:
    data = text.encode()
    plan = exchange.ImportPlan(mapping=exchange.preview(data, kind=facts.get("kind", "customer")).mapping, **facts)
    done = exchange.import_file(crm, data, plan, as_user=BOSS)
    assert done.errors == ()
    return done


def undo(crm: Crm, done: exchange.ImportResult) -> set[tuple[str, str]]:
    assert done.batch is not None
    return {(one.kind, one.reason) for one in exchange.undo(crm, done.batch.id, as_user=BOSS).kept}


def all_of(crm: Crm, cls: type[Any]) -> list[Any]:
    with crm.work(as_user=BOSS, readonly=True) as work:
        return list(work.unscoped(cls).find())


def the(crm: Crm, name: str) -> Customer:
    found: Customer = next(one for one in all_of(crm, Customer) if one.name == name)
    return found


def put(crm: Crm, record: Any) -> None:
    session = crm.store.begin(write=True)
    assert session.insert(record)
    session.commit()
    session.close()


def chain(crm: Crm, id_: UUID) -> list[ChangeRecord]:
    c = attrs.fields(ChangeRecord)
    with crm.work(as_user=BOSS, readonly=True) as work:
        asked = query(ChangeRecord).where(eq(c.entity_id, id_)).sort(asc(c.entity_version))
        return list(work.unscoped(ChangeRecord).find(asked))


@pytest.mark.requirement("X-ADM-10", "GEN-07")
def test_changes_by_files_and_by_hand_are_one_history(crm: Crm) -> None:
    take(crm, "name,manager,phone,contact_name,contact_mobile\nA,lihua,1,甲,138\n")
    take(crm, "name,phone,contact_name,contact_mobile\nA,2,甲,139\n", mode="update")
    known = the(crm, "A")
    with crm.work(as_user="lihua") as work:
        customers.add_tag(work, known.id, "x")
    undone = take(crm, "name,phone\nA,3\n", mode="update")
    assert undo(crm, undone) == set()
    told = chain(crm, known.id)
    assert [one.entity_version for one in told] == [2, 3, 4, 5]
    assert list(broken_links(told)) == []
    with crm.work(as_user=BOSS, readonly=True) as work:
        found = [
            {one.field: (one.old, one.new) for one in entry.changes} for entry in history(work, Customer, known.id)
        ]
    assert [one.get("phone") for one in found] == [("1", "2"), None, ("2", "3"), ("3", "2")]
    (person,) = all_of(crm, Contact)
    assert list(broken_links(chain(crm, person.id))) == []
    assert '"mobile":["138","139"]' in chain(crm, person.id)[0].changes


@pytest.mark.requirement("X-ADM-10")
def test_imports_undone_the_last_first_leave_what_was(crm: Crm) -> None:
    take(crm, "name,manager,contact_name\n旧,lihua,老\n")
    before = {cls: [attrs.evolve(one, version=1) for one in all_of(crm, cls)] for cls in (Customer, Contact)}
    first = take(crm, "name,manager,phone,contact_name,contact_mobile\n旧,,1,老,1\nA,lihua,1,甲,138\n", mode="upsert")
    second = take(crm, "name,manager,phone,contact_name,contact_mobile\n旧,,2,新,2\nA,,2,甲,139\n", mode="upsert")
    assert undo(crm, second) == set()
    assert undo(crm, first) == set()
    after = {cls: [attrs.evolve(one, version=1) for one in all_of(crm, cls)] for cls in (Customer, Contact)}
    assert after == before


@pytest.mark.requirement("X-ADM-10", "CON-03", "X-CUS-02")
def test_customers_who_stay_keep_a_contact_and_are_found_by_those_they_have(crm: Crm) -> None:
    take(crm, "name,manager,contact_name\nA,lihua,甲\nB,lihua,乙\n")
    done = take(crm, "name,contact_name\nA,丙\nB,丁\n", mode="update")
    change(crm, the(crm, "A"), phone="5")
    gone = next(one for one in all_of(crm, Contact) if one.name == "乙")
    session = crm.store.begin(write=True)
    assert session.delete(Contact, gone.id, gone.version)
    session.commit()
    session.close()
    assert undo(crm, done) == {("customer", "changed"), ("contact", "in_use")}
    contacts = all_of(crm, Contact)
    assert {one.name for one in contacts} == {"甲", "丁"}
    for one in all_of(crm, Customer):
        assert one == with_derived(one, [each for each in contacts if each.customer == one.id])


@pytest.mark.requirement("X-ADM-10", "USR-06", "3.7")
def test_cases_follow_customers_and_nobody_gets_customers_after_he_left(crm: Crm, people: People) -> None:
    take(crm, "name,manager\nA,lihua\n")
    known = the(crm, "A")
    facts: dict[str, Any] = {"customer": known.id, "customer_name": "A", "opened_at": crm.clock(), "version": 1}
    for status in (ChurnStatus.WARNING, ChurnStatus.LOST):
        made = ChurnCase(id=ChurnCaseId(crm.ids()), manager=people.lihua.id, status=status, **facts)
        put(crm, made)
    done = take(crm, "name,manager\nA,wangwei\n", mode="update")
    again = take(crm, "name,manager\nA,lihua\n", mode="update")
    assert undo(crm, again) == set()
    managers = {one.status: one.manager for one in all_of(crm, ChurnCase)}
    assert managers == {ChurnStatus.WARNING: people.wangwei.id, ChurnStatus.LOST: people.lihua.id}
    told = [one for one in all_of(crm, OutboxMessage) if one.kind == "customer_handed_over"]
    assert [one.entity_id for one in told] == [known.id] * 3
    change(crm, people.lihua, status=Validity.RETIRED)
    assert undo(crm, done) == {("customer", "changed")}
    assert the(crm, "A").manager == people.wangwei.id
