"""Keeping working calendars on every store: hours, holidays, days worked instead (requirement X-SRV-05)."""

import datetime as dt
from collections import Counter
from typing import Any

import pytest

from company import SetClock
from company.counting import CountingStore
from company.lapses import change
from crmcore import agreements, calendars
from crmcore.access.entity import Validity
from crmcore.access.rules import NoPermission
from crmcore.agreements.entity import ServiceTarget
from crmcore.base.errors import AlreadyExists, Conflict, Invalid
from crmcore.calendars.entity import WEEKDAYS, SpecialDay, WorkingCalendar
from crmcore.calendars.timetables import timetable
from crmcore.storage.crm import Crm
from crmcore.storage.history import history

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
        ("zone", "parameter.zone"),
        ("monday", "calendar.span_order"),
        ("friday", "calendar.span"),
    }
    assert problems(crm, calendars.create_calendar, **wrong) == found
    assert problems(crm, calendars.edit_calendar, office.id, **wrong) == found
    for name in ("ＳＨＯＰ", " shop"):
        with pytest.raises(AlreadyExists):
            crm.perform(calendars.create_calendar, name=name, as_user="zhaomin")
        with pytest.raises(AlreadyExists):
            crm.perform(calendars.edit_calendar, office.id, name=name, as_user="zhaomin")
    overlap = ("09:00-12:00", "11:00-13:00")
    assert problems(crm, calendars.edit_calendar, office.id, tuesday=overlap) == {("tuesday", "calendar.spans_overlap")}
    edited = crm.perform(calendars.edit_calendar, office.id, friday=("09:00-15:00",), expected=1, as_user="admin")
    assert (edited.friday, edited.monday) == (("09:00-15:00",), OFFICE)
    with pytest.raises(Conflict):
        crm.perform(calendars.edit_calendar, office.id, name="x", expected=1, as_user="zhaomin")
    for step, status in ((calendars.retire_calendar, Validity.RETIRED), (calendars.restore_calendar, Validity.VALID)):
        with pytest.raises(Conflict):
            crm.perform(step, office.id, expected=1, as_user="zhaomin")
        known = crm.perform(step, office.id, as_user="zhaomin")
        assert known.status is status
        shown = {None: {shop.id, office.id}, Validity.VALID: {shop.id}, Validity.RETIRED: set()}
        shown[status].add(office.id)
        for asked, expected in shown.items():
            assert {one.id for one in crm.perform(calendars.calendars, status=asked, as_user="lihua")} == expected
        assert crm.perform(calendars.calendars, as_user="lihua")[0] == shop
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
    with pytest.raises(Conflict):
        crm.perform(calendars.remove_special_day, worked.id, expected=1, as_user="zhaomin")
    crm.perform(calendars.remove_special_day, worked.id, expected=2, as_user="zhaomin")
    assert said(crm, office) == [("2026-03-06", "盘点", (), "")]
    with pytest.raises(Invalid) as refused:
        crm.perform(calendars.set_special_day, office.id, day=friday, spans=("x",), as_user="zhaomin")
    assert [(one.entity, one.field, one.code) for one in refused.value.problems] == [
        ("special_day", "spans", "calendar.span")
    ]
    assert problems(crm, calendars.set_special_day, office.id, day="2026-03-06") == {("day", "value.type")}


@pytest.mark.requirement("X-SRV-05")
@pytest.mark.parametrize("year", [0, 1989, 2101, 10_000, "2026", None, True, 2026.0])
def test_what_is_no_year_is_refused_by_name(crm: Crm, year: Any) -> None:
    office = made(crm)
    assert problems(crm, calendars.special_days, office.id, year) == {("year", "value.year")}
    assert problems(crm, calendars.import_holidays, office.id, [2025, year]) == {("years", "value.year")}
    assert problems(crm, calendars.import_holidays, office.id, year) == {("years", "value.year")}


def promised(crm: Crm, calendar: WorkingCalendar, minutes: int) -> ServiceTarget:
    """A target that counts the hours of a calendar."""
    given: dict[str, Any] = {"name": "一般", "calendar": calendar.id, "resolve_within": minutes}
    return crm.perform(agreements.create_target, as_user="zhaomin", **given)


@pytest.mark.requirement("X-SRV-05")
def test_hours_in_which_a_target_is_kept_are_not_taken(crm: Crm, clock: SetClock) -> None:
    none: dict[str, Any] = dict.fromkeys(WEEKDAYS, ())
    office, fair = made(crm), made(crm, name="展会", **none)
    first, second = (clock.now.date() + dt.timedelta(days=days) for days in (7, 8))
    days = [
        crm.perform(calendars.set_special_day, fair.id, day=day, spans=("09:00-12:00",), as_user="zhaomin")
        for day in (first, second)
    ]
    target = promised(crm, office, 60)
    assert problems(crm, calendars.edit_calendar, office.id, **none) == {("monday", "calendar.too_few_hours")}
    crm.perform(calendars.edit_calendar, office.id, **{**none, "sunday": ("09:00-10:00",)}, as_user="zhaomin")
    crm.perform(agreements.edit_target, target.id, calendar=fair.id, resolve_within=360, as_user="zhaomin")
    crm.perform(calendars.edit_calendar, office.id, **none, as_user="zhaomin")  # nobody counts its hours any more
    few = {("spans", "calendar.too_few_hours")}
    assert problems(crm, calendars.set_special_day, fair.id, day=second, spans=("09:00-11:59",)) == few
    assert problems(crm, calendars.set_special_day, fair.id, day=second) == few
    assert problems(crm, calendars.remove_special_day, days[0].id) == few
    crm.perform(calendars.set_special_day, fair.id, day=second, spans=("13:00-16:00",), as_user="zhaomin")
    crm.perform(agreements.retire_target, target.id, as_user="zhaomin")
    for one in days:
        crm.perform(calendars.remove_special_day, one.id, as_user="zhaomin")
    assert said(crm, fair) == []


@pytest.mark.requirement("X-SRV-05")
def test_holidays_do_not_take_the_last_hours(crm: Crm) -> None:
    pytest.importorskip("holidays")
    none: dict[str, Any] = dict.fromkeys(WEEKDAYS, ())
    fair = made(crm, name="展会", **none)
    given: dict[str, Any] = {"day": dt.date(2026, 10, 1), "spans": ("09:00-12:00",)}
    worked = crm.perform(calendars.set_special_day, fair.id, as_user="zhaomin", **given)
    change(crm, worked, source="CN")
    promised(crm, fair, 60)
    assert problems(crm, calendars.import_holidays, fair.id, [2026]) == {("years", "calendar.too_few_hours")}
    assert said(crm, fair) == [("2026-10-01", "", ("09:00-12:00",), "CN")]


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
    versions = {one.id: one.version for one in taken.values()}
    assert {one.id: one.version for one in take(2025)} == versions, "run again, it changes nothing"
    assert said(crm, office, 2025) == known
    for country in ("XX", "utils", "HolidaySum", "NYSE", "cn", "", 5, None):
        wrong = problems(crm, calendars.import_holidays, office.id, [2025], country=country)
        assert wrong == {("country", "calendar.country")}, country
    with pytest.raises(NoPermission):
        crm.perform(calendars.import_holidays, office.id, [2025], as_user="lihua")


@pytest.mark.requirement("X-SRV-05")
def test_what_is_a_holiday_no_more_goes_with_the_next_run(crm: Crm) -> None:
    pytest.importorskip("holidays")
    office = made(crm)

    def take(*years: int) -> dict[str, SpecialDay]:
        taken = crm.perform(calendars.import_holidays, office.id, years, as_user="zhaomin")
        return {one.day.isoformat(): one for one in taken}

    before = take(2024, 2025)
    by_hand = crm.perform(calendars.set_special_day, office.id, day=dt.date(2025, 7, 1), as_user="zhaomin")
    other = crm.perform(calendars.set_special_day, office.id, day=dt.date(2025, 7, 2), as_user="zhaomin")
    gone = crm.perform(calendars.set_special_day, office.id, day=dt.date(2025, 7, 3), as_user="zhaomin")
    last_year = crm.perform(calendars.set_special_day, office.id, day=dt.date(2024, 7, 3), as_user="zhaomin")
    change(crm, other, source="DE")
    for one in (gone, last_year):
        change(crm, one, source="CN")
    renamed = change(crm, before["2025-01-29"], name="旧名")
    after = take(2025)
    assert after.keys() == {day for day in before if day.startswith("2025")}
    assert after["2025-01-29"].version == renamed.version + 1
    assert {day: one.name for day, one in before.items() if day in after} == {
        day: one.name for day, one in after.items()
    }
    known = {
        one.id for year in (2024, 2025) for one in crm.perform(calendars.special_days, office.id, year, as_user="lihua")
    }
    assert known == {one.id for one in (*before.values(), by_hand, other, last_year)}
    with crm.work(as_user="zhaomin", readonly=True) as work:
        told = history(work, SpecialDay, renamed.id)
        assert [(one.operation.value, one.action) for one in told] == [
            ("created", "calendars.import_holidays"),
            ("changed", "calendars.import_holidays"),
        ]


@pytest.mark.requirement("X-SRV-05")
def test_holidays_are_taken_over_with_one_question_a_day_at_most(crm: Crm) -> None:
    pytest.importorskip("holidays")
    office = made(crm)
    counted = CountingStore(crm.store)
    counting = Crm(counted, clock=crm.clock, ids=crm.ids)
    asked: list[Counter[str]] = []
    taken: tuple[SpecialDay, ...] = ()
    for _ in range(2):
        counted.asked.clear()
        taken = counting.perform(calendars.import_holidays, office.id, [2024, 2025, 2026], as_user="zhaomin")
        asked.append(Counter(counted.asked))
    assert len(taken) > 60
    assert asked[0]["insert"] == len(taken)
    assert asked[1]["insert"] == asked[1]["renew"] == asked[1]["delete"] == 0
    assert [sum(one.values()) - one["insert"] <= 12 for one in asked] == [True, True]
