"""Taking a country's public holidays into a calendar, with the days worked instead (requirement X-SRV-05).

China announces each autumn which weekend days of the next year are worked to make up for days off; the ``holidays``
package (extra ``calendar``) knows them once they are announced and it is brought up to date.
"""

import datetime as dt
from collections.abc import Collection, Sequence
from typing import Final

from attrs import fields

from crmcore.access.argon2 import MissingPackage
from crmcore.base.errors import Invalid, Problem
from crmcore.calendars.actions import put
from crmcore.calendars.entity import SpecialDay, SpecialDayId, WorkingCalendar, WorkingCalendarId
from crmcore.calendars.timetables import WEEKDAYS
from crmcore.query import eq, ge, le, query
from crmcore.storage.action import action
from crmcore.storage.work import Work

__all__ = ["import_holidays"]

_FIRST: Final = 1990
_LAST: Final = 2100
_SPOKEN: Final = {"zh": "zh_CN", "en": "en_US"}
_WORKED: Final = {"zh": "调休上班", "en": "Worked instead of another day"}


@action("service.configure")
def import_holidays(
    work: Work, calendar: WorkingCalendarId, years: Sequence[int], *, country: str = "CN"
) -> tuple[SpecialDay, ...]:
    """Take the public holidays of some years into a calendar; run again, it brings them up to date.

    What was entered by hand stays. A weekend day that is worked instead of another has the hours of the first weekday
    that is worked at all.

    Args:
        work: The unit of work.
        calendar: Which calendar.
        years: Which years, 1990 to 2100.
        country: ISO 3166 code of a country.

    Returns:
        The days taken over, the first one first.

    Raises:
        Invalid: There is no such country, or a year is out of range.
        MissingPackage: The extra ``calendar`` is not installed.
    """
    owner = work.working_calendars.get(calendar)
    public = _public(country, sorted({_year(one) for one in years}), work.actor.language)
    work.working_calendars.touch(owner)  # two who do this at once come one after the other
    hours = next((spans for name in WEEKDAYS if (spans := getattr(owner, name))), ())
    stored: list[SpecialDay] = []
    for year in sorted({_year(one) for one in years}):
        said = {day: name for day, name in public.items() if day.year == year}
        by_hand = _forget(work, owner, year, country, keep=said.keys())
        for day, (name, worked) in sorted(said.items()):
            if day not in by_hand:
                id_ = SpecialDayId(work.new_id())
                spans = hours if worked else ()
                made = SpecialDay(id=id_, calendar=calendar, day=day, name=name[:100], spans=spans, source=country)
                stored.append(put(work, made))
    return tuple(stored)


def _forget(
    work: Work, calendar: WorkingCalendar, year: int, country: str, *, keep: Collection[dt.date]
) -> frozenset[dt.date]:
    """Take out the days of an earlier import that are no holidays any more; answer those entered by hand."""
    d = fields(SpecialDay)
    of_year = query(SpecialDay).where(
        eq(d.calendar, calendar.id), ge(d.day, dt.date(year, 1, 1)), le(d.day, dt.date(year, 12, 31))
    )
    known = list(work.unscoped(SpecialDay).find(of_year))
    for one in known:
        if one.source == country and one.day not in keep:
            work.unscoped(SpecialDay).remove(one)
    return frozenset(one.day for one in known if not one.source)


def _public(country: str, years: Sequence[int], language: str) -> dict[dt.date, tuple[str, bool]]:
    """Answer the days off and the weekend days worked of some years: name, and whether it is worked."""
    try:
        import holidays
    except ImportError as error:
        raise MissingPackage(package="holidays", extra="calendar") from error
    try:
        known = holidays.country_holidays(country, years=list(years), language=_SPOKEN.get(language))
    except (NotImplementedError, KeyError, AttributeError) as error:
        params: dict[str, object] = {"got": str(country)[:20]}
        raise Invalid(Problem(field="country", code="calendar.country", entity="special_day", params=params)) from error
    days = {day: (str(name), False) for day, name in known.items()}
    worked = {day for day in getattr(known, "weekend_workdays", ()) if day.year in years}
    return days | {day: (_WORKED.get(language, _WORKED["en"]), True) for day in worked}


def _year(year: object) -> int:
    if isinstance(year, bool) or not isinstance(year, int) or not _FIRST <= year <= _LAST:
        raise Invalid(
            Problem(field="years", code="value.year", entity="special_day", params={"min": _FIRST, "max": _LAST})
        )
    return year
