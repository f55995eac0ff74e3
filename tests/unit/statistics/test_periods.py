"""Years, quarters, months and days in any zone, and what they are compared with (decision 16.8)."""

import datetime as dt
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmcore.base.errors import Invalid
from crmcore.statistics.periods import (
    MOST_STEPS,
    Period,
    Span,
    before,
    check_period,
    day_of,
    instants,
    last_year,
    latest_years,
    month_of,
    period_from,
    period_of,
    quarter_of,
    starts,
    steps,
    year_of,
)

D = dt.date
DAYS = st.dates(D(1901, 1, 1), D(2199, 12, 31))
ZONES = st.sampled_from(
    ["Asia/Shanghai", "Asia/Kolkata", "Asia/Kathmandu", "Australia/Lord_Howe", "America/Havana", "Asia/Beirut"]
).map(ZoneInfo)


def test_known_periods() -> None:
    assert year_of(2026) == Period(D(2026, 1, 1), D(2026, 12, 31))
    assert quarter_of(2024, 1) == Period(D(2024, 1, 1), D(2024, 3, 31))
    assert month_of(2024, 2) == Period(D(2024, 2, 1), D(2024, 2, 29))
    assert period_of(D(2026, 11, 22), Span.QUARTER) == quarter_of(2026, 4)
    assert day_of(D(2026, 1, 1)).span is Span.DAY
    assert [one.span for one in (year_of(2026), quarter_of(2026, 3), month_of(2026, 9))] == [
        Span.YEAR,
        Span.QUARTER,
        Span.MONTH,
    ]
    assert Period(D(2026, 1, 1), D(2026, 2, 28)).span is None
    assert year_of(2024).days == 366


@pytest.mark.parametrize(
    ("period", "earlier", "a_year_ago"),
    [
        (month_of(2026, 1), month_of(2025, 12), month_of(2025, 1)),
        (month_of(2024, 2), month_of(2024, 1), month_of(2023, 2)),
        (month_of(2025, 2), month_of(2025, 1), month_of(2024, 2)),
        (quarter_of(2026, 1), quarter_of(2025, 4), quarter_of(2025, 1)),
        (year_of(2026), year_of(2025), year_of(2025)),
        (day_of(D(2024, 2, 29)), day_of(D(2024, 2, 28)), day_of(D(2023, 2, 28))),
        (
            Period(D(2026, 3, 5), D(2026, 3, 11)),
            Period(D(2026, 2, 26), D(2026, 3, 4)),
            Period(D(2025, 3, 5), D(2025, 3, 11)),
        ),
    ],
)
def test_what_a_period_is_compared_with(period: Period, earlier: Period, a_year_ago: Period) -> None:
    assert (before(period), last_year(period)) == (earlier, a_year_ago)


@pytest.mark.parametrize(
    ("zone", "begins"),
    [
        ("Asia/Shanghai", "2026-03-31T16:00"),
        ("Asia/Kolkata", "2026-03-31T18:30"),
        ("Asia/Kathmandu", "2026-03-31T18:15"),
        ("America/St_Johns", "2026-04-01T02:30"),
    ],
)
@pytest.mark.requirement("16.8")
def test_a_quarter_begins_when_the_zone_says(zone: str, begins: str) -> None:
    start, end = instants(quarter_of(2026, 2), ZoneInfo(zone))
    assert start == dt.datetime.fromisoformat(f"{begins}+00:00")
    assert end.astimezone(ZoneInfo(zone)).replace(tzinfo=None) == dt.datetime(2026, 7, 1)  # noqa: DTZ001


@given(DAYS, DAYS, st.sampled_from(Span), ZONES)
def test_steps_divide_a_period_without_gap(one: D, other: D, span: Span, zone: ZoneInfo) -> None:
    period = Period(min(one, other), max(one, other))
    try:
        parts = steps(period, span)
    except Invalid:
        assert period.days > MOST_STEPS
        return
    assert (parts[0].first, parts[-1].last) == (period.first, period.last)
    assert all(then.first - now.last == dt.timedelta(days=1) for now, then in pairwise(parts))
    assert all(period_of(part.first, span) == period_of(part.last, span) for part in parts)
    edges = starts(parts, zone)
    assert edges == sorted(set(edges))
    assert (edges[0], edges[-1]) == instants(period, zone)
    assert [(instants(part, zone)) for part in parts] == [*pairwise(edges)]


@given(DAYS, st.integers(0, 900))
def test_the_period_before_ends_where_this_one_begins(first: D, days: int) -> None:
    period = Period(first, first + dt.timedelta(days=days))
    earlier = before(period)
    assert earlier.last + dt.timedelta(days=1) == period.first
    assert earlier.span is period.span
    assert period.span is not None or earlier.days == period.days
    assert last_year(period).last < period.last


def test_the_years_of_a_period_are_whole_and_the_latest_of_too_many() -> None:
    assert latest_years(Period(D(2024, 5, 5), D(2026, 1, 1))) == (year_of(2024), year_of(2025), year_of(2026))
    assert len(latest_years(Period(D(1001, 1, 1), D(2026, 1, 1)))) == MOST_STEPS
    assert before(Period(D(1001, 1, 1), D(9000, 1, 2))).first == D(1000, 1, 1)


def test_what_somebody_chooses() -> None:
    assert period_from() is None
    assert period_from(2026) == year_of(2026)
    assert period_from(2026, quarter=2) == quarter_of(2026, 2)
    assert period_from(2026, month=2) == month_of(2026, 2)
    assert period_from(2024, month=2, day=29) == day_of(D(2024, 2, 29))
    assert check_period(D(2026, 1, 1), D(2026, 1, 1)) == day_of(D(2026, 1, 1))


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"year": 999}, "year"),
        ({"year": "2026"}, "year"),
        ({"quarter": 2}, "year"),
        ({"year": 2026, "quarter": 5}, "quarter"),
        ({"year": 2026, "month": 13}, "month"),
        ({"year": 2026, "quarter": 1, "month": 1}, "month"),
        ({"year": 2026, "day": 1}, "month"),
        ({"year": 2026, "month": 2, "day": 29}, "day"),
    ],
)
def test_what_nobody_can_choose(given: dict[str, int], field: str) -> None:
    with pytest.raises(Invalid) as caught:
        period_from(**given)
    assert [one.field for one in caught.value.problems] == [field]


@pytest.mark.parametrize(
    ("first", "last", "field"),
    [
        (D(2026, 1, 2), D(2026, 1, 1), "last"),
        ("2026-01-01", D(2026, 1, 1), "first"),
        (D(2026, 1, 1), None, "last"),
        (D(1000, 12, 31), D(2026, 1, 1), "first"),
        (dt.datetime(2026, 1, 1, tzinfo=dt.UTC), D(2026, 1, 1), "first"),
    ],
)
def test_what_is_no_period(first: object, last: object, field: str) -> None:
    with pytest.raises(Invalid) as caught:
        check_period(first, last)
    assert [one.field for one in caught.value.problems] == [field]
