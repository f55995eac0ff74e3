"""Invents what happened to opportunities: pure data, the same for the same seed, size and day."""

import datetime as dt
import random
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any, Final
from zoneinfo import ZoneInfo

import attrs

from crmcore.access.entity import ACCOUNT_MANAGER, SALES_SUPERVISOR
from crmcore.opportunities.entity import OpportunityStatus
from crmcore.setup.companies import Companies
from crmcore.setup.courses import Course, Happening, Way
from crmcore.setup.hours import OfficeHours
from crmcore.setup.plots import Plot, planned_steps, talk
from crmcore.setup.staff import Colleague, responsible_for
from crmcore.setup.words import Words

__all__ = ["Stories", "Story"]

_FOUND_BY_MANAGER: Final = 0.7
_PATTERN: Final = "UAWLWAWAWULAWAWLUAWL"
_STATES: Final = {
    "U": OpportunityStatus.UNASSIGNED,
    "A": OpportunityStatus.ASSIGNED,
    "W": OpportunityStatus.WON,
    "L": OpportunityStatus.LOST,
}
_RATES: Final = {
    OpportunityStatus.UNASSIGNED: (10, 20, 30, 40, 50, 60),
    OpportunityStatus.ASSIGNED: (30, 40, 50, 60, 70, 80),
    OpportunityStatus.WON: (50, 60, 70, 80, 90),
    OpportunityStatus.LOST: (10, 20, 30, 40, 50, 60),
}
_AGES: Final = {
    OpportunityStatus.UNASSIGNED: (0.05, 18.0),
    OpportunityStatus.ASSIGNED: (2.0, 110.0),
    OpportunityStatus.WON: (20.0, 364.0),
    OpportunityStatus.LOST: (20.0, 364.0),
}
"""Least and greatest age in days of opportunities in each state."""
_NO_PROCESS: Final = Way(stages=0)


@attrs.frozen
class Story:
    """One opportunity, from its recording to where it stands."""

    index: int
    status: OpportunityStatus
    happenings: tuple[Happening, ...]


class Stories:
    """Invents any number of stories, one at a time."""

    def __init__(
        self,
        words: Words,
        staff: Sequence[Colleague],
        *,
        size: int,
        seed: int,
        now: dt.datetime,
        zone: ZoneInfo,
        way: Way = _NO_PROCESS,
    ) -> None:
        """Invent *size* stories among *staff* in the year before *now*, through the stages of *way*."""
        self._rng = random.Random(f"crmcore:{seed}")  # noqa: S311  # it has to be repeatable, it guards nothing
        self._words, self._size = words, size
        self._companies = Companies(words, self._rng)
        self._hours = OfficeHours(now, zone, self._rng)
        self._supervisors = [one for one in staff if one.role == SALES_SUPERVISOR]
        self._managers = [one for one in staff if one.role == ACCOUNT_MANAGER]
        self._seed, self._way = seed, way

    def __iter__(self) -> Iterator[Story]:
        """Tell one story after the other."""
        pattern = Counter(_PATTERN[i % len(_PATTERN)] for i in range(min(self._size, len(_PATTERN))))
        scale = max(1.0, self._size / len(_PATTERN))
        told: Counter[str] = Counter()
        for index in range(self._size):
            letter = _PATTERN[index % len(_PATTERN)]
            progress = min(1.0, (told[letter] + self._rng.random()) / (pattern[letter] * scale))
            told[letter] += 1
            yield self._story(index, _STATES[letter], progress)

    def _story(self, index: int, status: OpportunityStatus, progress: float) -> Story:
        """Tell one story; *progress* runs from 0 for the oldest of its state to 1 for the newest."""
        least, most = _AGES[status]
        company = self._companies.company(index)
        manager = responsible_for(company, self._managers, self._rng)
        finder = manager if self._rng.random() < _FOUND_BY_MANAGER else self._rng.choice(self._supervisors)
        recorded = self._hours.ago(least + (most - least) * (1 - progress))
        won = status is OpportunityStatus.WON  # a customer has at least one contact
        plot = Plot(self._words, self._rng, self._companies, company, named=won)
        happenings = [Happening(recorded, finder, "recorded", self._first_facts(plot, status, recorded))]
        course = Course(plot, self._hours, self._way, rng=random.Random(f"crmcore:process:{self._seed}:{index}"))  # noqa: S311  # repeatable, guards nothing
        if status is OpportunityStatus.UNASSIGNED:
            happenings += course.of_an_unassigned_one(finder, recorded)
        else:
            dispatched = self._hours.after(recorded, 0.1, 4, until=self._hours.now)
            supervisor = self._rng.choice(self._supervisors)
            happenings.append(Happening(dispatched, supervisor, "dispatched", {"to": manager}))
            told = [*self._development(plot, manager, status, dispatched, course)]
            happenings += sorted([*told, *course.happenings], key=lambda one: one.at)
        return Story(index, status, tuple(happenings))

    def _first_facts(self, plot: Plot, status: OpportunityStatus, recorded: dt.datetime) -> dict[str, Any]:
        quarter = (self._hours.day_of(recorded).month + 2) // 3
        return {**talk(plot, quarter=quarter), "success_rate": self._rng.choice(_RATES[status])}

    def _development(
        self, plot: Plot, manager: Colleague, status: OpportunityStatus, dispatched: dt.datetime, course: Course
    ) -> Iterator[Happening]:
        """Tell how *manager* planned, what came of it, and how it ended, in the order of time."""
        hours = self._hours
        closed = None
        if status is not OpportunityStatus.ASSIGNED:
            closed = hours.after(dispatched, 9, 95, until=hours.now)
        end = closed or hours.now
        planned = hours.after(dispatched, 0.05, 2, until=end)
        brought = course.run(manager, status, planned, end)
        steps = planned_steps(plot, hours, planned, closed, won=status is OpportunityStatus.WON)
        for step in steps:
            yield Happening(planned, manager, "planned", {"plan_date": step.date, "content": step.content})
        last = planned
        for place, step in enumerate(steps):
            if step.result and step.date <= hours.day_of(end):
                last = hours.after(max(last, hours.start_of(step.date)), 0, 1.5, until=end)
                yield Happening(last, manager, "resulted", {"place": place, "result": step.result})
        if closed is not None and status is OpportunityStatus.WON:
            proof = self._words.patterns["proof"].format(date=closed, number=self._rng.randrange(1, 400))
            yield Happening(closed, manager, "won", {"proof": proof, "amount": brought})
            completed = hours.after(closed, 0.05, 5, until=hours.now)
            yield Happening(completed, manager, "completed", plot.completion())
        elif closed is not None:
            yield Happening(closed, manager, "terminated", {})
