"""What passed between a customer and the company: one tab of the customer, with its forms (INT-01 to 03)."""

from collections.abc import Iterable, Mapping
from typing import Final
from uuid import UUID

from attrs import fields
from flask import Blueprint, flash, redirect, render_template
from werkzeug.wrappers import Response

from crmcore import Conflict, CrmError, Invalid
from crmcore.customers import (
    add_interaction,
    contacts,
    delete_interaction,
    edit_interaction,
    interaction,
    interactions,
)
from crmcore.customers.entity import Contact, Customer, CustomerId, Interaction, InteractionId
from crmcore.customers.rules import may_change
from crmcore.query import one_of, query
from crmcore.views import Choice, form_for
from crmcore.views import Form as Asked
from crmcore_demo.actions import Action, Possibilities
from crmcore_demo.addresses import carry
from crmcore_demo.conflicts import both_versions
from crmcore_demo.customer_page import customer_of, customer_page
from crmcore_demo.display import day, t
from crmcore_demo.errors import status_of
from crmcore_demo.forms import (
    VERSION,
    Form,
    fresh_key,
    kept_key,
    posted,
    posted_key,
    posted_version,
    shown_form,
    with_dictionary,
)
from crmcore_demo.listing import read_filter
from crmcore_demo.pages.contacts import maintains
from crmcore_demo.session import perform, person, reading, settings

pages = Blueprint("interactions", __name__)
Answer = str | Response | tuple[str, int]
ASKED_FOR: Final = ("at", "place", "title", "channel", "type", "contact", "memo", "detail")


@pages.context_processor
def _module() -> dict[str, str]:
    return {"module": "L0201"}


def _answers(it: Interaction) -> Iterable[Action]:
    yield Action(words=t("interactions.edit"), address=carry("interactions.edit_form", id=it.id))
    address = carry("interactions.ask_delete", id=it.id)
    yield Action(words=t("interactions.delete"), address=address, dialog=True, danger=True)


@pages.get("/customers/<uuid:id>/interactions")
def index(id: UUID) -> str:  # noqa: A002
    """Show what passed between a customer and the company, newest first (INT-01, INT-02)."""
    it = customer_of(CustomerId(id))
    paging = read_filter().paging
    found = interactions(reading(), it.id, page=paging.page, size=paging.size)
    mine = maintains(it)
    new = Action(words=t("interactions.new"), address=carry("interactions.new", id=it.id), primary=True)
    return customer_page(
        "customers/interactions.html",
        it,
        "interactions",
        topic="customer_interactions",
        page=found,
        people=_people(found.rows),
        possible={one.id: Possibilities.of(_answers(one) if mine else ()) for one in found.rows},
        heading_actions=(new,) if mine else (),
    )


def _people(rows: Iterable[Interaction]) -> Mapping[UUID, str]:
    """Return what the people are called whom these records name."""
    ids = {one.contact for one in rows if one.contact}
    wanted = query(Contact).where(one_of(fields(Contact).id, ids))
    return {one.id: one.name for one in reading().contacts.find(wanted)} if ids else {}


def _asked(customer: Customer, it: Interaction | None = None) -> Asked:
    asked = form_for(Interaction, zone=settings().zone, names=ASKED_FOR, changing=it is not None)
    people = (Choice(str(one.id), one.name) for one in contacts(reading(), customer.id))
    held = {name: getattr(it, name) if it else "" for name in ("type", "channel")}
    return with_dictionary(asked.with_choices("contact", people), **held)


def _page(
    customer: Customer, title: str, asked: Asked, values: Mapping[str, str], hidden: Mapping[str, str]
) -> tuple[Form, Mapping[str, object]]:
    form = shown_form(asked, values, helps="interactions.help", hidden=hidden)
    around = {
        "title": title,
        "lead": f"{customer.number} · {customer.name}",
        "button": t("interactions.save"),
        "back": carry("interactions.index", id=customer.id),
    }
    return form, around


def _drawn(page: tuple[Form, Mapping[str, object]], error: CrmError | None = None) -> Answer:
    form, around = page
    shown = form.with_error(error) if error else form
    drawn = render_template("form.html", topic="customer_interactions", form=shown, **around)
    return drawn, status_of(error) if error else 200


@pages.get("/customers/<uuid:id>/interactions/new")
def new(id: UUID) -> Answer:  # noqa: A002
    """Ask what passed; the time is now unless somebody says otherwise."""
    it = customer_of(CustomerId(id))
    may_change(it, person().actor)
    asked = _asked(it)
    values = asked.fill(at=reading().now)
    return _drawn(_page(it, t("interactions.new"), asked, values, fresh_key()))


@pages.post("/customers/<uuid:id>/interactions/new")
def add(id: UUID) -> Answer:  # noqa: A002
    """Record what passed; sending the form twice records it once."""
    customer = customer_of(CustomerId(id))
    asked = _asked(customer)
    values = posted(asked)
    try:
        perform(add_interaction, posted_key(), customer.id, **asked.parse(values))
    except Invalid as invalid:
        page = _page(customer, t("interactions.new"), _asked(customer), values, kept_key(invalid))
        return _drawn(page, invalid)
    flash(t("done.saved"), "done")
    return redirect(carry("interactions.index", id=id))


def _of(id: UUID) -> tuple[Interaction, Customer]:  # noqa: A002
    """Return what passed and with whom, if the one who asks may change it."""
    it = interaction(reading(), InteractionId(id))
    customer = customer_of(it.customer)
    may_change(customer, person().actor)
    return it, customer


@pages.get("/interactions/<uuid:id>/edit")
def edit_form(id: UUID) -> Answer:  # noqa: A002
    """Ask what should be different about a record of what passed."""
    it, customer = _of(id)
    asked = _asked(customer, it)
    title = t("interactions.edit_title", day=day(it.at))
    return _drawn(_page(customer, title, asked, asked.fill(it), {VERSION: str(it.version)}))


@pages.post("/interactions/<uuid:id>/edit")
def change(id: UUID) -> Answer:  # noqa: A002
    """Store the changes, or show both versions if somebody else was quicker."""
    it, customer = _of(id)
    asked, version = _asked(customer, it), posted_version()
    values = posted(asked)
    try:
        perform(edit_interaction, None, it.id, expected=version, **asked.parse(values))
    except Invalid as invalid:
        title = t("interactions.edit_title", day=day(it.at))
        return _drawn(_page(customer, title, asked, values, {VERSION: str(version)}), invalid)
    except Conflict:
        now, _ = _of(id)
        endpoint = "interactions.edit_form"
        return both_versions(now, now.title, asked, values, show=endpoint, edit=endpoint)
    flash(t("done.saved"), "done")
    return redirect(carry("interactions.index", id=customer.id))


@pages.get("/interactions/<uuid:id>/delete")
def ask_delete(id: UUID, error: CrmError | None = None) -> Answer:  # noqa: A002
    """Ask before a record of what passed is removed (GEN-13)."""
    it, customer = _of(id)
    form = Form(hidden={VERSION: str(it.version)})
    page = render_template(
        "confirm.html",
        topic="customer_interactions",
        title=t("interactions.delete_title"),
        question=t("interactions.delete_question", day=day(it.at), title=it.title),
        consequence=t("interactions.delete_consequence"),
        form=form.with_error(error) if error else form,
        button=t("interactions.delete_button"),
        kind="solid",
        back=carry("interactions.index", id=customer.id),
    )
    return page, status_of(error) if error else 200


@pages.post("/interactions/<uuid:id>/delete")
def remove(id: UUID) -> Answer:  # noqa: A002
    """Remove a record of what passed."""
    it, customer = _of(id)
    try:
        perform(delete_interaction, None, it.id, expected=posted_version())
    except Conflict as error:
        return ask_delete(id, error)
    flash(t("done.deleted"), "done")
    return redirect(carry("interactions.index", id=customer.id))
