"""Letting customers' contacts into the customer window, for members of staff (requirements X-SLF-01 to 03)."""

from collections.abc import Iterable
from typing import Final
from uuid import UUID

from flask import current_app, redirect, request

from crmcore import CrmError, Invalid, Refused
from crmcore.customers import contact
from crmcore.customers.entity import Contact, ContactId
from crmcore.i18n import LANGUAGES
from crmcore.window import guests, invite, withdraw
from crmcore_demo.actions import Action
from crmcore_demo.addresses import carry, onward
from crmcore_demo.answers import Answer, form_page, pages_of
from crmcore_demo.customer_page import customer_of
from crmcore_demo.display import language, t, told
from crmcore_demo.forms import Form, Option, Shown
from crmcore_demo.listing import list_page, read_filter, texts
from crmcore_demo.questions import Question, step_pages
from crmcore_demo.session import names_of, perform, person, reading, settings

pages = pages_of("guests", "L0311", "/guests")
WITHDRAW: Final = "withdraw"


def address_of(it: Contact) -> str:
    """Return where links for a contact are sent: by mail if he has an address, and to his mobile phone."""
    return t("punctuation.and").join(one for one in (it.email, it.mobile) if one)


def site() -> str:
    """Return the address of the customer window, as one tells it to a customer."""
    return str(current_app.extensions["window_address"])


def _answers(it: Contact) -> Iterable[Action]:
    address = onward("guests.ask", id=it.id, step=WITHDRAW)
    yield Action(words=t("guests.withdraw"), address=address, dialog=True, danger=True)


def window_actions(it: Contact, invited: bool) -> Iterable[Action]:  # noqa: FBT001  # one of two states
    """Offer to invite a contact, or to withdraw that, where a customer's contacts are listed."""
    if invited:
        address = carry("guests.ask", id=it.id, step=WITHDRAW)
        yield Action(words=t("guests.withdraw"), address=address, dialog=True, danger=True)
    else:
        yield Action(words=t("guests.invite"), address=carry("guests.invite_form", id=it.id), dialog=True)


@pages.get("")
def index() -> str:
    """Show who may use the customer window, of the customers that the person may see."""
    asked = read_filter(*texts("contact", "name"))
    found = guests(reading(), name=asked["name"], **asked.part)
    return list_page(
        "guests/list.html",
        "guests",
        found,
        asked,
        lambda one: _answers(one.contact),
        names=names_of(*(one.guest.invited_by for one in found.rows)),
        addresses_of=address_of,
        lead=t("guests.lead") if settings().window_open else t("guests.closed"),
    )


def _invitation(it: Contact, error: CrmError | None = None) -> Answer:
    """Ask whether to invite, and tell the address links will go to."""
    customer = customer_of(it.customer)
    spoken = Shown(
        name="language",
        label=t("guests.invite_language"),
        kind="pick",
        value=request.form.get("language", language()),
        options=tuple(Option(value=one, words=t(f"language.{one}")) for one in LANGUAGES),
    )
    where = address_of(it) or t("guests.no_address")
    return form_page(
        "confirm.html",
        Form(fields=(spoken,)),
        error,
        topic="guests",
        title=t("guests.invite_title"),
        question=t("guests.invite_question", name=it.name, customer=customer.name),
        consequence=t("guests.invite_consequence", address=where, site=site()),
        button=t("guests.invite_button"),
        kind="primary",
        back=carry("contacts.index", id=it.customer),
    )


@pages.get("/<uuid:id>/invite")
def invite_form(id: UUID) -> Answer:  # noqa: A002
    """Ask before a contact is invited."""
    person().require("window.invite")
    return _invitation(contact(reading(), ContactId(id)))


@pages.post("/<uuid:id>/invite")
def send_invitation(id: UUID) -> Answer:  # noqa: A002
    """Let a contact use the customer window, and tell what to say to him."""
    it = contact(reading(), ContactId(id))
    chosen = request.form.get("language", "")
    try:
        perform(invite, None, it.id, language=chosen)
    except (Invalid, Refused) as error:
        return _invitation(it, error)
    told(t("guests.invited", site=site(), address=address_of(it)), t("guests.title"), carry("guests.index"))
    return redirect(carry("contacts.index", id=it.customer))


def _asked(id: UUID, step: str) -> Question:  # noqa: A002
    """Ask before an invitation is withdrawn (GEN-13)."""
    person().require("window.invite")
    it = contact(reading(), ContactId(id))
    return Question(
        id=it.id,
        words=f"guests.{step}",
        topic="guests",
        back=carry("guests.index"),
        gaps={"name": it.name, "customer": customer_of(it.customer).name},
    )


step_pages(pages, {WITHDRAW: withdraw}, _asked)
