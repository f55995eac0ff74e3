"""Figures of surveys, each of which can be opened: what is counted is what is listed (requirement X-SRV-04)."""

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import attrs
import pytest

from company import SetClock
from company.clients import entered
from company.opinions import answered, invited, opened
from crmcore import surveys
from crmcore.base.errors import Invalid, NotFound
from crmcore.customers.entity import Customer
from crmcore.query import query
from crmcore.storage.crm import Crm
from crmcore.surveys import Counted, SurveyDetail, SurveyResults

TODAY = dt.date(2026, 3, 2)


def counted(found: Any) -> Iterator[Counted[Any]]:
    """Every number of a result."""
    if isinstance(found, Counted):
        yield found
    elif isinstance(found, dict):
        for one in found.values():
            yield from counted(one)
    elif isinstance(found, tuple):
        for one in found:
            yield from counted(one)
    elif attrs.has(type(found)):
        for attribute in attrs.fields(type(found)):
            yield from counted(getattr(found, attribute.name))


def results(crm: Crm, asked: SurveyDetail, who: str = "zhaomin", **given: Any) -> SurveyResults:
    """The figures; every number is what its query finds."""
    found = crm.perform(surveys.results, asked.survey.id, as_user=who, **given)
    numbers = list(counted(found))
    assert len(numbers) > 20
    with crm.work(as_user=who, readonly=True) as work:
        for one in numbers:
            assert work.of(one.of.entity).count(one.of) == one.number
    return found


@pytest.mark.requirement("X-SRV-04", "X-SRV-14")
def test_figures_are_what_customers_said_and_can_be_opened(crm: Crm, clock: SetClock) -> None:
    asked = opened(crm)
    nobody = results(crm, asked)
    assert (nobody.response_rate, nobody.csat.percent, nobody.nps.score) == (None, None, None)
    assert nobody.questions[0].csat is not None
    assert nobody.questions[0].csat.percent is None
    mine, theirs = entered(crm), entered(crm, by="wangwei", name="上海某公司")
    for given in ((5, 10, 1, "好"), (4, 9, 1), (3, 8, 2), (1, 0)):
        answered(crm, asked, mine, *given)
    invited(crm, asked, mine)
    taken_back = invited(crm, asked, mine)
    crm.perform(surveys.withdraw, taken_back.invitation.id, as_user="lihua")
    clock.advance(days=1)
    answered(crm, asked, theirs, 1, 6, by="wangwei")

    found = results(crm, asked)
    assert (found.invited.number, found.answered.number, found.response_rate) == (6, 5, Decimal("83.3"))
    assert (found.csat.percent, found.nps.score) == (Decimal("40.0"), Decimal("0.0"))
    assert [one.number for one in (found.nps.promoters, found.nps.passives, found.nps.detractors)] == [2, 1, 2]
    stars, points, choice, text = found.questions
    assert {score: one.number for score, one in stars.scores.items()} == {1: 2, 2: 0, 3: 1, 4: 1, 5: 1}
    assert {place: one.number for place, one in choice.scores.items()} == {1: 2, 2: 1}
    assert (text.answered.number, text.csat, text.nps, dict(text.scores)) == (1, None, None, {})
    assert points.nps == found.nps
    page = crm.perform(surveys.drill_down, found.nps.detractors, size=1, as_user="zhaomin")
    assert (page.total, [one.score for one in page.rows]) == (2, [0])

    with pytest.raises(Invalid):
        crm.perform(surveys.drill_down, surveys.Counted(1, query(Customer)), as_user="zhaomin")

    own = results(crm, asked, who="wangwei")
    assert (own.invited.number, own.csat.percent, own.nps.score) == (1, Decimal("0.0"), Decimal("-100.0"))
    assert crm.perform(surveys.drill_down, found.nps.answered, as_user="wangwei").total == 1
    his = results(crm, asked, who="lihua")
    assert (his.csat.percent, his.nps.score) == (Decimal("50.0"), Decimal("25.0"))

    first = results(crm, asked, period=(TODAY, TODAY))
    assert (first.answered.number, first.csat.percent) == (4, Decimal("50.0"))
    later = results(crm, asked, period=(TODAY + dt.timedelta(days=1), dt.date(2026, 12, 31)))
    assert (later.answered.number, later.csat.percent) == (1, Decimal("0.0"))
    other = results(crm, opened(crm))
    assert (other.invited.number, other.csat.percent) == (0, None)


@pytest.mark.requirement("X-SRV-04")
def test_a_period_has_a_first_and_a_last_day(crm: Crm) -> None:
    asked = opened(crm)
    day, before = TODAY, dt.date(2026, 3, 1)
    periods: list[Any] = [(), (day,), (day, None), (day, before), (dt.datetime.now(dt.UTC), day), "ab", (day, "x"), 7]
    for period in periods:
        with pytest.raises(Invalid) as caught:
            crm.perform(surveys.results, asked.survey.id, period=period, as_user="zhaomin")
        assert caught.value.codes == {"survey.period"}
    with pytest.raises(NotFound):
        crm.perform(surveys.results, asked.questions[0].id, as_user="zhaomin")
