"""Charts of tables: whole, readable without colours or sight, and nothing in them that a strict page forbids."""

import datetime as dt
import re
import time
from decimal import Decimal
from xml.etree import ElementTree as ET

import attrs
import pytest
from flask import Flask, g

from crmcore.query import query
from crmcore.reports.tables import Cell, Chart, ChartKind, Column, Row, Shape, Table
from crmcore.sales.entity import Order
from crmcore.statistics.figures import Figure
from crmcore.statistics.periods import month_of
from crmcore_demo.chart_drawing import NARROW
from crmcore_demo.charts import MOST_BARS, draw

pytestmark = pytest.mark.requirement("RPT-06")
LONG = "北京华建科技有限公司华南第一分公司及其下属企业" * 4


@pytest.fixture
def app() -> Flask:
    return Flask(__name__)


def number(value: Decimal | int | None) -> Cell:
    return Cell(value, Figure(value=value, unit="order", of=query(Order), records=1))


def table(
    values: list[tuple[str, str, Decimal | int | None, Decimal | int | None]], kind: ChartKind, *columns: str
) -> Table:
    return Table(
        name="customers",
        title="Customers",
        columns=(
            Column("customer", "Customer"),
            Column("amount", "Amount", Shape.AMOUNT, "CNY"),
            Column("orders", "Orders", Shape.NUMBER),
        ),
        rows=tuple(Row(key, (Cell(name), number(one), number(two))) for key, name, one, two in values),
        charts=(Chart(kind, "customer", columns or ("amount",)),),
    )


SOME = [
    ("a", '<script>alert("x")</script>', Decimal("1200.50"), 7),
    ("b", LONG, Decimal(800), 3),
    ("c", "Ångström & Sons", None, None),
    ("d", "大", Decimal(-50), 1),
]
MONTHS = [(f"2026-{m:02}-01", f"2026-{m:02}", Decimal(m * m), m) for m in range(1, 13)]


def drawn(app: Flask, one: Table, **more: object) -> str:
    with app.test_request_context():
        g.language = "en"
        return str(draw(one, one.charts[0], address=lambda row, column: f"/of?row={row}&column={column}", **more))  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", ChartKind)
@pytest.mark.parametrize("values", [SOME, MONTHS, SOME[:1], MONTHS[:1]], ids=["some", "months", "one", "one month"])
@pytest.mark.parametrize("columns", [("amount",), ("amount", "orders")], ids=["one", "two"])
def test_a_chart_is_whole_and_strict(
    app: Flask, kind: ChartKind, values: list[tuple[str, str, Decimal, int]], columns: tuple[str, ...]
) -> None:
    body = drawn(app, table(values, kind, *columns))
    figure = ET.fromstring(body)  # noqa: S314  # our own
    assert not re.search(r"style=|<style|<script|xlink:href|https?://(?!www\.w3\.org)|\son\w+=", body)
    assert "nan" not in body.lower().replace("narrow", "")
    texts = "".join(figure.itertext())
    for _, name, amount, _ in values:
        assert name[:3] in texts or values is MONTHS or amount is None
        assert amount is None or f"{amount:,.2f}" in texts
    ids = [one.get("id") for one in figure.iter() if one.get("id")]
    assert len(ids) == len(set(ids))
    for svg in figure.iter("{http://www.w3.org/2000/svg}svg"):
        assert {svg.get("aria-labelledby"), svg.get("aria-describedby")} <= set(ids)


@pytest.mark.parametrize("kind", [ChartKind.BAR, ChartKind.LINE, ChartKind.SHARE])
def test_each_mark_leads_to_its_records(app: Flask, kind: ChartKind) -> None:
    body = drawn(app, table(MONTHS[:5], kind), sizes=(NARROW,))
    assert {f"/of?row={key}&amp;column=amount" for key, *_ in MONTHS[:5]} <= set(re.findall(r'href="([^"]+)"', body))


def test_nothing_draws_nothing(app: Flask) -> None:
    for values in ([], [("a", "A", None, None)], [("a", "A", 0, 0)]):
        assert drawn(app, table(values, ChartKind.BAR)) == ""


def test_a_long_table_is_cut_and_says_so(app: Flask) -> None:
    values = [(str(n), f"Customer {n}", n + 1, n) for n in range(MOST_BARS + 5)]
    body = drawn(app, table(values, ChartKind.BAR), sizes=(NARROW,))
    assert body.count("<rect") == MOST_BARS
    assert f"Customer {MOST_BARS - 1}<" in body
    assert f"Customer {MOST_BARS}<" not in body
    assert str(len(values)) in body


def test_a_pie_of_many_slices_becomes_bars(app: Flask) -> None:
    values = [(str(n), f"Customer {n}", n + 1, n) for n in range(9)]
    assert "drawn as-bars" in drawn(app, table(values, ChartKind.SHARE))
    assert "drawn as-pie" in drawn(app, table(values[:4], ChartKind.SHARE))


def test_a_waterfall_ends_where_it_adds_up_to(app: Flask) -> None:
    steps = [
        ("opening", "Opening", 100, 0),
        ("new", "New", 40, 0),
        ("lost", "Lost", -30, 0),
        ("close", "Closing", 110, 0),
    ]
    body = drawn(app, table(steps, ChartKind.WATERFALL), sizes=(NARROW,))
    figure = ET.fromstring(body)  # noqa: S314  # our own
    bars = [
        (float(rect.get("x", 0)), float(rect.get("width", 0)))
        for rect in figure.iter("{http://www.w3.org/2000/svg}rect")
        if float(rect.get("width", 0)) > 0.5
    ]
    ends = sorted(round(x + width, 1) for x, width in bars)
    assert len(bars) == 6  # four steps, and what two of them stand on
    assert ends.count(ends[-1]) == 2  # "new" reaches as high as "lost" falls from


def test_what_is_called_red_is_red(app: Flask) -> None:
    one = table([("a", "A", 4, 7), ("b", "B", 2, 3)], ChartKind.STACKED_BAR)
    columns = (one.columns[0], Column("red", "Red"), Column("orders", "Orders"))
    chart = Chart(ChartKind.STACKED_BAR, "customer", ("red", "orders"))
    body = drawn(app, attrs.evolve(one, columns=columns, charts=(chart,)))
    assert 'swatch color-red"' in body
    assert "serie-0 color-red" in body
    assert "serie-1 color-1" in body
    assert "color-0" not in body


def test_drawing_is_quick(app: Flask) -> None:
    values = [(str(n), f"客户 {n}", n + 1, n) for n in range(MOST_BARS)]
    one = table(values, ChartKind.BAR)
    drawn(app, one)
    took = []
    for _ in range(5):
        began = time.thread_time()
        drawn(app, one, sizes=(NARROW,))
        took.append(time.thread_time() - began)
    assert min(took) < 0.03


@pytest.mark.parametrize(
    ("label", "caption"), [("Change", "Orders by change"), ("CSAT", "Orders by CSAT"), ("变动", "Orders by 变动")]
)
def test_a_caption_is_a_sentence(app: Flask, label: str, caption: str) -> None:
    one = table(MONTHS, ChartKind.BAR, "orders")
    columns = (Column("customer", label), *one.columns[1:])
    assert caption in drawn(app, attrs.evolve(one, columns=columns))


def test_a_step_that_is_not_over_is_marked(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("crmcore_demo.charts.today", lambda: dt.date(2026, 3, 15))
    one = table(MONTHS, ChartKind.BAR)
    rows = tuple(
        attrs.evolve(row, cells=(attrs.evolve(row.cells[0], period=month_of(2026, place)), *row.cells[1:]))
        for place, row in enumerate(one.rows, start=1)
    )
    said = drawn(app, attrs.evolve(one, rows=rows))
    assert "2026-03*" in said
    assert "2026-02*" not in said
    assert "2026-04*" not in said
    assert "* Not over yet: until today." in said
    assert "Not over yet" not in drawn(app, one)
    monkeypatch.setattr("crmcore_demo.charts.today", lambda: dt.date(2026, 3, 31))
    assert "Not over yet" not in drawn(app, attrs.evolve(one, rows=rows)), "the last day is as good as over"
