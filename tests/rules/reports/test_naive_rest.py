"""What reports about customers, service and hopes say, worked out again by plain loops: any past, any zone, any scope.

In memory; ``test_laws`` compares the other stores with this one, value by value.
"""

import datetime as dt
from collections import Counter
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from company.in_memory import shared_store
from company.naive import Seen, sum_of, tenth
from company.past import ZONE, Size
from company.reading import company_with_past, seen_by
from crmcore import reports
from crmcore.churn.entity import ChurnCase, ChurnStatus
from crmcore.customers.entity import Customer, CustomerStatus
from crmcore.opportunities.entity import Opportunity, OpportunityStatus
from crmcore.pipeline.standing import PipelinePosition
from crmcore.reports import LossFilter, ServiceFilter
from crmcore.service.entity import ServiceRequest, ServiceStatus
from crmcore.statistics.forecasting import Chances
from crmcore.statistics.parts import CompositionBy, ServicesBy
from crmcore.statistics.periods import Period, Span, day_of, quarter_of, year_of
from crmcore.storage.ports import Store
from crmcore.storage.work import Work
from crmcore.surveys import QuestionKind, SurveyAnswer
from crmcore.targets.entity import TargetSpan

__all__ = ["shared_store"]

YEAR = year_of(2025)


def kinds(work: Work, seen: Seen) -> None:
    there = seen.all(Customer, seen.past.customers)
    for by in CompositionBy:
        found = reports.composition(work, by)
        wanted = Counter(getattr(one, by.value) for one in there if one.status is CustomerStatus.NORMAL)
        assert {one.key: one.number.value for one in found.rows if one.number.value} == wanted
        assert [one.share.value for one in found.rows] == [
            tenth(one.number.value, wanted.total()) for one in found.rows
        ]
    known = [one for one in there if one.status is not CustomerStatus.DELETED]
    gone = [one for one in seen.all(ChurnCase, seen.past.cases) if one.status is ChurnStatus.LOST]
    for span in (Span.MONTH, Span.QUARTER):
        for step in reports.customer_growth(work, YEAR, span=span):
            assert step.new.value == sum(seen.within(one.created_at, step.period) for one in known)
            assert step.lost.value == sum(seen.within(one.closed_at, step.period) for one in gone)
            assert step.all.value == sum(seen.day(one.created_at) <= step.period.last for one in known)
    called = {one.id: one.name for one in there}
    for only, wanted_cases in (
        (LossFilter(), gone),
        (LossFilter(period=YEAR), [one for one in gone if seen.within(one.closed_at, YEAR)]),
        (LossFilter(customer_name="100%"), [o for o in gone if "100%" in o.customer_name + "\n" + called[o.customer]]),
    ):
        assert {one.case.id for one in reports.losses(work, only, size=200).page.rows} == {o.id for o in wanted_cases}


def served(work: Work, seen: Seen) -> None:
    requests = seen.all(ServiceRequest, seen.past.requests)
    for period in (YEAR, day_of(dt.date(2025, 4, 5)), day_of(dt.date(2025, 4, 6))):
        for only_ended in (False, True):
            of = [
                one
                for one in requests
                if seen.within(one.created_at, period) and (not only_ended or one.status is ServiceStatus.ARCHIVED)
            ]
            for by in ServicesBy:
                only = ServiceFilter(period=period, archived_only=only_ended)
                found = reports.services(work, only, by=by, size=200)
                assert {one.key: one.number.value for one in found.page.rows} == Counter(
                    getattr(o, by.value) for o in of
                )
                assert found.requests.value == len(of)
    kind_of = {one.id: one.kind for one in seen.past.questions}
    answers = [one for one in seen.all(SurveyAnswer, seen.past.answers) if seen.within(one.answered_at, YEAR)]
    stars = [one.score or 0 for one in answers if kind_of[one.question] is QuestionKind.SATISFACTION]
    points = [
        -1 if one.score is None else one.score
        for one in answers
        if kind_of[one.question] is QuestionKind.RECOMMENDATION
    ]
    said = reports.customer_opinions(work, YEAR)
    assert said.csat.value == tenth(sum(one >= 4 for one in stars), len(stars))
    assert said.nps.value == tenth(sum(one >= 9 for one in points) - sum(one <= 6 for one in points), len(points))


def hoped(work: Work, seen: Seen, user: Any) -> None:
    sold = [one for one in seen.past.dealings.opportunities if one.status is OpportunityStatus.WON]
    sold = [one for one in seen.all(Opportunity, sold) if user is None or one.assignee == user]
    for span, period in ((TargetSpan.QUARTER, quarter_of(2026, 1)), (TargetSpan.YEAR, year_of(2026))):
        won = [one for one in sold if seen.within(one.closed_at, period)]
        found = reports.target_attainment(work, span, dt.date(2026, 1, 31))
        assert found.whole.value == len(won)
        for row in found.rows:
            if row.target is not None and row.target.territory:
                continue
            if row.user is not None:
                mine = [one for one in won if one.assignee == row.user]
            else:
                mine = won if row.target is not None else [one for one in won if one.assignee is None]
            brought = sum_of(one.expected_amount for one in mine if one.expected_amount is not None)
            assert (row.won.value, row.amount.value) == (len(mine), brought)
            if row.target is not None and row.target.amount:
                assert row.amount_share.value == tenth(brought or 0, row.target.amount)
                assert row.missing.value == max(Decimal(0), row.target.amount - (brought or 0))


def foretold(work: Work, seen: Seen) -> None:
    snapshot, days = seen.past.dealings.snapshots[1], Period(dt.date(2026, 1, 1), dt.date(2026, 6, 30))
    chance = {one.stage: one.probability for one in seen.past.snapshot_stages if one.snapshot == snapshot.id}
    then = [
        one
        for one in seen.all(PipelinePosition, seen.past.dealings.positions)
        if one.since <= snapshot.taken_at
        and (one.until is None or one.until > snapshot.taken_at)
        and one.status in {OpportunityStatus.UNASSIGNED, OpportunityStatus.ASSIGNED}
    ]
    won = [
        one for one in seen.all(Opportunity, seen.past.dealings.opportunities) if one.status is OpportunityStatus.WON
    ]
    steps = (
        (by, step) for by in Chances for step in reports.forecast_accuracy(work, snapshot.id, days, chances=by).steps
    )
    for chosen, step in steps:
        open_ = [one for one in then if one.expected_on and step.period.first <= one.expected_on <= step.period.last]
        came = [one for one in won if seen.within(one.closed_at, step.period)]
        before = [one for one in came if one.closed_at and one.closed_at <= snapshot.taken_at]
        rates = {
            one.id: one.success_rate or 0 if chosen is Chances.OWN or one.stage is None else chance[one.stage]
            for one in open_
        }
        weighted = sum_of(one.amount * rates[one.id] / 100 for one in open_ if one.amount is not None)
        had, actual = (sum_of(o.expected_amount for o in of if o.expected_amount is not None) for of in (before, came))
        known = [one for one in (weighted, had) if one is not None]
        forecast = sum(known, Decimal(0)) if known else None
        assert (step.weighted.value, step.forecast.value, step.actual.value) == (weighted, forecast, actual)
        over = step.period.last < seen.day(work.now)
        error = tenth((forecast or 0) - actual, actual) if over and actual is not None else None
        assert step.error.value == error
        assert step.accuracy.value == (None if error is None else max(Decimal(0), 100 - abs(error)))


@pytest.mark.requirement("RPT-02", "RPT-03", "RPT-04", "X-ANA-05", "X-TGT-01", "X-TGT-03", "16.8")
@settings(max_examples=8, phases=(Phase.generate,))  # a past is one number: there is nothing to shrink
@given(
    seed=st.integers(0, 2**32),
    size=st.builds(Size, customers=st.integers(0, 7), opportunities=st.integers(0, 30)),
    zone=st.sampled_from(("Asia/Shanghai", ZONE, "Asia/Kolkata", "America/St_Johns")),
    name=st.sampled_from(("zhaomin", "lihua")),
)
def test_the_rest_is_what_plain_loops_find(shared_store: Store, seed: int, size: Size, zone: str, name: str) -> None:
    crm, past, readers = company_with_past(shared_store, seed, size, zone)
    seen = Seen(past, seen_by(past, readers[name]), ZoneInfo(zone))
    with crm.work(as_user=name, readonly=True) as work:
        for law in (kinds, served, foretold):
            law(work, seen)
        hoped(work, seen, None if name == "zhaomin" else readers[name].id)
