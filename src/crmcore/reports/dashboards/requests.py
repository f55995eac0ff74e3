"""What is asked about requests, step by step: those that came, that wait, and that were brought to an end."""

import datetime as dt
from bisect import bisect_right
from collections.abc import Sequence
from typing import Any, Final

import attrs
from attrs import fields

from crmcore.query import Tally, TallyRow, all_of, ge, lt
from crmcore.reports.dashboards.board import Wanted
from crmcore.reports.dashboards.request_groups import (
    EarlierTreatments,
    KnownRequests,
    earlier_treatments,
    his,
    known_requests,
)
from crmcore.service.entity import OPEN, ServiceRequest
from crmcore.statistics.backlog import Backlog, backlog, late_answers, late_handlings, waiting
from crmcore.statistics.earlier import CONTENT_BAND, done_before, sent_back, treated_before
from crmcore.statistics.handling import Handled, handling
from crmcore.statistics.outcomes import outcome
from crmcore.statistics.periods import Period, instants
from crmcore.statistics.promised import HANDLED, HOURS, RESPONDED, done, late
from crmcore.statistics.promises import GroupPromises, promises
from crmcore.statistics.requested import (
    Ended,
    HandlingAnswers,
    answered,
    came,
    ended,
    finished,
    reopened,
)

__all__ = ["Requests"]

_r = fields(ServiceRequest)
_UNDIVIDED: Final = (0,) * len(HOURS)
"""No dashboard shows how many requests took so many hours."""


@attrs.frozen(kw_only=True)
class Requests:
    """The answers to two questions; what a dashboard says of requests follows from them."""

    wanted: Wanted
    edges: Sequence[dt.datetime]
    """Of the bands of instants: those of the steps, and the days since when something waits."""
    rows: Sequence[tuple[KnownRequests, tuple[Any, ...]]]
    """Their number, and their seconds of working time until the first answer, and until they were handled."""
    earlier: Sequence[tuple[EarlierTreatments, tuple[Any, ...]]]
    """Their number, and their seconds of working time."""

    @classmethod
    def asked(cls, wanted: Wanted) -> "Requests":
        """Ask. Two questions to the store."""
        begin = wanted.steps.edges(wanted.work.zone)
        edges = sorted({*begin, *_waits(wanted)})
        over = all_of(ge(_r.archived_at, begin[0]), lt(_r.archived_at, begin[-1]))
        return cls(
            wanted=wanted,
            edges=edges,
            rows=known_requests(wanted, begin, edges, over),
            earlier=earlier_treatments(wanted, begin, edges, over),
        )

    def handled(self, period: Period) -> Handled:
        """Answer how the requests of a period were handled; not whether at once, nor whether they came back."""
        start, end = instants(period, self.wanted.work.zone)
        places = self._places(period)
        came_ = self._came(period)
        over = [(key, values) for key, values in self.rows if key.archived in places and key.stars is not None]
        answers: dict[Any, Sequence[TallyRow]] = {
            came: [TallyRow((), values[:1]) for _, values in came_],
            answered: [TallyRow((key.responded_in,), values[:2]) for key, values in came_ if key.responded is not None],
            ended: [TallyRow((), _ended(key, values)) for key, values in over],
            treated_before: [
                TallyRow((), values)
                for key, values in self.earlier
                if key.archived in places and key.measured is not None
            ],
            sent_back: [
                TallyRow((int(key.stars == CONTENT_BAND),), values)
                for key, values in self.earlier
                if key.judged_in(places)
            ],
            finished: (),
            reopened: (),
        }
        return handling(
            HandlingAnswers(*((_of_his(self.wanted, ask(start, end)), rows) for ask, rows in answers.items()))
        ).whole

    def kept(self, period: Period) -> GroupPromises:
        """Answer which promises to the requests of a period were kept."""
        start, end = instants(period, self.wanted.work.zone)
        both = []
        for kind in (RESPONDED, HANDLED):
            known = [
                TallyRow((), (*outcome(values[0], met=key.has_met(kind)), *_UNDIVIDED))
                for key, values in self._came(period)
            ]
            still = [TallyRow((), values[:1]) for key, values in self._came(period) if key.is_late(kind)]
            over, open_ = done(kind, start, end), late(kind, start, end, self.wanted.work.now)
            both.append(((_of_his(self.wanted, over), known), (_of_his(self.wanted, open_), still)))
        before = [
            TallyRow((), outcome(*values, timed=key.resolved_in is not None, met=key.resolve_met))
            for key, values in self.earlier
            if key.created in self._places(period) and key.handled is not None
        ]
        return promises(both[0], both[1], (_of_his(self.wanted, done_before(start, end)), before)).whole

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

    def _came(self, period: Period) -> list[tuple[KnownRequests, tuple[Any, ...]]]:
        """Pick the requests created in a period."""
        places = self._places(period)
        return [(key, values) for key, values in self.rows if key.created in places]

    def _places(self, period: Period) -> range:
        """Answer the bands of instants that make up a period."""
        start, end = instants(period, self.wanted.work.zone)
        return range(self.edges.index(start) + 1, self.edges.index(end) + 1)


def _waits(wanted: Wanted) -> list[dt.datetime]:
    """Answer the instants since when something has waited for so many days."""
    (_, by_day) = waiting(wanted.work.today, wanted.work.zone).by
    return [*by_day.edges]  # type: ignore[union-attr]  # it is a band


def _ended(key: KnownRequests, values: tuple[Any, ...]) -> Ended:
    """Answer what was measured of requests that verdicts ended; whether at once, nobody asks."""
    number, _, time = values
    content, measured = (number if met else 0 for met in (key.stars == 1, key.resolved_in is not None))
    return Ended(number, 0, content, measured, time)


def _of_his(wanted: Wanted, asked: Tally) -> Tally:
    return attrs.evolve(asked, of=his(wanted, asked.of))
