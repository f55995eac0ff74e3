"""The two questions about requests that a dashboard asks, and what their answers are grouped by."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

import attrs
from attrs import fields

from crmcore.query import (
    Condition,
    Query,
    all_of,
    any_of,
    banded,
    count,
    ge,
    in_query,
    lt,
    one_of,
    query,
    tally,
    through,
    total,
)
from crmcore.query.groups import Grouping
from crmcore.reports.dashboards.board import Wanted
from crmcore.service.entity import OPEN, ServiceRequest, ServiceRound, ServiceStatus
from crmcore.service.rules import SATISFIED_FROM
from crmcore.statistics.chances import owned
from crmcore.statistics.promised import RESPONDED, PromiseKind
from crmcore.statistics.requested import CONTENT, is_overdue

__all__ = [
    "EarlierTreatments",
    "KnownRequests",
    "earlier_treatments",
    "his",
    "known_requests",
]

_r = fields(ServiceRequest)
_n = fields(ServiceRound)


@attrs.frozen
class KnownRequests:
    """The key of a group of requests that came, wait or were ended."""

    created: int
    status: ServiceStatus
    respond_met: bool | None
    resolve_met: bool | None
    respond_by: int | None
    """0 for before now; so the other instants, of which it matters whether there are any."""
    resolve_by: int | None
    responded: int | None
    due: int | None
    archived: int | None
    stars: int | None
    """1 for four and five, 0 for fewer."""
    responded_in: int | None
    """None where that was not measured; so the next."""
    resolved_in: int | None

    def has_met(self, kind: PromiseKind) -> bool | None:
        """Tell whether a promise was kept; None while it is not done, and if nothing was promised."""
        return self.respond_met if kind is RESPONDED else self.resolve_met

    def is_late(self, kind: PromiseKind) -> bool:
        """Tell whether a promise is broken and still to be kept; see :func:`crmcore.statistics.requested.overdue`."""
        answer = kind is RESPONDED
        return is_overdue(
            still_open=self.status in OPEN,
            passed=(self.respond_by if answer else self.resolve_by) == 0,
            kept=self.responded is not None if answer else self.status is ServiceStatus.HANDLED,
            runs=self.due is not None,
        )


@attrs.frozen
class EarlierTreatments:
    """The key of a group of treatments that were taken back."""

    created: int | None
    """Of the request; so the next two."""
    archived: int | None
    measured: int | None
    ended: int
    handled: int | None
    stars: int | None
    """0 for those that send a request back, 1 for more, 2 for four and five."""
    resolve_met: bool | None
    resolved_in: int | None

    def judged_in(self, places: range) -> bool:
        """Tell whether the verdict on it was given in a period; see :func:`crmcore.statistics.requested.sent_back`."""
        return self.stars is not None and (self.ended if self.stars == 0 else self.handled) in places


def known_requests(
    wanted: Wanted, begin: Sequence[dt.datetime], edges: Sequence[dt.datetime], over: Condition
) -> Sequence[tuple[KnownRequests, tuple[Any, ...]]]:
    """Ask for the requests that came in any of the steps, wait, or were ended in one."""
    within = all_of(ge(_r.created_at, begin[0]), lt(_r.created_at, begin[-1]))
    of = query(ServiceRequest).where(any_of(one_of(_r.status, OPEN), within, over))
    now = [wanted.work.now]
    instants_ = (_r.respond_by, _r.resolve_by, _r.responded_at, _r.next_due_at)
    keys: tuple[Grouping, ...] = (
        banded(_r.created_at, edges),
        _r.status,
        _r.respond_met,
        _r.resolve_met,
        *(banded(one, now) for one in instants_),
        banded(_r.archived_at, edges),
        banded(_r.satisfaction, [CONTENT]),
        banded(_r.responded_in, [0]),
        banded(_r.resolved_in, [0]),
    )
    measures = (count(), total(_r.responded_in), total(_r.resolved_in))
    rows = wanted.work.service_requests.groups(tally(his(wanted, of), by=keys, measures=measures))
    return [(KnownRequests(*row.key), row.values) for row in rows]


def earlier_treatments(
    wanted: Wanted, begin: Sequence[dt.datetime], edges: Sequence[dt.datetime], over: Condition
) -> Sequence[tuple[EarlierTreatments, tuple[Any, ...]]]:
    """Ask for the treatments that were taken back in any of the steps, and for all those of what was ended in one."""
    of = query(ServiceRound).where(
        any_of(ge(_n.ended_at, begin[0]), in_query(_n.request, query(ServiceRequest).where(over)))
    )
    keys: tuple[Grouping, ...] = (
        banded(through(_n.request, ServiceRequest, _r.created_at), edges),
        banded(through(_n.request, ServiceRequest, _r.archived_at), edges),
        banded(through(_n.request, ServiceRequest, _r.resolved_in), [0]),
        banded(_n.ended_at, edges),
        banded(_n.handled_at, edges),
        banded(_n.satisfaction, [SATISFIED_FROM, CONTENT]),
        _n.resolve_met,
        banded(_n.resolved_in, [0]),
    )
    asked = tally(his(wanted, of), by=keys, measures=(count(), total(_n.resolved_in)))
    return [(EarlierTreatments(*row.key), row.values) for row in wanted.work.service_rounds.groups(asked)]


def his(wanted: Wanted, of: Query[Any]) -> Query[Any]:
    """Narrow requests, or their earlier treatments, to those of a person: the requests that he treats now."""
    mine = owned(_r.assignee, wanted.owner)
    if of.entity is ServiceRequest or not mine:
        return of.where(*mine)
    return of.where(in_query(_n.request, query(ServiceRequest).where(*mine)))
