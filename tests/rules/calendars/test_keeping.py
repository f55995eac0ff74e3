"""Keeping working calendars on every store: hours, holidays, days worked instead (requirement X-SRV-05)."""

import datetime as dt
from typing import Any

import pytest

from company import SetClock
from crmcore import calendars
from crmcore.access.entity import Validity
from crmcore.access.rules import NoPermission
from crmcore.base.errors import Conflict, Invalid
from crmcore.calendars.entity import SpecialDay, WorkingCalendar
from crmcore.calendars.timetables import timetable
from crmcore.storage.crm import Crm

OFFICE = ("09:00-12:00", "13:00-18:00")


def made(crm: Crm, **given: Any) -> WorkingCalendar:
    """A calendar, kept by the supervisor."""
    return crm.perform(calendars.create_calendar, as_user="zhaomin", **{"name": "总部", **given})


def problems(crm: Crm, action: Any, *args: Any, **given: Any) -> set[tuple[str, str]]:
    """Field and code of everything that was wrong."""
    with pytest.raises(Invalid) as caught:
        crm.perform(action, *args, as_user="zhaomin", **given)
    return {(one.field, one.code) for one in caught.value.problems}


def said(crm: Crm, calendar: WorkingCalendar, year: int = 2026) -> list[tuple[str, str, tuple[str, ...], str]]:
    """What differs in a year: day, name, hours and where it was taken from."""
    days: tuple[SpecialDay, ...] = crm.perform(calendars.special_days, calendar.id, year, as_user="lihua")
    return [(one.day.isoformat(), one.name, one.spans, one.source) for one in days]


@pytest.mark.requirement("X-SRV-05")
def test_a_calendar_is_made_changed_and_retired(crm: Crm) -> None:
    office = made(crm)
    assert (office.monday, office.friday, office.saturday, office.zone) == (OFFICE, OFFICE, (), "")
    shop = made(crm, name="Shop", zone="Europe/Berlin", saturday=("00:00-24:00",))
    assert (shop.monday, shop.saturday) == ((), ("00:00-24:00",))
    assert crm.perform(calendars.calendars, as_user="lihua") == (shop, office)
    wrong = {"name": "SHOP", "zone": "Mars/Base", "monday": ("18:00-09:00",), "friday": ("9-12",)}
    found = {
        ("name", "value.taken"),
        ("zone", "parameter.zone"),
        ("monday", "calendar.span_order"),
        ("friday", "calendar.span"),
    }
    assert problems(crm, calendars.create_calendar, **wrong) == found
    assert problems(crm, calendars.edit_calendar, office.id, **wrong) == found
    overlap = ("09:00-12:00", "11:00-13:00")
    assert problems(crm, calendars.edit_calendar, office.id, tuesday=overlap) == {("tuesday", "calendar.spans_overlap")}
    edited = crm.perform(calendars.edit_calendar, office.id, friday=("09:00-15:00",), expected=1, as_user="admin")
    assert (edited.friday, edited.monday) == (("09:00-15:00",), OFFICE)
    with pytest.raises(Conflict):
        crm.perform(calendars.edit_calendar, office.id, name="x", expected=1, as_user="zhaomin")
    assert crm.perform(calendars.retire_calendar, office.id, as_user="zhaomin").status is Validity.RETIRED
    assert crm.perform(calendars.restore_calendar, office.id, as_user="zhaomin").status is Validity.VALID
    with pytest.raises(NoPermission):
        crm.perform(calendars.create_calendar, name="x", as_user="lihua")


@pytest.mark.requirement("X-SRV-05")
def test_a_special_day_counts_until_it_is_taken_back(crm: Crm, clock: SetClock) -> None:
    office = made(crm)
    friday, saturday = dt.date(2026, 3, 6), dt.date(2026, 3, 7)

    def set_day(**given: Any) -> SpecialDay:
        return crm.perform(calendars.set_special_day, office.id, as_user="zhaomin", **given)

    set_day(day=friday, name="盘点")
    worked = set_day(day=saturday, spans=("10:00-12:00",))
    assert set_day(day=saturday, spans=("10:00-11:00",)).id == worked.id  # the last word counts
    assert said(crm, office) == [("2026-03-06", "盘点", (), ""), ("2026-03-07", "", ("10:00-11:00",), "")]
    assert said(crm, office, 2025) == []
    monday = clock.now  # half past nine
    with crm.work(as_user="lihua", readonly=True) as work:
        week = timetable(work, office.id).between(monday, monday + dt.timedelta(days=7))
    assert week == dt.timedelta(hours=4 * 8 + 1)
    crm.perform(calendars.remove_special_day, worked.id, as_user="zhaomin")
    assert said(crm, office) == [("2026-03-06", "盘点", (), "")]
    assert problems(crm, calendars.set_special_day, office.id, day=friday, spans=("x",)) == {("spans", "calendar.span")}
    assert problems(crm, calendars.set_special_day, office.id, day="2026-03-06") == {("day", "value.type")}


@pytest.mark.requirement("X-SRV-05")
def test_public_holidays_come_with_the_days_worked_instead(crm: Crm) -> None:
    pytest.importorskip("holidays")
    office = made(crm)
    by_hand = dt.date(2025, 10, 1)
    crm.perform(calendars.set_special_day, office.id, day=by_hand, name="值班", spans=OFFICE, as_user="zhaomin")

    def take(*years: int, country: str = "CN") -> tuple[SpecialDay, ...]:
        return crm.perform(calendars.import_holidays, office.id, years, country=country, as_user="zhaomin")

    taken = {one.day: one for one in take(2025)}
    assert taken[dt.date(2025, 1, 29)].spans == ()  # the first day of the lunar year
    assert taken[dt.date(2025, 1, 26)].spans == OFFICE  # a Sunday that is worked
    assert taken[dt.date(2025, 1, 26)].name == "调休上班"
    assert {one.source for one in taken.values()} == {"CN"}
    assert by_hand not in taken
    known = said(crm, office, 2025)
    assert ("2025-10-01", "值班", OFFICE, "") in known
    take(2025)
    assert said(crm, office, 2025) == known  # run again, it changes nothing
    assert problems(crm, calendars.import_holidays, office.id, [2025], country="XX") == {
        ("country", "calendar.country")
    }
    assert problems(crm, calendars.import_holidays, office.id, [1]) == {("years", "value.year")}
    with pytest.raises(NoPermission):
        crm.perform(calendars.import_holidays, office.id, [2025], as_user="lihua")
