"""Taking a country's public holidays into a calendar, with the days worked instead (requirement X-SRV-05).

China announces each autumn which weekend days of the next year are worked to make up for days off; the ``holidays``
package (extra ``calendar``) knows them once they are announced and it is brought up to date.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

import attrs

from crmcore.access.argon2 import MissingPackage
from crmcore.base.errors import Invalid, Problem
from crmcore.base.schema import describe
from crmcore.calendars.entity import WEEKDAYS, SpecialDay, SpecialDayId, WorkingCalendar, WorkingCalendarId
from crmcore.calendars.rules import check_year
from crmcore.calendars.timetables import check_hours_left, days_of
from crmcore.storage.action import action
from crmcore.storage.work import Work

__all__ = ["import_holidays"]

_SPOKEN: Final = {"zh": "zh_CN", "en": "en_US"}
_WORKED: Final = {"zh": "调休上班", "en": "Worked instead of another day"}
_Public = Mapping[dt.date, tuple[str, bool]]
"""Name of each public holiday, and whether it is worked instead of another day."""


@action("service.configure")
def import_holidays(
    work: Work, calendar: WorkingCalendarId, years: Iterable[int], *, country: str = "CN"
) -> tuple[SpecialDay, ...]:
    """Take the public holidays of some years into a calendar; run again, it brings them up to date.

    What was entered by hand stays; what an earlier run took over and is a holiday no more goes. A weekend day that is
    worked instead of another has the hours of the first weekday that is worked at all.

    Args:
        work: The unit of work.
        calendar: Which calendar.
        years: Which years, 1990 to 2100.
        country: ISO 3166 code of a country.

    Returns:
        The days taken over, the first one first.

    Raises:
        NotFound: There is no such calendar.
        Invalid: There is no such country, a year is none or out of range, or a target in use could not be kept in the
            hours that are left.
        MissingPackage: The extra ``calendar`` is not installed.
    """
    owner = work.working_calendars.get(calendar)
    wanted = _years(years)
    public = _public(country, wanted, work.actor.language)
    known = {one.day: one for one in days_of(work, calendar)}
    taken = {one.day: one for one in _taken(work, owner, known, public, country)}
    ours = [one for one in known.values() if one.source == country and one.day.year in wanted]
    gone = [one for one in ours if one.day not in taken]
    left = {day: one for day, one in known.items() if one not in gone}
    wrong = Problem(field="years", code="calendar.too_few_hours", entity="special_day")
    check_hours_left(work, owner, {**left, **taken}.values(), wrong)
    work.working_calendars.touch(owner)  # two who do this at once come one after the other
    return _stored(work, known, taken, gone)


def _taken(
    work: Work, owner: WorkingCalendar, known: Mapping[dt.date, SpecialDay], public: _Public, country: str
) -> Iterator[SpecialDay]:
    """Answer the days to take over, as they shall be: all of the country's but those that somebody entered by hand."""
    hours = next((spans for name in WEEKDAYS if (spans := getattr(owner, name))), ())
    for day, (name, worked) in sorted(public.items()):
        before = known.get(day) or SpecialDay(
            id=SpecialDayId(work.new_id()), calendar=owner.id, day=day, source=country
        )
        if before.source:
            yield attrs.evolve(before, name=name[:100], spans=hours if worked else (), source=country)


def _stored(
    work: Work, known: Mapping[dt.date, SpecialDay], taken: Mapping[dt.date, SpecialDay], gone: Sequence[SpecialDay]
) -> tuple[SpecialDay, ...]:
    """Store what is new or different, and nothing else; each day keeps its own change records."""
    schema, changes = describe(SpecialDay), work.changes
    new = work.bulk.put([one for day, one in taken.items() if day not in known])
    for one in new:
        changes.created(schema, one)
    different = [(known[day], one) for day, one in taken.items() if day in known and known[day] != one]
    changed = work.bulk.change(different)
    changes.look_up(schema, gone)
    work.bulk.remove(gone)
    for one in gone:
        changes.removed(schema, one)
    stored = {one.day: one for one in (*taken.values(), *new, *changed)}
    return tuple(stored[day] for day in sorted(stored))


def _public(country: object, years: Sequence[int], language: str) -> _Public:
    """Answer the days off and the weekend days worked of some years."""
    try:
        import holidays
    except ImportError as error:
        raise MissingPackage(package="holidays", extra="calendar") from error
    if not isinstance(country, str) or country not in holidays.list_supported_countries(include_aliases=False):
        params: dict[str, object] = {"got": str(country)[:20]}
        raise Invalid(Problem(field="country", code="calendar.country", entity="special_day", params=params))
    found: Any = holidays.country_holidays(country, years=years, language=_SPOKEN.get(language))
    days = {day: (str(name), False) for day, name in found.items() if day.year in years}
    worked = {day for day in getattr(found, "weekend_workdays", ()) if day.year in years}
    return days | {day: (_WORKED.get(language, _WORKED["en"]), True) for day in worked}


def _years(years: object) -> list[int]:
    """Answer the years to take over, each once, the first one first."""
    given: Iterable[object] = (None,)  # a single year is no years, and refused as such
    if isinstance(years, Iterable) and not isinstance(years, str):
        given = years
    return sorted({check_year(one, field="years", entity="special_day") for one in given})
