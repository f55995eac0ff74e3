"""Days on which a calendar differs from its weekdays: said by hand, or taken from a country's holidays (X-SRV-05)."""

import datetime as dt
from uuid import UUID

from flask import flash, redirect, request, url_for

from crmcore import Conflict, CrmError, Invalid
from crmcore.access.argon2 import MissingPackage
from crmcore.base.errors import Problem
from crmcore.calendars import (
    SpecialDay,
    SpecialDayId,
    WorkingCalendar,
    import_holidays,
    remove_special_day,
    set_special_day,
    special_days,
)
from crmcore.views import form_for
from crmcore_demo.addresses import carry
from crmcore_demo.answers import Answer, form_page, pages_of
from crmcore_demo.display import day, language, t, today
from crmcore_demo.entries import Entry
from crmcore_demo.forms import Trouble
from crmcore_demo.pages.calendars import calendar_to_change
from crmcore_demo.questions import DONE, Question, step_pages
from crmcore_demo.session import perform, person, reading, settings
from crmcore_demo.special_days import FIRST_YEAR, LAST_YEAR, import_form

pages = pages_of("special_days", "L0310", "/calendars")


def _day() -> dt.date | None:
    """Return the day the address names, to say something else about it."""
    try:
        return dt.date.fromisoformat(request.args.get("day", ""))
    except ValueError:
        return None


def _known(calendar: WorkingCalendar) -> dict[str, object]:
    """Return what is said now about the day the address names."""
    which = _day()
    if which is None or not FIRST_YEAR <= which.year <= LAST_YEAR:
        return {}
    said = next((one for one in special_days(reading(), calendar.id, which.year) if one.day == which), None)
    return {"day": which, "name": said.name, "spans": said.spans} if said else {"day": which}


def _entry(id: UUID) -> Entry[SpecialDay]:  # noqa: A002
    """Ask for a day that differs; said again, the last word counts."""
    calendar = calendar_to_change(id)
    return Entry(
        words="special_days",
        topic="calendars",
        asked=form_for(SpecialDay, zone=settings().zone, names=("day", "name", "spans")),
        action=set_special_day,
        before=(calendar.id,),
        known=_known(calendar),
        lead=calendar.name,
        back=carry("calendars.show", id=calendar.id),
        then=lambda stored: carry("calendars.show", id=calendar.id, year=stored.day.year),
    )


@pages.get("/<uuid:id>/days/new")
def new(id: UUID) -> Answer:  # noqa: A002
    """Ask for a day that differs."""
    return _entry(id).ask()


@pages.post("/<uuid:id>/days/new")
def add(id: UUID) -> Answer:  # noqa: A002
    """Say that a day differs."""
    return _entry(id).add()


def _import_page(calendar: WorkingCalendar, problem: CrmError | Trouble) -> Answer:
    country, years = request.form.get("country", ""), tuple(request.form.getlist("years"))
    return form_page(
        "form.html",
        import_form((_years(years) or [today().year])[0], country, years),
        problem,
        title=t("special_days.import_title"),
        topic="calendars",
        lead=calendar.name,
        button=t("special_days.import"),
        back=carry("calendars.show", id=calendar.id),
    )


def _years(given: tuple[str, ...]) -> list[int]:
    """Read the years that were chosen; what is no year of a calendar is none."""
    known = (int(one) for one in given if one.isascii() and one.isdecimal() and len(one) == len(str(FIRST_YEAR)))
    return [one for one in known if FIRST_YEAR <= one <= LAST_YEAR]


@pages.post("/<uuid:id>/holidays")
def take(id: UUID) -> Answer:  # noqa: A002
    """Take a country's public holidays of the chosen years into a calendar; run again, it brings them up to date."""
    calendar = calendar_to_change(id)
    country, given = request.form.get("country", "").strip().upper(), tuple(request.form.getlist("years"))
    years = _years(given)
    if missing := [name for name, there in (("country", country), ("years", years)) if not there]:
        problems = [Problem(field=name, code="value.missing", entity="special_day") for name in missing]
        return _import_page(calendar, Invalid(problems))
    try:
        stored = perform(import_holidays, None, calendar.id, years, country=country)
    except (Conflict, Invalid) as error:
        return _import_page(calendar, error)
    except MissingPackage as error:
        return _import_page(calendar, Trouble(words=error.explain(language())))
    flash(t("special_days.imported", n=len(stored), country=country), "done")
    return redirect(carry("calendars.show", id=calendar.id, year=years[0]))


def _asked(id: UUID, step: str) -> Question:  # noqa: A002
    """Ask before a day is like its weekday again (GEN-13)."""
    person().require("service.configure")
    it = reading().special_days.get(SpecialDayId(id))
    return Question(
        id=it.id,
        words=f"special_days.{step}",
        topic="calendars",
        back=url_for("calendars.show", id=it.calendar, year=it.day.year),
        gaps={"day": day(it.day), "name": it.name},
        done=DONE[step],
        version=it.version,
    )


step_pages(pages, {"delete": remove_special_day}, _asked, at="/days")
