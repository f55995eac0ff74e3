"""Working calendars: the hours of the weekdays, and how a calendar is kept (X-SRV-05)."""

import functools
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final
from uuid import UUID
from zoneinfo import available_timezones

import attrs
from flask import render_template, url_for

from crmcore.access import Validity
from crmcore.calendars import (
    WorkingCalendar,
    WorkingCalendarId,
    calendars,
    create_calendar,
    edit_calendar,
    restore_calendar,
    retire_calendar,
    special_days,
)
from crmcore.calendars.entity import WEEKDAYS
from crmcore.views import form_for
from crmcore_demo.actions import Action, Possibilities
from crmcore_demo.addresses import back_to, carry, onward
from crmcore_demo.answers import pages_of
from crmcore_demo.deadlines import setup_page
from crmcore_demo.display import label, t
from crmcore_demo.entries import Entry, entry_pages
from crmcore_demo.forms import Form, Option
from crmcore_demo.listing import possible_with
from crmcore_demo.possible import Leads
from crmcore_demo.questions import DONE, Question, step_pages
from crmcore_demo.session import person, reading, settings
from crmcore_demo.special_days import asked_year, import_form

pages = pages_of("calendars", "L0310", "/calendars")
STEPS: Final = {"retire": retire_calendar, "restore": restore_calendar}
OFFICE_HOURS: Final = ("09:00-12:00", "13:00-18:00")
WORKED: Final = WEEKDAYS[:5]


@functools.cache
def _zones() -> tuple[Option, ...]:
    """List the time zones there are, to complete what somebody types."""
    return tuple(Option(value=one, words=one) for one in sorted(available_timezones()) if "/" in one)


def _answers(it: WorkingCalendar, lead: Leads) -> Iterable[Action]:
    yield Action(words=t("calendars.edit"), address=lead("calendars.edit_form", id=it.id))
    step = "restore" if it.status is Validity.RETIRED else "retire"
    yield Action(words=t(f"calendars.{step}"), address=lead("calendars.ask", id=it.id, step=step), dialog=True)


def hours(it: WorkingCalendar) -> Sequence[tuple[str, tuple[str, ...]]]:
    """Say the hours of the weekdays; days one after the other with the same hours stand together."""
    found: list[tuple[list[str], tuple[str, ...]]] = []
    for name in WEEKDAYS:
        spans = getattr(it, name)
        if found and found[-1][1] == spans:
            found[-1][0].append(name)
        else:
            found.append(([name], spans))
    return tuple((_from_to(names), spans) for names, spans in found)


def _from_to(names: Sequence[str]) -> str:
    first, last = (label(f"working_calendar.{name}") for name in (names[0], names[-1]))
    return first if len(names) == 1 else t("calendars.from_to", first=first, last=last)


@pages.get("")
def index() -> str:
    """Show the calendars by name, with their hours."""
    person().require("service.configure")
    found = calendars(reading(), status=None)
    return setup_page(
        "deadlines/calendars.html",
        "calendars",
        found,
        lambda it: _answers(it, onward),
        hours={it.id: hours(it) for it in found},
    )


@pages.get("/<uuid:id>")
def show(id: UUID) -> str:  # noqa: A002
    """Show the hours of a calendar, and the days of a year that differ from their weekday."""
    it = calendar_to_change(id)
    year = asked_year()
    found = special_days(reading(), it.id, year)

    def answers(one: Any) -> Iterable[Action]:
        again = url_for("special_days.new", id=it.id, day=one.day.isoformat())
        yield Action(words=t("special_days.change"), address=again)
        address = url_for("special_days.ask", id=one.id, step="delete")
        yield Action(words=t("special_days.delete"), address=address, dialog=True)

    return render_template(
        "deadlines/calendar.html",
        it=it,
        hours=hours(it),
        year=year,
        days=found,
        form=import_form(year),
        possible=possible_with(found, answers),
        possibilities=Possibilities.of(_answers(it, carry)),
        back=back_to("calendars.index"),
    )


def calendar_to_change(id: UUID) -> WorkingCalendar:  # noqa: A002
    """Return a calendar, to those who set deadlines up."""
    person().require("service.configure")
    return reading().working_calendars.get(WorkingCalendarId(id))


def _drawn(form: Form) -> Form:
    fields = tuple(
        attrs.evolve(one, rows=2, help=t("calendars.spans_help") if one.name == WEEKDAYS[0] else one.help)
        if one.name in WEEKDAYS
        else one
        for one in form.fields
    )
    return attrs.evolve(form, fields=fields).with_field("zone", options=_zones())


def _entry(
    action: Callable[..., WorkingCalendar], it: WorkingCalendar | None = None, **more: Any
) -> Entry[WorkingCalendar]:
    return Entry(
        it=it,
        name=it.name if it else "",
        words="calendars",
        topic="calendars",
        asked=form_for(
            WorkingCalendar, zone=settings().zone, names=("name", "zone", *WEEKDAYS), changing=it is not None
        ),
        action=action,
        drawn=_drawn,
        known=dict.fromkeys(WORKED, OFFICE_HOURS),
        then=lambda stored: carry("calendars.show", id=stored.id),
        show="calendars.show",
        **more,
    )


def _new() -> Entry[WorkingCalendar]:
    """Ask for a new calendar; the usual office hours are filled in."""
    person().require("service.configure")
    return _entry(create_calendar, back=back_to("calendars.index"))


def _kept(id: UUID) -> Entry[WorkingCalendar]:  # noqa: A002
    """Ask what should be different about a calendar; what was promised before stays as it was promised."""
    it = calendar_to_change(id)
    return _entry(edit_calendar, it, back=carry("calendars.show", id=it.id))


def _asked(id: UUID, step: str) -> Question:  # noqa: A002
    """Ask before a calendar can be chosen no more, or again (GEN-13)."""
    it = calendar_to_change(id)
    return Question(
        id=it.id,
        words=f"calendars.{step}",
        topic="calendars",
        back=back_to("calendars.show", id=it.id),
        gaps={"name": it.name},
        done=DONE[step],
        version=it.version,
    )


entry_pages(pages, _new, _kept)
step_pages(pages, STEPS, _asked)
