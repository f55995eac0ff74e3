"""Finding colleagues: by name, as account managers to dispatch to, and what to call them."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from attrs import fields

from crmcore.access.entity import ACCOUNT_MANAGER, CUSTOMER_CONTACT, Role, User, UserId, Validity
from crmcore.access.rules import check_account_manager
from crmcore.base.errors import Invalid, NotFound, Problem
from crmcore.base.text import key_of
from crmcore.query import Query, any_of, asc, eq, has, one_of, query
from crmcore.storage.action import SIGNED_IN, action
from crmcore.storage.work import Work

__all__ = ["able_to", "account_manager", "account_managers", "names", "user_named", "valid_account_managers"]

_u = fields(User)


@action("customer.hand_over", "opportunity.dispatch", "service.assign")
def account_managers(work: Work) -> Sequence[User]:
    """List all valid users who are account managers, by name (requirement RBA-15)."""
    return valid_account_managers(work)


def valid_account_managers(work: Work) -> Sequence[User]:
    """Answer all valid users who are account managers, by name; for actions that have checked their permission."""
    role = fields(Role)
    roles = work.unscoped(Role).find(query(Role).where(eq(role.code, ACCOUNT_MANAGER), eq(role.status, Validity.VALID)))
    wanted = query(User).where(eq(_u.status, Validity.VALID), any_of(*(has(_u.roles, one.id) for one in roles)))
    return work.unscoped(User).find(wanted.sort(asc(_u.name)))


def able_to(work: Work, permission: str) -> Query[User]:
    """Answer what finds the valid users who may do something; for actions, in one statement and a part of another."""
    role = fields(Role)
    wanted = query(Role).where(has(role.permissions, permission), eq(role.status, Validity.VALID))
    roles = work.unscoped(Role).find(wanted)
    return query(User).where(eq(_u.status, Validity.VALID), any_of(*(has(_u.roles, one.id) for one in roles)))


@action(SIGNED_IN)
def names(work: Work, ids: Iterable[UserId | None]) -> dict[UUID, str]:
    """Answer what colleagues are called, for showing beside records; retired ones too. One statement.

    A customer's contact has no colleagues here: he is told his own name only.
    """
    wanted = {one for one in ids if one is not None}
    if CUSTOMER_CONTACT in work.actor.roles:
        wanted &= {work.user_id}
    found = work.unscoped(User).find(query(User).where(one_of(_u.id, wanted))) if wanted else ()
    return {user.id: user.display_name for user in found}


def user_named(work: Work, person: UserId | str) -> User:
    """Answer a user by id or user name, for actions.

    Raises:
        NotFound: There is none.
        Invalid: Nobody was chosen.
    """
    if not person:
        raise Invalid(Problem("assignee", "value.missing", "opportunity"))
    if isinstance(person, UUID):
        return work.unscoped(User).get(person)
    user = work.unscoped(User).first(eq(_u.name_key, key_of(str(person))))
    if user is None:
        raise NotFound(entity="user", id=person)
    return user


def account_manager(work: Work, person: UserId | str) -> User:
    """Answer the account manager a record is given to, for actions.

    Raises:
        NotFound: There is no such user.
        NotAnAccountManager: He is retired, or has another role (requirement RBA-15).
    """
    user = user_named(work, person)
    roles = {one: role for one in user.roles if (role := work.session.load(Role, one)) is not None}
    check_account_manager(user, roles)
    return user
