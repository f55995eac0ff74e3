"""Files that are odd without meaning harm: each is read for what it says, or refused in words (X-ADM-10)."""

import csv
import io
import zipfile
from pathlib import Path
from typing import Any

import pytest

from crmcore.base.errors import Invalid
from crmcore.exchange import open_file
from crmcore.exchange.csv_files import csv_rows
from crmcore.exchange.guarding import unlisted
from crmcore.exchange.kinds import columns_of
from crmcore.exchange.vcards import CARD_COLUMNS, card_rows

pytestmark = pytest.mark.requirement("X-ADM-10")

SHEET = "<row r='1'><c r='A1' t='str'><v>name</v></c></row>"


def cells(data: bytes, **ways: str) -> list[list[str]]:
    file = open_file(data, **ways)
    return [list(file.headings), *(row for _, row in file.rows())]


def refused(data: bytes | str | Path, **ways: str) -> str:
    """Why a file is refused."""
    with pytest.raises(Invalid) as caught:
        list(open_file(data, **ways).rows())
    assert caught.value.explain("zh") != caught.value.explain("en")
    (code,) = caught.value.codes
    return code


def book(inner: str = SHEET, flags: int = 0, **parts: str) -> bytes:
    """A workbook with one sheet of these rows."""
    said = {
        "workbook": "<w xmlns:r='r'><sheet name='S' r:id='i'/></w>",
        "_rels/workbook.xml": "<r><Relationship Id='i' Target='s.xml'/></r>",
        "s": f"<w><sheetData>{inner}</sheetData></w>",
        **parts,
    }
    to = io.BytesIO()
    with zipfile.ZipFile(to, "w", zipfile.ZIP_DEFLATED) as made:
        for name, text in said.items():
            made.writestr(f"xl/{name}.rels" if name.startswith("_") else f"xl/{name}.xml", text)
    data = bytearray(to.getvalue())
    if flags:
        entry = data.rindex(b"PK\x01\x02")
        data[entry + 8] |= flags
    return bytes(data)


def test_headings_may_be_followed_by_empty_columns() -> None:
    assert cells(b"name,phone,,\nA,1,,\n")[0] == ["name", "phone"]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b",,\n , ,\n", "exchange.empty"),
        (b"\xef\xbb\xbf", "exchange.empty"),
        (b",".join([b"x"] * 501) + b"\n", "exchange.too_many_columns"),
        (b"a,b\n" + b",".join([b"x"] * 501) + b"\n", "exchange.too_many_columns"),
        (b"name\n" + bytes(range(1, 9)) * 50 + b"\xff", "exchange.no_text"),
        (b"name\n" + b"\xff\xff\x80 " * 50, "exchange.no_encoding"),
        (b"PK\x03\x04 and nothing else", "exchange.broken_workbook"),
        (b"\xff\xfen\0a\0m\0e\0\n\0\0\xd8\n\0", "exchange.wrong_encoding"),
    ],
)
def test_what_can_not_be_read_is_refused_in_words(data: bytes, code: str) -> None:
    assert refused(data) == code


def test_a_file_that_is_not_there_or_not_in_that_encoding_is_refused(tmp_path: Path) -> None:
    assert refused(tmp_path / "nothing.csv") == "exchange.not_there"
    assert refused(str(tmp_path)) == "exchange.not_there"
    assert refused(b"name\nA\n", encoding="idna") in {"exchange.wrong_encoding", "exchange.unknown_encoding"}


def test_punctuation_of_both_chinese_encodings_speaks_for_neither() -> None:
    for encoding, text in (("gb18030", "“北京”，上海。\n"), ("big5", "「臺北」，高雄。\n")):
        assert cells(text.encode(encoding))[0] == text.strip().split(",")


def test_a_cell_longer_than_a_cell_may_be_is_refused() -> None:
    assert refused(b'name\n"' + b"x" * 140_000 + b'"\n') == "exchange.row_too_long"
    assert refused(b'"' + b"x," * 70_000 + b'"\n') == "exchange.row_too_long"


def test_nothing_else_than_customers_and_contacts_is_imported() -> None:
    with pytest.raises(Invalid) as caught:
        columns_of("order")
    assert caught.value.codes == {"exchange.unknown_kind"}


def test_how_characters_are_pronounced_is_no_part_of_a_text() -> None:
    first = "<si><t>東京</t><rPh sb='0' eb='2'><t>トウキョウ</t></rPh></si>"
    texts = f"<sst>{first}<si><r><t>a</t></r><r><t>b</t></r></si></sst>"
    rows = "<row><c t='s'><v>0</v></c><c t='s'><v>1</v></c></row>"
    assert cells(book(SHEET + rows, sharedStrings=texts))[1] == ["東京", "ab"]


@pytest.mark.parametrize("place", ["2", "-1", "x"])
def test_a_text_that_is_not_there_makes_a_workbook_broken(place: str) -> None:
    rows = f"{SHEET}<row><c t='s'><v>{place}</v></c></row>"
    assert refused(book(rows, sharedStrings="<sst><si><t>a</t></si></sst>")) == "exchange.broken_workbook"


def test_numbers_shown_in_a_way_of_their_own_are_days_only_if_it_names_parts_of_a_day() -> None:
    formats = "".join(
        f"<numFmt numFmtId='{place}' formatCode='{code}'/>"
        for place, code in ((164, "yyyy/m"), (165, "0.00&quot;day&quot;"))
    )
    cell_formats = "".join(f"<xf numFmtId='{number}'/>" for number in (0, 164, 165))
    styles = f"<s><numFmts>{formats}</numFmts><cellXfs>{cell_formats}</cellXfs></s>"
    rows = "".join(f"<c s='{style}'><v>{value}</v></c>" for style, value in ((1, "46083"), (2, "46083"), (0, "n/a")))
    assert cells(book(f"{SHEET}<row>{rows}</row>", styles=styles))[1] == ["2026-03-02", "46083", "n/a"]


def test_cells_say_where_they_are_in_letters_and_otherwise_follow_one_another() -> None:
    rows = "<row><c r='B' t='str'><v>b</v></c><c r='D2' t='str'><v>d</v></c></row>"
    assert cells(book(SHEET + rows))[1] == ["", "b", "", "d"]
    assert refused(book(f"{SHEET}<row><c r='7' t='str'><v>x</v></c></row>")) == "exchange.too_many_columns"


@pytest.mark.parametrize(
    ("made", "code"),
    [
        (lambda: book(flags=1), "exchange.encrypted"),
        (lambda: book(workbook="<w><sheet name='S' r:id='other'/></w>"), "exchange.broken_workbook"),
        (lambda: book(workbook="<w>" + "<sheet name='x'/>" * 1_001 + "</w>"), "exchange.bomb"),
        (lambda: book(f"{SHEET}<row><c t='str'><v>{'x' * 131_073}</v></c></row>"), "exchange.row_too_long"),
    ],
    ids=["encrypted", "no sheet", "sheets", "cell"],
)
def test_workbooks_that_can_not_be_read_are_refused_in_words(made: Any, code: str) -> None:
    assert refused(made()) == code


def test_a_workbook_of_too_much_text_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("crmcore.exchange.sheets.MOST_CELL_TEXTS", 5)
    assert refused(book(sharedStrings="<sst><si><t>abcdef</t></si></sst>")) == "exchange.too_much_text"


def test_what_unpacks_to_very_much_is_refused_while_it_is_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("crmcore.exchange.workbooks._LARGE", 10)
    monkeypatch.setattr("crmcore.exchange.workbooks.MOST_RATIO", 2)
    data = book(SHEET + " " * 100_000)
    assert refused(data) == "exchange.bomb"
    monkeypatch.setattr("crmcore.exchange.workbooks._opened", zipfile.ZipFile)
    assert refused(data) == "exchange.bomb"


def card(*lines: str) -> bytes:
    return "\r\n".join(["BEGIN:VCARD", "VERSION:3.0", *lines, "END:VCARD", ""]).encode()


def said(data: bytes) -> list[dict[str, str]]:
    headings, *rows = cells(data)
    assert headings == [*CARD_COLUMNS]
    return [{name: text for name, text in zip(headings, row, strict=True) if text} for row in rows]


def test_what_stands_outside_of_cards_is_nobodys() -> None:
    assert said(card("FN:A") + b"FN:B\r\nEND:VCARD\r\n" + card("FN:C")) == [{"name": "A"}, {"name": "C"}]


def test_cards_in_another_encoding_than_they_say_are_refused() -> None:
    assert refused(card("FN:A") + b"BEGIN:VCARD\r\nFN:\xff\xfe\xff\r\nEND:VCARD\r\n", encoding="utf-8") == (
        "exchange.wrong_encoding"
    )
    for charset in ("UTF-8", "NO-SUCH"):
        line = f"FN;CHARSET={charset};ENCODING=QUOTED-PRINTABLE:=FF=FE"
        assert refused(card(line)) == "exchange.wrong_encoding"


def test_a_folded_line_longer_than_a_cell_is_refused() -> None:
    long = "NOTE:" + "\r\n ".join(["x" * 70_000] * 3)
    assert refused(card(long)) == "exchange.row_too_long"
    assert said(card("PHOTO:" + "\r\n ".join(["x" * 70_000] * 3), "FN:A")) == [{"name": "A"}]


def test_nothing_but_the_headings_is_read_of_no_cards_at_all() -> None:
    assert list(card_rows(io.BytesIO(b""), "utf-8")) == [[*CARD_COLUMNS]]


@pytest.mark.parametrize(
    "rows", [lambda source: card_rows(source, "utf-8"), lambda source: csv_rows(source, "utf-8", ",")]
)
def test_whoever_closes_a_file_first_and_the_reader_then_hears_no_complaint(rows: Any) -> None:
    source = io.BytesIO(card("FN:A") * 3)
    reader = rows(source)
    next(reader)
    next(reader)
    source.close()
    reader.close()


def test_what_the_program_around_has_set_for_its_own_files_breaks_nothing() -> None:
    before = csv.field_size_limit(10)
    try:
        assert refused(b"name,phone\n" + b"x" * 50 + b",1\n") == "exchange.row_too_long"
    finally:
        csv.field_size_limit(before)


def test_a_workbook_of_very_many_parts_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("crmcore.exchange.workbooks.MOST_PARTS", 2)
    assert refused(book()) == "exchange.bomb"


@pytest.mark.parametrize("text", ['["a" "b"]', '["a", 1, "b"]', '["a"], ["b"]'])
def test_what_only_looks_like_a_list_is_a_text(text: str) -> None:
    assert unlisted(text) == (text,)
    assert unlisted('["a;b", "c"]') == ("a;b", "c")
