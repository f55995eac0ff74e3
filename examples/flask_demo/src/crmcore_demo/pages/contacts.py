"""The people at a customer: one tab of the customer, with their forms (CON-01 to 03)."""

from collections.abc import Callable, Iterable
from typing import Any, Final
from uuid import UUID

from crmcore.access.actor import Actor
from crmcore.customers import add_contact, contact, contacts, delete_contact, edit_contact
from crmcore.customers.entity import Contact, ContactId, Customer, CustomerId
from crmcore.customers.rules import REQUIRED_OF_CONTACTS, LastContact, may_change, unfilled
from crmcore.views import form_for
from crmcore.window import guests
from crmcore_demo.actions import Action, Refusal
from crmcore_demo.addresses import carry
from crmcore_demo.answers import pages_of
from crmcore_demo.customer_page import customer_of, customer_page, customer_to_change
from crmcore_demo.display import t
from crmcore_demo.entries import Entry, entry_pages
from crmcore_demo.forms import Form
from crmcore_demo.listing import possible_with
from crmcore_demo.pages.guests import window_actions
from crmcore_demo.possible import allowed, answer
from crmcore_demo.questions import DONE, Question, step_pages
from crmcore_demo.session import person, reading, settings

pages = pages_of("contacts", "L0201")
ASKED_FOR: Final = ("name", "gender", "position", "office_phone", "mobile", "email", "memo")


def maintains(it: Customer) -> bool:
    """Whether the person records and changes what is known of this customer."""
    return person().may("customer.edit", "customer.edit_all") and allowed(may_change, it, person().actor)


def _answers(it: Contact, customer: Customer, number: int) -> Iterable[Action | Refusal]:
    def may_remove(_: object, __: Actor) -> None:
        if number == 1:
            raise LastContact(name=it.name)

    yield Action(words=t("contacts.edit"), address=carry("contacts.edit_form", id=it.id))
    address = carry("contacts.ask", id=it.id, step="delete")
    yield answer(may_remove, customer, Action(words=t("contacts.delete"), address=address, dialog=True, danger=True))


@pages.get("/customers/<uuid:id>/contacts")
def index(id: UUID) -> str:  # noqa: A002
    """Show the people at a customer, the oldest entry first (CON-01, CON-02)."""
    it = customer_of(CustomerId(id))
    found = contacts(reading(), it.id)
    mine = maintains(it)
    inviting = settings().window_open and person().may("window.invite")
    invited = {one.contact.id for one in guests(reading(), customer=it.id, size=200).rows} if inviting else set()

    def answers(one: Contact) -> Iterable[Action | Refusal]:
        if mine:
            yield from _answers(one, it, len(found))
        if inviting:
            yield from window_actions(one, one.id in invited)

    new = Action(words=t("contacts.new"), address=carry("contacts.new", id=it.id), primary=True)
    return customer_page(
        "customers/contacts.html",
        it,
        "contacts",
        topic="customer_contacts",
        contacts=found,
        possible=possible_with(found, answers),
        invited=invited,
        heading_actions=(new,) if mine else (),
    )


def _required(form: Form) -> Form:
    for name in REQUIRED_OF_CONTACTS:
        form = form.with_field(name, required=True)
    return form


def _entry(
    action: Callable[..., Contact], customer: Customer, it: Contact | None = None, **more: Any
) -> Entry[Contact]:
    return Entry(
        it=it,
        name=it.name if it else "",
        words="contacts",
        topic="customer_contacts",
        asked=form_for(Contact, zone=settings().zone, names=ASKED_FOR, changing=it is not None),
        action=action,
        missing=lambda values: unfilled("contact", values, REQUIRED_OF_CONTACTS),
        drawn=_required,
        lead=f"{customer.number} · {customer.name}",
        back=carry("contacts.index", id=customer.id),
        **more,
    )


def _new(id: UUID) -> Entry[Contact]:  # noqa: A002
    """Ask for a new person at a customer."""
    customer = customer_to_change(id)
    return _entry(add_contact, customer, before=(customer.id,))


def _kept(id: UUID) -> Entry[Contact]:  # noqa: A002
    """Ask what should be different about a person."""
    it = contact(reading(), ContactId(id))
    return _entry(edit_contact, customer_to_change(it.customer), it)


def _asked(id: UUID, step: str) -> Question:  # noqa: A002
    """Ask before a person is taken away (GEN-13); the last one stays (CON-03)."""
    it = contact(reading(), ContactId(id))
    customer = customer_to_change(it.customer)
    return Question(
        id=it.id,
        words=f"contacts.{step}",
        topic="customer_contacts",
        back=carry("contacts.index", id=customer.id),
        version=it.version,
        gaps={"name": it.name, "customer": customer.name},
        done=DONE[step],
    )


entry_pages(pages, _new, _kept, under="/customers/<uuid:id>/contacts", at="/contacts")
step_pages(pages, {"delete": delete_contact}, _asked, at="/contacts")
