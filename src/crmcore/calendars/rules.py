"""Who sees calendars, and what a good one is."""

from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from crmcore.access.scope import Scope
from crmcore.base.errors import Invalid, Problem
from crmcore.calendars.entity import WEEKDAYS, SpecialDay, WorkingCalendar
from crmcore.calendars.working_time import read_spans

__all__ = ["SCOPES", "check_calendar", "check_year"]

SCOPES: Final = (
    Scope(entity=WorkingCalendar, read=frozenset({"service.read", "service.configure"})),
    Scope(entity=SpecialDay, read=frozenset({"service.read", "service.configure"})),
)
_FIRST: Final = 1990
_LAST: Final = 2100


def check_calendar(made: WorkingCalendar) -> None:
    """Refuse hours and zones that are none; all problems are listed."""
    problems: list[Problem] = []
    for name in WEEKDAYS:
        try:
            read_spans(getattr(made, name), name)
        except Invalid as error:
            problems += error.problems
    if made.zone:
        try:
            ZoneInfo(made.zone)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            params: dict[str, object] = {"got": made.zone[:50]}
            problems.append(Problem(field="zone", code="parameter.zone", entity="working_calendar", params=params))
    if problems:
        raise Invalid(problems)


def check_year(year: object, *, field: str, entity: str) -> int:
    """Answer a year that calendars are kept for, 1990 to 2100.

    Args:
        year: What somebody gave.
        field: What the problem is said to be about.
        entity: Whose field that is.

    Raises:
        Invalid: It is no whole number, or out of range.
    """
    if isinstance(year, bool) or not isinstance(year, int) or not _FIRST <= year <= _LAST:
        params: dict[str, object] = {"min": _FIRST, "max": _LAST}
        raise Invalid(Problem(field=field, code="value.year", entity=entity, params=params))
    return year
