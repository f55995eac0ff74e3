"""Files as companies have them: encodings, delimiters, workbooks, cards, and which column is which (X-ADM-10)."""

import datetime as dt
import io
import zipfile
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmcore.base.errors import Invalid
from crmcore.base.text import is_storable
from crmcore.customers.entity import Customer
from crmcore.exchange import open_file, preview
from crmcore.exchange.encodings import detect_encoding
from crmcore.exchange.guarding import guarded, kept, listed, tidy, unguarded, unlisted
from crmcore.exchange.kinds import columns_of, control_of
from crmcore.exchange.mapping import suggested
from crmcore.exchange.parsing import Wrong, cell_reader
from crmcore.views.forms import form_for

SIMPLIFIED = "客户名称,联系电话\n北京华建贸易有限公司,010-65512233\n上海光明乳业股份有限公司,021-5566\n深圳市腾讯,1\n"
TRADITIONAL = "客戶名稱,聯絡電話\n臺北華建貿易有限公司,02-65512233\n高雄光明乳業股份有限公司,07-5566\n香港電腦,1\n"


def cells(data: bytes, **ways: str) -> list[list[str]]:
    file = open_file(data, **ways)
    return [list(file.headings), *(row for _, row in file.rows())]


@pytest.mark.requirement("X-ADM-10")
@pytest.mark.parametrize(
    ("text", "encoding", "found"),
    [
        (SIMPLIFIED, "utf-8", "utf-8"),
        (SIMPLIFIED, "utf-8-sig", "utf-8-sig"),
        (SIMPLIFIED, "utf-16", "utf-16"),
        (SIMPLIFIED, "utf-16-le", "utf-16-le"),
        (SIMPLIFIED, "utf-16-be", "utf-16-be"),
        (SIMPLIFIED, "gb18030", "gb18030"),
        (TRADITIONAL, "big5", "big5"),
        ("name,phone\nA,1\n", "ascii", "utf-8"),
    ],
)
def test_the_encoding_is_found_out(text: str, encoding: str, found: str) -> None:
    data = text.encode(encoding)
    assert detect_encoding(data) == found
    assert cells(data)[:2] == [line.split(",") for line in text.splitlines()[:2]]
    for cut in range(len(data) - 8, len(data)):
        assert detect_encoding(data[:cut]) == found


def test_people_may_know_the_encoding_better() -> None:
    data = "名称\n测试\n".encode("gb18030")
    assert cells(data, encoding="GBK") == [["名称"], ["测试"]]
    for encoding, code in (("utf-8", "exchange.wrong_encoding"), ("no such", "exchange.unknown_encoding")):
        with pytest.raises(Invalid) as caught:
            cells(data, encoding=encoding)
        assert caught.value.codes == {code}


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found_out(delimiter: str) -> None:
    plain = f'name{delimiter}"x{delimiter}y"\n1{delimiter}"2\n\n""3"""\n\n4\n'
    assert cells(plain.encode()) == [["name", " ".join(f"x{delimiter}y".split())], ["1", '2\n\n"3"'], ["4", ""]]


@pytest.mark.extras
def test_a_workbook_is_read_as_people_see_it() -> None:
    openpyxl: Any = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    book.active.append(["名称", "数", "日", "时", "真", "公式"])
    book.active.append(["甲\n乙", 12, dt.date(2026, 3, 2), dt.datetime(2026, 3, 2, 9, 30), True, "=1+1"])  # noqa: DTZ001
    book.active.append([])
    book.active.append(["_x0041_", 0.1 + 0.2, None, -5, False, 1e20])
    book.create_sheet("第二").append(["另一个"])
    to = io.BytesIO()
    book.save(to)
    file = open_file(to.getvalue(), name="a.xlsx")
    assert list(file.rows()) == [
        (2, ["甲\n乙", "12", "2026-03-02", "2026-03-02T09:30:00", "yes", ""]),
        (4, ["A", "0.3", "", "-5", "no", "1e+20"]),
    ]
    assert open_file(to.getvalue(), sheet="第二").headings == ("另一个",)
    with pytest.raises(Invalid):
        open_file(to.getvalue(), sheet="第三")


@pytest.mark.requirement("X-PHB-01")
def test_cards_of_phones_are_read() -> None:
    card = (
        "BEGIN:VCARD\r\nVERSION:3.0\r\nN:张;三;;;\r\n"
        "ORG:北京\\, 华建;销售部\r\nitem1.TEL;type=CELL;type=pref:+86 138\r\n"
        'TEL;TYPE="work,voice":010\r\n'
        "NOTE:一\\n二\r\n  三\\;\\\\\r\n"
        "PHOTO;ENCODING=b:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\r\n AAAA\r\n"
        "END:VCARD\r\n"
        "BEGIN:VCARD\nVERSION:2.1\nFN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=E7=8E=\n=8B=E4=BA=94\n"
        "TEL:13800138000\nEND:VCARD\n"
        "BEGIN:VCARD\r\nVERSION:4.0\r\nFN:Ann Lee\r\nGENDER:F\r\n"
        "TEL;VALUE=uri;TYPE=work:tel:+1-555\r\nEMAIL:a@b.c\r\nEND:VCARD\r\n"
    )
    headings, first, second, third = cells(card.encode())
    said = [{name: text for name, text in zip(headings, row, strict=True) if text} for row in (first, second, third)]
    assert said == [
        {
            "name": "张三",
            "customer_name": "北京, 华建",
            "mobile": "+86 138",
            "office_phone": "010",
            "memo": "一\n二 三;\\",
        },
        {"name": "王五", "mobile": "13800138000"},
        {"name": "Ann Lee", "gender": "female", "office_phone": "+1-555", "email": "a@b.c"},
    ]


def test_columns_are_recognised_in_both_languages() -> None:
    headings = [
        "Customer Name*",
        "客户经理",
        "注册资金（万元）",
        "contact_mobile",
        "Regoin",
        "电话",
        "联系人",
        "随便",
        "电话",
    ]
    assert [field for field, _ in suggested("customer", headings)] == [
        "name",
        "manager",
        "registered_capital",
        "contact_mobile",
        "region",
        "phone",
        "contact_name",
        "",
        "",
    ]
    assert [field for field, _ in suggested("contact", ["姓名", "公司", "手机"])] == ["name", "customer_name", "mobile"]
    for kind in ("customer", "contact"):
        for language in ("zh", "en"):
            columns = columns_of(kind)
            labels = [one.label(language) for one in columns.values()]  # type: ignore[arg-type]
            assert suggested(kind, labels) == tuple((name, True) for name in columns)


def test_a_preview_shows_what_is_there() -> None:
    seen = preview("名称,电话,x\n甲,1,\n乙,,\n".encode(), name="a.csv")
    assert seen.mapping == ("name", "phone", "")
    assert [one.sample for one in seen.columns] == [("甲", "乙"), ("1",), ()]
    assert (seen.file.encoding, seen.file.delimiter, seen.file.vet().rows) == ("utf-8", ",", 2)


TEXTS = st.text(st.one_of(st.sampled_from("'=+-@\t\r\n ＝a;[\""), st.characters(exclude_categories=["Cs"])), max_size=8)


@given(TEXTS, st.booleans())
def test_a_guarded_text_is_given_back_and_nothing_else_is_taken_for_one(text: str, long: bool) -> None:
    for write in (guarded, kept):
        said = write(text, long=long)
        bare = unguarded(said, long=long)
        assert (tidy(said, long=long) if bare is None else bare) == text
    assert not guarded(text, long=long).startswith(tuple("=+-@\t\r\n"))


@given(st.lists(TEXTS.filter(is_storable), max_size=4).map(tuple))
def test_a_list_is_given_back(values: tuple[str, ...]) -> None:
    assert unlisted(listed(values)) == values


SAMPLES = [
    "",
    " ",
    "x",
    " x ",
    "a\nb",
    "\u200b",
    "x" * 101,
    "12",
    "１２",
    "-1",
    "1e5",
    "\u3000全\u3000",
    "a\u00a0b",
    "\x07",
]


@pytest.mark.parametrize("name", ["name", "phone", "remark", "satisfaction", "registered_capital", "trust"])
@given(text=st.one_of(st.sampled_from(SAMPLES), st.text(st.characters(exclude_categories=["Cs"]), max_size=6)))
def test_columns_are_read_as_forms_read_them(name: str, text: str) -> None:
    zone = ZoneInfo("Asia/Shanghai")
    if unguarded(text) is not None or unguarded(text, long=False) is not None or not text.strip():
        return
    (value,) = cell_reader(control_of(columns_of("customer")[name], zone), zone)([text])
    try:
        wanted = form_for(Customer, zone=zone, names=[name]).parse({name: text})[name]
    except Invalid as invalid:
        assert isinstance(value, Wrong)
        assert value.problems == invalid.problems  # noqa: PT017  # raised or not, the reader must agree
    else:
        assert value == wanted


def test_a_workbook_of_another_program_without_places_of_cells_is_read() -> None:
    to = io.BytesIO()
    with zipfile.ZipFile(to, "w") as book:
        book.writestr("xl/workbook.xml", "<w xmlns:r='r'><sheet name='S' r:id='i'/></w>")
        book.writestr("xl/_rels/workbook.xml.rels", "<r><Relationship Id='i' Target='/xl/s.xml'/></r>")
        inner = "<row><c t='inlineStr'><is><r><t>na</t></r><r><t>me</t></r></is></c></row>"
        inner += "<row/><row><c><v>1.0</v></c></row>"
        book.writestr("xl/s.xml", f"<x:w xmlns:x='x'><sheetData>{inner}</sheetData></x:w>")
    assert cells(to.getvalue()) == [["name"], ["1"]]
