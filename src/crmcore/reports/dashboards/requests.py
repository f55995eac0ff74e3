"""What is asked about requests, step by step: those that came, that wait, and that were brought to an end."""

import datetime as dt
from bisect import bisect_right
from collections.abc import Sequence
from typing import Any

import attrs
from attrs import fields

from crmcore.query import Tally, TallyRow, all_of, any_of, banded, count, elapsed, ge, lt, one_of, query, tally
from crmcore.query.groups import Grouping
from crmcore.reports.dashboards.board import Wanted
from crmcore.service.entity import OPEN, ServiceRequest, ServiceStatus
from crmcore.statistics.backlog import Backlog, backlog, late_answers, late_handlings, waiting
from crmcore.statistics.chances import owned
from crmcore.statistics.handling import Handled, handling
from crmcore.statistics.periods import Period, instants
from crmcore.statistics.promises import HANDLED, RESPONDED, GroupPromises, PromiseKind, done, late, promises
from crmcore.statistics.requested import Asked, answered, came, ended, finished, reopened

__all__ = ["Requests"]

_r = fields(ServiceRequest)


@attrs.frozen
class _Came:
    """The key of a group of requests that came or wait."""

    created: int
    status: ServiceStatus
    respond_met: bool | None
    resolve_met: bool | None
    respond_by: int | None
    """0 for before now; so the other instants, of which it matters whether there are any."""
    resolve_by: int | None
    responded: int | None
    handled: int | None
    waits: int | None
    due: int | None

    def is_late(self, kind: PromiseKind) -> bool:
        """Tell whether a promise is broken and still to be kept; see :func:`crmcore.statistics.requested.overdue`."""
        by, at = (self.respond_by, self.responded) if kind is RESPONDED else (self.resolve_by, self.handled)
        runs = self.waits is None or self.due is not None
        return self.status in OPEN and by == 0 and at is None and runs


@attrs.frozen(kw_only=True)
class Requests:
    """The answers to two questions; what a dashboard says of requests follows from them."""

    wanted: Wanted
    edges: Sequence[dt.datetime]
    """Of the bands of creation: those of the steps, and the days since when something waits."""
    rows: Sequence[tuple[_Came, tuple[Any, ...]]]
    ends: Sequence[TallyRow]
    """By step in which they were archived, stars, and first or later round."""

    @classmethod
    def asked(cls, wanted: Wanted) -> "Requests":
        """Ask. Two questions to the store."""
        work = wanted.work
        begin = wanted.steps.edges(work.zone)
        edges = sorted({*begin, *_waits(wanted)})
        within = all_of(ge(_r.created_at, begin[0]), lt(_r.created_at, begin[-1]))
        of = query(ServiceRequest).where(any_of(one_of(_r.status, OPEN), within))
        now = [work.now]
        instants_ = (_r.respond_by, _r.resolve_by, _r.responded_at, _r.handled_at, _r.waiting_since, _r.next_due_at)
        keys: tuple[Grouping, ...] = (
            banded(_r.created_at, edges),
            _r.status,
            _r.respond_met,
            _r.resolve_met,
            *(banded(one, now) for one in instants_),
        )
        measures = (count(), elapsed(_r.created_at, _r.responded_at))
        rows = work.service_requests.groups(tally(_his(wanted, of), by=keys, measures=measures))
        over = _of_his(wanted, ended(begin[0], begin[-1]))
        ends = attrs.evolve(over, by=(wanted.steps.instants(_r.archived_at, work.zone), *over.by))
        return cls(
            wanted=wanted,
            edges=edges,
            rows=[(_Came(*row.key), row.values) for row in rows],
            ends=work.service_requests.groups(ends),
        )

    def handled(self, period: Period) -> Handled:
        """Answer how the requests of a period were handled; whether they came back is not asked."""
        steps, zone = self.wanted.steps, self.wanted.work.zone
        start, end = instants(period, zone)
        came_ = self._came(period)
        answers: dict[Any, Sequence[TallyRow]] = {
            came: [TallyRow((), values) for _, values in came_],
            answered: [TallyRow((), values) for key, values in came_ if key.responded is not None],
            ended: steps.within(self.ends, period, zone),
            finished: (),
            reopened: (),
        }
        return handling(Asked(*((_of_his(self.wanted, ask(start, end)), rows) for ask, rows in answers.items()))).whole

    def kept(self, period: Period) -> GroupPromises:
        """Answer which promises to the requests of a period were kept."""
        start, end = instants(period, self.wanted.work.zone)
        both = []
        for kind in (RESPONDED, HANDLED):
            known = [
                TallyRow((key.respond_met if kind is RESPONDED else key.resolve_met, None), (values[0], None))
                for key, values in self._came(period)
            ]
            still = [TallyRow((), values[:1]) for key, values in self._came(period) if key.is_late(kind)]
            over, open_ = done(kind, start, end), late(kind, start, end, self.wanted.work.now)
            both.append(((_of_his(self.wanted, over), known), (_of_his(self.wanted, open_), still)))
        return promises(both[0], both[1]).whole

    def backlog(self) -> Backlog:
        """Answer what is open now, how long it has waited, and what is late."""
        work = self.wanted.work
        here = [(key, values) for key, values in self.rows if key.status in OPEN]
        days = _waits(self.wanted)
        begun = [None, *self.edges]

        def band(created: int) -> int:
            since = begun[created]
            return 0 if since is None else bisect_right(days, since)

        asked = waiting(work.today, work.zone), late_answers(work.now), late_handlings(work.now)
        open_ = [TallyRow((key.status, band(key.created)), values) for key, values in here]
        unanswered, unsolved = (
            [TallyRow((), values) for key, values in here if key.is_late(kind)] for kind in (RESPONDED, HANDLED)
        )
        rows = (open_, unanswered, unsolved)
        return backlog(*((_of_his(self.wanted, one), some) for one, some in zip(asked, rows, strict=True)))

    def _came(self, period: Period) -> list[tuple[_Came, tuple[Any, ...]]]:
        """Pick the requests created in a period."""
        start, end = instants(period, self.wanted.work.zone)
        places = range(self.edges.index(start) + 1, self.edges.index(end) + 1)
        return [(key, values) for key, values in self.rows if key.created in places]


def _waits(wanted: Wanted) -> list[dt.datetime]:
    """Answer the instants since when something has waited for so many days."""
    (_, by_day) = waiting(wanted.work.today, wanted.work.zone).by
    return [*by_day.edges]  # type: ignore[union-attr]  # it is a band


def _his(wanted: Wanted, of: Any) -> Any:
    return of.where(*owned(_r.assignee, wanted.owner))


def _of_his(wanted: Wanted, asked: Tally) -> Tally:
    return attrs.evolve(asked, of=_his(wanted, asked.of))
