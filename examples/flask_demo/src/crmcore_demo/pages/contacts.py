"""The people at a customer: one tab of the customer, with their forms (CON-01 to 03)."""

from collections.abc import Iterable, Mapping
from typing import Final
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template
from werkzeug.wrappers import Response

from crmcore import Conflict, CrmError, Invalid, Refused
from crmcore.access.actor import Actor
from crmcore.customers import add_contact, contact, contacts, delete_contact, edit_contact
from crmcore.customers.entity import Contact, ContactId, Customer, CustomerId
from crmcore.customers.rules import REQUIRED_OF_CONTACTS, LastContact, may_change
from crmcore.views import Form as Asked
from crmcore.views import form_for
from crmcore_demo.actions import Action, Possibilities, Refusal
from crmcore_demo.addresses import carry
from crmcore_demo.conflicts import both_versions
from crmcore_demo.customer_page import customer_of, customer_page
from crmcore_demo.display import t
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
)
from crmcore_demo.possible import allowed, answer
from crmcore_demo.session import perform, person, reading, settings

pages = Blueprint("contacts", __name__)
Answer = str | Response | tuple[str, int]
ASKED_FOR: Final = ("name", "gender", "position", "office_phone", "mobile", "email", "memo")


@pages.context_processor
def _module() -> dict[str, str]:
    return {"module": "L0201"}


def maintains(it: Customer) -> bool:
    """Whether the person records and changes what is known of this customer."""
    return person().may("customer.edit", "customer.edit_all") and allowed(may_change, it, person().actor)


def _answers(it: Contact, customer: Customer, number: int) -> Iterable[Action | Refusal]:
    def may_remove(_: object, __: Actor) -> None:
        if number == 1:
            raise LastContact(name=it.name)

    yield Action(words=t("contacts.edit"), address=carry("contacts.edit_form", id=it.id))
    address = carry("contacts.ask_delete", id=it.id)
    yield answer(may_remove, customer, Action(words=t("contacts.delete"), address=address, dialog=True, danger=True))


@pages.get("/customers/<uuid:id>/contacts")
def index(id: UUID) -> str:  # noqa: A002
    """Show the people at a customer, the oldest entry first (CON-01, CON-02)."""
    it = customer_of(CustomerId(id))
    found = contacts(reading(), it.id)
    mine = maintains(it)
    possible: Mapping[UUID, Possibilities] = {
        one.id: Possibilities.of(_answers(one, it, len(found)) if mine else ()) for one in found
    }
    new = Action(words=t("contacts.new"), address=carry("contacts.new", id=it.id), primary=True)
    return customer_page(
        "customers/contacts.html",
        it,
        "contacts",
        topic="customer_contacts",
        contacts=found,
        possible=possible,
        heading_actions=(new,) if mine else (),
    )


def _asked(*, changing: bool = False) -> Asked:
    return form_for(Contact, zone=settings().zone, names=ASKED_FOR, changing=changing)


def _page(
    customer: Customer, title: str, values: Mapping[str, str], hidden: Mapping[str, str], error: CrmError | None = None
) -> Answer:
    form = shown_form(_asked(), values, hidden=hidden)
    for name in REQUIRED_OF_CONTACTS:
        form = form.with_field(name, required=True)
    page = render_template(
        "form.html",
        title=title,
        topic="customer_contacts",
        lead=f"{customer.number} · {customer.name}",
        form=form.with_error(error) if error else form,
        button=t("contacts.save"),
        back=carry("contacts.index", id=customer.id),
    )
    return page, status_of(error) if error else 200


@pages.get("/customers/<uuid:id>/contacts/new")
def new(id: UUID) -> Answer:  # noqa: A002
    """Ask for a new person at a customer."""
    it = customer_of(CustomerId(id))
    may_change(it, person().actor)
    return _page(it, t("contacts.new"), _asked().fill(), fresh_key())


@pages.post("/customers/<uuid:id>/contacts/new")
def add(id: UUID) -> Answer:  # noqa: A002
    """Record a person at a customer; sending the form twice records him once."""
    asked = _asked()
    values = posted(asked)
    try:
        perform(add_contact, posted_key(), CustomerId(id), **asked.parse(values))
    except Invalid as invalid:
        return _page(customer_of(CustomerId(id)), t("contacts.new"), values, kept_key(invalid), invalid)
    flash(t("done.saved"), "done")
    return redirect(carry("contacts.index", id=id))


def _of(id: UUID) -> tuple[Contact, Customer]:  # noqa: A002
    """Return a person and his customer, if the one who asks may change them."""
    it = contact(reading(), ContactId(id))
    customer = customer_of(it.customer)
    may_change(customer, person().actor)
    return it, customer


@pages.get("/contacts/<uuid:id>/edit")
def edit_form(id: UUID) -> Answer:  # noqa: A002
    """Ask what should be different about a person."""
    it, customer = _of(id)
    values = _asked(changing=True).fill(it)
    return _page(customer, t("contacts.edit_title", name=it.name), values, {VERSION: str(it.version)})


@pages.post("/contacts/<uuid:id>/edit")
def change(id: UUID) -> Answer:  # noqa: A002
    """Store the changes, or show both versions if somebody else was quicker."""
    asked = _asked(changing=True)
    values, version = posted(asked), posted_version()
    it, customer = _of(id)
    try:
        perform(edit_contact, None, it.id, expected=version, **asked.parse(values))
    except Invalid as invalid:
        title = t("contacts.edit_title", name=it.name)
        return _page(customer, title, values, {VERSION: str(version)}, invalid)
    except Conflict:
        now, _ = _of(id)
        return both_versions(now, now.name, asked, values, show="contacts.edit_form", edit="contacts.edit_form")
    flash(t("done.saved"), "done")
    return redirect(carry("contacts.index", id=customer.id))


@pages.get("/contacts/<uuid:id>/delete")
def ask_delete(id: UUID, error: CrmError | None = None) -> Answer:  # noqa: A002
    """Ask before a person is taken away (GEN-13); the last one stays (CON-03)."""
    it, customer = _of(id)
    form = Form(hidden={VERSION: str(it.version)})
    page = render_template(
        "confirm.html",
        topic="customer_contacts",
        title=t("contacts.delete_title"),
        question=t("contacts.delete_question", name=it.name, customer=customer.name),
        consequence=t("contacts.delete_consequence"),
        form=form.with_error(error) if error else form,
        button=t("contacts.delete_button"),
        kind="solid",
        back=carry("contacts.index", id=customer.id),
    )
    return page, status_of(error) if error else 200


@pages.post("/contacts/<uuid:id>/delete")
def remove(id: UUID) -> Answer:  # noqa: A002
    """Take a person away."""
    it, customer = _of(id)
    try:
        perform(delete_contact, None, it.id, expected=posted_version())
    except (Conflict, Refused) as error:
        return ask_delete(id, error)
    flash(t("done.deleted"), "done")
    return redirect(carry("contacts.index", id=customer.id))
