"""Reads the period that somebody types, or that stands in an address or a crontab (requirements RPT-01, RPT-05)."""

import datetime as dt
import re
from typing import Final

from crmcore.base.errors import Invalid, Problem
from crmcore.statistics.periods import Period, Span, before, check_period, day_of, period_from, period_of

__all__ = ["ALL_TIME", "NAMED", "period_typed", "typed"]

ALL_TIME: Final = "all"
_PRESENT: Final = {
    "today": Span.DAY,
    "this_month": Span.MONTH,
    "this_quarter": Span.QUARTER,
    "this_year": Span.YEAR,
}
_PAST: Final = {
    "yesterday": Span.DAY,
    "last_month": Span.MONTH,
    "last_quarter": Span.QUARTER,
    "last_year": Span.YEAR,
}
NAMED: Final = (*_PRESENT, *_PAST)
"""Periods that are named by where they lie from today."""
_FORM: Final = re.compile(r"([0-9]{4})(?:-?[Qq]([0-9])|-([0-9]{1,2})(?:-([0-9]{1,2}))?)?")
_BETWEEN: Final = re.compile(r"\s*\.\.\s*")
_LONGEST: Final = 50


def period_typed(given: object, today: dt.date, field: str = "period") -> Period | None:
    """Answer the period that somebody means; None for all time.

    ``2026``, ``2026-Q3``, ``2026-10``, ``2026-10-05``, two of these with ``..`` between them, or a name of
    :data:`NAMED`. Nothing, or ``all``, is all time.

    Args:
        given: What was typed, or a period.
        today: The present day in the company's zone.
        field: What the error calls it.

    Raises:
        Invalid: It is no period.
    """
    if given is None or isinstance(given, Period):
        return given if given is None else check_period(given.first, given.last)
    said = given.strip() if isinstance(given, str) else str(given)
    if said in {"", ALL_TIME}:
        return None
    if said in _PRESENT:
        return period_of(today, _PRESENT[said])
    if said in _PAST:
        return before(period_of(today, _PAST[said]))
    ends = [_part(one, field) for one in _BETWEEN.split(said)]
    match ends:
        case [one]:
            return one
        case [first, last]:
            return check_period(first.first, last.last)
    raise _unread(said, field)


def typed(period: Period | None) -> str:
    """Answer the shortest text that :func:`period_typed` reads as this period: for addresses."""
    if period is None:
        return ALL_TIME
    first = period.first
    match period.span:
        case Span.YEAR:
            return f"{first:%Y}"
        case Span.QUARTER:
            return f"{first:%Y}-Q{(first.month + 2) // 3}"
        case Span.MONTH:
            return f"{first:%Y-%m}"
        case Span.DAY:
            return first.isoformat()
    return f"{first.isoformat()}..{period.last.isoformat()}"


def _part(said: str, field: str) -> Period:
    found = _FORM.fullmatch(said)
    if found is None:
        raise _unread(said, field)
    year, quarter, month, day = (None if one is None else int(one) for one in found.groups())
    try:
        period = period_from(year, quarter, month, day)
    except Invalid as error:
        raise _unread(said, field) from error
    if period is None:  # a year was given
        raise _unread(said, field)
    return period if day is None else day_of(period.first)


def _unread(said: str, field: str) -> Invalid:
    return Invalid(Problem(field, "report.typed_period", "report", {"got": said[:_LONGEST]}))
