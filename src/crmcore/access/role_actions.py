"""Maintaining roles and what they allow (requirements RBA-10 to 14)."""

from collections.abc import Iterable
from typing import Unpack

import attrs
from attrs import fields as attributes

from crmcore.access.actor import System
from crmcore.access.entity import ADMINISTRATOR, Role, RoleChanges, RoleFields, RoleId, User, Validity
from crmcore.access.permissions import PERMISSIONS, known_permissions
from crmcore.access.rules import (
    AdministratorRole,
    check_deletable,
    check_keys,
    check_keys_kept,
    check_own_rights,
    check_permissions,
    role_key,
)
from crmcore.access.staffing import check_unused
from crmcore.base.building import build, change
from crmcore.base.errors import Invalid, Problem
from crmcore.query import eq
from crmcore.storage.action import ANYONE, SIGNED_IN, SYSTEM_ONLY, action, registered
from crmcore.storage.work import Work

__all__ = ["create_role", "delete_role", "edit_role", "restore_role", "retire_role", "set_permissions"]


@action("role.manage")
def create_role(work: Work, *, permissions: Iterable[str] = (), **fields: Unpack[RoleFields]) -> Role:
    """Define a role of the company's own (requirements RBA-10, RBA-12, resolution 14.14).

    Args:
        work: The unit of work.
        permissions: Codes of what it allows; may be ticked later.
        fields: ``name`` (1–50 characters) and optionally ``description`` (up to 200).

    Raises:
        Invalid: A field is missing, unknown or too long, or a permission does not exist; all problems are listed.
        AlreadyExists: A role has that name, whatever its case and width (requirement RBA-12).
        BeyondOwnRights: It would have a right to manage users or roles that the actor has not.
    """
    name: object = fields.get("name")
    key = role_key(name) if isinstance(name, str) else ""
    role = build(Role, fields, id=RoleId(work.new_id()), name_key=key or "-", permissions=_checked(permissions))
    check_keys(work.actor, role.permissions)
    return work.roles.add(role)


@action("role.manage")
def edit_role(work: Work, id: RoleId, *, expected: int | None = None, **changes: Unpack[RoleChanges]) -> Role:  # noqa: A002
    """Change the name or description of a role (requirements RBA-10, RBA-12).

    Raises:
        Invalid: A value breaks a constraint, or something else was to be changed.
        AlreadyExists: Another role has that name.
    """
    role = work.roles.get(id, expected=expected)
    changed = change(role, changes)
    return work.roles.save(attrs.evolve(changed, name_key=role_key(changed.name)))


@action("role.manage")
def set_permissions(work: Work, id: RoleId, permissions: Iterable[str], *, expected: int | None = None) -> Role:  # noqa: A002
    """Say what a role allows; whatever it allowed before is replaced completely (requirement RBA-11).

    Args:
        work: The unit of work.
        id: Which role.
        permissions: Codes of everything it allows from now on.
        expected: The version the person saw; None if that does not matter.

    Raises:
        Invalid: A permission does not exist; all that do not are listed.
        AdministratorRole: The administrator role would lose the rights to manage users and roles.
        BeyondOwnRights: A right to manage users or roles would be given or taken that the actor has not.
        OwnRights: The actor has the role, and would give himself rights.
    """
    role = work.roles.get(id, expected=expected)
    wanted = _checked(permissions)
    check_keys_kept(role, wanted)
    check_keys(work.actor, {*wanted} ^ {*role.permissions})
    if _has(work, role):
        check_own_rights(work.actor, wanted)
    return work.roles.save(attrs.evolve(role, permissions=wanted))


@action("role.manage")
def retire_role(work: Work, id: RoleId, *, expected: int | None = None) -> Role:  # noqa: A002
    """Take a role out of use that no valid user has; it stays readable (requirement RBA-14).

    Raises:
        AdministratorRole: It is the administrators'.
        RoleInUse: Valid users have it; says how many and who.
    """
    role = work.roles.get(id, expected=expected)
    if role.code == ADMINISTRATOR:
        raise AdministratorRole(name=role.name)
    check_unused(work, role, eq(attributes(User).status, Validity.VALID))
    return work.roles.save(attrs.evolve(role, status=Validity.RETIRED))


@action("role.manage")
def restore_role(work: Work, id: RoleId, *, expected: int | None = None) -> Role:  # noqa: A002
    """Let a retired role be given again."""
    role = work.roles.get(id, expected=expected)
    return work.roles.save(attrs.evolve(role, status=Validity.VALID))


@action("role.manage")
def delete_role(work: Work, id: RoleId, *, expected: int | None = None) -> None:  # noqa: A002
    """Remove a role of the company's own that nobody has or had when he left (requirement RBA-14).

    Raises:
        DeliveredRole: It is one of the five that every CRM has.
        RoleInUse: Users have it, retired ones included; says how many and who.
    """
    role = work.roles.get(id, expected=expected)
    check_deletable(role)
    check_unused(work, role)
    work.roles.remove(role)


def _checked(permissions: object) -> tuple[str, ...]:
    """Answer permissions once each, in the order of the menu; an application's own are those its actions name."""
    if isinstance(permissions, str) or not isinstance(permissions, Iterable):
        params: dict[str, object] = {"wanted": "list", "got": type(permissions).__name__}
        raise Invalid(Problem(field="permissions", code="value.type", entity="role", params=params))
    given = tuple(permissions)
    named = {one for each in registered() for one in each.permissions} - {ANYONE, SIGNED_IN, SYSTEM_ONLY}
    known = known_permissions() | named
    check_permissions(given, known)
    order = [one.code for one in PERMISSIONS] + sorted(known - known_permissions())
    return tuple(one for one in order if one in given)


def _has(work: Work, role: Role) -> bool:
    """Tell whether the actor has the role."""
    if isinstance(work.actor, System):
        return False
    return role.id in work.unscoped(User).get(work.user_id).roles
