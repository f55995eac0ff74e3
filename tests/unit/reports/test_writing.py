"""Reports as files: separated values, workbooks, data frames and pages say what the tables say, and nothing else."""

import csv
import io
import zipfile
from decimal import Decimal
from html.parser import HTMLParser
from typing import Any

import pytest

from crmcore.exchange.guarding import unguarded
from crmcore.i18n import LANGUAGES, Language
from crmcore.reports.tables import Cell, Shape
from crmcore.reports.writing.charts import _steps
from crmcore.reports.writing.pages import page_of
from crmcore.reports.writing.separated import write_csv, write_zip
from crmcore.reports.writing.words import UNDEFINED, heading, spoken
from crmcore.reports.writing.workbooks import write_xlsx
from tabled import HOSTILE, report

openpyxl = pytest.importorskip("openpyxl")
pd = pytest.importorskip("pandas")
pytestmark = [pytest.mark.extras, pytest.mark.requirement("RPT-07", "X-ANA-09")]


def written(table: str, language: Language = "en") -> list[list[str]]:
    """The rows of a table's file."""
    file, found = io.BytesIO(), report().table(table)
    assert found is not None
    assert write_csv(found, file, language) == len(found.rows)
    return list(csv.reader(io.StringIO(file.getvalue().decode("utf-8-sig"), newline="")))


def workbook(language: Language = "en") -> Any:
    file = io.BytesIO()
    assert write_xlsx(report(), file, language) == len(HOSTILE) + 4 + 5
    return openpyxl.load_workbook(file)


def test_a_cell_is_found_by_the_names_of_an_address() -> None:
    whole = report()
    assert whole.cell("customers", "k3", "orders") == whole.tables[0].rows[3].cells[1]
    assert whole.cell("customers", "total", "orders") == Cell(36)
    missing = [("x", "k3", "orders"), ("customers", "k99", "orders"), ("customers", "k3", "x")]
    assert [whole.cell(*one) for one in missing] == [None] * 3
    with pytest.raises(KeyError):
        whole.tables[0].place("x")


def test_separated_values_hold_every_text_and_no_formula() -> None:
    head, *rows = written("customers")
    assert head == ["Customer", "Orders", "Amount (CNY)", "Share (%)", "Stay (days)", "Day"]
    assert [unguarded(row[0]) or row[0] for row in rows] == list(HOSTILE)
    assert not [row for row in rows if row[0][:1] in {"=", "+", "@", "-", "\t"}]
    assert rows[3][1:] == ["3", "1234567.50", "", "2.25", "2026-10-05"]
    assert rows[1][2] == ""  # undefined, not 0
    assert rows[2][2] == "-200.00"
    assert len(rows) == len(HOSTILE)  # without the total


def test_the_mark_of_utf8_stands_in_front() -> None:
    file = io.BytesIO()
    write_csv(report().tables[0], file, "zh")
    assert file.getvalue().startswith(b"\xef\xbb\xbf")


def test_figures_of_different_kinds_say_what_they_are_in() -> None:
    assert written("figures") == [
        ["Figure", "Value", "Unit"],
        ["customers", "1234", ""],
        ["rate", "75.0", "%"],
        ["revenue", "1200.50", "CNY"],
        ["stay", "", "days"],
    ]
    assert written("figures", "zh")[0][2] == "单位"


def test_an_archive_has_every_table_and_is_the_same_each_time() -> None:
    one, other = io.BytesIO(), io.BytesIO()
    assert write_zip(report(), one, "en") == write_zip(report(), other, "en")
    assert one.getvalue() == other.getvalue()
    with zipfile.ZipFile(one) as archive:
        assert archive.namelist() == ["about.csv", "customers.csv", "figures.csv", "waterfall.csv", "nothing.csv"]
        about = list(csv.reader(io.StringIO(archive.read("about.csv").decode("utf-8-sig"))))
        assert archive.testzip() is None
    assert ["Customer", "'=1+1"] in about
    assert ["As of", "2026-11-01 02:30 UTC"] in about


@pytest.mark.requirement("RPT-06")
def test_a_workbook_has_a_sheet_a_table_with_numbers_as_numbers() -> None:
    book = workbook()
    assert book.sheetnames == ["Report", "Customers all =1", "Figures", "Customers all =2", "Nothing"]
    sheet = book.worksheets[1]
    assert (sheet.freeze_panes, sheet.cell(1, 3).value) == ("B2", "Amount (CNY)")
    assert sheet.cell(1, 1).font.bold
    values = [sheet.cell(5, place).value for place in range(1, 7)]
    formats = [sheet.cell(5, place).number_format for place in range(2, 7)]
    assert values[1:3] == [3, 1234567.5]
    assert values[3] == UNDEFINED
    assert formats == ["#,##0", "#,##0.00", "General", "#,##0.00", "yyyy-mm-dd"]
    assert sheet.cell(2, 4).value == pytest.approx(0.125)
    assert sheet.cell(2, 4).number_format == "0.0%"
    assert sheet.cell(3, 3).value is None  # undefined in a column that is drawn: a gap, no 0
    last = sheet.cell(2 + len(HOSTILE), 1)
    assert (last.value, last.font.bold) == ("Total", True)
    assert book.worksheets[2].cell(4, 2).number_format == '#,##0.00 "CNY"'
    assert all(column.width >= 10 for column in sheet.column_dimensions.values() if not column.hidden)


def test_no_text_of_a_workbook_is_a_formula() -> None:
    book = workbook()
    for sheet in book.worksheets:
        for row in sheet.iter_rows():
            assert [cell.value for cell in row if cell.data_type == "f"] == []
    shown = [book.worksheets[1].cell(number + 2, 1).value for number in range(len(HOSTILE))]
    assert [one.replace("_x000B_", "\x0b") for one in shown] == list(HOSTILE)


@pytest.mark.requirement("RPT-06")
def test_a_workbook_draws_with_charts_of_its_own() -> None:
    book = workbook()
    kinds = [[type(one).__name__ for one in sheet._charts] for sheet in book.worksheets]
    assert kinds == [[], ["BarChart", "BarChart", "LineChart", "BarChart"], [], ["BarChart"], []]
    first = book.worksheets[1]._charts[0]
    assert str(first.series[0].val.numRef.f) == "'Customers all =1'!$C$2:$C$10"
    assert book.worksheets[4].cell(2, 1).value == "There are none; choose another <period>."


def test_a_waterfall_stands_where_the_amounts_before_it_end() -> None:
    values = [Decimal(100), Decimal(50), Decimal(-30), None, Decimal(120)]
    drawn = [tuple(map(int, one)) for one in _steps(values)]
    assert drawn == [(0, 100, 0), (100, 50, 0), (120, 0, 30), (120, 0, 0), (0, 120, 0)]


def test_a_frame_has_the_very_values() -> None:
    frame = report().to_pandas("customers")
    assert list(frame.columns) == ["customer", "orders", "amount", "share", "stay", "day"]
    assert list(frame.index) == [f"k{number}" for number in range(len(HOSTILE))]
    assert list(frame["customer"]) == list(HOSTILE)
    assert frame["amount"]["k1"] is None
    assert frame["amount"].drop("k1").sum() == Decimal("1234567.50") * (len(HOSTILE) - 2) - 200
    assert report().to_pandas().equals(frame)
    assert isinstance(report().to_pandas("nothing"), pd.DataFrame)
    with pytest.raises(KeyError):
        report().to_pandas("x")


class Seen(HTMLParser):
    """What a page holds."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.texts: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in {"meta", "br"} and not self.get_starttag_text().endswith("/>"):  # type: ignore[union-attr]
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if self.open and self.open[-1] == tag:
            self.open.pop()

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


@pytest.mark.requirement("RPT-05", "RPT-06")
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_is_whole_says_everything_and_runs_nothing(language: Language) -> None:
    page = page_of(report(), language)
    seen = Seen(page)
    names = [tag for tag, _ in seen.tags]
    assert seen.open == []
    assert not {"script", "link", "img", "iframe", "object", "a", "b"} & {*names}
    assert "url(" not in page
    assert "@import" not in page
    assert "http" not in page.replace("http-equiv", "")
    assert next(given for tag, given in seen.tags if tag == "html")["lang"] in {"en", "zh-Hans"}
    assert names.count("caption") == names.count("table") == 3  # nothing to see of the empty one but why
    assert (names.count("h1"), names.count("h2"), names.count("main")) == (1, 4, 1)
    scopes = [given.get("scope") for tag, given in seen.tags if tag == "th"]
    assert {*scopes} == {"row", "col"}
    assert "<script>alert(1)</script>" in seen.texts
    assert "There are none; choose another <period>." in seen.texts
    assert next(given for tag, given in seen.tags if tag == "span")["aria-label"]
    assert "@page { size: A4" in page


def test_bars_are_as_long_as_the_numbers_are_large() -> None:
    seen = Seen(page_of(report(), "en"))
    bars = [given["width"] for tag, given in seen.tags if tag == "rect"]
    assert bars[:2] == ["100.0", "0.0"]
    assert [given["class"] for tag, given in seen.tags if tag == "svg"][:2] == ["more", "less"]


@pytest.mark.parametrize(
    ("cell", "place", "said"),
    [
        (Cell(None), 1, "–"),
        (Cell(0), 1, "0"),
        (Cell(1234567), 1, "1,234,567"),
        (Cell(Decimal("1234.5")), 2, "1,234.50"),
        (Cell(Decimal("1234.5678")), 2, "1,234.5678"),
        (Cell(1000), 2, "1,000.00"),
        (Cell(Decimal("2.0000")), 1, "2"),
        (Cell(Decimal("1E+3")), 1, "1,000"),
        (Cell(Decimal("75.0")), 3, "75.0%"),
        (Cell(Decimal("-66.7")), 3, "-66.7%"),
        (Cell(Decimal("2.5"), shape=Shape.TIME, unit="days"), 1, "2.5 days"),
        (Cell(Decimal(7), shape=Shape.AMOUNT, unit="USD"), 1, "7.00 USD"),
        (Cell("x"), 1, "x"),
    ],
)
def test_a_cell_is_said_as_people_read_it(cell: Cell, place: int, said: str) -> None:
    assert spoken(report().tables[0], place, cell) == said


def test_chinese_writes_units_its_own_way() -> None:
    table = report().tables[0]
    assert spoken(table, 3, Cell(Decimal("12.5"))) == "12.5%"
    assert heading(table.columns[2], "zh") == "Amount（CNY）"
