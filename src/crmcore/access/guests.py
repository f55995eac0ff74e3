"""Who is a customer's contact, and no member of staff (requirements X-SLF-01 to 03)."""

from collections.abc import Iterable

from crmcore.access.delivered import CUSTOMER_CONTACT_ROLE
from crmcore.access.entity import RoleId, User
from crmcore.base.errors import Refused

__all__ = ["ContactOfCustomer", "check_contact_role", "check_staff", "is_guest"]


class ContactOfCustomer(Refused):
    """A customer's contact is invited to the customer window; he has no password and no other role."""

    code = "access.contact_of_customer"


def is_guest(user: User) -> bool:
    """Tell whether a user is a customer's contact, and no member of staff (requirements X-SLF-01 to 03)."""
    return CUSTOMER_CONTACT_ROLE in user.roles


def check_staff(user: User) -> None:
    """Refuse a customer's contact where only members of staff belong."""
    if is_guest(user):
        raise ContactOfCustomer(name=user.display_name)


def check_contact_role(user: User, before: Iterable[RoleId] = ()) -> None:
    """Refuse to make a customer's contact of a colleague, or the reverse: an invitation does, and nothing else.

    Args:
        user: As he shall be.
        before: The roles he has; none for a new user.
    """
    had = CUSTOMER_CONTACT_ROLE in before
    if had != is_guest(user) or (had and len(user.roles) > 1):
        raise ContactOfCustomer(name=user.display_name)
