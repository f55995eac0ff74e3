"""Every report of the catalogue, for everybody, in both languages: the same numbers, in tables (RPT-06, X-ANA-05)."""

import datetime as dt
import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import attrs
import pytest

from company import People
from company.counting import CountingStore
from company.past import ZONE, make_past
from company.process import stages_of
from company.trade import bought, customer
from crmcore import reports
from crmcore.access.audit import audit_trail
from crmcore.access.rules import NoPermission
from crmcore.base.errors import Invalid, NotFound
from crmcore.dictionary import set_parameter
from crmcore.i18n import LANGUAGES, has_text
from crmcore.reports import OrderFilter, catalogue, dashboards, kinds
from crmcore.reports.kinds import ReportKind
from crmcore.reports.tables import BLANK, TOTAL, Cell, Report, Row, Shape, Table
from crmcore.statistics.periods import month_of, year_of
from crmcore.storage.crm import Crm

EVERYBODY = ("admin", "lihua", "wangwei", "zhaomin", "chengang")
NUMBERS = {Shape.NUMBER, Shape.AMOUNT, Shape.PERCENT, Shape.TIME}
YEAR = year_of(2025)
ABOUT_2025 = {"management", "target_attainment", "sales_performance"}
"""Reports whose period is told here, so that there is something to tell."""


@pytest.fixture
def past(crm: Crm, people: People) -> Crm:
    """A company to which everything has happened."""
    crm.perform(set_parameter, "company.zone", ZONE, as_user="admin")
    process = stages_of(crm)
    make_past(crm, people, (process.contact, process.need, process.offer), 7, (people.lihua.id, people.wangwei.id))
    return crm


def given(kind: ReportKind) -> dict[str, Any]:
    """A year to which something happened, where a report is about one."""
    if kind.name in ABOUT_2025:
        return {"period": "2025-Q2"}
    return {"period": "2025"} if any(one.name == "period" for one in kind.filters) else {}


def rows_of(table: Table) -> tuple[Row, ...]:
    return (*table.rows, *([] if table.total is None else [table.total]))


def cells_of(report: Report) -> Iterator[tuple[Table, Row, int, Cell]]:
    for table in report.tables:
        for row in rows_of(table):
            for place, cell in enumerate(row.cells):
                yield table, row, place, cell


def check(report: Report) -> None:
    """Hold a report to what every drawing of it relies on."""
    assert len({one.name for one in report.tables}) == len(report.tables) >= 1
    for table in report.tables:
        names = [one.name for one in table.columns]
        assert len({*names}) == len(names)
        assert len({row.key for row in rows_of(table)}) == len(rows_of(table)), (report.name, table.name)
        assert all(len(row.cells) == len(names) for row in rows_of(table))
        assert all({chart.label, *chart.values} <= {*names} for chart in table.charts)
        assert table.rows or table.empty, (report.name, table.name)
    for table, row, place, cell in cells_of(report):
        assert cell.value is None or isinstance(cell.value, str | int | Decimal | dt.date)
        assert report.cell(table.name, row.key, table.columns[place].name) == cell
        if cell.figure is not None:
            assert cell.value == cell.figure.value
            assert table.shape(place, cell) in NUMBERS
        elif isinstance(cell.value, int | Decimal):
            assert table.shape(place, cell) in NUMBERS


@pytest.mark.requirement("RPT-06", "X-ANA-05", "9")
def test_everybody_is_offered_what_he_may_see_and_refused_the_rest(past: Crm) -> None:
    for name in EVERYBODY:
        with past.work(as_user=name, readonly=True) as work:
            offered = catalogue.offered(work.actor)
            assert [one.name for one in offered] == [one.name for one in catalogue.KINDS if one in offered]
            for kind in offered:
                check(kind.run(work, given(kind), "en"))
            for kind in (one for one in catalogue.KINDS if one not in offered):
                with pytest.raises(NoPermission):
                    kind.run(work, {**given(kind), "nonsense": "1"}, "en")
        assert (name == "admin") == (not offered)
    with past.work(as_user="admin", readonly=True) as work:
        refused = audit_trail(work, denied=True, size=200).rows
    assert {f"reports.{one.name}" for one in catalogue.KINDS} <= {one.action for one in refused}


@pytest.mark.requirement("X-ANA-05")
@pytest.mark.parametrize(
    "name", ["customer_growth", "customer_cohorts", "service_backlog_trend", "opportunity_outcomes"]
)
def test_what_lies_ahead_was_not_counted_and_is_no_0(past: Crm, name: str) -> None:
    with past.work(as_user="zhaomin", readonly=True) as work:
        kind, today = catalogue.kind_named(name), work.today
        by = {"by": "step"} if name == "opportunity_outcomes" else {}
        report = kind.run(work, {"period": f"{today.year}", **by}, "en")
        ahead = kind.run(work, {"period": f"{today.year + 1}", **by}, "en")
    months = [f"{today.year}-{month:02}-01" for month in range(1, today.month + 1)]
    for table in report.tables:
        assert [row.key for row in table.rows] == months
    assert all(table.empty and not table.rows for table in ahead.tables)
    if name == "customer_cohorts":
        steps = [[cell.value for cell in row.cells[2:]] for row in report.tables[0].rows]
        assert all(len(row) == len(months) for row in steps)
        assert all(BLANK.value in {*row[len(months) - place :]} for place, row in enumerate(steps) if place)


@pytest.mark.requirement("X-ANA-05")
def test_both_languages_say_the_same_numbers_in_words_of_their_own(past: Crm) -> None:
    with past.work(as_user="zhaomin", readonly=True) as work:
        reader = work.actor
        for kind in catalogue.offered(reader):
            english, chinese = (kind.run(work, given(kind), one, whole=True) for one in reversed(LANGUAGES))
            check(english)
            numbers = [
                [(row.key, cell.figure, cell.value) for _, row, _, cell in cells_of(one) if cell.figure is not None]
                for one in (english, chinese)
            ]
            assert numbers[0] == numbers[1], kind.name
            titles = [english.title, *(one.title for table in english.tables for one in table.columns)]
            assert not [one for one in titles if re.search("[\u4e00-\u9fff]", one)], kind.name
            assert re.search("[\u4e00-\u9fff]", chinese.title)
            assert not [one for one in titles if re.search(r"^[a-z_]+\.[a-z_.]+$", one)], "a key without a text"
            assert [len(one.tables) for one in (english, chinese)] == [len(english.tables)] * 2
        assert work.actor is reader


@pytest.mark.requirement("RPT-06", "9")
def test_a_number_is_found_again_by_its_address_and_opens(past: Crm) -> None:
    for name in ("lihua", "zhaomin"):
        with past.work(as_user=name, readonly=True) as work:
            for kind in catalogue.offered(work.actor):
                first = kind.run(work, given(kind))
                for table in first.tables:
                    opening = [
                        (row.key, table.columns[place].name)
                        for row in table.rows[:1]
                        for place, cell in enumerate(row.cells)
                        if cell.figure is not None
                    ]
                    for row, column in opening[:2]:
                        again = kind.run(work, given(kind)).cell(table.name, row, column)
                        assert again is not None
                        assert again.figure is not None
                        assert reports.drill_down(work, again.figure, size=1).total == again.figure.records


@pytest.mark.requirement("RPT-06", "X-ANA-05")
def test_a_number_says_which_days_it_is_of_and_a_share_changes_by_points(past: Crm) -> None:
    with past.work(as_user="zhaomin", readonly=True) as work:
        (table,) = catalogue.kind_named("outcomes_compared").run(work, {"period": "2025"}, "en").tables
        (months,) = catalogue.kind_named("customer_growth").run(work, {"period": "2025"}, "en").tables
    (row,) = (one for one in table.rows if one.key == "win_rate")
    said = dict(zip((one.name for one in table.columns), row.cells, strict=True))
    assert [table.period(row, said[name]) for name in ("now", "before", "last_year")] == [None, *[year_of(2024)] * 2]
    now, before = (said[name].value for name in ("now", "before"))
    points = now - before if isinstance(now, Decimal) and isinstance(before, Decimal) else None
    assert isinstance(now, Decimal)
    assert (said["since_before"].value, said["since_before"].unit) == (points, "percentage points")
    assert [months.period(one, one.cells[1]) for one in months.rows] == [month_of(2025, n) for n in range(1, 13)]


@pytest.mark.requirement("X-ANA-04", "X-ANA-05")
def test_a_retention_is_of_a_year_that_is_over_or_says_that_it_will_rise(crm: Crm, people: People) -> None:
    assert people
    kind = catalogue.kind_named("customer_retention")
    with crm.work(as_user="zhaomin", readonly=True) as work:
        over, running = (kind.run(work, said, "en") for said in ({}, {"period": "2026"}))
        board = dashboards.dashboard(work, dashboards.Section.CUSTOMERS, month_of(2026, 3), language="en")
        past = dashboards.dashboard(work, dashboards.Section.CUSTOMERS, month_of(2026, 2), language="en")
    assert over.about == (("Period", "2025-01-01 to 2025-12-31"),)
    assert not [one for one in over.tables[0].notes if "rise" in one]
    assert [one for one in running.tables[0].notes if "until 2026-12-31 to order again" in one]
    notes = [{one.name: one.note for one in each.cards} for each in (board, past)]
    assert all("until 2026-03-31" in notes[0][name] for name in ("retention", "revenue_retention"))
    assert not notes[0]["best_share"]
    assert not any(notes[1].values())


@pytest.mark.requirement("X-ANA-05")
def test_the_report_of_all_stands_alone_before_the_others() -> None:
    assert [one.name for one in catalogue.KINDS if one.group == "management"] == ["management"]
    assert {one.group for one in catalogue.KINDS} == {"management", "customers", "sales", "service", "outlook"}
    for language in LANGUAGES:
        assert all(has_text(f"report_group.{one.group}", language) for one in catalogue.KINDS)


@pytest.mark.requirement("RPT-01", "RPT-06")
def test_contribution_is_shown_as_it_was_computed(crm: Crm) -> None:
    for number in range(4):
        buyer = customer(crm, f"客户{number}", ("lihua", "wangwei")[number % 2])
        bought(crm, buyer, dt.date(2026, 3, 1), str(100 * (number + 1)))
        bought(crm, buyer, dt.date(2026, 3, 2), "7", currency="USD")
    kind = catalogue.kind_named("contribution")
    with crm.work(as_user="zhaomin", readonly=True) as work:
        found = reports.contribution(work, OrderFilter(period=month_of(2026, 3)))
        shown = kind.run(work, {"period": "2026-03"}, "en")
        nobody = kind.run(work, {"period": "2027"}, "en")
        two = kind.run(work, {"customer_name": "客户2", "currency": "USD"}, "en")
    table, others = shown.tables
    assert [row.key for row in table.rows] == [str(one.key) for one in found.page.rows]
    assert [row.cells[2].figure for row in table.rows] == [one.amount for one in found.page.rows]
    assert [row.cells[0].value for row in table.rows] == ["客户3", "客户2", "客户1", "客户0"]
    assert table.rows[0].cells[0].record == ("customer", found.page.rows[0].key)
    assert [one.unit for one in table.columns] == ["", "", "CNY", ""]
    assert shown.cell("customers", TOTAL, "amount") == Cell(Decimal(1000), found.whole.amount)
    assert [(row.key, row.cells[2].value, row.cells[2].unit) for row in others.rows] == [("USD", 28, "USD")]
    assert shown.about == (("Period", "2026-03-01 to 2026-03-31"),)
    assert (nobody.tables[0].rows, nobody.cell("customers", TOTAL, "amount")) == ((), Cell(None, nobody_amount(nobody)))
    assert dict(two.about) == {"Customer": "客户2", "Period": "all time", "Currency": "USD"}
    assert [row.cells[2].value for row in two.tables[0].rows] == [7]


def nobody_amount(report: Report) -> Any:
    """What is undefined: nothing was sold."""
    total = report.cell("customers", TOTAL, "amount")
    assert total is not None
    assert total.figure is not None
    assert total.figure.value is None
    return total.figure


@pytest.mark.requirement("RPT-07")
def test_a_page_is_one_of_several_and_a_file_has_all(crm: Crm, monkeypatch: pytest.MonkeyPatch) -> None:
    crm.perform(set_parameter, "list.page_size", "5", as_user="admin")
    for number in range(12):
        bought(crm, customer(crm, f"客户{number}"), dt.date(2026, 3, 1), str(number + 1))
    kind = catalogue.kind_named("contribution")
    with crm.work(as_user="zhaomin", readonly=True) as work:
        second = kind.run(work, {"page": "2"}).tables[0]
        whole = kind.run(work, {"page": "2"}, whole=True).tables[0]
    assert (second.page, second.pages, [row.cells[2].value for row in second.rows]) == (2, 3, [7, 6, 5, 4, 3])
    assert (whole.page, whole.pages, [row.cells[2].value for row in whole.rows]) == (1, 1, [*range(12, 0, -1)])
    assert (whole.notes, second.notes) == ((), ())
    monkeypatch.setattr(kinds, "_MOST_AT_ONCE", 4)
    with crm.work(as_user="zhaomin", readonly=True) as work:
        again = kind.run(work, {}, whole=True).tables[0]
        monkeypatch.setattr(kinds, "_MOST_PAGES", 2)
        cut = kind.run(work, {}, "en", whole=True).tables[0]
    assert (again.rows, again.pages) == (whole.rows, 1)
    assert (cut.rows, cut.notes) == (
        whole.rows[:8],
        ("These are the first 8 rows; narrow the report to get the others.",),
    )


@pytest.mark.requirement("X-ANA-05", "GEN-18")
@pytest.mark.parametrize(
    ("name", "said", "field", "code"),
    [
        ("contribution", {"period": "soon"}, "period", "report.typed_period"),
        ("contribution", {"band": "all"}, "band", "value.choice"),
        ("contribution", {"currency": "yuan"}, "currency", "parameter.currency"),
        ("contribution", {"all_orders": "perhaps"}, "all_orders", "value.choice"),
        ("contribution", {"customer_name": 7}, "customer_name", "value.choice"),
        ("contribution", {"owner": "lihua"}, "owner", "report.filter"),
        ("contribution", {"page": "one"}, "page", "report.number"),
        ("contribution_by", {"by": "=1"}, "by", "value.choice"),
        ("customer_concentration", {"few": "101"}, "few", "value.range"),
        ("customer_concentration", {"few": "0"}, "few", "value.range"),
        ("customer_concentration", {"much": 0}, "much", "value.range"),
        ("customer_growth", {"period": "1950..2149", "span": "day"}, "span", "report.too_many_steps"),
        ("pipeline_waterfall", {"then": "2020-01-01"}, "then", "report.no_snapshot"),
        ("forecast_accuracy", {"snapshot": "x"}, "snapshot", "report.no_snapshot"),
        ("target_attainment", {"period": "today"}, "period", "report.target_period"),
        ("management", {"only": "summary,profit"}, "only", "report.part_unknown"),
    ],
)
def test_what_can_not_be_asked_is_told_by_its_name(crm: Crm, name: str, said: Any, field: str, code: str) -> None:
    kind = catalogue.kind_named(name)
    with crm.work(as_user="zhaomin", readonly=True) as work, pytest.raises(Invalid) as refused:
        kind.run(work, said)
    assert {(one.field, one.code) for one in refused.value.problems} == {(field, code)}
    assert all(refused.value.explain(one) for one in LANGUAGES)


@pytest.mark.requirement("X-ANA-05", "GEN-18")
def test_all_time_is_a_period_or_refused_by_name(crm: Crm) -> None:
    refused = {}
    with crm.work(as_user="zhaomin", readonly=True) as work:
        for kind in catalogue.offered(work.actor):
            if all(one.name != "period" for one in kind.filters):
                continue
            try:
                check(kind.run(work, {"period": "all"}))
            except Invalid as error:
                refused[kind.name] = {(one.field, one.code) for one in error.problems}
        with pytest.raises(Invalid):
            catalogue.kind_named("management").run(work, {"period": "all", "only": "target_attainment"})
    assert {"forecast_accuracy", "target_attainment", "management"} <= {*refused}
    assert all(codes == {("period", "report.period")} for codes in refused.values())


def test_there_is_no_report_of_another_name(crm: Crm) -> None:
    with pytest.raises(NotFound):
        catalogue.kind_named("profit")
    with crm.work(as_user="zhaomin", readonly=True) as work, pytest.raises(NotFound):
        catalogue.kind_named("sales_funnel").run(work, {"owner": "nobody"})


def test_a_person_is_named_or_given_by_id(crm: Crm, people: People) -> None:
    kind = catalogue.kind_named("sales_funnel")
    with crm.work(as_user="zhaomin", readonly=True) as work:
        named, by_id = (kind.run(work, {"owner": one}, "en") for one in ("wangwei", str(people.wangwei.id)))
    assert named == by_id
    assert dict(named.about)["Sales owner"] == "王伟"


@pytest.mark.parametrize(
    ("name", "said", "asking"),
    [
        (
            "contribution",
            {"period": "2025"},
            lambda work: reports.contribution(work, OrderFilter(period=YEAR)),
        ),
        ("composition", {}, reports.composition),
        ("sales_funnel", {"period": "2025"}, lambda work: reports.sales_funnel(work, YEAR)),
        ("service_handling", {"period": "2025"}, lambda work: reports.service_handling(work, YEAR)),
    ],
)
def test_showing_a_report_asks_nothing_that_the_report_does_not(past: Crm, name: str, said: Any, asking: Any) -> None:
    store = CountingStore(past.store)
    crm = Crm(store, clock=past.clock, ids=past.ids)
    counts = []
    for ask in (asking, lambda work: catalogue.kind_named(name).run(work, said)):
        with crm.work(as_user="zhaomin", readonly=True) as work:
            assert work.today > dt.date.min  # the zone is known to every page
            store.asked.clear()
            ask(work)
            counts.append([one for one in store.asked if one != "load"])
    assert counts[0] == counts[1]


@pytest.mark.requirement("RPT-06", "9")
@pytest.mark.parametrize(
    "rights",
    [
        ("target.read_all",),
        ("target.read_all", "opportunity.read"),
        ("forecast.read",),
        ("forecast.read_all",),
        ("service.read_all",),
        ("survey.read_all", "report.read"),
        ("report.read",),
        ("report.read", "order.read"),
        ("report.read", "order.read_all", "customer.read_all"),
        ("report.churn", "report.service", "report.composition", "report.contribution"),
        ("report.read", "report.service", "service.read_all"),
    ],
)
def test_what_is_offered_can_be_read_and_opened(past: Crm, rights: tuple[str, ...]) -> None:
    with past.work(as_user="zhaomin", readonly=True) as work:
        work.actor = attrs.evolve(work.actor, permissions=frozenset(rights))
        for kind in catalogue.offered(work.actor, past.scopes):
            report = kind.run(work, given(kind), "en")
            check(report)
            opening = next((one.figure for *_, one in cells_of(report) if one.figure and one.figure.records), None)
            if opening is not None:
                assert reports.drill_down(work, opening, size=1).total == opening.records
        for kind in (one for one in catalogue.KINDS if not one.is_for(work.actor)):
            with pytest.raises(NoPermission):
                kind.run(work, given(kind))


@pytest.mark.requirement("RPT-05", "9")
def test_the_management_report_says_what_its_reader_may_not_see(past: Crm) -> None:
    kind = catalogue.kind_named("management")
    with past.work(as_user="zhaomin", readonly=True) as work:
        assert not [one for one in kind.run(work, given(kind), "en").tables[0].notes if "Left out" in one]
        mine = ("report.read", "report.churn", "report.service", "service.read_all")
        work.actor = attrs.evolve(work.actor, permissions=frozenset(mine))
        found = kind.run(work, given(kind), "en")
        with pytest.raises(NoPermission):
            kind.run(work, {**given(kind), "only": "losses"})
    heads = [one.name for one in found.tables]
    assert heads[0] == "summary"
    assert all(one == "summary" or one.startswith("service") for one in heads)
    (note,) = (one for one in found.tables[0].notes if "Left out" in one)
    assert catalogue.kind_named("losses").title("en") in note
    assert catalogue.kind_named("services").title("en") not in note
