"""Work of reports counted instead of timed: statements, what is read of records, and indexes that lead to them."""

import datetime as dt
import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from attrs import fields

from company.install import PASSWORDS, install
from company.noting import noted
from company.traded import Traded
from crmcore import reports
from crmcore.base.ids import TimeOrderedIds
from crmcore.base.schema import describe
from crmcore.opportunities.entity import Opportunity
from crmcore.pipeline.standing import PipelinePosition, StagePassage
from crmcore.query import Query, Tally, in_query, largest, query, smallest, tally
from crmcore.reports import OrderFilter, ServiceFilter
from crmcore.reports.asking import orders_of
from crmcore.sales.entity import Order, OrderLine, OrderSummary
from crmcore.service.entity import ServiceRequest
from crmcore.statistics.contribution import ContributionBy, by_customer, by_kind
from crmcore.statistics.parts import CompositionBy, ServicesBy
from crmcore.statistics.periods import year_of
from crmcore.statistics.trading import by_product
from crmcore.storage.crm import Crm
from crmcore.storage.work import Work
from crmcore.subjects import ENTITIES
from crmcore.surveys.entity import SurveyAnswer
from crmcore_sql import open_store

_o: Any = fields(Order)
_l: Any = fields(OrderLine)
OWN = tuple(describe(cls) for cls in ENTITIES)
MANY = {Order, OrderLine, OrderSummary, Opportunity, StagePassage, PipelinePosition, ServiceRequest, SurveyAnswer}
"""Kinds of which a company has millions: reports ask what they come to, and read none of them."""
YEAR = year_of(2026)
BOUGHT = OrderFilter(period=YEAR)
REPORTS: dict[str, tuple[int, Callable[[Work], object]]] = {
    "contribution": (4, reports.contribution),
    "contribution by region": (2, lambda work: reports.contribution_by(work, ContributionBy.REGION)),
    "contribution by month": (3, lambda work: reports.contribution_by(work, ContributionBy.MONTH)),
    "composition": (2, lambda work: reports.composition(work, CompositionBy.REGION)),
    "services by type": (2, lambda work: reports.services(work, ServiceFilter(period=YEAR))),
    "services by customer": (2, lambda work: reports.services(work, by=ServicesBy.CUSTOMER)),
    "losses": (3, reports.losses),
    "growth": (2, lambda work: reports.customer_growth(work, YEAR)),
    "retention": (2, lambda work: reports.customer_retention(work, BOUGHT)),
    "cohorts": (2, lambda work: reports.customer_cohorts(work, YEAR)),
    "concentration": (2, reports.customer_concentration),
    "products": (3, reports.products_sold),
    "funnel": (4, lambda work: reports.sales_funnel(work, YEAR)),
    "outcomes": (3, lambda work: reports.opportunity_outcomes(work, YEAR)),
    "ageing": (3, reports.opportunity_ageing),
    "forecast": (5, lambda work: reports.sales_forecast(work, YEAR)),
}
"""Each report with the most statements that it may take in a company without records, settings included."""
WITH_RECORDS = {
    "contribution": 5,  # it asks what the customers of the page are called
    "contribution by region": 3,  # it asks what the regions are called
    "contribution by month": 5,  # it asks for the day of the first order and of the last: an index tells
    "services by customer": 3,  # it asks what the customers of the page are called
}
"""Those that take more where there are records: what has to be named or looked at, is there then."""


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Crm, Any]]:
    """A company that has just begun; only read it."""

    def now() -> dt.datetime:
        return dt.datetime(2026, 11, 22, tzinfo=dt.UTC)

    store = open_store(f"sqlite:///{tmp_path_factory.mktemp('begun') / 'crm.db'}", OWN)
    store.prepare()
    crm = Crm(store, clock=now, ids=TimeOrderedIds(now, os.urandom), passwords=PASSWORDS)
    yield crm, install(crm)
    store.close()


@pytest.mark.parametrize("name", REPORTS)
def test_a_report_takes_few_statements_and_reads_no_records(
    company: tuple[Crm, Any], name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    crm, people = company
    most, report = REPORTS[name]
    asked: list[str] = []
    with crm.work(as_user=people.supervisor.id, readonly=True) as work:
        report(work)  # settings are known, statements are made
        session: Any = type(work.session)
        for method in ("find", "count", "tally", "load"):
            monkeypatch.setattr(session, method, _noted(getattr(session, method), method, asked))
        report(work)
        monkeypatch.undo()
    assert len(asked) <= most, asked
    assert not [one for one in asked if one in {f"find {cls.__name__}" for cls in MANY}]


@pytest.mark.parametrize("name", REPORTS)
def test_of_records_it_takes_few_statements_as_well(traded: Traded, name: str) -> None:
    most, report = REPORTS[name]
    asked = noted(traded.crm, "zhaomin", report)
    assert len(asked) <= WITH_RECORDS.get(name, most), [*map(str, asked)]
    assert not [one for one in asked if one.method == "find" and one.kind in MANY]


def _noted(run: Callable[..., Any], method: str, asked: list[str]) -> Callable[..., Any]:
    def noting(self: Any, what: Any, *args: Any, **kwargs: Any) -> Any:
        of = what.of if isinstance(what, Tally) else what
        entity = of.entity if isinstance(of, Query) else of
        asked.append(f"{method} {entity.__name__}")
        return run(self, what, *args, **kwargs)

    return noting


def test_indexes_lead_to_what_is_counted(company: tuple[Crm, Any]) -> None:
    """Sums of a year do not read the orders of ten; the first and last day of all orders take one look each."""
    store: Any = company[0].store
    best = by_customer(orders_of(BOUGHT), "CNY", 50)
    assert any("INDEX" in step and "ordered_on>? AND ordered_on<?" in step for step in steps(store, best))
    ends = steps(store, tally(query(Order), measures=(smallest(_o.ordered_on), largest(_o.ordered_on))))
    assert len([step for step in ends if step.startswith("SEARCH order USING COVERING INDEX")]) == 2
    lines = query(OrderLine).where(in_query(_l.order, orders_of(BOUGHT)))
    assert any("ordered_on>?" in step for step in steps(store, by_product(lines, 50)))


def test_customers_are_summed_up_before_their_regions_are_looked_up(company: tuple[Crm, Any]) -> None:
    done = steps(company[0].store, by_kind(orders_of(OrderFilter()), "CNY", ContributionBy.REGION, 50))
    assert done.index("SCAN order") < done.index("USE TEMP B-TREE FOR GROUP BY")
    looked_up = [place for place, step in enumerate(done) if "through_0" in step]
    assert looked_up
    assert min(looked_up) > done.index("USE TEMP B-TREE FOR GROUP BY")


def steps(store: Any, asked: Tally) -> list[str]:
    """What SQLite does for a tally, step by step."""
    plan, values = store.plans.tally(asked, wide=False)
    session = store.begin(write=False)
    try:
        return [row[-1] for row in session.rows(f"EXPLAIN QUERY PLAN {plan.text}", values)]
    finally:
        session.close()
