"""What is exported comes in again as it was; exporting is a right of its own, on record (X-ADM-08, X-ADM-09, 14.20)."""

import csv
import datetime as dt
import io
from decimal import Decimal
from typing import Any

import attrs
import pytest

from company import chances
from company.process import expected, moved, stages_of
from company.staff import People
from crmcore import SYSTEM, customers, exchange, sales
from crmcore.access.delivered import delivered_role_id
from crmcore.access.entity import ACCOUNT_MANAGER, Role
from crmcore.access.rules import NoPermission
from crmcore.base.errors import Invalid, NotFound, Refused
from crmcore.customers.custom_forms import PLACES
from crmcore.customers.deriving import with_derived
from crmcore.customers.entity import Contact, ContactId, Customer, CustomerId, Gender
from crmcore.customers.filtering import CustomerFilters
from crmcore.customers.grouping import CustomField, CustomFieldId, CustomKind, CustomValue
from crmcore.customers.rules import name_key
from crmcore.customers.tagging import tidy
from crmcore.dictionary.delivered import delivered_entries
from crmcore.exchange import ImportPlan
from crmcore.exchange.exporting import export_table, note_export, note_exported
from crmcore.i18n import Language
from crmcore.query import query
from crmcore.storage.crm import Crm
from crmcore.storage.records import ChangeRecord

BOSS = "zhaomin"
HOSTILE = (
    "=cmd|' /C calc'!A0",
    "+86 10 6551-2233",
    "'=1+1",
    "''",
    ' "引号", 和;分号',
    "多\r\n行\n\r文本\r",
    "😀\u200f עברית \u202e反",
    "\t制表\x0b_x0041_\x01\ufeff",
    "@SUM(A1)\\n,;\\",
    "＝1",
    '["a"]',
    "a;=1+1\t@x",
    "\u200b=1\ufeff",
    "'=1;'-2",
)
OWN = (
    ("vip", "电话", "Phone", CustomKind.TEXT),  # called as one of the customer's own fields
    ("credit_line", "信用额度", "Credit line", CustomKind.NUMBER),
    ("since", "合作起始", "Since", CustomKind.DATE),
    ("abroad", "海外", "Abroad", CustomKind.YES_NO),
    ("source", "来源", "Source", CustomKind.CHOICE),
)
NUMBERS = (Decimal("12345678901234.5678"), Decimal("0.0001"), Decimal("0.1000"), Decimal(10**14 - 1), Decimal(0))
DAYS = (dt.date(1900, 1, 1), dt.date(2026, 2, 28), dt.date(2199, 12, 31))


def add_own_fields(crm: Crm) -> None:
    session = crm.store.begin(write=True)
    for place, (code, label_zh, label_en, kind) in enumerate(OWN):
        choices = "industry" if kind is CustomKind.CHOICE else ""
        facts: dict[str, Any] = {"label_zh": label_zh, "label_en": label_en, "kind": kind, "choices": choices}
        id_ = CustomFieldId(crm.ids())
        assert session.insert(CustomField(id=id_, code=code, position=place, version=1, **facts))
    session.commit()
    session.close()


def own_values(text: str, place: int) -> dict[str, Any]:
    """What a customer has in the company's own fields, of each kind; some have nothing."""
    given: dict[str, Any] = {
        "vip": text.strip(),
        "credit_line": NUMBERS[place % len(NUMBERS)],
        "since": DAYS[place % len(DAYS)],
        "abroad": place % 2 == 0,
        "source": INDUSTRIES[place % len(INDUSTRIES)],
    }
    return {name: value for at, (name, value) in enumerate(given.items()) if (place + at) % 5}


INDUSTRIES = tuple(one.code for one in delivered_entries() if one.category == "industry")


def fill(crm: Crm, people: People) -> None:
    """Put customers with hostile texts in every field into the CRM, past forms, which would tidy them."""
    add_own_fields(crm)
    with crm.work(as_user=BOSS, readonly=True) as work:
        own = {one.code: one for one in customers.custom_fields(work)}
    session = crm.store.begin(write=True)
    for place, text in enumerate(HOSTILE):
        customer = Customer(
            id=CustomerId(crm.ids()),
            number=f"KH-{place}",
            name=f"{text}{place}",
            name_key=name_key(f"{text}{place}"),
            manager=(people.lihua.id, people.wangwei.id)[place % 2],
            phone=text,
            remark=text,
            tags=tidy((text, "")) if place % 2 else (),
            external_key=None if place % 3 else text,
            satisfaction=None,
            trust=place % 5 + 1,
            registered_capital=10**12 - place,
            created_by=people.lihua.id,
            created_at=crm.clock(),
            version=1,
        )
        contact = Contact(
            id=ContactId(crm.ids()),
            customer=customer.id,
            name=f"人{text}",
            gender=(Gender.MALE, Gender.FEMALE, None)[place % 3],
            mobile=text,
            memo=text,
            version=1,
        )
        assert session.insert(with_derived(customer, [contact]))
        assert session.insert(contact)
        for code, value in own_values(text, place).items():
            field = own[code]
            said = {PLACES[field.kind]: value}
            assert session.insert(
                CustomValue(id=crm.ids(), custom_field=field.id, customer=customer.id, version=1, **said)
            )
    session.commit()
    session.close()


def known(crm: Crm) -> Any:
    """The customers and their contacts, but for ids, times and what is computed."""
    session = crm.store.begin(write=False)
    try:
        contacts: dict[Any, list[Any]] = {}
        for one in session.find(query(Contact)):
            contacts.setdefault(one.customer, []).append(_bare(one, "customer"))
        own: dict[Any, list[Any]] = {}
        for value in sorted(session.find(query(CustomValue)), key=lambda one: one.custom_field):
            own.setdefault(value.customer, []).append(_bare(value, "customer"))
        return {
            one.number: (
                _bare(one, "created_at", "created_by", "search_text", "name_core"),
                contacts.get(one.id, []),
                own.get(one.id, []),
            )
            for one in session.find(query(Customer))
        }
    finally:
        session.close()


def _bare(record: Any, *names: str) -> dict[str, Any]:
    left = {"id", "version", "phone_key", "licence_key", *names}
    return {name: value for name, value in attrs.asdict(record, recurse=False).items() if name not in left}


def empty(crm: Crm) -> None:
    session = crm.store.begin(write=True)
    kinds: tuple[type[Any], ...] = (CustomValue, Contact, Customer)
    for cls in kinds:
        for one in session.find(query(cls)):
            assert session.delete(cls, one.id, one.version)
    session.commit()
    session.close()


def allow_exporting(crm: Crm) -> None:
    """Let account managers export, too."""
    with crm.work(as_user=SYSTEM, readonly=True) as work:
        role = work.unscoped(Role).get(delivered_role_id(ACCOUNT_MANAGER))
    session = crm.store.begin(write=True)
    allowed = attrs.evolve(role, permissions=(*role.permissions, "customer.export"), version=role.version + 1)
    assert session.replace(allowed, role.version)
    session.commit()
    session.close()


def exported(crm: Crm, kind: str, **ways: Any) -> bytes:
    to = io.BytesIO()
    exchange.export(crm, kind, to, as_user=BOSS, **ways)
    return to.getvalue()


def take(crm: Crm, data: bytes, kind: str, *, whole: bool = False, **facts: Any) -> exchange.ImportResult:
    with crm.work(as_user=BOSS, readonly=True) as work:
        columns = exchange.columns_offered(work, kind)
    seen = exchange.preview(data, kind=kind, columns=columns)
    assert not whole or {*columns} == {*seen.mapping} - {""}
    assert [one.read_only for one in seen.columns if not one.field] == [True] * seen.mapping.count("")
    plan = ImportPlan(mapping=seen.mapping, kind=kind, **facts)
    return exchange.import_file(crm, data, plan, as_user=BOSS)


@pytest.mark.requirement("X-ADM-08", "X-ADM-10", "14.20", "X-CUS-08")
@pytest.mark.extras
@pytest.mark.parametrize(("written", "language"), [("csv", None), ("xlsx", "zh"), ("csv", "en")])
def test_what_is_exported_comes_in_again_as_it_was(
    crm: Crm, people: People, written: str, language: Language | None
) -> None:
    fill(crm, people)
    before = known(crm)
    data = exported(crm, "customer", format=written, language=language)
    empty(crm)
    done = take(crm, data, "customer", key="number", whole=True)
    assert done.errors == ()
    assert known(crm) == before
    assert take(crm, data, "customer", mode="update", key="number", blank="clear").unchanged == len(HOSTILE)


@pytest.mark.requirement("X-ADM-08", "X-PHB-01")
def test_contacts_come_in_again_from_cards(crm: Crm, people: People) -> None:
    fill(crm, people)
    before = known(crm)
    data = exported(crm, "contact", format="vcard")
    assert all(len(line) <= 75 for line in data.split(b"\r\n"))
    session = crm.store.begin(write=True)
    for one in session.find(query(Contact)):
        assert session.delete(Contact, one.id, one.version)
    session.commit()
    session.close()
    assert take(crm, data, "contact", key="number").errors == ()
    assert known(crm) == before


@pytest.mark.requirement("X-ADM-08", "X-ADM-10", "CON-02")
@pytest.mark.extras
@pytest.mark.parametrize("written", ["csv", "xlsx"])
def test_contacts_who_share_a_name_come_in_again_unchanged(crm: Crm, people: People, written: str) -> None:
    text = b"name,manager,contact_name\nA,lihua,\n"
    take(crm, text, "customer")
    rows = "name,customer_name,mobile,office_phone\n甲,A,138,65\n甲,A,139,65\n甲,A,,65\n乙,A,138,65\n"
    assert take(crm, rows.encode(), "contact", mode="upsert").errors != ()
    assert take(crm, rows.replace("甲,A,,65\n", "").encode(), "contact", mode="upsert").unchanged == 3
    before = stored(crm)
    data = exported(crm, "contact", format=written)
    done = take(crm, data, "contact", mode="upsert", key="number")
    assert (done.unchanged, done.errors) == (3, ())
    assert stored(crm) == before


def stored(crm: Crm) -> list[Contact]:
    with crm.work(as_user=BOSS, readonly=True) as work:
        return list(work.contacts.find())


@pytest.mark.requirement("X-ADM-08")
def test_no_exported_text_is_a_formula(crm: Crm, people: People) -> None:
    fill(crm, people)
    rows = list(csv.reader(io.StringIO(exported(crm, "customer").decode("utf-8-sig"), newline="")))
    assert len(rows) == len(HOSTILE) + 1
    assert not [cell for row in rows for cell in row if cell.startswith(tuple("=+-@\t\r"))]


@pytest.mark.requirement("X-ADM-08", "X-ADM-09", "14.20", "CUS-05")
def test_exporting_is_a_right_of_its_own_and_on_record(crm: Crm, people: People) -> None:
    fill(crm, people)
    with pytest.raises(NoPermission):
        exchange.export(crm, "customer", io.BytesIO(), as_user="lihua")
    record = exchange.export(crm, "customer", io.BytesIO(), as_user=BOSS, filters={"name": "=cmd"})
    assert (record.rows, record.taken_by, record.filters) == (1, people.supervisor.id, '{"name":"=cmd"}')
    with crm.work(as_user="admin", readonly=True) as work:
        assert list(exchange.exports(work).rows) == [record]
        told = [one for one in work.unscoped(ChangeRecord).find() if one.entity_id == record.id]
        assert [one.action for one in told] == ["exchange.note_export", "exchange.note_exported"]

    allow_exporting(crm)
    to = io.BytesIO()
    assert exchange.export(crm, "customer", to, as_user="lihua").rows == (len(HOSTILE) + 1) // 2
    assert "wangwei" not in to.getvalue().decode("utf-8-sig")
    assert exchange.export(crm, "contact", io.BytesIO(), as_user="lihua").rows == (len(HOSTILE) + 1) // 2
    assert crm.perform(note_export, "order", "csv", {}, as_user="lihua").rows == 0


@pytest.mark.requirement("X-ADM-08", "X-ADM-09", "14.20")
def test_the_record_of_an_export_says_the_truth_once(crm: Crm, people: People) -> None:
    fill(crm, people)
    narrow: CustomerFilters = {"number": "KH-3"}
    begun = crm.perform(note_export, "customer", "csv", narrow, as_user=BOSS)
    told = exchange.export(crm, "customer", io.BytesIO(), as_user=BOSS)
    with crm.work(as_user=BOSS) as work:
        for person_says in (0, 10**6):
            with pytest.raises(NoPermission):
                note_exported(work, begun.id, person_says)
        with pytest.raises(Refused) as ended:
            export_table(work, told.id)
        assert ended.value.code == "exchange.export_ended"
        with pytest.raises(Invalid):
            export_table(work, begun.id)  # more than he has said that he takes
        with pytest.raises(NotFound):
            export_table(work, crm.ids())
        assert len(list(export_table(work, begun.id, filters=narrow).rows())) == 1
    with pytest.raises(Refused):
        crm.perform(note_exported, told.id, 0, as_user=SYSTEM)
    with pytest.raises(Invalid):
        crm.perform(note_export, "customer", "paper", {}, as_user=BOSS)

    class Full(io.BytesIO):
        def write(self, data: Any) -> int:
            raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="space"):
        exchange.export(crm, "contact", Full(), as_user=BOSS, format="vcard")
    with crm.work(as_user="admin", readonly=True) as work:
        latest = {one.kind: one for one in reversed(exchange.exports(work).rows)}
    assert (latest["contact"].rows, latest["contact"].version) == (1, 2)


@pytest.mark.requirement("X-ADM-08")
@pytest.mark.extras
def test_pandas_gets_the_values_themselves(crm: Crm, people: People) -> None:
    pytest.importorskip("pandas")
    fill(crm, people)
    frame = exchange.export_frame(crm, "customer", as_user=BOSS)
    assert sorted(frame["phone"]) == sorted(HOSTILE)
    assert frame["registered_capital"].sum() == sum(10**12 - place for place in range(len(HOSTILE)))
    assert frame["satisfaction"].isna().all()


@pytest.mark.requirement("X-ADM-08", "ORD-02")
def test_orders_go_out_with_their_customers(crm: Crm, people: People) -> None:
    fill(crm, people)
    row = {"source_key": "=1", "ordered_on": dt.date(2026, 2, 1), "customer": "KH-3", "status": "paid"}
    crm.perform(
        sales.import_orders, [{**row, "lines": [("P1", "电脑", 2, "台", Decimal("10.50"), None)]}], as_user=BOSS
    )
    rows = csv.DictReader(io.StringIO(exported(crm, "order").decode("utf-8-sig"), newline=""))
    (order,) = list(rows)
    assert (order["source_key"], order["customer_number"], order["ordered_on"]) == ("'=1", "KH-3", "2026-02-01")
    assert (order["status"], order["amount"], order["line_count"]) == ("paid", "21.00", "1")
    assert exported(crm, "order", filters={"number": "KH-4"}).count(b"\n") == 1
    with pytest.raises(Invalid):
        exported(crm, "order", format="vcard")


@pytest.mark.requirement("X-ANA-09", "X-ADM-08", "14.20")
@pytest.mark.extras
def test_opportunities_go_out_with_what_was_forecast_of_them(crm: Crm, people: People) -> None:
    stages = stages_of(crm)
    waiting = chances.recorded(crm, title="=1+1", customer_name="华建")
    developed = moved(crm, expected(crm, 70_000, "wangwei", customer_name="远洋"), stages.need)
    won = chances.won(crm, "lihua", customer_name="新客户")
    rows = {
        one["number"]: one
        for one in csv.DictReader(io.StringIO(exported(crm, "opportunity").decode("utf-8-sig"), newline=""))
    }
    assert {*rows} == {waiting.number, developed.number, won.number}
    row = rows[developed.number]
    assert (row["customer_name"], row["status"], row["assignee"]) == ("远洋", "assigned", "wangwei")
    assert (row["expected_amount"], row["expected_on"], row["stage"]) == ("70000.00", "2026-06-30", stages.need.name)
    assert (rows[waiting.number]["title"], rows[waiting.number]["assignee"]) == ("'=1+1", "")
    with crm.work(as_user=BOSS, readonly=True) as work:
        (customer,) = work.customers.find()
    assert rows[won.number]["customer_number"] == customer.number
    narrowed = exported(crm, "opportunity", filters={"name": "新客户"}).decode("utf-8-sig")
    assert won.number in narrowed
    assert developed.number not in narrowed
    assert exported(crm, "opportunity", filters={"name": ""}).count(b"XS") == 3
    titles = exported(crm, "opportunity", language="zh").decode("utf-8-sig").splitlines()[0].split(",")
    assert len({*titles}) == len(titles)
    assert exported(crm, "opportunity", format="xlsx").startswith(b"PK")
    with pytest.raises(Invalid):
        exported(crm, "opportunity", format="vcard")
    with crm.work(as_user="admin", readonly=True) as work:
        assert exchange.exports(work).rows[0].kind == "opportunity"


@pytest.mark.requirement("X-ANA-09", "9")
def test_who_may_export_gets_the_opportunities_that_he_sees(crm: Crm, people: People) -> None:
    allow_exporting(crm)
    his = expected(crm, 1, "lihua")
    other = expected(crm, 2, "wangwei")
    with pytest.raises(NoPermission):
        exchange.export(crm, "opportunity", io.BytesIO(), as_user="chengang")
    to = io.BytesIO()
    with crm.work(as_user="lihua", readonly=True) as work:
        seen = {one.number for one in work.opportunities.find()}
    done = exchange.export(crm, "opportunity", to, as_user="lihua")
    said = to.getvalue().decode("utf-8-sig")
    assert his.number in said
    assert {one for one in (his.number, other.number) if one in said} == seen
    assert done.rows == len(seen)


@pytest.mark.requirement("X-ANA-09")
@pytest.mark.extras
def test_pandas_gets_opportunities_by_column(crm: Crm, people: People) -> None:
    pytest.importorskip("pandas")
    for amount in (100, 200):
        expected(crm, amount, "lihua")
    frame = exchange.export_frame(crm, "opportunity", as_user=BOSS)
    assert sorted(frame["expected_amount"]) == [100, 200]
    assert {*frame["status"]} == {"assigned"}
