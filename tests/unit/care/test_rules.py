"""When a care activity is reminded of, and when it is done again (requirement X-CAR-02)."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmcore.base.clock import month_before, months_after
from crmcore.care.rules import next_time, reminder

DAYS = st.dates(dt.date(1000, 1, 1), dt.date(9998, 12, 31))


@pytest.mark.requirement("X-CAR-02")
@pytest.mark.parametrize(
    ("planned", "months", "done", "again"),
    [
        ("2026-01-31", 1, "2026-01-31", "2026-02-28"),
        ("2026-01-31", 1, "2026-01-10", "2026-02-28"),
        ("2026-01-31", 1, "2026-02-28", "2026-03-31"),
        ("2024-02-29", 12, "2024-03-01", "2025-02-28"),
        ("2026-03-15", 3, "2027-03-14", "2027-03-15"),
        ("9998-06-01", 12, "9998-06-01", None),
        ("2026-03-15", None, "2026-03-15", None),
    ],
)
def test_what_repeats_keeps_its_rhythm(planned: str, months: int | None, done: str, again: str | None) -> None:
    wanted = None if again is None else dt.date.fromisoformat(again)
    assert next_time(dt.date.fromisoformat(planned), months, dt.date.fromisoformat(done)) == wanted


@pytest.mark.requirement("X-CAR-02")
@given(DAYS, st.integers(1, 120), DAYS)
def test_the_next_time_is_the_first_of_the_rhythm_after_the_day_it_was_done(
    planned: dt.date, months: int, done: dt.date
) -> None:
    again = next_time(planned, months, done)
    if again is None:
        assert max(planned, done).year > 9998 - 11
        return
    apart = (again.year - planned.year) * 12 + again.month - planned.month
    assert (apart % months, again) == (0, months_after(planned, apart))
    assert apart >= months
    assert again > done
    assert apart == months or month_before(planned, months - apart) <= done


@pytest.mark.requirement("X-CAR-02")
@given(DAYS, st.integers(0, 365))
def test_a_reminder_comes_so_many_days_before(planned: dt.date, days: int) -> None:
    assert reminder(planned, None) is None
    day = reminder(planned, days)
    assert day is not None
    assert day == dt.date(1000, 1, 1) or planned - day == dt.timedelta(days)
