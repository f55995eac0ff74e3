"""Who may use the customer window, and how his address is recognised (requirements X-SLF-01 to 03)."""

import datetime as dt
from collections.abc import Callable
from typing import Final

from attrs import fields

from crmcore.base.errors import Invalid, Problem, Refused
from crmcore.base.text import fold
from crmcore.base.tokens import digest_of
from crmcore.customers.deriving import digits_of
from crmcore.customers.entity import Contact, Customer
from crmcore.query import Condition, eq
from crmcore.service.entity import ServiceRequest
from crmcore.window.entity import SignInLink

__all__ = [
    "LONGEST_SESSION",
    "MOST_LINKS",
    "SHORTEST_PAUSE",
    "NotAGuest",
    "SignInFailed",
    "WindowClosed",
    "addresses_of",
    "check_reachable",
    "is_his_session",
    "is_usable",
    "of_company",
    "reached_by_mail",
    "reached_by_phone",
]

LONGEST_SESSION: Final = dt.timedelta(hours=12)
"""So long after he signed in, a guest asks for another link."""
SHORTEST_PAUSE: Final = dt.timedelta(minutes=1)
"""Nobody is sent links faster than that, however often somebody asks in his name."""
MOST_LINKS: Final = 5
"""So many links that were not used and have not expired a guest has at most; then none is sent until one is over."""
_LEAST_DIGITS: Final = 6


class WindowClosed(Refused):
    """The company has no customer window, or has closed it (requirements X-SLF-01 to 03)."""

    code = "window.closed"


class NotAGuest(Refused):
    """The window is for customers' contacts whom the company has invited, while contact and customer are recorded."""

    code = "window.not_a_guest"


class SignInFailed(Refused):
    """The link is unknown, was used or has expired; which of them is not said."""

    code = "window.sign_in_failed"


def check_reachable(contact: Contact) -> None:
    """Refuse a contact to whom no link can be sent."""
    if not contact.email and not digits_of(contact.mobile):
        raise Invalid(Problem(field="email", code="window.no_address", entity="contact", params={"name": contact.name}))


def reached_by_mail(said: str) -> Callable[[str], bool]:
    """Answer what tells whether an address is the mail address that somebody typed, in any case and width."""
    typed = fold(said).strip()
    return lambda email: "@" in typed and fold(email).strip() == typed


def reached_by_phone(said: str) -> Callable[[str], bool]:
    """Answer what tells whether a number is the one that somebody typed, grouped anyhow, with its country or without.

    What has fewer than six digits is nobody's number.
    """
    typed = "" if "@" in said else digits_of(said)
    return lambda mobile: len(typed) >= _LEAST_DIGITS and digits_of(mobile) == typed


def of_company(customer: Customer) -> Condition:
    """Answer what makes a request one of a company; merging customers moves their requests."""
    return eq(fields(ServiceRequest).customer, customer.id)


def addresses_of(contact: Contact) -> frozenset[str]:
    """Answer digests of the addresses to which a contact's links are sent now."""
    written = (fold(contact.email).strip(), digits_of(contact.mobile))
    return frozenset(digest_of(one) for one in written if one)


def is_usable(link: SignInLink, now: dt.datetime) -> bool:
    """Tell whether a link lets somebody in: it was not used, and has not expired."""
    return link.used_at is None and now < link.expires_at


def is_his_session(link: SignInLink, now: dt.datetime) -> bool:
    """Tell whether a session that began with a link may go on: the link was used, and not too long ago."""
    return link.used_at is not None and now - link.used_at < LONGEST_SESSION
