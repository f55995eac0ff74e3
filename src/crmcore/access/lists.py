"""The lists of users and roles, and what forms about them offer (requirements USR-03, RBA-10)."""

from collections.abc import Sequence

from attrs import fields

from crmcore.access.delivered import CUSTOMER_CONTACT_ROLE
from crmcore.access.entity import Role, RoleId, User, UserId, Validity
from crmcore.base.paging import Page
from crmcore.query import asc, desc, eq, has, negate, query
from crmcore.storage.action import action
from crmcore.storage.listing import exactly, page_of, partly
from crmcore.storage.work import Work

__all__ = ["role", "role_choices", "roles", "user", "users"]

_u = fields(User)
_r = fields(Role)


@action("user.manage")
def users(
    work: Work,
    *,
    name: str = "",
    status: Validity | None = None,
    guests: bool | None = None,
    page: int = 1,
    size: int | None = None,
) -> Page[User]:
    """List users, newest first (requirements USR-03, GEN-17).

    Args:
        work: The unit of work.
        name: Part of the user name; empty for all.
        status: Valid or retired; None for all.
        guests: Customers' contacts only, who use the customer window; False for members of staff, None for both.
        page: Which page, from 1.
        size: Most records on a page; None for the company's setting.
    """
    wanted = query(User).where(*partly((_u.name, name)), *exactly((_u.status, status)))
    if guests is not None:
        contacts = has(_u.roles, CUSTOMER_CONTACT_ROLE)
        wanted = wanted.where(contacts if guests else negate(contacts))
    return page_of(work, work.users, wanted.sort(desc(_u.created_at)), page=page, size=size)


@action("user.manage")
def user(work: Work, id: UserId) -> User:  # noqa: A002
    """Answer one user."""
    return work.users.get(id)


@action("role.manage")
def roles(
    work: Work, *, name: str = "", status: Validity | None = None, page: int = 1, size: int | None = None
) -> Page[Role]:
    """List roles, newest first (requirements RBA-10, GEN-17).

    Args:
        work: The unit of work.
        name: Part of the role name; empty for all.
        status: Valid or retired; None for all.
        page: Which page, from 1.
        size: Most records on a page; None for the company's setting.
    """
    wanted = query(Role).where(*partly((_r.name, name)), *exactly((_r.status, status)))
    return page_of(work, work.roles, wanted.sort(desc(_r.id)), page=page, size=size)


@action("role.manage")
def role(work: Work, id: RoleId) -> Role:  # noqa: A002
    """Answer one role."""
    return work.roles.get(id)


@action("user.manage", "role.manage")
def role_choices(work: Work) -> Sequence[Role]:
    """Answer the roles that users can be given, by name; that of customers' contacts comes with an invitation."""
    given = query(Role).where(eq(_r.status, Validity.VALID), negate(eq(_r.id, CUSTOMER_CONTACT_ROLE)))
    return work.roles.find(given.sort(asc(_r.name)))
