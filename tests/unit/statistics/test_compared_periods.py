"""What a period that is not over is compared with: as many days of others (X-ANA-05, decision 16.8)."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmcore.statistics.compared_periods import compared_periods
from crmcore.statistics.periods import (
    Period,
    Span,
    before,
    check_period,
    day_of,
    last_year,
    month_of,
    period_of,
    quarter_of,
    year_of,
)

D = dt.date
DAYS = st.dates(D(1901, 1, 1), D(2199, 12, 31))


@pytest.mark.requirement("X-ANA-05", "16.8")
@pytest.mark.parametrize(
    ("period", "today", "earlier", "a_year_ago"),
    [
        (month_of(2026, 11), D(2026, 11, 22), (D(2026, 10, 1), D(2026, 10, 22)), (D(2025, 11, 1), D(2025, 11, 22))),
        (month_of(2026, 11), D(2026, 11, 1), (D(2026, 10, 1), D(2026, 10, 1)), (D(2025, 11, 1), D(2025, 11, 1))),
        (month_of(2026, 3), D(2026, 3, 28), (D(2026, 2, 1), D(2026, 2, 28)), (D(2025, 3, 1), D(2025, 3, 28))),
        (month_of(2026, 3), D(2026, 3, 29), (D(2026, 2, 1), D(2026, 2, 28)), (D(2025, 3, 1), D(2025, 3, 29))),
        (month_of(2026, 3), D(2026, 3, 30), (D(2026, 2, 1), D(2026, 2, 28)), (D(2025, 3, 1), D(2025, 3, 30))),
        (month_of(2028, 3), D(2028, 3, 30), (D(2028, 2, 1), D(2028, 2, 29)), (D(2027, 3, 1), D(2027, 3, 30))),
        (month_of(2028, 2), D(2028, 2, 28), (D(2028, 1, 1), D(2028, 1, 28)), (D(2027, 2, 1), D(2027, 2, 28))),
        (quarter_of(2026, 2), D(2026, 6, 29), (D(2026, 1, 1), D(2026, 3, 31)), (D(2025, 4, 1), D(2025, 6, 29))),
        (quarter_of(2026, 1), D(2026, 3, 2), (D(2025, 10, 1), D(2025, 11, 30)), (D(2025, 1, 1), D(2025, 3, 2))),
        (quarter_of(2028, 1), D(2028, 3, 30), (D(2027, 10, 1), D(2027, 12, 29)), (D(2027, 1, 1), D(2027, 3, 31))),
        (year_of(2026), D(2026, 11, 22), (D(2025, 1, 1), D(2025, 11, 22)), (D(2025, 1, 1), D(2025, 11, 22))),
        (year_of(2028), D(2028, 11, 22), (D(2027, 1, 1), D(2027, 11, 23)), (D(2027, 1, 1), D(2027, 11, 23))),
        (year_of(2028), D(2028, 12, 30), (D(2027, 1, 1), D(2027, 12, 31)), (D(2027, 1, 1), D(2027, 12, 31))),
    ],
)
def test_a_period_that_runs_is_held_against_as_many_days(
    period: Period, today: dt.date, earlier: tuple[dt.date, dt.date], a_year_ago: tuple[dt.date, dt.date]
) -> None:
    found = compared_periods(period, today)
    assert found.all == (period, Period(*earlier), Period(*a_year_ago))
    assert found.days == (today - period.first).days + 1
    assert set(found.parts) == {found.before, found.last_year}


@pytest.mark.parametrize("today", [D(2026, 3, 31), D(2026, 4, 1), D(2027, 1, 1), D(2026, 2, 28)])
def test_whole_periods_are_compared_once_the_last_day_has_come_and_before_the_first(today: dt.date) -> None:
    found = compared_periods(month_of(2026, 3), today)
    assert found.all == (month_of(2026, 3), month_of(2026, 2), month_of(2025, 3))
    assert (found.days, found.parts) == (None, ())
    assert compared_periods(day_of(today), today).days is None


@given(first=DAYS, length=st.integers(1, 500), into=st.integers(0, 500), span=st.sampled_from([None, *Span]))
def test_days_compared_begin_where_those_periods_begin_and_are_never_more(
    first: dt.date, length: int, into: int, span: Span | None
) -> None:
    period = check_period(first, first + dt.timedelta(days=length - 1)) if span is None else period_of(first, span)
    found = compared_periods(period, period.first + dt.timedelta(days=into))
    for one, whole in ((found.before, before(period)), (found.last_year, last_year(period))):
        assert one.first == whole.first
        assert one.days == (whole.days if found.days is None else min(found.days, whole.days))
