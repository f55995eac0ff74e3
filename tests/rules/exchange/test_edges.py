"""The edges of imports and exports: plans and chunks nobody should send, rows that say too little or too much."""

import io
from pathlib import Path
from typing import Any
from uuid import UUID

import attrs
import pytest

from company.feeds import kept
from company.in_memory import shared_store
from company.staff import People
from crmcore import customers, dictionary, exchange
from crmcore.access.entity import ACCOUNT_MANAGER, Role, User, Validity
from crmcore.base.errors import Contention, Invalid
from crmcore.customers.entity import Contact, Customer
from crmcore.customers.grouping import CustomField, CustomFieldId, CustomKind
from crmcore.exchange import ImportPlan, ImportState, actions, undoing
from crmcore.exchange.entity import ImportBatch, ImportBatchId, ImportChunk
from crmcore.exchange.kinds import own_columns
from crmcore.exchange.tables import headings_of
from crmcore.storage.crm import Crm

__all__ = ["shared_store"]

BOSS = "zhaomin"


def plan_for(text: str, **facts: Any) -> ImportPlan:
    mapping = exchange.preview(text.encode(), kind=facts.get("kind", "customer")).mapping
    return ImportPlan(mapping=mapping, **facts)


def take(crm: Crm, text: str, **facts: Any) -> exchange.ImportResult:
    ways = {name: facts.pop(name) for name in ("dry_run", "errors", "progress") if name in facts}
    return exchange.import_file(crm, text.encode(), plan_for(text, **facts), as_user=BOSS, **ways)


def codes(done: exchange.ImportResult) -> list[tuple[int, set[str]]]:
    return [(one.row, {problem.code for problem in one.problems}) for one in done.errors]


def begun(crm: Crm, text: str) -> tuple[ImportBatchId, ImportPlan]:
    """An import that was begun, and its plan."""
    plan = plan_for(text)
    headings = text.splitlines()[0].split(",")
    batch = crm.perform(actions.begin, plan, headings, fingerprint="f", file_name="a.csv", as_user=BOSS)
    return batch.id, plan


@pytest.mark.requirement("X-ADM-10")
@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"mode": "replace"}, "mode"),
        ({"key": "phone"}, "key"),
        ({"kind": "contact", "key": "phone"}, "key"),
        ({"chunk_size": 0}, "chunk_size"),
        ({"chunk_size": 10**9}, "chunk_size"),
    ],
)
def test_a_plan_of_what_there_is_not_is_refused_by_field(crm: Crm, facts: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        take(crm, "name,manager\nA,lihua\n", **facts)
    assert field in refused.value.fields
    assert kept(crm, ImportBatch) == []


@pytest.mark.requirement("X-ADM-10")
def test_chunks_come_one_after_the_other_and_none_after_the_end(crm: Crm) -> None:
    batch, plan = begun(crm, "name,manager")
    rows = [(2, ["A", "lihua"])]

    def send(number: int) -> Any:
        return crm.perform(actions.take_rows, batch, plan, rows, number=number, as_user=BOSS)

    with pytest.raises(Invalid) as refused:
        send(2)
    assert refused.value.fields == {"number"}
    assert send(1).count("created") == 1
    assert send(1).errors == ()
    assert len(kept(crm, Customer)) == 1
    done = crm.perform(actions.end, batch, as_user=BOSS)
    assert crm.perform(actions.end, batch, as_user=BOSS) == done
    with pytest.raises(actions.ImportEnded):
        send(2)
    told: list[tuple[int, int]] = []
    exchange.undo(crm, batch, as_user=BOSS, progress=lambda one, of: told.append((one, of)))
    assert told == [(1, 1)]
    with pytest.raises(actions.ImportEnded):
        crm.perform(actions.end, batch, as_user=BOSS)


@pytest.mark.requirement("X-ADM-10")
def test_an_import_that_took_nothing_in_is_undone_too(crm: Crm) -> None:
    batch, _ = begun(crm, "name,manager")
    undone = exchange.undo(crm, batch, as_user=BOSS)
    assert (undone.batch.state, undone.removed, undone.restored) == (ImportState.UNDONE, 0, 0)
    with pytest.raises(exchange.ImportUndone):
        exchange.undo(crm, batch, as_user=BOSS)


@pytest.mark.requirement("X-ADM-10", "NFR-15")
def test_an_import_whose_chunk_somebody_takes_back_at_that_moment_waits_for_him(crm: Crm) -> None:
    batch, plan = begun(crm, "name,manager")
    rows = [(2, ["A", "lihua"])]
    crm.perform(actions.take_rows, batch, plan, rows, number=1, as_user=BOSS)
    (chunk,) = kept(crm, ImportChunk)
    session = crm.store.begin(write=True)
    assert session.delete(ImportChunk, chunk.id, chunk.version)
    session.commit()
    session.close()
    for step in (
        lambda work: actions.take_rows(work, batch, plan, rows, number=1),
        lambda work: undoing.undo_last_chunk(work, batch),
    ):
        with pytest.raises(Contention), crm.work(BOSS) as work:
            step(work)
    assert [one.name for one in kept(crm, Customer)] == ["A"]


@pytest.mark.requirement("X-ADM-10")
def test_nothing_is_taken_in_when_errors_can_not_be_written(crm: Crm, tmp_path: Path) -> None:
    with pytest.raises(Invalid) as refused:
        take(crm, "name,manager\nA,lihua\n", errors=tmp_path)
    assert refused.value.codes == {"exchange.not_written"}
    assert kept(crm, Customer) == []


@pytest.mark.requirement("X-ADM-10", "GEN-11")
def test_rows_that_say_too_little_or_too_much_are_told_of(crm: Crm) -> None:
    done = take(crm, "name,manager\nA,lihua,extra\nB,lihua,,\n,lihua\nC,Nobody\n")
    assert codes(done) == [
        (2, {"exchange.too_many_cells"}),
        (4, {"value.missing"}),
        (5, {"exchange.no_manager"}),
    ]
    text = "customer_name,name,mobile\nB,,138\n,甲,139\nB,甲,139\n"
    done = take(crm, text, kind="contact", mode="upsert")
    assert codes(done) == [(2, {"value.missing"}), (3, {"value.missing"})]
    assert [one.name for one in kept(crm, Contact)] == ["甲"]
    done = take(crm, "customer_name,name,mobile\nB,乙,138\nB,甲,137\n", kind="contact", mode="update")
    assert (codes(done), done.updated) == ([(2, {"exchange.not_known"})], 1)


@pytest.mark.requirement("X-ADM-10", "CUS-08")
def test_deleted_customers_get_no_contacts(crm: Crm) -> None:
    take(crm, "name,number,manager\nA,K1,lihua\n")
    (customer,) = kept(crm, Customer)
    crm.perform(customers.delete, customer.id, as_user="lihua")
    done = take(
        crm, f"customer_number,name,mobile\n{customer.number},甲,1\n", kind="contact", mode="upsert", key="number"
    )
    assert [one[1] for one in codes(done)] == [{"exchange.deleted"}]


@pytest.mark.requirement("X-ADM-10", "CUS-07")
def test_known_customers_are_changed_only_in_what_may_change(crm: Crm, people: People) -> None:
    take(crm, "name,external_key,manager,contact_name\nA,1,lihua,甲\nB,2,lihua,\n")
    first = next(one for one in kept(crm, Customer) if one.name == "A")
    text = "external_key,number,manager,city,level\n1,K9,,,\n1,,Nobody,,\n1,,,北京,没有\n2,,wangwei,上海,\n2,,,天津,\n"
    done = take(crm, text, mode="update", key="external_key")
    assert codes(done) == [(2, {"exchange.fixed"}), (3, {"exchange.no_manager"}), (4, {"dictionary.not_offered"})]
    found = {one.name: one for one in kept(crm, Customer)}
    assert found["A"] == first
    assert (found["B"].manager, found["B"].city) == (people.wangwei.id, "天津")


@pytest.mark.requirement("X-ADM-10")
def test_later_rows_change_what_earlier_rows_made(crm: Crm) -> None:
    head = "name,external_key,manager,phone,contact_name,contact_mobile\n"
    text = f"{head}A,1,lihua,1,甲,\nA,1,lihua,2,乙,138\nA,1,,,乙,139\n"
    done = take(crm, text, mode="upsert", key="external_key")
    assert (done.created, done.updated, codes(done)) == (1, 2, [])
    (customer,) = kept(crm, Customer)
    assert customer.phone == "2"
    assert {one.name for one in kept(crm, Contact)} == {"甲", "乙"}


@pytest.mark.requirement("X-ADM-10", "DIC-03")
def test_a_label_that_means_several_choices_means_none_of_them(crm: Crm) -> None:
    for code, zh, en in (("one", "丙级", "C"), ("two", "C", "Third")):
        given: Any = {"category": "customer_level", "code": code, "label_zh": zh, "label_en": en}
        crm.perform(dictionary.add_entry, **given, as_user="admin")
    done = take(crm, "name,manager,level\nA,lihua,C\nB,lihua,丙级\nC,lihua,two\n")
    assert codes(done) == [(2, {"dictionary.not_offered"})]
    assert {one.name: one.level for one in kept(crm, Customer)} == {"B": "one", "C": "two"}


@pytest.mark.requirement("X-ADM-10", "16.2")
def test_whoever_has_no_full_name_is_called_by_his_user_name(crm: Crm, people: People) -> None:
    session = crm.store.begin(write=True)
    nameless = attrs.evolve(people.wangwei, full_name="", version=people.wangwei.version + 1)
    assert session.replace(nameless, people.wangwei.version)
    session.commit()
    session.close()
    done = take(crm, "name,manager\nA,wangwei\nB,李华\nC,\n")
    assert (done.created, codes(done)) == (2, [(4, {"exchange.no_manager"})])
    assert {one.full_name for one in kept(crm, User) if one.id in {c.manager for c in kept(crm, Customer)}} == {
        "",
        "李华",
    }


@pytest.mark.requirement("X-ADM-10", "GEN-11")
def test_what_is_none_of_the_choices_is_told_of(crm: Crm) -> None:
    take(crm, "name,manager\nA,lihua\nB,lihua\n")
    text = "customer_name,name,gender\nA,甲,neither\nB,乙,女\n"
    assert codes(take(crm, text, kind="contact", mode="upsert")) == [(2, {"value.choice"})]


@pytest.mark.requirement("X-ADM-10", "CON-02")
def test_of_two_contacts_with_one_name_it_must_be_told_which_a_row_means(crm: Crm) -> None:
    take(crm, "name,manager,contact_name,contact_mobile\nA,lihua,甲,138\n")
    take(crm, "customer_name,name,mobile\nA,甲,139\nA,甲,138\n", kind="contact", mode="upsert")
    assert sorted(one.mobile for one in kept(crm, Contact)) == ["138", "139"]
    text = "name,contact_name,contact_position,level\nA,甲,经理,\n"
    assert codes(take(crm, text, mode="update")) == [(2, {"exchange.ambiguous"})]
    assert codes(take(crm, text.replace("经理,", "经理,没有"), mode="update")) == [
        (2, {"exchange.ambiguous", "dictionary.not_offered"})
    ]
    assert codes(take(crm, "name,contact_name,level\nA,丁,没有\n", mode="update")) == [(2, {"dictionary.not_offered"})]


@pytest.mark.requirement("X-ADM-10", "GEN-11")
def test_a_row_whose_key_can_not_be_read_is_told_of_that_alone(crm: Crm) -> None:
    text = f"external_key,name,manager\n{'x' * 200},A,nobody\n"
    assert [len(one.problems) for one in take(crm, text, mode="upsert", key="external_key").errors] == [1]


@pytest.mark.requirement("X-ADM-10")
def test_values_of_a_plan_of_the_wrong_type_are_refused_by_field(crm: Crm) -> None:
    for facts, field in (({"mode": 5}, "mode"), ({"chunk_size": True}, "chunk_size"), ({"mapping": (1, 2)}, "mapping")):
        given: dict[str, Any] = {"mapping": ("name", "manager"), **facts}
        with pytest.raises(Invalid) as refused:
            exchange.import_file(crm, b"name,manager\nA,lihua\n", ImportPlan(**given), as_user=BOSS)
        assert (field, "value.type") in {(one.field, one.code) for one in refused.value.problems}


@pytest.mark.requirement("X-ADM-10")
def test_a_rehearsal_knows_that_blank_keys_are_nobodys(crm: Crm) -> None:
    text = "name,external_key,manager\nA,,lihua\nB,,lihua\n"
    done = take(crm, text, dry_run=True, chunk_size=1)
    assert (done.created, done.failed) == (2, 0)


@pytest.mark.requirement("X-ADM-10", "CUS-07")
def test_undoing_leaves_customers_whose_former_name_or_key_is_taken(crm: Crm) -> None:
    take(crm, "name,external_key,manager\nA,1,lihua\n")
    done = take(crm, "external_key,name\n1,B\n", mode="update", key="external_key")
    take(crm, "name,manager\nA,lihua\n")
    assert done.batch is not None
    undone = exchange.undo(crm, done.batch.id, as_user=BOSS)
    assert [(one.kind, one.reason) for one in undone.kept] == [("customer", "taken")]
    assert {one.name for one in kept(crm, Customer)} == {"A", "B"}


@pytest.mark.requirement("X-ADM-08", "X-ADM-09")
def test_exports_are_of_what_there_is_and_listed_the_latest_first(crm: Crm, monkeypatch: pytest.MonkeyPatch) -> None:
    take(crm, "name,manager\nA,lihua\nB,lihua\n")
    for wrong in ({"kind": "user"}, {"format": "pdf"}):
        facts: dict[str, Any] = {"kind": "customer", "format": "csv", **wrong}
        with pytest.raises(Invalid):
            exchange.export(crm, facts["kind"], io.BytesIO(), as_user=BOSS, format=facts["format"])
    exchange.export(crm, "customer", io.BytesIO(), as_user=BOSS)
    exchange.export(crm, "contact", io.BytesIO(), as_user=BOSS, format="vcard")
    listed = crm.perform(exchange.exports, as_user="admin").rows
    assert [(one.kind, one.rows) for one in listed] == [("contact", 0), ("customer", 2)]
    monkeypatch.setattr("crmcore.exchange.writing._MOST_ROWS", 1)
    with pytest.raises(Invalid) as refused:
        exchange.export(crm, "customer", io.BytesIO(), as_user=BOSS, format="xlsx")
    assert refused.value.codes == {"exchange.too_many_rows"}


@pytest.mark.requirement("X-ADM-10", "USR-06")
def test_customers_of_who_left_may_stay_his_and_nobody_else_becomes_his(crm: Crm, people: People) -> None:
    take(crm, "name,manager\nA,wangwei\nB,wangwei\nC,lihua\n")
    session = crm.store.begin(write=True)
    known = next(one for one in kept(crm, User) if one.id == people.wangwei.id)
    assert session.replace(attrs.evolve(known, status=Validity.RETIRED, version=known.version + 1), known.version)
    session.commit()
    session.close()
    text = "name,manager,city\nA,王伟,北京\nB,wangwei,上海\nC,wangwei,天津\nB,nobody,x\nA,\u200b,y\n"
    done = take(crm, text, mode="update")
    assert [(one.row, {problem.field for problem in one.problems}) for one in done.errors][:2] == [
        (4, {"manager"}),
        (5, {"manager"}),
    ]
    found = {one.name: (one.manager, one.city) for one in kept(crm, Customer)}
    assert found["B"] == (people.wangwei.id, "上海")
    assert found["C"] == (people.lihua.id, "")


@pytest.mark.requirement("X-ADM-10", "X-CUS-08")
def test_the_companys_own_fields_in_files_are_those_it_has(crm: Crm) -> None:
    for code in ("vip", "since"):
        given: Any = {"code": code, "label_zh": code, "label_en": code, "kind": CustomKind.TEXT, "choices": ""}
        crm.perform(customers.add_custom_field, **given, as_user="admin")
    data = b"name,manager,c\nA,lihua,1\n"
    with pytest.raises(Invalid) as refused:
        exchange.import_file(crm, data, ImportPlan(mapping=("name", "manager", "custom.gone")), as_user=BOSS)
    assert refused.value.codes == {"exchange.unknown_field"}

    def send(text: str, *mapping: str) -> exchange.ImportResult:
        plan = ImportPlan(mapping=("name", *mapping), mode="upsert")
        return exchange.import_file(crm, f"name,a,b\n{text}".encode(), plan, as_user=BOSS)

    assert send("A,lihua,\n", "manager", "").created == 1
    (customer,) = kept(crm, Customer)
    assert send("A,2019,\n", "custom.since", "").updated == 1
    assert send("A,gold,\nA,silver,\n", "custom.vip", "").updated == 2
    assert send("A,gold,\nA,silver,\n", "custom.vip", "").updated == 2
    assert crm.perform(customers.custom_values, customer.id, as_user=BOSS) == {"vip": "silver", "since": "2019"}


@pytest.mark.requirement("X-ADM-08", "X-ADM-10", "ORD-02")
def test_orders_go_out_with_words_and_filters_are_a_mapping(crm: Crm) -> None:
    to = io.BytesIO()
    exchange.export(crm, "order", to, as_user=BOSS, language="zh")
    assert "订单" in to.getvalue().decode("utf-8-sig").splitlines()[0]
    wrong: Any = 5
    with pytest.raises(Invalid) as refused:
        exchange.export(crm, "customer", io.BytesIO(), as_user=BOSS, filters=wrong)
    assert refused.value.fields == {"filters"}


@pytest.mark.requirement("X-ADM-10", "X-CUS-08")
def test_what_is_wrong_in_an_own_field_is_on_record_by_its_label(crm: Crm) -> None:
    given: Any = {"code": "income", "label_zh": "收入", "label_en": "Income", "kind": CustomKind.NUMBER, "choices": ""}
    crm.perform(customers.add_custom_field, **given, as_user="admin")
    plan = ImportPlan(mapping=("name", "manager", "custom.income"))
    data = f"name,manager,income\nA,lihua,much\n{'x' * 300},lihua,1\n".encode()
    done = exchange.import_file(crm, data, plan, as_user=BOSS)
    assert done.batch is not None
    assert [one.row for one in done.errors] == [2, 3]
    kept_errors = crm.perform(exchange.import_errors, done.batch.id, as_user=BOSS)
    assert [one.explain("zh") for one in kept_errors] == [one.explain("zh") for one in done.errors]
    assert "收入" in kept_errors[0].explain("zh")
    assert len(kept_errors[1].problems) == 1


@pytest.mark.requirement("X-ADM-10", "CUS-05")
def test_whoever_sees_only_his_own_customers_sees_only_his_own_imports(crm: Crm) -> None:
    take(crm, "name,manager\nA,lihua\n")
    (role,) = (one for one in kept(crm, Role) if one.code == ACCOUNT_MANAGER)
    session = crm.store.begin(write=True)
    allowed = attrs.evolve(role, permissions=(*role.permissions, "customer.import"), version=role.version + 1)
    assert session.replace(allowed, role.version)
    session.commit()
    session.close()
    exchange.import_file(crm, b"name\nB\n", plan_for("name\nB\n"), as_user="lihua")
    for who, seen in ((BOSS, 2), ("lihua", 1), ("wangwei", 0)):
        with crm.work(who, readonly=True) as work:
            assert (work.of(ImportBatch).count(), work.of(ImportChunk).count()) == (seen, seen)


@pytest.mark.requirement("X-ADM-08")
def test_a_field_whose_label_is_its_columns_name_is_headed_so() -> None:
    field = CustomField(
        id=CustomFieldId(UUID(int=1)),
        code="vip",
        label_zh="custom.vip",
        label_en="custom.vip",
        kind=CustomKind.TEXT,
        version=1,
    )
    assert headings_of("customer", [*own_columns([field])], "zh") == ["custom.vip"]


@pytest.mark.requirement("X-ADM-08", "X-PHB-01")
def test_long_lines_of_cards_are_folded_and_read_again(crm: Crm) -> None:
    memo = "张总每周三下午来公司，" * 20
    take(crm, f"name,manager,contact_name,contact_memo\nA,lihua,甲,{memo}\n")
    to = io.BytesIO()
    exchange.export(crm, "contact", to, as_user=BOSS, format="vcard")
    assert max(len(line) for line in to.getvalue().split(b"\r\n")) <= 75
    (_, read) = next(exchange.open_file(to.getvalue()).rows())
    assert memo in read
