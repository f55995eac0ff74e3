"""What actions about users and roles ask for: who has a role, who is an administrator, which rights roles give.

Rules that look at several records touch the one they share, so that two units of work can't both break the rule
(the last administrator, a role that is given while it is retired).
"""

from collections.abc import Iterable, Sequence

from attrs import fields

from crmcore.access.delivered import ADMINISTRATOR_ROLE
from crmcore.access.entity import Credential, Role, RoleId, User, Validity
from crmcore.access.rules import (
    LastAdministrator,
    RoleInUse,
    UserHasCustomers,
    UserHasPolicies,
    UserHasRequests,
    check_roles_valid,
)
from crmcore.customers.entity import Customer, CustomerStatus
from crmcore.escalation.entity import EscalationPolicy
from crmcore.query import Condition, Query, asc, eq, has, negate, query
from crmcore.service.entity import ServiceRequest
from crmcore.service.scopes import requests_with
from crmcore.storage.work import Work

__all__ = [
    "check_administrator_left",
    "check_no_customers",
    "check_no_policies",
    "check_no_requests",
    "check_unused",
    "give_roles",
    "has_administrator",
    "permissions_of",
    "roles_of",
]

_u = fields(User)
_NAMED = 5
"""So many are named in an error; the rest is counted."""


def roles_of(work: Work, ids: Iterable[RoleId]) -> Sequence[Role]:
    """Answer roles by id, in the order of the ids.

    Raises:
        NotFound: There is no such role.
    """
    return [work.unscoped(Role).get(one) for one in ids]


def permissions_of(roles: Iterable[Role]) -> frozenset[str]:
    """Answer everything that valid roles allow together."""
    return frozenset(one for role in roles if role.status is Validity.VALID for one in role.permissions)


def give_roles(work: Work, roles: Iterable[Role]) -> None:
    """Make sure that roles are valid, and stay valid until this unit of work is committed.

    They are touched in the same order by everybody, so that two people don't wait for each other.
    """
    for role in sorted(roles, key=lambda one: one.id):
        check_roles_valid((role,))
        work.unscoped(Role).touch(role)


def has_administrator(work: Work, *, beside: User | None = None) -> bool:
    """Tell whether there is a valid administrator; the role is touched, so that the answer holds until the commit."""
    administrators = _holders(ADMINISTRATOR_ROLE, eq(_u.status, Validity.VALID))
    if beside is not None:
        administrators = administrators.where(negate(eq(_u.id, beside.id)))
    work.unscoped(Role).touch(work.unscoped(Role).get(ADMINISTRATOR_ROLE))
    return work.unscoped(User).count(administrators, at_most=1) > 0


def check_administrator_left(work: Work, leaving: User) -> None:
    """Refuse to lose the last valid administrator, also when two are taken away at the same moment."""
    is_one = leaving.status is Validity.VALID and ADMINISTRATOR_ROLE in leaving.roles
    if not is_one:
        return
    if not has_administrator(work, beside=leaving) or _is_last_with_password(work, leaving):
        raise LastAdministrator(name=leaving.display_name)


def _is_last_with_password(work: Work, leaving: User) -> bool:
    """Tell whether nobody could log in as an administrator any more; where nobody has a password, people never did."""
    if work.session.load(Credential, leaving.id) is None:
        return False
    others = _holders(ADMINISTRATOR_ROLE, eq(_u.status, Validity.VALID), negate(eq(_u.id, leaving.id)))
    return not any(work.session.load(Credential, one.id) for one in work.unscoped(User).scan(others))


def check_unused(work: Work, role: Role, *conditions: Condition) -> None:
    """Refuse while users who meet all *conditions* have the role (requirement RBA-14)."""
    holders = _holders(role.id, *conditions).sort(asc(_u.name))
    count = work.unscoped(User).count(holders)
    if count:
        some = work.unscoped(User).find(holders.page(_NAMED))
        raise RoleInUse(name=role.name, count=count, users=_listed((one.display_name for one in some), count))


def check_no_customers(work: Work, user: User) -> None:
    """Refuse while the user is responsible for customers that are not deleted (requirement USR-06)."""
    c = fields(Customer)
    his = query(Customer).where(eq(c.manager, user.id), negate(eq(c.status, CustomerStatus.DELETED)))
    count = work.unscoped(Customer).count(his)
    if count:
        some = work.unscoped(Customer).find(his.sort(asc(c.number)).page(_NAMED))
        named = _listed((f"{one.name} ({one.number})" for one in some), count)
        raise UserHasCustomers(name=user.display_name, count=count, customers=named, manager=user.id)


def check_no_requests(work: Work, user: User) -> None:
    """Refuse while the user is treating service requests: they wait for him alone (requirements 4.2, USR-06)."""
    his = requests_with(user.id)
    count = work.unscoped(ServiceRequest).count(his)
    if count:
        some = work.unscoped(ServiceRequest).find(his.sort(asc(fields(ServiceRequest).number)).page(_NAMED))
        named = _listed((f"{one.title} ({one.number})" for one in some), count)
        raise UserHasRequests(name=user.display_name, count=count, requests=named, assignee=user.id)


def check_no_policies(work: Work, user: User) -> None:
    """Refuse while an escalation policy names the user, who would not hear of it any more (requirement X-SRV-05)."""
    p = fields(EscalationPolicy)
    his = query(EscalationPolicy).where(eq(p.user, user.id), eq(p.status, Validity.VALID))
    count = work.unscoped(EscalationPolicy).count(his)
    if count:
        some = work.unscoped(EscalationPolicy).find(his.sort(asc(p.name)).page(_NAMED))
        named = _listed((one.name for one in some), count)
        raise UserHasPolicies(name=user.display_name, count=count, policies=named, user=user.id)


def _holders(role: RoleId, *conditions: Condition) -> Query[User]:
    return query(User).where(has(_u.roles, role), *conditions)


def _listed(names: Iterable[str], count: int) -> str:
    return ", ".join(names) + (", …" if count > _NAMED else "")
