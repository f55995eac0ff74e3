"""Users, roles and credentials (requirement 7.1)."""

import datetime as dt
import enum
from typing import Final, NewType, NotRequired, Required, TypedDict
from uuid import UUID

import attrs
from attrs import field

from crmcore.base.checked import checked
from crmcore.base.constraints import Items, Length, Pattern, Range
from crmcore.base.kinds import hint
from crmcore.base.values import EMAIL

__all__ = [
    "ACCOUNT_MANAGER",
    "ADMINISTRATOR",
    "CUSTOMER_CONTACT",
    "EXECUTIVE",
    "SALES_SUPERVISOR",
    "Credential",
    "Role",
    "RoleChanges",
    "RoleFields",
    "RoleId",
    "User",
    "UserChanges",
    "UserFields",
    "UserId",
    "Validity",
]

UserId = NewType("UserId", UUID)
RoleId = NewType("RoleId", UUID)

ADMINISTRATOR: Final = "administrator"
ACCOUNT_MANAGER: Final = "account_manager"
SALES_SUPERVISOR: Final = "sales_supervisor"
EXECUTIVE: Final = "executive"
CUSTOMER_CONTACT: Final = "customer_contact"
"""Somebody at a customer who uses the customer window; never a member of staff."""


class Validity(enum.Enum):
    """Whether a user or role is in use; retired ones stay readable (requirement GEN-21)."""

    VALID = "valid"
    RETIRED = "retired"


class UserFields(TypedDict):
    """What an administrator gives to record a user; sizes and meaning are those of :class:`User`."""

    name: Required[str]
    roles: Required[tuple[RoleId, ...]]
    full_name: NotRequired[str]
    territory: NotRequired[str]
    speciality: NotRequired[str]
    organisation: NotRequired[str]
    phone: NotRequired[str]
    email: NotRequired[str]
    address: NotRequired[str]
    language: NotRequired[str]


class UserChanges(TypedDict, total=False):
    """What an administrator may change about a user."""

    name: str
    roles: tuple[RoleId, ...]
    full_name: str
    territory: str
    speciality: str
    organisation: str
    phone: str
    email: str
    address: str
    language: str


class RoleFields(TypedDict):
    """What somebody gives to define a role."""

    name: Required[str]
    description: NotRequired[str]


class RoleChanges(TypedDict, total=False):
    """What may change about a role, beside its permissions."""

    name: str
    description: str


@attrs.frozen(kw_only=True, field_transformer=checked)
class User:
    """A member of staff who works with the system (requirement GEN-06)."""

    id: UserId = field(metadata=hint(system=True))
    name: str = field(validator=[Length(1, 50), Pattern(r"\S+")], metadata=hint(searchable=True))
    """Name for logging in: no blanks."""
    name_key: str = field(validator=Length(1, 1000), metadata=hint(system=True, unique=True))
    """The folded name: ``LiHua`` and ``lihua`` are one user (requirement USR-04)."""
    full_name: str = field(default="", validator=Length(0, 50), metadata=hint(searchable=True, personal=True))
    roles: tuple[RoleId, ...] = field(validator=Items(50, 50), metadata=hint(ref="role"))
    territory: str = field(default="", validator=Length(0, 50), metadata=hint(dictionary="region"))
    """Territory an account manager works in, for the supervisor to consider (requirement RBA-05)."""
    speciality: str = field(default="", validator=Length(0, 50))
    """Industry an account manager knows well (requirement RBA-05)."""
    organisation: str = field(default="", validator=Length(0, 100))
    phone: str = field(default="", validator=Length(0, 50), metadata=hint(personal=True))
    email: str = field(default="", validator=[Length(0, 100), EMAIL], metadata=hint(personal=True))
    address: str = field(default="", validator=Length(0, 300), metadata=hint(personal=True))
    language: str = field(default="zh", validator=[Length(2, 2), Pattern("zh|en")])
    status: Validity = field(default=Validity.VALID, metadata=hint(system=True, indexed=True))
    created_at: dt.datetime = field(metadata=hint(system=True))
    version: int = field(default=0, metadata=hint(system=True))

    @property
    def display_name(self) -> str:
        """What colleagues call the user."""
        return self.full_name or self.name


@attrs.frozen(kw_only=True, field_transformer=checked)
class Role:
    """A set of permissions that users can be given (requirements RBA-10 to 14)."""

    id: RoleId = field(metadata=hint(system=True))
    code: str = field(default="", validator=Length(0, 50), metadata=hint(system=True))
    """Which delivered role this is; empty for a role of the company's own (decision 14.14)."""
    name: str = field(validator=Length(1, 50), metadata=hint(searchable=True))
    name_key: str = field(validator=Length(1, 1000), metadata=hint(system=True, unique=True))
    description: str = field(default="", validator=Length(0, 200))
    permissions: tuple[str, ...] = field(default=(), validator=Items(500, 100), metadata=hint(system=True))
    status: Validity = field(default=Validity.VALID, metadata=hint(system=True))
    version: int = field(default=0, metadata=hint(system=True))


@attrs.frozen(kw_only=True, field_transformer=checked)
class Credential:
    """How a user proves who he is; has the id of the user, apart from him so that no list or export carries it."""

    id: UserId = field(metadata=hint(system=True))
    password_hash: str = field(validator=Length(1, 500), metadata=hint(secret=True))
    changed_at: dt.datetime
    must_change: bool = False
    """The password was set by an administrator; the user has to choose his own."""
    failures: int = field(default=0, validator=Range(0, 2**31), metadata=hint(derived=True))
    """Log-ins begun since the last that succeeded; counted from the attempts, which the audit trail tells of."""
    locked_until: dt.datetime | None = None
    version: int = field(default=0, metadata=hint(system=True))
