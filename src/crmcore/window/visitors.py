"""Who is in the customer window, and for which company; what every action of the window asks first."""

import attrs
from attrs import fields

from crmcore.access.entity import User, UserId, Validity
from crmcore.customers.entity import Contact, ContactId, Customer, CustomerId, CustomerStatus
from crmcore.dictionary.parameters import WINDOW_OPEN
from crmcore.query import eq
from crmcore.storage.work import Work
from crmcore.window.entity import WindowGuest
from crmcore.window.rules import NotAGuest, WindowClosed

__all__ = ["Guest", "check_open", "company_of", "guest_known_as", "guest_of", "present_guest"]


@attrs.frozen(kw_only=True)
class Guest:
    """A customer's contact in the window."""

    user: UserId
    contact: Contact
    customer: Customer
    """His company as it is now: of a merged one, the customer that was kept."""


def check_open(work: Work) -> None:
    """Refuse everything while the company has no customer window; it has none unless an administrator opens it."""
    if not work.parameter(WINDOW_OPEN):
        raise WindowClosed


def present_guest(work: Work) -> Guest:
    """Answer who is in the window, for actions; the window has to be open.

    Raises:
        WindowClosed: The company has no customer window.
        NotAGuest: The actor is nobody's contact, or contact or customer were deleted.
    """
    check_open(work)
    found = guest_known_as(work, work.user_id)
    if found is None:
        raise NotAGuest
    return found


def guest_known_as(work: Work, user: UserId) -> Guest | None:
    """Answer a guest by his user; None if he is none, has been withdrawn, or contact or customer were deleted."""
    record = work.session.load(WindowGuest, user)
    known = work.session.load(User, user)
    if record is None or known is None or known.status is not Validity.VALID:
        return None
    contact = work.session.load(Contact, record.contact)
    company = None if contact is None else company_of(work, contact.customer)
    return None if contact is None or company is None else Guest(user=user, contact=contact, customer=company)


def guest_of(work: Work, contact: ContactId) -> WindowGuest | None:
    """Answer as which guest a contact was invited, also if he was withdrawn since."""
    return work.unscoped(WindowGuest).first(eq(fields(WindowGuest).contact, contact))


def company_of(work: Work, customer: CustomerId) -> Customer | None:
    """Answer a contact's company; None if it was deleted. Merging moves the contacts to the customer that is kept."""
    found = work.session.load(Customer, customer)
    return None if found is None or found.status is CustomerStatus.DELETED else found
