"""Files of customers and contacts go in whole chunks at a time, with everything wrong told (X-ADM-10, CUS-07, 16.2)."""

import datetime as dt
from decimal import Decimal
from pathlib import Path
from typing import Any

import attrs
import pytest

from company.books import contents
from company.lapses import change
from company.staff import People
from crmcore import SYSTEM, customers, exchange
from crmcore.access.delivered import delivered_role_id
from crmcore.access.entity import ACCOUNT_MANAGER, Role, Validity
from crmcore.base.errors import Invalid, NotFound
from crmcore.customers.entity import Contact, Customer, CustomerStatus
from crmcore.dictionary.entity import DictionaryEntry
from crmcore.exchange import ImportPlan, ImportState
from crmcore.query import eq, query
from crmcore.storage.crm import Crm
from crmcore.storage.records import ChangeRecord

BOSS = "zhaomin"
TABLE = """客户名称,客户经理,客户等级,电话,外部编号,联系人,联系人手机
北京华建,李华,1,010-65512233,E1,张三,13800138000
光明乳业,wangwei,战略合作伙伴,,E2,,
"多
行",lihua,1,,E3,"王""五",
北京华建,李华,1,,E4,,
坏等级,李华,没有,,E5,,
无人,nobody,1,,E6,,
缺联系人,李华,1,,E7,,139
,李华,1,,E8,,
"""


def plan_for(data: bytes, **facts: Any) -> ImportPlan:
    return ImportPlan(mapping=exchange.preview(data, kind=facts.get("kind", "customer")).mapping, **facts)


def take(crm: Crm, text: str | bytes, **facts: Any) -> exchange.ImportResult:
    data = text.encode() if isinstance(text, str) else text
    ways = {name: facts.pop(name) for name in ("dry_run", "errors", "progress") if name in facts}
    return exchange.import_file(crm, data, plan_for(data, **facts), as_user=BOSS, **ways)


def by_name(crm: Crm) -> dict[str, Customer]:
    with crm.work(as_user=BOSS, readonly=True) as work:
        return {one.name: one for one in work.customers.find()}


@pytest.mark.requirement("X-ADM-10", "CUS-07", "16.2", "GEN-11")
def test_good_rows_go_in_and_the_others_are_told_of(crm: Crm, people: People, tmp_path: Path) -> None:
    before = contents(crm.store)
    rehearsed = take(crm, TABLE, dry_run=True, chunk_size=2)
    assert contents(crm.store) == before
    path = tmp_path / "wrong.csv"
    done = take(crm, TABLE, chunk_size=3, errors=path)
    assert (done.rows, done.created, done.failed) == (8, 3, 5)
    assert [(one.row, {(p.entity, p.field, p.code) for p in one.problems}) for one in done.errors] == [
        (5, {("customer", "name", "exchange.taken")}),
        (6, {("customer", "level", "dictionary.not_offered")}),
        (7, {("customer", "manager", "exchange.no_manager")}),
        (8, {("contact", "name", "value.missing")}),
        (9, {("customer", "name", "value.missing")}),
    ]
    assert (rehearsed.created, rehearsed.failed, rehearsed.errors) == (3, 5, done.errors)
    found = by_name(crm)
    assert {*found} == {"北京华建", "光明乳业", "多 行"}
    assert found["光明乳业"].manager == people.wangwei.id
    assert found["北京华建"].phone_key == "1065512233"
    with crm.work(as_user="lihua", readonly=True) as work:
        assert {(one.name, one.mobile) for one in work.contacts.find()} == {("张三", "13800138000"), ('王"五', "")}
        assert work.customers.count(query(Customer).where(eq(attrs.fields(Customer).name_core, "北京华建"))) == 1

    mended = path.read_text("utf-8-sig").replace("没有", "1").replace("nobody", "lihua")
    assert mended.splitlines()[0].endswith(",错误")
    again = take(crm, mended)
    assert (again.created, again.failed) == (2, 3)
    assert {"坏等级", "无人"} < {*by_name(crm)}


@pytest.mark.requirement("X-ADM-10")
def test_known_customers_are_changed_by_a_key(crm: Crm, people: People) -> None:
    take(crm, "name,external_key,manager,phone,contact_name\nA,1,lihua,111,甲\nB,2,lihua,222,\n")
    head = "external_key,name,phone,city,contact_name,contact_mobile\n"
    text = f"{head}2,乙公司,,上海,乙,139\n1,A,111,,甲,\n9,C,9,,,\n2,,,,丙,\n"
    done = take(crm, text, mode="update", key="external_key")
    assert (done.created, done.updated, done.unchanged, done.failed) == (0, 2, 1, 1)
    assert {p.code for p in done.errors[0].problems} == {"exchange.not_known"}
    changed = by_name(crm)["乙公司"]
    assert (changed.phone, changed.city, changed.name_key) == ("222", "上海", "乙公司")
    assert "139" in changed.search_text
    assert "丙" in changed.search_text
    done = take(crm, text, mode="upsert", key="external_key", blank="clear", manager=people.wangwei.id)
    assert (done.created, done.updated, done.failed) == (1, 2, 0)
    found = by_name(crm)
    assert (found["乙公司"].phone, found["C"].manager) == ("", people.wangwei.id)
    done = take(crm, "number,name\n" + f"{changed.number},A\n", mode="update", key="number")
    assert {p.code for p in done.errors[0].problems} == {"exchange.taken"}


@pytest.mark.requirement("X-ADM-10", "CON-02")
def test_contacts_go_to_customers_who_are_there(crm: Crm) -> None:
    take(crm, "name,manager,contact_name\nA,lihua,甲\nB,lihua,\n")
    text = "姓名,公司名称,手机,性别\n甲,Ａ,138,女\n乙,b,139,\n丙,没有的,1,\n甲,A,,男\n"
    done = take(crm, text, kind="contact", mode="upsert")
    assert (done.created, done.updated, done.failed) == (1, 1, 2)
    assert [(one.row, one.problems[0].code) for one in done.errors] == [
        (4, "exchange.not_known"),
        (5, "exchange.ambiguous"),
    ]
    with crm.work(as_user="lihua", readonly=True) as work:
        found = {one.name: (one.mobile, one.gender and one.gender.value) for one in work.contacts.find()}
    assert found == {"甲": ("138", "female"), "乙": ("139", None)}
    assert "139" in by_name(crm)["B"].search_text
    assert take(crm, text, kind="contact").failed == 4


@pytest.mark.requirement("X-ADM-10")
def test_an_import_that_was_broken_off_goes_on_and_is_undone_exactly(crm: Crm, tmp_path: Path) -> None:
    take(crm, "name,external_key,manager,phone,contact_name\nK1,K1,lihua,111,甲\nK2,K2,wangwei,222,\n")
    before = contents(crm.store)
    lines = [f"N{n},N{n},lihua,{n},人{n}" for n in range(7)] + [
        "K1,K1,lihua,999,新",
        "K2,K2,wangwei,,",
        "N1,N1,lihua,8,",
    ]
    text = "name,external_key,manager,phone,contact_name\n" + "\n".join(lines) + "\nbad,bad,nobody,,\n"
    facts: dict[str, Any] = {"mode": "upsert", "key": "external_key", "chunk_size": 3}

    def stop(done: int, of: int) -> None:
        assert of == 11
        if done == 6:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        take(crm, text, progress=stop, **facts)
    assert {*by_name(crm)} == {"K1", "K2", "N0", "N1", "N2", "N3", "N4", "N5"}
    with crm.work(as_user=BOSS, readonly=True) as work:
        broken_off = exchange.batches(work).rows[0]
    assert (broken_off.state, broken_off.chunks, broken_off.rows_read) == (ImportState.RUNNING, 2, 6)

    done = take(crm, text, errors=tmp_path / "wrong.csv", **facts)
    assert done.batch is not None
    assert done.batch.id == broken_off.id
    assert (done.created, done.updated, done.unchanged, done.failed) == (7, 2, 1, 1)
    assert "bad,bad,nobody" in (tmp_path / "wrong.csv").read_text("utf-8-sig")
    with crm.work(as_user=BOSS, readonly=True) as work:
        assert [one.row for one in exchange.import_errors(work, done.batch.id)] == [12]
        changes = query(ChangeRecord).where(eq(attrs.fields(ChangeRecord).entity, "import_batch"))
        told = [one for one in work.unscoped(ChangeRecord).find(changes) if one.entity_id == done.batch.id]
        assert len(told) == 1 + 4 + 1  # begun, four chunks, ended

    undone = exchange.undo(crm, done.batch.id, as_user=BOSS)
    assert (undone.batch.state, undone.kept) == (ImportState.UNDONE, ())
    assert contents(crm.store) == before
    with pytest.raises(exchange.ImportUndone):
        exchange.undo(crm, done.batch.id, as_user=BOSS)


@pytest.mark.requirement("X-ADM-10")
def test_undoing_leaves_what_somebody_went_on_with(crm: Crm) -> None:
    done = take(crm, "name,manager,contact_name\nA,lihua,甲\nB,lihua,乙\nC,lihua,丙\nD,lihua,\n", chunk_size=2)
    known = by_name(crm)
    session = crm.store.begin(write=True)
    changed = attrs.evolve(known["A"], phone="1", version=known["A"].version + 1)
    assert session.replace(changed, known["A"].version)
    contact = Contact(id=crm.ids(), customer=known["C"].id, name="后来的", version=1)
    assert session.insert(contact)
    session.commit()
    session.close()
    assert done.batch is not None
    undone = exchange.undo(crm, done.batch.id, as_user=BOSS)
    assert {(one.kind, one.reason) for one in undone.kept} == {
        ("customer", "changed"),
        ("customer", "in_use"),
        ("contact", "in_use"),
    }
    assert {*by_name(crm)} == {"A", "C"}
    with crm.work(as_user=BOSS, readonly=True) as work:
        assert {one.name for one in work.contacts.find()} == {"甲", "丙", "后来的"}


@pytest.mark.requirement("X-ADM-10", "CUS-08")
def test_deleted_customers_are_left_alone(crm: Crm) -> None:
    take(crm, "name,external_key,manager\nA,1,lihua\n")
    known = by_name(crm)["A"]
    session = crm.store.begin(write=True)
    gone = attrs.evolve(known, status=CustomerStatus.DELETED, name_key=None, version=known.version + 1)
    assert session.replace(gone, known.version)
    session.commit()
    session.close()
    done = take(crm, "name,external_key,manager\nA,1,lihua\n", mode="upsert", key="external_key")
    assert {p.code for p in done.errors[0].problems} == {"exchange.deleted"}
    assert take(crm, "name,manager\nA,lihua\n").created == 1


@pytest.mark.requirement("X-ADM-10")
def test_a_plan_that_does_not_fit_changes_nothing(crm: Crm) -> None:
    before = contents(crm.store)
    data = b"name,manager\nA,lihua\n"
    for mapping, code in (
        (("name",), "exchange.columns"),
        (("name", "nothing"), "exchange.unknown_field"),
        (("name", "name"), "exchange.twice"),
        (("", "manager"), "exchange.needed"),
    ):
        with pytest.raises(Invalid) as caught:
            exchange.import_file(crm, data, ImportPlan(mapping=mapping), as_user=BOSS)
        assert code in caught.value.codes
    assert contents(crm.store) == before


def let_managers_import(crm: Crm) -> None:
    """Give account managers the right to import, past the actions: they only have what is theirs."""
    with crm.work(as_user=SYSTEM, readonly=True) as work:
        role = work.unscoped(Role).get(delivered_role_id(ACCOUNT_MANAGER))
    session = crm.store.begin(write=True)
    allowed = attrs.evolve(role, permissions=(*role.permissions, "customer.import"), version=role.version + 1)
    assert session.replace(allowed, role.version)
    session.commit()
    session.close()


@pytest.mark.requirement("X-ADM-10", "CUS-05", "CUS-07", "RBA-13")
def test_whoever_sees_only_his_own_changes_only_his_own(crm: Crm, people: People) -> None:
    take(crm, "name,external_key,manager,phone\n我的,1,lihua,111\n别人的,2,wangwei,222\n")
    let_managers_import(crm)
    before = by_name(crm)["别人的"]
    rows = "我的,1,9,wangwei\n别人的,2,9,\n新的,3,9,\n别人的,4,9,\n送的,5,,wangwei\n"
    data = f"name,external_key,phone,manager\n{rows}".encode()
    facts: dict[str, Any] = {"mode": "upsert", "key": "external_key"}
    done = exchange.import_file(crm, data, plan_for(data, **facts), as_user="lihua")
    assert [(one.row, [p.code for p in one.problems]) for one in done.errors] == [
        (2, ["exchange.no_hand_over"]),
        (3, ["exchange.not_yours"]),
        (5, ["exchange.taken"]),
        (6, ["customer.not_to_others"]),
    ]
    assert before.number not in str(done.errors)
    found = by_name(crm)
    assert (found["别人的"], found["新的"].manager) == (before, people.lihua.id)
    contacts = "name,customer_name\n甲,别人的\n乙,我的\n".encode()
    done = exchange.import_file(crm, contacts, plan_for(contacts, kind="contact"), as_user="lihua")
    assert [one.problems[0].code for one in done.errors] == ["exchange.not_known"]


@pytest.mark.requirement("X-ADM-10", "RBA-13", "16.2")
def test_whoever_sees_only_his_own_sees_and_undoes_only_his_own_imports(crm: Crm, people: People) -> None:
    let_managers_import(crm)
    theirs = take(crm, "name,manager\nA,lihua\nB,nobody\n").batch
    assert theirs is not None
    given = plan_for(b"name\nC\n", manager=people.wangwei.id)
    assert exchange.import_file(crm, b"name\nC\n", given, as_user="lihua").failed == 1
    mine = exchange.import_file(crm, b"name\nD\n", plan_for(b"name\nD\n"), as_user="lihua").batch
    assert mine is not None
    with crm.work(as_user="lihua", readonly=True) as work:
        assert {one.started_by for one in exchange.batches(work).rows} == {people.lihua.id}
        with pytest.raises(NotFound):
            exchange.import_errors(work, theirs.id)
        with pytest.raises(NotFound):
            exchange.batch(work, theirs.id)
    with pytest.raises(NotFound):
        exchange.undo(crm, theirs.id, as_user="lihua")
    assert exchange.undo(crm, mine.id, as_user="lihua").removed == 1
    with crm.work(as_user=BOSS, readonly=True) as work:
        assert {theirs.id, mine.id} < {one.id for one in exchange.batches(work).rows}


@pytest.mark.requirement("X-ADM-10", "3.2", "X-CUS-07")
def test_lost_customers_are_changed_no_more_and_tags_are_tidied(crm: Crm) -> None:
    take(crm, "name,manager,phone\nA,lihua,1\n")
    known = by_name(crm)["A"]
    session = crm.store.begin(write=True)
    lost = attrs.evolve(known, status=CustomerStatus.LOST, version=known.version + 1)
    assert session.replace(lost, known.version)
    session.commit()
    session.close()
    done = take(crm, "name,phone\nA,2\nA,1\n", mode="update")
    assert (done.unchanged, done.errors[0].problems[0].code) == (1, "exchange.lost")
    assert by_name(crm)["A"].phone == "1"
    text = "name,manager,tags\nA,,ＶＩＰ; 老 客户;vip\nB,lihua,ＶＩＰ;vip\n"
    assert take(crm, text, mode="upsert").failed == 0
    assert ({*by_name(crm)["A"].tags}, by_name(crm)["B"].tags) == ({"ＶＩＰ", "老 客户"}, ("ＶＩＰ",))


@pytest.mark.requirement("X-ADM-10", "CUS-07")
def test_new_customers_who_resemble_known_ones_are_told_of(crm: Crm) -> None:
    take(crm, "name,manager,phone\n北京华建有限公司,lihua,010-65512233\n")
    number = by_name(crm)["北京华建有限公司"].number
    done = take(
        crm, "name,manager,phone\n北京华建,lihua,\n光明,lihua,(010) 6551 2233\n别的,lihua,1\n", duplicates="warn"
    )
    assert done.created == 3
    assert [(one.row, one.numbers) for one in done.resembling] == [(2, (number,)), (3, (number,))]


class Listening:
    """Hands everything on to a store or a session, and counts what is asked of the sessions."""

    def __init__(self, heard: Any, asked: list[str]) -> None:
        self.heard, self.asked = heard, asked

    def begin(self, *, write: bool) -> Any:
        return Listening(self.heard.begin(write=write), self.asked)

    def __getattr__(self, name: str) -> Any:
        if name in {"find", "load", "count", "insert", "replace", "append", "renew"}:
            self.asked.append(name)
        return getattr(self.heard, name)


@pytest.mark.requirement("X-ADM-10")
def test_the_number_of_questions_does_not_depend_on_the_rows(crm: Crm) -> None:
    counts = []
    store = crm.store
    for count in (2, 60):
        asked: list[str] = []
        crm.store = Listening(store, asked)
        rows = "".join(f"{count}-{n},{count}-{n},lihua,甲\n" for n in range(count))
        text = f"name,external_key,manager,contact_name\n{rows}"
        assert take(crm, text, mode="upsert", key="external_key").created == count
        assert take(crm, text, mode="upsert", key="external_key").unchanged == count
        counts.append(len(asked))
    crm.store = store
    assert 20 < counts[0] == counts[1] < 100


@pytest.mark.requirement("X-ADM-10", "16.9")
def test_choices_offered_no_more_stay_with_those_who_have_them(crm: Crm) -> None:
    take(crm, "name,manager,level\nA,lihua,1\n")
    d, level = attrs.fields(DictionaryEntry), by_name(crm)["A"].level
    with crm.work(as_user=SYSTEM, readonly=True) as work:
        entry = work.unscoped(DictionaryEntry).first(eq(d.category, "customer_level"), eq(d.code, level))
    assert entry is not None
    session = crm.store.begin(write=True)
    assert session.replace(attrs.evolve(entry, status=Validity.RETIRED, version=entry.version + 1), entry.version)
    session.commit()
    session.close()
    done = take(crm, f"name,manager,level,phone\nA,,{entry.code},2\nB,lihua,{entry.code},\n", mode="upsert")
    assert (done.updated, done.failed) == (1, 1)
    assert [(one.field, one.code) for one in done.errors[0].problems] == [("level", "dictionary.not_offered")]
    assert (by_name(crm)["A"].level, by_name(crm)["A"].phone) == (entry.code, "2")


@pytest.mark.requirement("X-ADM-10")
def test_a_rehearsal_tells_of_rows_that_come_again_what_the_import_does(crm: Crm) -> None:
    take(crm, "name,external_key,manager,phone\nK,K,lihua,1\n")
    rows = ("A,1,lihua,5", "A,1,lihua,5", "A,1,lihua,6", "A,2,lihua,5", "K,K,lihua,2", "K,K,lihua,2", "B,1,lihua,6")
    text = "name,external_key,manager,phone\n" + "\n".join(rows) + "\n"
    for facts in ({"mode": "upsert", "key": "external_key"}, {"mode": "upsert"}, {}):
        rehearsed = take(crm, text, dry_run=True, chunk_size=1, **facts)
        done = take(crm, text, chunk_size=1, **facts)
        told = [(one.created, one.updated, one.unchanged, one.failed) for one in (rehearsed, done)]
        assert told[0] == told[1]
        assert [one.row for one in rehearsed.errors] == [one.row for one in done.errors]
        assert done.batch is not None
        exchange.undo(crm, done.batch.id, as_user=BOSS)


@pytest.mark.requirement("X-ADM-10", "X-CUS-08", "GEN-11", "16.9")
def test_everything_wrong_with_a_row_is_told_at_once_also_in_the_companys_own_fields(crm: Crm) -> None:
    kinds = {"stand": "text", "size": "number", "since": "date", "abroad": "yes_no", "source": "choice"}
    with crm.work(as_user="admin") as work:
        for place, (code, kind) in enumerate(kinds.items()):
            facts: Any = {
                "label_zh": f"自有{place}",
                "label_en": f"Own {code}",
                "choices": "industry" if place == 4 else "",
            }
            customers.add_custom_field(work, code=code, kind=customers.CustomKind(kind), position=place, **facts)
        retired = customers.add_custom_field(
            work, code="gone", label_zh="旧", label_en="Gone", kind=customers.CustomKind.TEXT
        )
        customers.retire_custom_field(work, retired.id)
    with crm.work(as_user=BOSS, readonly=True) as work:
        columns = exchange.columns_offered(work)
    head = "name,manager,level,satisfaction,自有0,custom.size,own since,Own abroad,自有4,contact_mobile\n"
    rows = (
        "A,nobody,没有,9,"
        + "x" * 501
        + ",1.00001,2026-02-30,maybe,没有,138\nB,lihua,,,好,１.5,2026-02-28,是,manufacturing,\n"
    )
    seen = exchange.preview((head + rows).encode(), columns=columns)
    assert seen.mapping[4:9] == tuple(f"custom.{code}" for code in kinds)
    plan = ImportPlan(mapping=seen.mapping)
    done = exchange.import_file(crm, seen.file, plan, as_user=BOSS)
    assert (done.created, done.failed) == (1, 1)
    assert done.batch is not None
    with crm.work(as_user=BOSS, readonly=True) as work:
        (kept,) = exchange.import_errors(work, done.batch.id)
        held = customers.custom_values(work, by_name(crm)["B"].id)
    assert kept == done.errors[0]
    assert {(one.field, one.code) for one in kept.problems} == {
        ("manager", "exchange.no_manager"),
        ("level", "dictionary.not_offered"),
        ("satisfaction", "value.range"),
        ("stand", "value.too_long"),
        ("size", "value.digits"),
        ("since", "value.date"),
        ("abroad", "value.boolean"),
        ("source", "dictionary.not_offered"),
        ("name", "value.missing"),
    }
    assert kept.explain("en").count("Own ") == len(kinds)
    assert held == {
        "stand": "好",
        "size": Decimal("1.5"),
        "since": dt.date(2026, 2, 28),
        "abroad": True,
        "source": "manufacturing",
    }
    for name in ("custom.gone", "custom.nothing"):
        with pytest.raises(Invalid) as refused:
            exchange.import_file(crm, b"a,b\n1,2\n", ImportPlan(mapping=("name", name)), as_user=BOSS)
        assert refused.value.codes == {"exchange.unknown_field"}


@pytest.mark.requirement("X-ADM-10", "USR-06", "16.2")
def test_a_known_customer_may_stay_with_whoever_has_him(crm: Crm, people: People) -> None:
    take(crm, "name,manager,phone\nA,lihua,1\n")
    change(crm, people.lihua, status=Validity.RETIRED)
    change(crm, people.wangwei, full_name="lihua")
    done = take(crm, "name,manager,phone\nA,李华,2\nB,李华,2\nC,wangwei,2\n", mode="upsert")
    assert (done.updated, done.created) == (1, 1)
    assert [(one.row, [p.code for p in one.problems]) for one in done.errors] == [(3, ["exchange.no_manager"])]
