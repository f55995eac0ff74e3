"""Letting customers' contacts into the customer window, and taking that back (requirements X-SLF-01 to 03).

A guest is a user with the role of customers' contacts, and with that alone: he has no password, gets no other role, is
offered nowhere as a colleague, and comes in by links that are sent to the address the contact has at that moment.
"""

import attrs
from attrs import fields

from crmcore.access.delivered import CUSTOMER_CONTACT_ROLE
from crmcore.access.entity import User, UserId, Validity
from crmcore.access.rules import check_keys
from crmcore.access.staffing import give_roles, permissions_of, roles_of
from crmcore.base.building import build, change
from crmcore.base.errors import NotFound
from crmcore.base.text import key_of
from crmcore.customers.entity import ContactId, Customer
from crmcore.query import eq, query
from crmcore.service.rules import check_active
from crmcore.storage.action import action
from crmcore.storage.work import Work
from crmcore.window.entity import SignInLink, WindowGuest
from crmcore.window.events import ContactInvited, ContactWithdrawn
from crmcore.window.rules import check_reachable
from crmcore.window.visitors import check_open, guest_of

__all__ = ["dismiss", "invite", "withdraw"]


@action("window.invite")
def invite(work: Work, contact: ContactId, *, language: str = "zh") -> WindowGuest:
    """Let a contact of a customer one may see use the customer window; again if he was withdrawn (X-SLF-03).

    Args:
        work: The unit of work.
        contact: Who; he needs a mail address or a mobile number, to which links are sent.
        language: What he reads, ``zh`` or ``en``.

    Raises:
        WindowClosed: The company has no customer window.
        CustomerNotActive: The customer is lost or deleted.
        RoleRetired: The role of customers' contacts is not valid any more.
        NotFound: There is no such contact, or he is at somebody else's customer.
        Invalid: He has no address, or the language is unknown.
    """
    check_open(work)
    person = work.contacts.get(contact)
    employer = work.customers.get(person.customer)
    check_active(employer)
    check_reachable(person)
    known = guest_of(work, contact)
    user = None if known is None else work.unscoped(User).get(known.id)
    if known is not None and (user is None or user.status is not Validity.VALID):
        _make_void(work, known)  # whoever retired the user by hand did not
    stored = _user(work, user, {"full_name": person.name, "language": language})
    if known is not None and user is not None and user.status is Validity.VALID:
        return known
    roles = roles_of(work, (CUSTOMER_CONTACT_ROLE,))
    check_keys(work.actor, permissions_of(roles))
    give_roles(work, roles)
    work.unscoped(Customer).touch(employer)  # nobody deletes him, or the contact, at the same moment
    guest = _guest(
        work, known, WindowGuest(id=stored.id, contact=contact, invited_by=work.user_id, invited_at=work.now)
    )
    work.record(ContactInvited(contact, guest.id), about=guest.id)
    return guest


@action("window.invite")
def withdraw(work: Work, contact: ContactId) -> None:
    """Take the customer window from a contact at once: his links are void, and his sessions end.

    Works while the window is closed, too. A contact who is deleted is withdrawn with that.

    Raises:
        NotFound: There is no such contact, he is at somebody else's customer, or was not invited.
    """
    work.contacts.get(contact)
    if not dismiss(work, contact):
        raise NotFound(entity="window_guest", id=contact)


def dismiss(work: Work, contact: ContactId) -> bool:
    """End that a contact may use the window, for actions that have checked it; answer whether he might."""
    guest = guest_of(work, contact)
    user = None if guest is None else work.unscoped(User).get(guest.id)
    if guest is None or user is None or user.status is not Validity.VALID:
        return False
    work.unscoped(User).save(attrs.evolve(user, status=Validity.RETIRED))
    work.unscoped(WindowGuest).touch(guest)  # no link is made for him at the same moment
    _make_void(work, guest)
    work.record(ContactWithdrawn(contact, guest.id), about=guest.id)
    return True


def _make_void(work: Work, guest: WindowGuest) -> None:
    """Let no link of a guest work any more, and no session that began with one go on."""
    links = work.unscoped(SignInLink)
    for link in list(links.scan(query(SignInLink).where(eq(fields(SignInLink).guest, guest.id)))):
        links.remove(link)


def _user(work: Work, known: User | None, given: dict[str, str]) -> User:
    """Store the guest's user: a name that is nobody's, no password, and the one role."""
    users = work.unscoped(User)
    if known is not None:
        changed = change(known, {**given, "roles": (CUSTOMER_CONTACT_ROLE,)})
        return users.save(attrs.evolve(changed, status=Validity.VALID))
    new = UserId(work.new_id())
    name = f"guest-{new.hex[-12:]}"
    made = build(
        User,
        {**given, "name": name, "roles": (CUSTOMER_CONTACT_ROLE,)},
        id=new,
        name_key=key_of(name),
        created_at=work.now,
    )
    return users.add(made)


def _guest(work: Work, known: WindowGuest | None, made: WindowGuest) -> WindowGuest:
    """Store that somebody was invited, once for each contact."""
    guests = work.unscoped(WindowGuest)
    if known is None:
        return guests.add(made)
    return guests.save(attrs.evolve(made, version=known.version))
