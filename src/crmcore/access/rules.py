"""Rules about users, roles and who sees them (requirements USR and RBA)."""

from collections.abc import Iterable, Mapping
from typing import Final

from crmcore.access.actor import Actor
from crmcore.access.entity import ACCOUNT_MANAGER, ADMINISTRATOR, Role, RoleId, User, Validity
from crmcore.access.permissions import KEYS
from crmcore.access.scope import Scope
from crmcore.base.errors import Invalid, Problem, Refused
from crmcore.base.text import key_of

__all__ = [
    "SCOPES",
    "AdministratorExists",
    "AdministratorRole",
    "BeyondOwnRights",
    "DeliveredRole",
    "LastAdministrator",
    "NoPermission",
    "NotAnAccountManager",
    "NotSignedIn",
    "OwnPassword",
    "OwnRights",
    "RoleInUse",
    "RoleRetired",
    "UserHasCustomers",
    "UserHasPolicies",
    "UserHasRequests",
    "UserRetired",
    "check_account_manager",
    "check_deletable",
    "check_keys",
    "check_keys_kept",
    "check_own_rights",
    "check_permissions",
    "check_roles_given",
    "check_roles_valid",
    "check_valid",
    "may",
    "role_key",
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


class CoreOnly(NoPermission):
    """Credentials, changes and messages are read by the core alone."""

    code = "access.core_only"


class UserRetired(Refused):
    """The user exists and is not valid any more (requirement USR-02)."""

    code = "access.user_retired"


class NotAnAccountManager(Refused):
    """Work is given to valid account managers (requirements OPP-02, RBA-15)."""

    code = "access.not_an_account_manager"


class UserHasCustomers(Refused):
    """A user who is still responsible for customers can't leave (requirement USR-06)."""

    code = "access.user_has_customers"


class UserHasPolicies(Refused):
    """A user whom an escalation policy names can't leave: what it escalates would reach nobody (X-SRV-05)."""

    code = "access.user_has_policies"


class UserHasRequests(Refused):
    """A user who is still treating service requests can't leave: nobody else could go on with them (USR-06)."""

    code = "access.user_has_requests"


class LastAdministrator(Refused):
    """Without him nobody could manage users and roles."""

    code = "access.last_administrator"


class AdministratorExists(Refused):
    """The first administrator is made only while there is none."""

    code = "access.administrator_exists"


class AdministratorRole(Refused):
    """The administrator role keeps the rights to manage users and roles, and stays valid."""

    code = "access.administrator_role"


class DeliveredRole(Refused):
    """Rules ask for the delivered roles by code, so they can be renamed and retired, not deleted."""

    code = "access.delivered_role"


class RoleInUse(Refused):
    """Users still have the role (requirement RBA-14)."""

    code = "access.role_in_use"


class RoleRetired(Refused):
    """A role that is not valid any more can't be given."""

    code = "access.role_retired"


class BeyondOwnRights(Refused):
    """The rights to manage users and roles are given, taken and taken over only by people who have them."""

    code = "access.beyond_own_rights"


class OwnRights(Refused):
    """Nobody adds to his own rights but an administrator, who decides about everybody's."""

    code = "access.own_rights"


class OwnPassword(Refused):
    """One's own password is changed with the old one, not set (requirement USR-05)."""

    code = "access.own_password"


def may(actor: Actor, permission: str) -> None:
    """Refuse unless *actor* has *permission* (requirement RBA-13)."""
    if not actor.may(permission):
        if actor.id is None:
            raise NotSignedIn(permission=permission)
        raise NoPermission(permission=permission)


def check_valid(user: User) -> None:
    """Refuse a user who is not valid any more (requirement USR-02)."""
    if user.status is not Validity.VALID:
        raise UserRetired(name=user.name, id=user.id)


def check_account_manager(user: User, roles: Mapping[RoleId, Role]) -> None:
    """Refuse a user who is not a valid account manager (requirements OPP-02, RBA-15)."""
    codes = {roles[role].code for role in user.roles if role in roles and roles[role].status is Validity.VALID}
    if user.status is not Validity.VALID or ACCOUNT_MANAGER not in codes:
        raise NotAnAccountManager(name=user.display_name)


def role_key(name: str) -> str:
    """Answer what two roles may not share: the name without case, width and blanks at the ends (requirement RBA-12)."""
    return key_of(name)


def check_roles_given(roles: Iterable[RoleId]) -> None:
    """Refuse a user without any role (requirement 7.1)."""
    if not tuple(roles):
        raise Invalid(Problem(field="roles", code="value.missing", entity="user"))


def check_roles_valid(roles: Iterable[Role]) -> None:
    """Refuse to give roles that are not valid any more."""
    for role in roles:
        if role.status is not Validity.VALID:
            raise RoleRetired(name=role.name)


def check_keys(actor: Actor, permissions: Iterable[str]) -> None:
    """Refuse to give, take or take over the rights to manage users and roles, unless *actor* has the same."""
    for key in sorted(KEYS.intersection(permissions)):
        if not actor.may(key):
            raise BeyondOwnRights(permission=key)


def check_own_rights(actor: Actor, permissions: Iterable[str]) -> None:
    """Refuse to give oneself a right one has not got, unless *actor* decides about everybody's rights."""
    if not all(map(actor.may, KEYS)):
        for permission in sorted(permissions):
            if not actor.may(permission):
                raise OwnRights(permission=permission)


def check_permissions(given: Iterable[object], known: frozenset[str]) -> None:
    """Refuse permissions that do not exist; all of them are listed."""
    unknown = [one for one in given if not (isinstance(one, str) and one in known)]
    if unknown:
        raise Invalid(
            Problem(field="permissions", code="access.unknown_permission", entity="role", params={"got": str(one)[:50]})
            for one in unknown
        )


def check_keys_kept(role: Role, permissions: Iterable[str]) -> None:
    """Refuse to take from the administrator role what only it can be relied on to have."""
    if role.code == ADMINISTRATOR and not KEYS.issubset(permissions):
        raise AdministratorRole(name=role.name)


def check_deletable(role: Role) -> None:
    """Refuse to delete a delivered role."""
    if role.code:
        raise DeliveredRole(name=role.name)
