"""Maintaining users (requirements USR-03 to 06, GEN-21).

Who may give which rights: the permissions ``user.manage`` and ``role.manage`` decide about all others, so they are
given, taken and taken over (by setting somebody's password) only by people who have them themselves; and nobody adds
to his own rights but somebody who has both.
"""

from collections.abc import Iterable
from typing import Unpack

import attrs

from crmcore.access.credentials import keep_password
from crmcore.access.delivered import ACCOUNT_MANAGER_ROLE, ADMINISTRATOR_ROLE
from crmcore.access.entity import RoleId, User, UserChanges, UserFields, UserId, Validity
from crmcore.access.guests import check_contact_role, check_staff
from crmcore.access.passwords import check_password
from crmcore.access.rules import AdministratorExists, OwnPassword, check_keys, check_own_rights, check_roles_given
from crmcore.access.staffing import (
    check_administrator_left,
    check_no_customers,
    check_no_policies,
    check_no_requests,
    give_roles,
    has_administrator,
    permissions_of,
    roles_of,
)
from crmcore.base.building import build, change
from crmcore.base.text import key_of
from crmcore.dictionary.lookup import check_codes
from crmcore.storage.action import ANYONE, SIGNED_IN, action
from crmcore.storage.work import Work

__all__ = [
    "choose_language",
    "create_first_administrator",
    "create_user",
    "edit_user",
    "restore_user",
    "retire_user",
    "set_password",
]


@action("user.manage")
def create_user(work: Work, *, password: str | None = None, **fields: Unpack[UserFields]) -> User:
    """Record a new user, who can log in once he has a password (requirements USR-03, USR-04).

    Args:
        work: The unit of work.
        password: The first password, 8 to 128 characters, which he has to change; None to set one later.
        fields: ``name`` (1–50 characters without blanks) and ``roles`` (one at least); optionally ``full_name``,
            ``territory`` (a code of the dictionary's regions), ``speciality``, ``organisation``, ``phone``, ``email``,
            ``address`` and ``language`` (``zh`` or ``en``).

    Raises:
        Invalid: A field is missing, unknown, too long or of the wrong type; all problems are listed.
        AlreadyExists: Somebody has that user name, whatever its case and width (requirement USR-04).
        NotFound: There is no such role.
        RoleRetired: A role is not valid any more.
        BeyondOwnRights: A role has the right to manage users or roles, which the actor has not.
        ContactOfCustomer: A role is that of customers' contacts; invite them to the customer window.
    """
    user = _build(work, fields)
    check_contact_role(user)
    if password is not None:
        password = check_password(password, name=user.name)
    check_codes(work, user)
    _give(work, user.id, user.roles)
    stored = work.users.add(user)
    if password is not None:
        keep_password(work, stored.id, work.crm.passwords.hash(password), must_change=True)
    return stored


@action("user.manage")
def edit_user(work: Work, id: UserId, *, expected: int | None = None, **changes: Unpack[UserChanges]) -> User:  # noqa: A002
    """Change what is recorded about a user, or his roles (requirement USR-03).

    Args:
        work: The unit of work.
        id: Which user.
        expected: The version the person saw; None if that does not matter.
        changes: The fields to change, as in :func:`create_user`; ``roles`` replaces all his roles.

    Raises:
        Invalid: A value breaks a constraint.
        AlreadyExists: Somebody else has that user name.
        UserHasCustomers, UserHasRequests: He is responsible for customers, or treats requests, and would be no account
            manager any more (USR-06, RBA-15).
        LastAdministrator: He is the last valid administrator, and would not be one any more.
        BeyondOwnRights: Rights to manage users or roles are concerned, which the actor has not.
        OwnRights: The actor would give himself rights.
        ContactOfCustomer: He is a customer's contact and would not be one any more, or the reverse.
    """
    user = work.users.get(id, expected=expected)
    changed = change(user, changes)
    changed = attrs.evolve(changed, name_key=key_of(changed.name), roles=_once(changed.roles))
    check_codes(work, changed, known=user)
    check_roles_given(changed.roles)
    check_contact_role(changed, user.roles)
    check_keys(work.actor, permissions_of(roles_of(work, user.roles)))
    _give(work, id, (one for one in changed.roles if one not in user.roles))
    if ACCOUNT_MANAGER_ROLE in user.roles and ACCOUNT_MANAGER_ROLE not in changed.roles:
        check_no_customers(work, user)
        check_no_requests(work, user)
    if ADMINISTRATOR_ROLE not in changed.roles:
        check_administrator_left(work, user)
    return work.users.save(changed)


@action("user.manage")
def retire_user(work: Work, id: UserId, *, expected: int | None = None) -> User:  # noqa: A002
    """Take a user out of service; he stays readable and can't log in (requirements USR-02, USR-06, GEN-21).

    Raises:
        UserHasCustomers, UserHasRequests: He is responsible for customers, or treats requests; says how many and which.
        UserHasPolicies: An escalation policy names him; says which.
        LastAdministrator: He is the last valid administrator.
        BeyondOwnRights: He may manage users or roles, and the actor may not.
    """
    user = work.users.get(id, expected=expected)
    check_keys(work.actor, permissions_of(roles_of(work, user.roles)))
    check_no_customers(work, user)
    check_no_requests(work, user)
    check_no_policies(work, user)
    check_administrator_left(work, user)
    return work.users.save(attrs.evolve(user, status=Validity.RETIRED))


@action("user.manage")
def restore_user(work: Work, id: UserId, *, expected: int | None = None) -> User:  # noqa: A002
    """Take a retired user back into service, with the roles and the password he had.

    Raises:
        RoleRetired: One of his roles is not valid any more; change his roles first.
        BeyondOwnRights: He may manage users or roles, and the actor may not.
    """
    user = work.users.get(id, expected=expected)
    if user.status is not Validity.VALID:
        _give(work, id, user.roles)
    return work.users.save(attrs.evolve(user, status=Validity.VALID))


@action("user.manage")
def set_password(work: Work, id: UserId, *, password: str) -> User:  # noqa: A002
    """Give somebody else a new password, which he has to change, and let him log in again if log-in was paused.

    Everybody who is signed in as this user is signed out, if the front end asks :func:`session_is_current`.

    Args:
        work: The unit of work.
        id: Which user.
        password: 8 to 128 characters.

    Raises:
        Invalid: The password is missing, too short or too long, or is the user name.
        OwnPassword: The actor's own is changed with the old one.
        BeyondOwnRights: The user may manage users or roles, and the actor may not.
        ContactOfCustomer: He is a customer's contact, who signs in with links alone.
    """
    user = work.users.get(id)
    check_staff(user)
    if work.actor.is_user(id):
        raise OwnPassword
    check_keys(work.actor, permissions_of(roles_of(work, user.roles)))
    good = check_password(password, name=user.name)
    keep_password(work, id, work.crm.passwords.hash(good), must_change=True)
    return user


@action(SIGNED_IN)
def choose_language(work: Work, language: str) -> User:
    """Choose the language one reads, ``zh`` or ``en``."""
    users = work.unscoped(User)
    return users.save(change(users.get(work.user_id), {"language": language}))


@action(ANYONE)
def create_first_administrator(work: Work, *, name: str, password: str, full_name: str = "") -> User:
    """Record the first administrator of a new CRM; open to anybody, and only while there is no valid administrator.

    Args:
        work: The unit of work.
        name: User name, 1 to 50 characters without blanks.
        password: 8 to 128 characters.
        full_name: What colleagues call him.

    Raises:
        AdministratorExists: There is one.
        AlreadyExists: Somebody has that user name.
        Invalid: Name or password is missing or breaks a constraint.
    """
    if has_administrator(work):
        raise AdministratorExists
    user = _build(work, {"name": name, "full_name": full_name, "roles": (ADMINISTRATOR_ROLE,)})
    good = check_password(password, name=user.name)
    stored = work.unscoped(User).add(user)
    keep_password(work, stored.id, work.crm.passwords.hash(good), must_change=False)
    return stored


def _build(work: Work, given: UserFields) -> User:
    name: object = given.get("name")
    user = build(
        User,
        given,
        id=UserId(work.new_id()),
        name_key=key_of(name) if isinstance(name, str) and name else "-",
        created_at=work.now,
    )
    check_roles_given(user.roles)
    return attrs.evolve(user, roles=_once(user.roles))


def _once(roles: tuple[RoleId, ...]) -> tuple[RoleId, ...]:
    return tuple(dict.fromkeys(roles))


def _give(work: Work, user: UserId, ids: Iterable[RoleId]) -> None:
    """Give roles to a user, if the actor may."""
    roles = roles_of(work, ids)
    given = permissions_of(roles)
    check_keys(work.actor, given)
    if work.actor.is_user(user):
        check_own_rights(work.actor, given)
    give_roles(work, roles)
