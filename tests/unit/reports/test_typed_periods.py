"""What somebody types for a period, and how a period is written into an address."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmcore.base.errors import Invalid
from crmcore.statistics.periods import Period, Span, day_of, month_of, period_of, quarter_of, year_of
from crmcore.statistics.typed_periods import NAMED, period_typed, typed

TODAY = dt.date(2026, 3, 31)
pytestmark = pytest.mark.requirement("RPT-01", "RPT-05")


@pytest.mark.parametrize(
    ("said", "period"),
    [
        ("2026", year_of(2026)),
        (" 2026-Q3 ", quarter_of(2026, 3)),
        ("2026q1", quarter_of(2026, 1)),
        ("2026-10", month_of(2026, 10)),
        ("2026-2-28", day_of(dt.date(2026, 2, 28))),
        ("2026-01-01..2026-03-31", Period(dt.date(2026, 1, 1), dt.date(2026, 3, 31))),
        ("2025-11 .. 2026-Q1", Period(dt.date(2025, 11, 1), dt.date(2026, 3, 31))),
        ("today", day_of(TODAY)),
        ("yesterday", day_of(dt.date(2026, 3, 30))),
        ("this_month", month_of(2026, 3)),
        ("last_month", month_of(2026, 2)),
        ("this_quarter", quarter_of(2026, 1)),
        ("last_quarter", quarter_of(2025, 4)),
        ("this_year", year_of(2026)),
        ("last_year", year_of(2025)),
        ("", None),
        ("all", None),
        (None, None),
        (month_of(2026, 5), month_of(2026, 5)),
    ],
)
def test_a_period_is_read(said: object, period: Period | None) -> None:
    assert period_typed(said, TODAY) == period


@pytest.mark.parametrize(
    "said",
    [
        *("26", "2026-13", "2026-00", "2026-Q0", "2026-Q5", "2026-02-30", "2026-1-", "2026/10", "0000", "9999-12"),
        *("..", "2026..", "2026..2027..2028", "next_month", "２０２６", "2026-10-05T00:00", "=1+1", "x" * 300),
        *(2026.5, ["2026"]),
    ],
)
def test_what_is_no_period_is_told_with_what_would_be_one(said: object) -> None:
    with pytest.raises(Invalid) as refused:
        period_typed(said, TODAY, "earlier")
    assert refused.value.fields == {"earlier"}
    assert refused.value.codes == {"report.typed_period"}
    assert "2026-Q3" in refused.value.explain("en")
    assert "2026-Q3" in refused.value.explain("zh")


def test_a_period_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(Invalid) as refused:
        period_typed("2026-03..2026-01", TODAY)
    assert refused.value.codes == {"report.backwards"}


@given(st.dates(dt.date(1950, 1, 1), dt.date(2150, 1, 1)), st.sampled_from(Span), st.integers(0, 900))
def test_whatever_is_written_is_read_again(day: dt.date, span: Span, more: int) -> None:
    for period in (period_of(day, span), Period(day, day + dt.timedelta(days=more))):
        assert period_typed(typed(period), TODAY) == period
    assert period_typed(typed(None), TODAY) is None


def test_every_name_is_one() -> None:
    assert [period_typed(name, TODAY) is not None for name in NAMED] == [True] * len(NAMED)
