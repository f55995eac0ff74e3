"""Customers' contacts in the customer window, and the letters by which they come in."""

from typing import Any

import attrs

from company.clients import PERSON, contact_of, entered
from crmcore import dictionary, window
from crmcore.access.attempts import LogIn
from crmcore.access.delivered import CUSTOMER_CONTACT_ROLE
from crmcore.access.entity import User, UserId
from crmcore.base.schema import Entity
from crmcore.customers.entity import Contact, Customer
from crmcore.dictionary.entity import SystemParameter
from crmcore.dictionary.parameters import WINDOW_OPEN
from crmcore.storage.crm import Crm
from crmcore.window.entity import WindowGuest

MAIL = "Liu.Fang@Huajian.example"


@attrs.define
class Letters:
    """Takes the messages that an application would send."""

    sent: list[window.LinkMessage] = attrs.field(factory=list)

    def __call__(self, message: window.LinkMessage, /) -> None:
        self.sent.append(message)

    @property
    def token(self) -> str:
        """The token of the last message."""
        return self.sent[-1].token


@attrs.frozen
class Visitor:
    """A contact who was invited."""

    customer: Customer
    contact: Contact
    user: UserId


def open_window(crm: Crm) -> None:
    """Let an administrator open the customer window."""
    crm.perform(dictionary.set_parameter, "window.open", "yes", as_user="admin")


def visitor(crm: Crm, by: str = "lihua", email: str = MAIL, **given: Any) -> Visitor:
    """A contact of a new customer, invited by the customer's account manager."""
    customer = entered(crm, by, contact={**PERSON, "email": email}, **given)
    contact = contact_of(crm, customer)
    return Visitor(customer, contact, crm.perform(window.invite, contact.id, as_user=by).id)


def come_in(crm: Crm, address: str = MAIL) -> LogIn:
    """Ask for a link, and use it."""
    letters = Letters()
    window.send_link(crm, address, letters)
    return window.sign_in(crm, letters.token)


def invited_already(crm: Crm, contact: Contact) -> dict[str, Entity]:
    """The contact as a guest of the window, as he is stored."""
    user = User(
        id=UserId(crm.ids()),
        name=f"guest-{contact.id.hex[-12:]}",
        name_key=f"guest-{contact.id.hex[-12:]}",
        roles=(CUSTOMER_CONTACT_ROLE,),
        created_at=crm.clock(),
        version=1,
    )
    guest = WindowGuest(id=user.id, contact=contact.id, invited_by=user.id, invited_at=crm.clock(), version=1)
    return {"guest_user": user, "window_guest": guest}


def opening() -> SystemParameter:
    """The setting that opens the window, as it is stored."""
    return SystemParameter(id=WINDOW_OPEN.id, key=WINDOW_OPEN.key, value="yes", version=1)
