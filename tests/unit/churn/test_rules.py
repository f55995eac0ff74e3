"""The arithmetic of the churn check and the book-keeping of measures, without a store."""

import calendar
import datetime as dt
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmcore.access.entity import UserId
from crmcore.base.errors import Invalid
from crmcore.churn.entity import ChurnCase, ChurnCaseId
from crmcore.churn.rules import LONGEST_MEASURES, check_text, cutoff, is_newer, with_measure
from crmcore.customers.entity import CustomerId

NOW = dt.datetime(2026, 3, 2, 9, 30, tzinfo=dt.UTC)
DAYS = st.dates(dt.date(1990, 1, 1), dt.date(2200, 12, 31))
MONTHS = st.integers(1, 120)


@pytest.mark.requirement("16.3")
@pytest.mark.parametrize(
    ("today", "months", "day"),
    [
        (dt.date(2026, 8, 31), 6, dt.date(2026, 2, 28)),
        (dt.date(2028, 8, 31), 6, dt.date(2028, 2, 29)),
        (dt.date(2028, 8, 29), 6, dt.date(2028, 2, 29)),
        (dt.date(2026, 3, 2), 6, dt.date(2025, 9, 2)),
        (dt.date(2026, 1, 31), 2, dt.date(2025, 11, 30)),
        (dt.date(2026, 6, 30), 6, dt.date(2025, 12, 30)),
        (dt.date(2028, 2, 29), 12, dt.date(2027, 2, 28)),
        (dt.date(2028, 2, 29), 48, dt.date(2024, 2, 29)),
    ],
)
def test_months_are_calendar_months(today: dt.date, months: int, day: dt.date) -> None:
    assert cutoff(today, months) == day


@pytest.mark.requirement("16.3")
@given(today=DAYS, months=MONTHS)
def test_the_cut_off_is_the_same_day_of_the_month_or_its_last(today: dt.date, months: int) -> None:
    day = cutoff(today, months)
    assert (today.year * 12 + today.month) - (day.year * 12 + day.month) == months
    assert day.day == min(today.day, calendar.monthrange(day.year, day.month)[1])


@pytest.mark.requirement("16.3")
@given(today=DAYS, months=MONTHS)
def test_the_cut_off_never_goes_back_from_one_day_to_the_next(today: dt.date, months: int) -> None:
    assert cutoff(today, months) <= cutoff(today + dt.timedelta(days=1), months)


MEASURES = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=60)


@pytest.mark.requirement("3.7")
@given(written=st.lists(MEASURES, max_size=8))
def test_measures_are_appended_a_line_each_and_never_overwritten(written: list[str]) -> None:
    kept = ""
    lines = 0
    for one in written:
        try:
            longer = with_measure(kept, one, NOW)
        except Invalid:
            continue
        assert longer.startswith(kept)
        kept, lines = longer, lines + 1
    assert len(kept.split("\n") if kept else []) == lines
    assert all(line.startswith("2026-03-02 09:30 ") for line in kept.split("\n") if kept)


@pytest.mark.requirement("3.7")
@pytest.mark.parametrize(
    ("measure", "code"),
    [
        ("", "value.missing"),
        (" \u200b\n", "value.missing"),
        (None, "value.missing"),
        (7, "value.type"),
        ("a\0b", "value.characters"),
        ("\ud800", "value.characters"),
        ("x" * 4001, "value.too_long"),
        ("x" * 3984, "churn.measures_full"),
    ],
)
def test_a_measure_that_can_not_be_kept_is_refused_with_its_field(measure: Any, code: str) -> None:
    with pytest.raises(Invalid) as refusal:
        with_measure("", measure, NOW)
    assert [(one.field, one.code) for one in refusal.value.problems] == [("measure", code)]
    assert all(refusal.value.explain(language) != f"error.{code}" for language in ("zh", "en"))


@pytest.mark.requirement("3.7")
def test_what_is_left_of_the_measures_is_told() -> None:
    full = with_measure("", "x" * (LONGEST_MEASURES - 17), NOW)
    assert len(full) == LONGEST_MEASURES
    with pytest.raises(Invalid, match="0 are left, here are 1"):
        with_measure(full, "y", NOW)
    assert with_measure(full[:-19], "y", NOW).endswith("x\n2026-03-02 09:30 y")


def test_what_may_be_empty_may_be_left_out() -> None:
    none: Any = None
    assert check_text("reason", none, 9, needed=False) == check_text("reason", " ", 9, needed=False) == ""


@pytest.mark.requirement("CHN-12")
@pytest.mark.parametrize(
    ("before", "newest", "newer"),
    [
        (dt.date(2026, 1, 1), dt.date(2026, 1, 2), True),
        (dt.date(2026, 1, 1), dt.date(2026, 1, 1), False),
        (dt.date(2026, 1, 1), dt.date(2025, 1, 1), False),
        (dt.date(2026, 1, 1), None, False),
        (None, dt.date(2026, 1, 1), True),
        (None, None, False),
    ],
)
def test_newer_is_an_order_of_a_later_day(before: dt.date | None, newest: dt.date | None, newer: bool) -> None:
    case = ChurnCase(
        id=ChurnCaseId(UUID(int=1)),
        customer=CustomerId(UUID(int=2)),
        customer_name="x",
        manager=UserId(UUID(int=3)),
        last_order_on=before,
        opened_at=NOW,
    )
    assert is_newer(case, newest) is newer
