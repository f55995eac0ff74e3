"""Rules about users, roles and who sees them (requirements USR and RBA)."""

from collections.abc import Mapping
from typing import Final

from crmcore.access.actor import Actor
from crmcore.access.entity import ACCOUNT_MANAGER, Role, RoleId, User, Validity
from crmcore.access.scope import Scope
from crmcore.base.errors import Refused

__all__ = [
    "SCOPES",
    "NoPermission",
    "NotAnAccountManager",
    "NotSignedIn",
    "UserRetired",
    "check_account_manager",
    "check_valid",
    "may",
]

SCOPES: Final = (
    Scope(entity=User, read=frozenset({"user.manage"})),
    Scope(entity=Role, read=frozenset({"role.manage", "user.manage"})),
)


class NotSignedIn(Refused):
    """Nobody is signed in, and the action is not open to everybody."""

    code = "access.not_signed_in"


class NoPermission(Refused):
    """None of the person's roles has the permission (requirement RBA-13)."""

    code = "access.no_permission"


class UserRetired(Refused):
    """The user exists and is not valid any more (requirement USR-02)."""

    code = "access.user_retired"


class NotAnAccountManager(Refused):
    """Work is given to valid account managers (requirements OPP-02, RBA-15)."""

    code = "access.not_an_account_manager"


def may(actor: Actor, permission: str) -> None:
    """Refuse unless *actor* has *permission* (requirement RBA-13)."""
    if not actor.may(permission):
        if actor.id is None:
            raise NotSignedIn(permission=permission)
        raise NoPermission(permission=permission)


def check_valid(user: User) -> None:
    """Refuse a user who is not valid any more (requirement USR-02)."""
    if user.status is not Validity.VALID:
        raise UserRetired(name=user.name)


def check_account_manager(user: User, roles: Mapping[RoleId, Role]) -> None:
    """Refuse a user who is not a valid account manager (requirements OPP-02, RBA-15)."""
    codes = {roles[role].code for role in user.roles if role in roles and roles[role].status is Validity.VALID}
    if user.status is not Validity.VALID or ACCOUNT_MANAGER not in codes:
        raise NotAnAccountManager(name=user.display_name)
