"""How a customer's contact comes into the customer window (requirements X-SLF-01 to 03)."""

import datetime as dt
from typing import ClassVar, NewType
from uuid import UUID

import attrs
from attrs import field

from crmcore.access.entity import UserId
from crmcore.base.checked import checked
from crmcore.base.constraints import Length
from crmcore.base.kinds import hint
from crmcore.customers.entity import ContactId

__all__ = ["SignInLink", "SignInLinkId", "WindowGuest", "WindowGuestId"]

WindowGuestId = NewType("WindowGuestId", UUID)
SignInLinkId = NewType("SignInLinkId", UUID)


@attrs.frozen(kw_only=True, field_transformer=checked)
class WindowGuest:
    """That a contact may use the customer window, and as which user; has the id of that user.

    The user has the role of customers' contacts and no password: a link sent to the contact is his only way in.
    """

    id: UserId = field(metadata=hint(system=True))
    contact: ContactId = field(metadata=hint(system=True, ref="contact", unique=True))
    invited_by: UserId = field(metadata=hint(system=True, ref="user"))
    invited_at: dt.datetime = field(metadata=hint(system=True))
    version: int = field(default=0, metadata=hint(system=True))


@attrs.frozen(kw_only=True, field_transformer=checked)
class SignInLink:
    """A link by which a guest signs in once, until it expires."""

    id: SignInLinkId = field(metadata=hint(system=True))
    guest: UserId = field(metadata=hint(system=True, ref="user"))
    token_digest: str = field(validator=Length(64, 64), metadata=hint(system=True, secret=True, unique=True))
    """SHA-256 of the token; the token itself is kept nowhere."""
    address_digest: str = field(validator=Length(64, 64), metadata=hint(system=True, secret=True))
    """SHA-256 of the address it was sent to: whoever has an address the contact has no more is not let in by it."""
    made_at: dt.datetime = field(metadata=hint(system=True))
    expires_at: dt.datetime = field(metadata=hint(system=True))
    used_at: dt.datetime | None = field(default=None, metadata=hint(system=True))
    version: int = field(default=0, metadata=hint(system=True))

    indexes: ClassVar[tuple[tuple[str, ...], ...]] = (("guest", "made_at"), ("expires_at",))
