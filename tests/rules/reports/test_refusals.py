"""What is no filter of a report is refused by name, and a report asks a store few questions, whatever it holds."""

import datetime as dt
import inspect
from collections.abc import Iterator
from typing import Any, get_args

import attrs
import pytest

from company.asking import every_report
from company.counting import CountingStore
from company.in_memory import shared_store
from company.trade import bought, customer, lost, requested
from crmcore import reports
from crmcore.base.errors import Invalid
from crmcore.reports import OrderFilter, ServiceFilter
from crmcore.statistics.contribution import AmountBand, ContributionBy
from crmcore.statistics.figures import Figure
from crmcore.statistics.parts import CompositionBy, ServicesBy
from crmcore.statistics.periods import Period, Span, month_of, year_of
from crmcore.storage.crm import Crm
from crmcore.storage.work import Work

__all__ = ["shared_store"]

_YEAR = OrderFilter(period=year_of(2026))
_FILTERS = (OrderFilter, ServiceFilter, reports.LossFilter)
MOST = 6
"""Questions to the store that a page may need."""


def _narrowed() -> dict[str, Any]:
    """Every report that takes a filter as one thing, and the kind of it."""
    taken = {name: inspect.signature(one.function, eval_str=True).parameters for name, one in every_report().items()}
    found = {name: one["only"].annotation for name, one in taken.items() if "only" in one}
    return {name: kind for name, kind in found.items() if kind in _FILTERS}


@pytest.mark.parametrize(
    ("report", "given", "field"),
    [
        (reports.contribution, {"only": OrderFilter(period="2026")}, "period"),  # type: ignore[arg-type]
        (reports.contribution, {"band": "huge"}, "band"),
        (reports.contribution, {"page": "1"}, "page"),
        (reports.contribution, {"only": OrderFilter(currency=3)}, "currency"),  # type: ignore[arg-type]
        (reports.contribution_by, {"by": "region"}, "by"),
        (reports.sales_compared, {"only": OrderFilter()}, "period"),
        (reports.composition, {"by": "level"}, "by"),
        (reports.services, {"by": "type"}, "by"),
        (reports.services_compared, {"only": ServiceFilter()}, "period"),
        (reports.customer_growth, {"period": None}, "period"),
        (reports.customer_growth, {"period": year_of(2026), "span": "month"}, "span"),
        (reports.customer_growth, {"period": Period(dt.date(2000, 1, 1), dt.date(2009, 1, 1)), "span": "day"}, "span"),
        (reports.customer_cohorts, {"period": Period(dt.date(2000, 1, 1), dt.date(2009, 1, 1))}, "span"),
        (reports.customer_retention, {"only": OrderFilter()}, "period"),
        (
            reports.customer_retention,
            {"only": OrderFilter(period=year_of(2026)), "earlier": month_of(2026, 1)},
            "earlier",
        ),
        (reports.customer_concentration, {"few": 0}, "few"),
        (reports.customer_concentration, {"much": "80"}, "much"),
        (reports.products_sold, {"most": None}, "most"),
        (reports.drill_down, {"figure": 3}, "figure"),
        (reports.drill_down, {"figure": Figure[int](value=None, unit="", of="x", records=0)}, "figure"),  # type: ignore[arg-type]
    ],
)
def test_what_is_no_filter_is_named(crm: Crm, report: Any, given: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as caught:
        crm.perform(report, as_user="zhaomin", **given)
    (problem,) = caught.value.problems
    assert problem.field == field
    assert problem.explain("zh") != problem.explain("en")


@pytest.mark.parametrize(
    ("name", "only"),
    [
        (name, only)
        for name, kind in sorted(_narrowed().items())
        for only in (year_of(2026), "2026", None, {"period": year_of(2026)}, *(one() for one in _FILTERS))
        if not isinstance(only, kind)
    ],
)
def test_a_report_is_narrowed_by_its_own_filter_alone(crm: Crm, name: str, only: object) -> None:
    needed: dict[str, Any] = {"contribution_by": {"by": ContributionBy.REGION}, "product_earnings": {"costs": {}}}
    given = {"only": only, **needed.get(name, {})}
    with pytest.raises(Invalid) as caught:
        crm.perform(every_report()[name].function, as_user="zhaomin", **given)
    (problem,) = caught.value.problems
    assert (problem.field, problem.code) == ("only", "report.narrowed")
    wanted = _narrowed()[name].__name__
    assert wanted in problem.explain("en") != problem.explain("zh")
    assert wanted in problem.explain("zh")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_choices_are_named(crm: Crm, language: Any) -> None:
    with pytest.raises(Invalid) as caught:
        crm.perform(reports.contribution_by, "region", as_user="zhaomin")
    said = caught.value.explain(language)
    assert all(one in said for one in ("ContributionBy", *reports.ContributionBy.__members__))


def test_what_reports_take_and_answer_is_beside_them() -> None:
    """Whoever reads what a report takes finds it where the report is, and so do editors."""
    assert set(dir(reports)) - set(reports.__all__) == {"day_of", "month_of", "quarter_of", "year_of"}
    for one in every_report().values():
        said = inspect.signature(one.function, eval_str=True)
        for kind in _kinds_in(*(taken.annotation for taken in said.parameters.values()), said.return_annotation):
            assert kind is Work or kind is getattr(reports, kind.__name__)


def _kinds_in(*annotations: Any) -> Iterator[type[Any]]:
    """Answer the classes of the core that annotations name."""
    for one in annotations:
        if isinstance(one, type) and one.__module__.startswith("crmcore."):
            yield one
        yield from _kinds_in(*get_args(one))


@pytest.mark.parametrize(
    ("report", "given"),
    [
        (reports.contribution, {"size": 2}),
        (reports.contribution, {"only": _YEAR}),
        (reports.contribution, {"band": AmountBand.TO_1000}),
        (reports.contribution_by, {"by": ContributionBy.REGION}),
        (reports.contribution_by, {"by": ContributionBy.MONTH}),
        (reports.contribution_years, {}),
        (reports.sales_compared, {"only": _YEAR}),
        *((reports.composition, {"by": by}) for by in CompositionBy),
        *((reports.services, {"by": by, "only": ServiceFilter(period=year_of(2026))}) for by in ServicesBy),
        (reports.service_years, {}),
        (reports.services_compared, {"only": ServiceFilter(period=year_of(2026))}),
        (reports.losses, {"only": reports.LossFilter(manager="li", period=year_of(2026))}),
        (reports.loss_years, {}),
        (reports.customer_growth, {"period": year_of(2026), "span": Span.DAY}),
        (reports.customer_retention, {"only": _YEAR}),
        (reports.customer_cohorts, {"period": year_of(2026)}),
        (reports.customer_concentration, {}),
        (reports.products_sold, {}),
    ],
)
def test_a_page_needs_six_questions_at_most(crm: Crm, report: Any, given: dict[str, Any]) -> None:
    for number in range(5):
        one = customer(crm, f"客户{number}", region=f"r{number}")
        bought(crm, one, dt.date(2026, 1 + number, 1), "10", product=f"P{number}")
        requested(crm, one, dt.datetime(2026, 1 + number, 1, tzinfo=dt.UTC), type=f"t{number}")
        lost(crm, one, dt.datetime(2026, 1 + number, 1, tzinfo=dt.UTC))
    store = CountingStore(crm.store)
    counted = Crm(store, clock=crm.clock, ids=crm.ids, passwords=crm.passwords)
    with counted.work(as_user="zhaomin", readonly=True) as work:
        store.asked.clear()
        assert attrs.has(type(found := report(work, **given))) or found
        assert len(store.asked) <= MOST
