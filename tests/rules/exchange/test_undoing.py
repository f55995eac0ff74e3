"""What imports change is on record as if by hand, and taken back as far as rules allow (X-ADM-10, CON-03, USR-06)."""

from typing import Any
from uuid import UUID

import attrs
import pytest

from company.books import contents, told_apart
from company.clock import SetClock
from company.lapses import change
from company.staff import People
from crmcore import customers, exchange, sales
from crmcore.access.entity import Validity
from crmcore.base.schema import describe
from crmcore.churn.entity import ChurnCase, ChurnCaseId, ChurnStatus
from crmcore.customers.deriving import with_derived
from crmcore.customers.entity import Contact, Customer
from crmcore.customers.grouping import CustomField, CustomValue
from crmcore.query import asc, eq, query
from crmcore.storage.crm import Crm
from crmcore.storage.history import as_of, broken_links, history
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


@pytest.mark.requirement("X-ADM-10", "GEN-07", "X-ADM-09")
def test_a_record_that_came_with_a_file_is_shown_as_it_was(crm: Crm, clock: SetClock) -> None:
    before = clock()
    clock.advance(days=1)
    take(crm, "name,manager,phone,city,contact_name,contact_mobile\nA,lihua,1,上海,甲,138\n")
    known, (person,), imported = the(crm, "A"), all_of(crm, Contact), clock()
    clock.advance(days=1)
    take(crm, "name,phone,contact_name,contact_mobile\nA,2,甲,139\n", mode="update")
    changed = clock()
    clock.advance(days=1)
    with crm.work(as_user="lihua") as work:
        customers.add_tag(work, known.id, "x")
    derived = {spec.name for spec in describe(Customer).fields if spec.hint.derived}
    with crm.work(as_user=BOSS, readonly=True) as work:
        for record in (known, person):
            assert as_of(work, type(record), record.id, before) is None
        past = as_of(work, Customer, known.id, imported)
        blank = attrs.evolve(known, **{name: getattr(past, name) for name in derived})
        assert past == blank
        assert as_of(work, Contact, person.id, imported) == person
        later = as_of(work, Customer, known.id, changed)
        assert (later.phone, later.city, later.tags, later.version) == ("2", "上海", (), 2)
        assert as_of(work, Customer, known.id, clock()).tags == ("x",)


@pytest.mark.requirement("X-ADM-09", "NFR-13")
def test_changes_of_records_that_were_renewed_together_are_one_chain(crm: Crm) -> None:
    take(crm, "name,manager,phone\nA,lihua,1\nB,lihua,1\nC,lihua,1\n")
    take(crm, "name,phone\nA,2\nB,2\n", mode="update")
    for _ in range(2):  # as sales data and merges renew records, with one change record for all of them
        session = crm.store.begin(write=True)
        some = [one for one in session.find(query(Customer)) if one.name != "B"]
        session.renew([attrs.evolve(one, version=one.version + 1) for one in some])
        session.commit()
        session.close()
    take(crm, "name,phone\nA,3\nB,3\nC,3\n", mode="update")
    for name, versions in (("A", [2, 5]), ("B", [2, 3]), ("C", [4])):
        told = chain(crm, the(crm, name).id)
        assert [one.entity_version for one in told] == versions
        assert list(broken_links(told)) == []


NAMES = ("still", "edited", "kept", "absorbed", "ordered", "met", "deleted", "contact", "own", "merged", "given")
"""What somebody does with a customer after an import."""


def with_own_fields(crm: Crm) -> dict[str, CustomField]:
    with crm.work(as_user="admin") as work:
        for place, kind in enumerate((customers.CustomKind.TEXT, customers.CustomKind.NUMBER)):
            labels: Any = {"label_zh": f"自{place}", "label_en": f"Own {place}"}
            customers.add_custom_field(work, code=f"own{place}", kind=kind, position=place, **labels)
    with crm.work(as_user=BOSS, readonly=True) as work:
        return {one.code: one for one in customers.custom_fields(work)}


def own(crm: Crm, text: str, **facts: Any) -> exchange.ImportResult:
    """Take in a file that has columns of the company's own fields."""
    with crm.work(as_user=BOSS, readonly=True) as work:
        columns = exchange.columns_offered(work)
    seen = exchange.preview(text.encode(), columns=columns)
    plan = exchange.ImportPlan(mapping=seen.mapping, **facts)
    done = exchange.import_file(crm, text.encode(), plan, as_user=BOSS)
    assert done.errors == ()
    return done


HEAD = "name,manager,phone,custom.own0,custom.own1,contact_name,contact_mobile\n"


def deeds(crm: Crm, fields: dict[str, CustomField]) -> None:
    """What people do with each of the customers after whom it is called, known before the import (K) or new (A)."""
    lihua: Any = {"as_user": "lihua"}
    for letter in "KA":
        at = {name: the(crm, f"{letter} {name}") for name in NAMES}
        crm.perform(customers.add_tag, at["edited"].id, "x", **lihua)
        line = ("P1", "x", 1, "x", 1, None)
        row = {"source_key": letter, "ordered_on": crm.clock().date(), "customer": at["ordered"].number}
        crm.perform(sales.import_orders, [{**row, "lines": [line]}], as_user=BOSS)
        crm.perform(customers.add_interaction, at["met"].id, place="x", title="x", **lihua)
        crm.perform(customers.delete, at["deleted"].id, **lihua)
        person = next(one for one in all_of(crm, Contact) if one.customer == at["contact"].id)
        facts = {"name": person.name, "position": "x", "office_phone": "1"}
        crm.perform(customers.edit_contact, person.id, memo="x", **facts, **lihua)
        (held,) = [
            one
            for one in all_of(crm, CustomValue)
            if (one.customer, one.custom_field) == (at["own"].id, fields["own0"].id)
        ]
        change(crm, held, text="by hand")
        crm.perform(customers.assign, at["given"].id, to="wangwei", as_user=BOSS)
    for kept, absorbed in (("K kept", "A kept"), ("A absorbed", "K absorbed"), ("K merged", "A merged")):
        merge = crm.perform(customers.merge, the(crm, kept).id, the(crm, absorbed).id, as_user=BOSS)
        if kept == "K merged":
            crm.perform(customers.undo_merge, merge.id, as_user=BOSS)


@pytest.mark.requirement("X-ADM-10", "X-CUS-08", "X-ADM-11", "ORD-04")
def test_what_is_undone_is_as_before_and_what_is_not_is_told_and_left_alone(crm: Crm) -> None:
    fields = with_own_fields(crm)
    known = "".join(f"K {name},lihua,1,old,,{name},1\n" for name in NAMES)
    own(crm, HEAD + known)
    before = told_apart(crm.store)
    rows = [
        f"K {name},,2,new,{place}.0001,{name},2\nA {name},lihua,2,new,,{name},\n" for place, name in enumerate(NAMES)
    ]
    done = own(crm, HEAD + "".join(rows), mode="upsert", chunk_size=5)
    imported = told_apart(crm.store)
    deeds(crm, fields)
    meanwhile = told_apart(crm.store)
    assert done.batch is not None
    undone = exchange.undo(crm, done.batch.id, as_user=BOSS)
    after = told_apart(crm.store)
    kept = {(one.kind, one.id) for one in undone.kept}
    for one in before.keys() | imported.keys() | meanwhile.keys():
        left = after.get(one) == meanwhile.get(one)
        assert left or after.get(one) == before.get(one), meanwhile.get(one)
        if before.get(one) != imported.get(one):  # what the import did is undone exactly, or told and left alone
            assert (one in kept) == left, (one, meanwhile.get(one))
    assert after.keys() <= meanwhile.keys()
    names = {one.name for one in all_of(crm, Customer)}
    assert names == {*(f"K {name}" for name in NAMES), *(f"A {name}" for name in NAMES if name != "still")}
    old = {one.name.removeprefix("K ") for one in all_of(crm, Customer) if one.phone == "1"}
    assert old == {"still", "ordered", "met", "own", "contact", "merged"}


@pytest.mark.requirement("X-ADM-10", "X-CUS-08", "GEN-07")
def test_own_fields_emptied_by_a_file_come_back_as_they_were(crm: Crm) -> None:
    with_own_fields(crm)
    first = own(crm, HEAD + "A,lihua,1,old,12345678901234.5678,x,1\n")
    before = contents(crm.store)
    cleared = own(crm, "name,custom.own0,custom.own1\nA,,\n", mode="update", blank="clear")
    assert (cleared.updated, all_of(crm, CustomValue)) == (1, [])
    again = own(crm, "name,custom.own0\nA,neu\n", mode="update")
    assert undo(crm, again) == set()
    assert undo(crm, cleared) == set()
    assert contents(crm.store) == before
    for value in all_of(crm, CustomValue):
        assert list(broken_links(chain(crm, value.id))) == []
    assert undo(crm, first) == set()
    assert all_of(crm, CustomValue) == all_of(crm, Customer) == []
    once = own(crm, HEAD + "A,lihua,1,old,,x,1\n")
    emptied = own(crm, "name,custom.own0\nA,\n", mode="update", blank="clear")
    own(crm, "name,custom.own0\nA,später\n", mode="update")
    assert undo(crm, emptied) == {("custom_value", "changed")}
    assert undo(crm, once) == {("customer", "in_use"), ("contact", "in_use")}
