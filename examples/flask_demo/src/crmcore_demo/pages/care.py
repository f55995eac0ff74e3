"""Customer care: what is planned, what is due and late, what customers said, and doing it (X-CAR-01 to 03)."""

import datetime as dt
from collections.abc import Callable
from typing import Any, Final
from uuid import UUID

from flask import render_template, url_for

from crmcore.base.paging import Page
from crmcore.care import (
    CareActivity,
    CareActivityId,
    CareStatus,
    OpinionState,
    activities,
    detail,
    edit,
    opinions,
    overdue,
    plan,
    reminders,
)
from crmcore.care.rules import may_care, may_change_care
from crmcore.customers import contacts
from crmcore.customers.entity import Contact, Customer, CustomerId
from crmcore.views import Choice, form_for
from crmcore.views.reading import Unreadable, read
from crmcore_demo.actions import Action, Possibilities
from crmcore_demo.addresses import back_to, carry
from crmcore_demo.answers import pages_of
from crmcore_demo.care_page import filed_as, in_list, steps_of, whose
from crmcore_demo.customer_page import Tab, customer_of, customer_page
from crmcore_demo.display import entry_words, label, t, today
from crmcore_demo.entries import Entry, entry_pages
from crmcore_demo.forms import Shown, with_dictionary
from crmcore_demo.listing import Filter, codes, list_page, read_filter, states
from crmcore_demo.of_customers import customers_of, whose_page
from crmcore_demo.possible import allowed
from crmcore_demo.session import company, names_of, person, reading, settings

pages = pages_of("care", "L0309")
ASKED_FOR: Final = ("kind", "contact", "channel", "content", "planned_on", "remind_days", "repeats_months")
LISTS: Final = {
    "reminders": ("care.reminder_list", "care.beside_reminders", "care.lead_reminders", "care.none_reminders"),
    "overdue": ("care.overdue_list", "care.beside_overdue", "care.lead_overdue", "care.none_overdue"),
    "all": ("care.index", "care.beside_all", "care.lead_all", "care.none"),
    "opinions": ("care.opinion_list", "care.beside_opinions", "care.lead_opinions", "care.none_opinions"),
}
"""The lists: page, name, what it shows, what is said where it is empty."""


def _list(which: str, found: Page[CareActivity], asked: Filter) -> str:
    """Draw one of the lists, the others beside it."""
    tabs = tuple(Tab(words=t(words), address=url_for(at), here=one == which) for one, (at, words, *_) in LISTS.items())
    _, _, lead, none = LISTS[which]
    new = Action(words=t("care.new"), address=url_for("care.choose"), primary=True)
    return list_page(
        "care/list.html",
        "care",
        found,
        asked,
        title=label("menu.L0309"),
        lead=t(lead),
        nothing=t("care.none_found") if asked.active else t(none),
        beside=tabs,
        which=which,
        actions=(new,) if person().may("care.manage") else (),
        **in_list(found.rows),
    )


def _day(asked: Filter, name: str) -> dt.date | None:
    """Return a day of a filter; what is none does not narrow the list."""
    try:
        return read("date", asked[name], settings().zone) if asked[name] else None
    except Unreadable:
        return None


def _days(first: str, last: str) -> tuple[Shown, Shown]:
    """Make filters of a first and a last day."""
    return (
        Shown(name=first, label=t("care.from"), kind="date", seldom=True),
        Shown(name=last, label=t("care.to"), kind="date", seldom=True),
    )


@pages.get("/care")
def index() -> str:
    """Show what was done and is planned, the latest first (X-CAR-02)."""
    kinds = [(one.code, entry_words("care_kind", one.code)) for one in settings().choices("care_kind")]
    asked = read_filter(
        codes("kind", label("care_activity.kind"), kinds),
        states("care_activity", CareStatus),
        *_days("planned_from", "planned_to"),
    )
    found = activities(
        reading(),
        kind=asked["kind"],
        status=asked.chosen("status", CareStatus),
        planned_from=_day(asked, "planned_from"),
        planned_to=_day(asked, "planned_to"),
        **asked.part,
    )
    return _list("all", found, asked)


@pages.get("/care/reminders")
def reminder_list() -> str:
    """Show what the person is to be reminded of today, what is to be done first on top (X-CAR-02)."""
    asked = read_filter()
    return _list("reminders", reminders(reading(), **asked.part), asked)


@pages.get("/care/overdue")
def overdue_list() -> str:
    """Show what should have been done before today (X-CAR-02)."""
    asked = read_filter()
    return _list("overdue", overdue(reading(), **asked.part), asked)


@pages.get("/care/opinions")
def opinion_list() -> str:
    """Show what customers said and what became of it, the latest first: hints to weaknesses (X-CAR-03)."""
    waiting = (OpinionState.OPEN, OpinionState.PROCESSED)
    asked = read_filter(states("care_activity", waiting, "opinion_state"), *_days("done_from", "done_to"))
    first, last = _day(asked, "done_from"), _day(asked, "done_to")
    state = asked.chosen("opinion_state", OpinionState)
    return _list("opinions", opinions(reading(), state=state, done_from=first, done_to=last, **asked.part), asked)


@pages.get("/customers/<uuid:id>/care")
def of_customer(id: UUID) -> str:  # noqa: A002
    """Show what was done and is planned for one customer, the latest first."""
    it = customer_of(CustomerId(id))
    found = activities(reading(), it.id, **read_filter().part)
    new = Action(words=t("care.new"), address=carry("care.new", id=it.id), primary=True)
    return customer_page(
        "care/of_customer.html",
        it,
        "care",
        topic="care",
        page=found,
        which="customer",
        heading_actions=(new,) if allowed(may_care, it, person().actor) else (),
        **in_list(found.rows, it),
    )


@pages.get("/care/<uuid:id>")
def show(id: UUID) -> str:  # noqa: A002
    """Show one activity, what came of it, and what can be done now."""
    it = detail(reading(), CareActivityId(id))
    customer = customers_of((it,)).get(it.customer)
    contact = reading().session.load(Contact, it.contact) if it.contact and customer else None
    his, by = whose(it, customer), it.opinion_processed_by
    return render_template(
        "care/show.html",
        it=it,
        customer=customer,
        contact=contact,
        late=it.status is CareStatus.PLANNED and it.planned_on < today(),
        filed=filed_as(it),
        whose=his,
        names=names_of(his, it.created_by, by),
        possibilities=Possibilities.of(steps_of(it, customer, carry) if customer else ()),
        back=back_to("care.index"),
    )


@pages.get("/care/new")
def choose() -> str:
    """Ask for which customer something is planned."""
    person().require("care.manage")
    return whose_page("care", t("care.new"), back_to("care.index"), "care.new", person().id)


def _entry(
    action: Callable[..., CareActivity], customer: Customer, it: CareActivity | None = None, **more: Any
) -> Entry[CareActivity]:
    asked = form_for(CareActivity, zone=settings().zone, names=ASKED_FOR, changing=it is not None)
    people = (Choice(str(one.id), one.name) for one in contacts(reading(), customer.id))
    held = {name: getattr(it, name) if it else "" for name in ("kind", "channel")}
    return Entry(
        it=it,
        name=customer.name,
        words="care",
        topic="care",
        asked=with_dictionary(asked.with_choices("contact", people), **held),
        action=action,
        lead=f"{customer.number} · {customer.name}",
        then=lambda stored: carry("care.show", id=stored.id),
        show="care.show",
        after=company().forget,
        **more,
    )


def _new(id: UUID) -> Entry[CareActivity]:  # noqa: A002
    """Ask what is planned for a customer."""
    customer = customer_of(CustomerId(id))
    may_care(customer, person().actor)
    return _entry(plan, customer, before=(customer.id,), back=carry("care.of_customer", id=customer.id))


def open_activity(id: UUID) -> tuple[CareActivity, Customer]:  # noqa: A002
    """Return what is still to be done, and for whom, if the person may change it."""
    it = detail(reading(), CareActivityId(id))
    customer = customer_of(it.customer)
    may_change_care(it, customer, person().actor)
    return it, customer


def _kept(id: UUID) -> Entry[CareActivity]:  # noqa: A002
    """Ask what should be different, or to which day it is put off."""
    it, customer = open_activity(id)
    return _entry(edit, customer, it, back=carry("care.show", id=it.id))


entry_pages(pages, _new, _kept, under="/customers/<uuid:id>/care", at="/care")
