"""No report takes more statements than it needs, however it is asked; none that there is goes uncounted."""

import functools
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pytest

from company.asking import Way, every_report, narrowed, ways
from company.install import people_of
from company.laws import Refused, asked
from company.noting import Question, noted
from company.opened import figures_of
from company.traded import Traded
from crmcore import reports
from crmcore.customers.entity import Interaction
from crmcore.dictionary.parameters import PARAMETERS
from crmcore.opportunities.entity import Opportunity, SalesActivity
from crmcore.pipeline.standing import PipelinePosition, StagePassage
from crmcore.reports import catalogue, dashboards
from crmcore.reports.dashboards import Known, Section
from crmcore.sales.entity import Order, OrderLine, OrderSummary
from crmcore.service.entity import ServiceRequest, ServiceRound
from crmcore.statistics.periods import month_of, quarter_of, year_of
from crmcore.storage.action import registered
from crmcore.storage.records import ChangeRecord
from crmcore.storage.work import Work
from crmcore.surveys.entity import SurveyAnswer

SOLD = {Order, OrderLine, OrderSummary, Opportunity, SalesActivity, StagePassage, PipelinePosition}
MANY = SOLD | {Interaction, ServiceRequest, ServiceRound, SurveyAnswer, ChangeRecord}
"""Kinds of which a company has millions."""
READ = {
    "customer_outlooks": {f"find OrderSummary ({size})" for size in (3, 10, 200)},  # a page: who has ordered for most
    "trust_curve": {"find ChangeRecord"},  # of one customer: the trust that people gave him
    "changes": {"find Opportunity (10)"},  # the largest deals of a dashboard
}
"""What is read of them even so: what is shown as it is."""
REPORTS = {
    "buying_habits": 5,
    "captured_data": 10,  # each kind of data is counted by itself
    "churn_outlooks": 3,
    "composition": 2,
    "contribution": 5,
    "contribution_by": 5,
    "contribution_years": 2,
    "customer_cards": 8,
    "customer_cohorts": 2,
    "customer_concentration": 2,
    "customer_growth": 2,
    "customer_opinions": 1,
    "customer_outlook": 4,
    "customer_outlooks": 7,
    "customer_retention": 2,
    "customer_screening": 17,  # ten for criteria, one for costs, two for the page, one for names, three settings
    "customer_segments": 6,
    "customers_compared": 6,
    "forecast_accuracy": 5,
    "loss_years": 2,
    "losses": 4,
    "management_report": 59,  # thirteen reports, and a summary of five
    "opportunity_ageing": 2,
    "opportunity_outcomes": 3,
    "outcomes_compared": 3,
    "pipeline_waterfall": 5,
    "plan_attainment": 3,
    "prediction_model": 2,
    "product_earnings": 5,
    "products_sold": 3,
    "sales_compared": 4,
    "sales_forecast": 4,
    "sales_funnel": 4,
    "sales_performance": 6,
    "service_backlog": 1,
    "service_backlog_trend": 1,
    "service_handling": 5,
    "service_promises": 2,
    "service_years": 2,
    "services": 3,
    "services_compared": 3,
    "target_attainment": 6,
    "trust_curve": 9,  # three for his own figures, three for everybody's
}
"""The most statements that a report may take, settings included but for the time zone."""
OF_HIS_OWN = {"contribution": 6, "customer_retention": 4, "management_report": 61}
"""Where it is more for who sees his own customers only: how many of them have bought is a question of its own."""
NO_REPORTS = {
    "dashboard": "counted below, section by section",
    "drill_down": "counted below: the records behind one number",
    "referred": "names what records point to, kind by kind",
    "learn": "a job of its own, which may read everything once",
    "export_report": "writes down a report of the catalogue",
}
CATALOGUE = {
    "management": 59,
    "contribution": 5,
    "contribution_by": 5,
    "composition": 2,
    "losses": 3,
    "customer_growth": 2,
    "customer_retention": 2,
    "customer_cohorts": 2,
    "customer_concentration": 2,
    "customer_segments": 6,
    "customer_screening": 17,
    "customer_cards": 10,
    "buying_habits": 5,
    "trust_curve": 10,
    "captured_data": 10,
    "sales_compared": 4,
    "products_sold": 3,
    "product_earnings": 5,
    "sales_funnel": 7,
    "opportunity_outcomes": 5,
    "outcomes_compared": 3,
    "opportunity_ageing": 5,
    "services": 3,
    "services_compared": 3,
    "service_handling": 6,
    "service_promises": 3,
    "service_backlog": 1,
    "service_backlog_trend": 1,
    "customer_opinions": 1,
    "sales_forecast": 7,
    "forecast_accuracy": 10,
    "pipeline_waterfall": 10,
    "target_attainment": 8,
    "sales_plan": 6,
    "sales_performance": 9,
    "customer_outlooks": 9,
}
"""The same with which person, customer or snapshot is meant by what was typed, and what colleagues are called."""
CATALOGUE_OF_HIS_OWN = {"management": 61, "contribution": 6, "customer_retention": 4}
SECTIONS = {
    Section.SALES: (3, 6),
    Section.TARGETS: (3, 6),
    Section.PIPELINE: (3, 6),
    Section.CHANGES: (2, 5),
    Section.SERVICE: (3, 5),
    Section.CUSTOMERS: (3, 6),
}
"""The most questions of a dashboard to a page that knows settings and names, and to one that has to ask for them."""


@pytest.fixture(scope="module")
def asking(traded: Traded) -> Mapping[str, Sequence[Way]]:
    """Every way to ask each report."""
    found: dict[str, list[Way]] = {}
    for way in ways(traded.past, people_of(traded.crm)):
        found.setdefault(way.name, []).append(way)
    return found


def unread(name: str, questions: Sequence[Question]) -> bool:
    """Whether no records are read that there are millions of, but for what is shown as it is."""
    read = {str(one) for one in questions if one.method == "find" and one.kind in MANY}
    return read <= READ.get(name, set())


@pytest.mark.parametrize("name", REPORTS)
def test_however_it_is_asked_a_report_takes_few_statements(
    traded: Traded, asking: Mapping[str, Sequence[Way]], name: str
) -> None:
    answers: list[Any] = []

    def answering(way: Way) -> Callable[[Work], None]:
        return lambda work: answers.append(asked(work, way))

    everybody = [noted(traded.crm, "zhaomin", answering(way)) for way in asking[name]]
    assert not any(isinstance(one, Refused) for one in answers)
    figures = [one.records for one in figures_of(answers)]
    assert any(figures or answers), "there is something to count"
    usual = asking[name] if name in OF_HIS_OWN else asking[name][:1]
    his = [noted(traded.crm, "lihua", answering(way)) for way in usual]
    for most, taken in ((REPORTS[name], everybody), (OF_HIS_OWN.get(name, REPORTS[name]), his)):
        worst = max(taken, key=len)
        assert len(worst) <= most, [*map(str, worst)]
        assert all(unread(name, one) for one in taken)


@pytest.mark.parametrize("name", CATALOGUE)
def test_a_report_of_the_catalogue_takes_few_statements(traded: Traded, name: str) -> None:
    kind, crm = catalogue.kind_named(name), traded.crm
    given = [*narrowed(kind)]
    given += [{key: value for key, value in one.items() if key != "period"} for one in given if "period" in one]
    if any(one.name == "customer" for one in kind.filters):
        given.append({"customer": next(one.number for one in traded.past.customers if one.manager == his_id(traded))})
    for one in given:

        def run(work: Work, one: dict[str, Any] = one) -> None:
            kind.run(work, one, "en")

        for who, most in (("zhaomin", CATALOGUE[name]), ("lihua", CATALOGUE_OF_HIS_OWN.get(name, CATALOGUE[name]))):
            questions = noted(crm, who, run)
            assert len(questions) <= most, (who, one, [*map(str, questions)])
            assert unread(name, questions)


def his_id(traded: Traded) -> Any:
    """The account manager whose own customers are looked at, too."""
    return people_of(traded.crm).lihua.id


@pytest.mark.parametrize("section", SECTIONS)
def test_a_dashboard_takes_few_statements(traded: Traded, section: Section) -> None:
    with traded.crm.work(as_user="zhaomin", readonly=True) as work:
        settings = {one: work.parameter(one) for one in PARAMETERS.values()}
    known = Known(words=lambda _, code: code, people=lambda ids: {one: str(one) for one in ids})

    def informed(work: Work, period: reports.Period) -> None:
        work.presume(settings)
        dashboards.dashboard(work, section, period, known=known)

    def uninformed(work: Work, period: reports.Period) -> None:
        dashboards.dashboard(work, section, period)

    for who in ("zhaomin", "chengang", "lihua"):
        for period in (month_of(2026, 1), quarter_of(2025, 4), year_of(2025), quarter_of(2026, 1)):
            for ask, most in zip((informed, uninformed), SECTIONS[section], strict=True):
                questions = noted(traded.crm, who, functools.partial(ask, period=period))
                assert len(questions) <= most, (who, period, [*map(str, questions)])
                assert unread(section.value, questions)


def test_the_records_behind_a_number_take_two_statements(traded: Traded) -> None:
    with traded.crm.work(as_user="zhaomin", readonly=True) as work:
        amount = reports.contribution(work).page.rows[0].amount
    questions = noted(traded.crm, "zhaomin", lambda work: reports.drill_down(work, amount, size=1))
    assert [*map(str, questions)] == ["find Order (1)", "count Order"]


def test_every_report_is_counted() -> None:
    """A new one fails here until it is known how much it asks, or why nobody counts it."""
    actions = {one.function for one in registered()}
    names = {name for name in reports.__all__ if getattr(reports, name) in actions}
    assert names == {*REPORTS, *NO_REPORTS}
    assert names - {*NO_REPORTS} == {*every_report()}
    assert {*CATALOGUE} == {one.name for one in catalogue.KINDS}
    assert {*SECTIONS} == {*Section}
