"""Escalations as work: of one request, of whoever has to see them, of all; and how many wait (requirement X-SRV-05)."""

import attrs
from attrs import fields

from crmcore.access.directory import able_to
from crmcore.base.paging import Page
from crmcore.customers.entity import Customer
from crmcore.escalation.entity import Escalation, EscalationPolicyId, Recipient, Watched
from crmcore.escalation.rules import READING
from crmcore.query import Condition, Query, all_of, any_of, asc, desc, eq, in_query, is_null, negate, one_of, query
from crmcore.service.entity import OPEN, ServiceRequest, ServiceRequestId
from crmcore.service.lists import count_overdue
from crmcore.storage.action import action
from crmcore.storage.listing import COUNTED, exactly, page_of
from crmcore.storage.scoping import scope_of
from crmcore.storage.work import Work

__all__ = ["Notice", "concerning", "listing", "mine", "notice", "of_request"]

_e = fields(Escalation)
_r = fields(ServiceRequest)


@attrs.frozen(kw_only=True)
class Notice:
    """What is said about service on the first page after logging in (requirement X-SRV-05)."""

    overdue: int
    """How many requests the person may see are treated too late at this moment."""
    escalated: int
    """How many escalations to him nobody has seen yet."""
    more_overdue: bool = False
    """There are more: nobody counts thousands each time the first page is shown; "more than 200" says enough."""
    more_escalated: bool = False


@action("service.read")
def of_request(work: Work, request: ServiceRequestId) -> tuple[Escalation, ...]:
    """List the escalations of one request, the first one first (requirement X-SRV-05)."""
    known = work.service_requests.get(request)
    about = query(Escalation).where(eq(_e.request, known.id)).sort(asc(_e.escalated_at))
    return tuple(work.unscoped(Escalation).find(about))


@action("service.read")
def mine(work: Work, *, page: int = 1, size: int | None = None) -> Page[Escalation]:
    """List what was escalated to the actor and nobody has seen yet, the newest first (requirement X-SRV-05).

    Of requests that are archived or removed nothing is left to do: their escalations are not among them.

    Args:
        work: The unit of work.
        page: Which page, from 1.
        size: Most records on a page; None for the company's setting.
    """
    wanted = _unseen(work).sort(desc(_e.escalated_at))
    return page_of(work, work.unscoped(Escalation), wanted, page=page, size=size)


@action("service.read_all")
def listing(
    work: Work,
    *,
    policy: EscalationPolicyId | None = None,
    watched: Watched | None = None,
    unseen: bool = False,
    page: int = 1,
    size: int | None = None,
) -> Page[Escalation]:
    """List all escalations, the newest first, for those who look after service as a whole (requirement X-SRV-05).

    Args:
        work: The unit of work.
        policy: Of one policy; None for all.
        watched: Of one thing that is watched; None for all.
        unseen: Only those that nobody has seen yet.
        page: Which page, from 1.
        size: Most records on a page; None for the company's setting.
    """
    wanted = query(Escalation).where(*exactly((_e.policy, policy), (_e.watched, watched)))
    if unseen:
        wanted = wanted.where(is_null(_e.seen_at))
    return page_of(work, work.escalations, wanted.sort(desc(_e.escalated_at)), page=page, size=size)


@action("service.read")
def notice(work: Work) -> Notice:
    """Say how many requests are overdue, and how many escalations wait to be seen (requirement X-SRV-05).

    Both are counted to 200, as lists with a keyword are.
    """
    overdue = count_overdue(work, COUNTED + 1)
    waiting = work.unscoped(Escalation).count(_unseen(work), at_most=COUNTED + 1)
    return Notice(
        overdue=min(overdue, COUNTED),
        escalated=min(waiting, COUNTED),
        more_overdue=overdue > COUNTED,
        more_escalated=waiting > COUNTED,
    )


def _unseen(work: Work) -> Query[Escalation]:
    """Answer what :func:`mine` lists; limited to what the actor may see."""
    still_open = in_query(_e.request, query(ServiceRequest).where(one_of(_r.status, OPEN)))
    return query(Escalation).where(is_null(_e.seen_at), still_open, concerning(work), scope_of(work, Escalation))


def concerning(work: Work) -> Condition:
    """Answer what is escalated to the actor: by name, as who has the request or its customer now, or as all are.

    To everybody who assigns requests comes, too, what was escalated to somebody who has left or sees no requests any
    more; that is a question about users, so it is asked beyond what the actor may see.
    """
    actor = work.actor.id
    treated = query(ServiceRequest).where(eq(_r.assignee, actor))
    customers = query(Customer).where(eq(fields(Customer).manager, actor))
    managed = query(ServiceRequest).where(in_query(_r.customer, customers))
    ways = [
        all_of(eq(_e.recipient, Recipient.USER), eq(_e.recipient_user, actor)),
        all_of(eq(_e.recipient, Recipient.ASSIGNEE), in_query(_e.request, treated)),
        all_of(eq(_e.recipient, Recipient.MANAGER), in_query(_e.request, managed)),
    ]
    if work.actor.may("service.assign"):
        nobody = negate(in_query(_e.recipient_user, able_to(work, READING)))
        ways += [eq(_e.recipient, Recipient.SUPERVISORS), nobody]
    return any_of(*ways)
