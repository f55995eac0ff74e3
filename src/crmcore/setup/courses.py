"""Invents how an opportunity goes through the sales process: what is reckoned of it, its stages, what is done for it.

Each course follows from the number of its story alone.
"""

import datetime as dt
import random
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final, Literal

import attrs

from crmcore.opportunities.entity import OpportunityStatus
from crmcore.pipeline.entity import ForecastCategory
from crmcore.pipeline.rules import BACK, SKIP
from crmcore.setup.hours import OfficeHours, workday
from crmcore.setup.plots import Plot
from crmcore.setup.staff import Colleague

__all__ = ["Course", "Happening", "Way", "What"]

What = Literal[
    "recorded",
    "dispatched",
    "planned",
    "resulted",
    "won",
    "terminated",
    "completed",
    "evaluated",
    "advanced",
    "arranged",
    "progressed",
    "held",
    "called_off",
]

_RECKONED_AT_ONCE: Final = 0.4
"""So many of those that nobody is assigned to have been evaluated by whoever found them."""
_SKIPS: Final = 0.12
_FALLS_BACK: Final = 0.12
_CHANGES: Final = 0.55
_BELIEVES: Final = 0.2
_UNTOUCHED: Final = 0.5
"""So many of those in the first stage have not been evaluated yet."""
_MONTHS_TO_THE_END: Final = 110.0
"""After so many days an opportunity that is still open has come to the last stage, more or less."""
_FORGOTTEN: Final = 0.2
_FURTHEST: Final = {OpportunityStatus.WON: (0, 0, 0, 15, 85), OpportunityStatus.LOST: (25, 30, 25, 15, 5)}
"""How many of a hundred that are over came how far, from the first fifth of the process to the last."""
_FOLLOW_UP: Final = ("in_contact", "in_contact", "waiting", "waiting", "postponed", "to_contact")


@attrs.frozen
class Happening:
    """Something somebody did."""

    at: dt.datetime
    who: Colleague
    what: What
    facts: Mapping[str, Any]
    """What the action of that name is given."""


@attrs.frozen
class Way:
    """What the company allows on the way."""

    stages: int
    """How many there are."""
    moves: frozenset[str] = frozenset({SKIP, BACK})


class Course:
    """How one opportunity goes through the sales process."""

    def __init__(self, plot: Plot, hours: OfficeHours, way: Way, *, rng: random.Random) -> None:
        """Tell it of a *plot*, as *rng* chooses."""
        self._plot, self._hours, self._way, self._rng = plot, hours.by(rng), way, rng
        self._amount = _rounded(plot.worth * rng.uniform(0.85, 1.1), 100)
        self.happenings: list[Happening] = []

    def of_an_unassigned_one(self, finder: Colleague, recorded: dt.datetime) -> list[Happening]:
        """Tell what whoever found it reckons of it; often nothing yet."""
        if self._rng.random() < _RECKONED_AT_ONCE:
            self._reckon(finder, self._hours.between(recorded, self._hours.now), self._ahead(30, 120))
        return self.happenings

    def run(
        self, manager: Colleague, status: OpportunityStatus, begun: dt.datetime, end: dt.datetime
    ) -> Decimal | None:
        """Tell the course of an opportunity that *manager* develops; answer what it brought, if it was won.

        Args:
            manager: Who develops it.
            status: How it ends.
            begun: When he began.
            end: When it was over, or the present.
        """
        places = self._places(status, (end - begun).days)
        if status is not OpportunityStatus.ASSIGNED or len(places) > 0 or self._rng.random() > _UNTOUCHED:
            times = sorted(self._hours.between(begun, end) for _ in range(len(places) + 1))
            self._reckon(manager, times[0], self._expected(status, end))
            for number, (place, at) in enumerate(zip(places, times[1:], strict=True)):
                back = number > 0 and place < places[number - 1]
                if number > 0 and self._rng.random() < _CHANGES / len(places):
                    self._change(manager, at, status, end)
                reason = self._say("setbacks") if back else ""
                self.happenings.append(Happening(at, manager, "advanced", {"place": place, "reason": reason}))
        for which in range(self._rng.choice((0, 1, 1, 2))):
            self._activity(which, manager, begun, end, over=status is not OpportunityStatus.ASSIGNED)
        haggled = _rounded(float(self._amount) * self._rng.choice((1.0, 1.0, 0.95, 0.9)), 10)
        return haggled if status is OpportunityStatus.WON else None

    def _places(self, status: OpportunityStatus, days: int) -> list[int]:
        """Answer the stages it enters after the first one, by their place in the process."""
        rng, stages = self._rng, self._way.stages
        if not stages:
            return []
        if status is OpportunityStatus.ASSIGNED:
            share = min(1.0, max(0.0, days / _MONTHS_TO_THE_END + rng.uniform(-0.3, 0.3)))
        else:
            share = rng.choices(range(5), _FURTHEST[status])[0] / 4
        last = round(share * (stages - 1))
        places = [
            place
            for place in range(1, last + 1)
            if place == last or SKIP not in self._way.moves or rng.random() > _SKIPS
        ]
        if len(places) > 1 and BACK in self._way.moves and rng.random() < _FALLS_BACK:
            places[-1:] = [places[-1], places[-2], places[-1]]
        return places

    def _reckon(self, who: Colleague, at: dt.datetime, day: dt.date) -> None:
        wanted = _rounded(self._plot.worth * self._rng.uniform(1.05, 1.3), 1000)
        facts = {
            "expected_amount": self._amount,
            "expected_on": day,
            "target_amount": max(wanted, self._amount),
            "follow_up": self._rng.choice(_FOLLOW_UP),
        }
        self.happenings.append(Happening(at, who, "evaluated", facts))

    def _change(self, who: Colleague, at: dt.datetime, status: OpportunityStatus, end: dt.datetime) -> None:
        """Reckon again, a little before it goes on: another amount, a later day, now and then a category of his own."""
        self._amount = _rounded(float(self._amount) * self._rng.choice((0.8, 0.9, 1.1, 1.25)), 100)
        facts: dict[str, Any] = {"expected_amount": self._amount, "expected_on": self._expected(status, end)}
        if self._rng.random() < _BELIEVES:
            facts["category"] = self._rng.choice((ForecastCategory.BEST_CASE, ForecastCategory.COMMIT))
        self.happenings.append(Happening(at, who, "evaluated", facts))

    def _expected(self, status: OpportunityStatus, end: dt.datetime) -> dt.date:
        """Answer when it is expected to be won: what is open soon, now and then in the past."""
        if status is OpportunityStatus.ASSIGNED:
            return self._ahead(-12, 85)
        return workday(self._hours.day_of(end) + dt.timedelta(days=self._rng.randint(-18, 25)))

    def _ahead(self, least: int, most: int) -> dt.date:
        return workday(self._hours.today + dt.timedelta(days=self._rng.randint(least, most)))

    def _activity(self, which: int, who: Colleague, begun: dt.datetime, end: dt.datetime, *, over: bool) -> None:
        """Tell of a demonstration, a visit or a promotion: done, under way, ahead, forgotten, or called off."""
        kind, *texts = self._rng.choice(self._plot.words.lists["activities"]).split("|")
        content, progress, result = map(self._plot.fill, texts)
        at = self._hours.between(begun, end)
        day = workday(self._hours.day_of(at) + dt.timedelta(days=self._rng.randint(3, 21)))

        def happened(when: dt.datetime, what: What, **facts: Any) -> None:
            self.happenings.append(Happening(when, who, what, {"which": which, **facts}))

        happened(at, "arranged", kind=kind, planned_on=day, content=content)
        if self._rng.random() < _BELIEVES * 2:
            at = self._hours.after(at, 0.5, 3, until=end)
            happened(at, "progressed", progress=progress)
        due = max(self._hours.start_of(day), at)
        if due >= end and over:
            happened(self._hours.between(at, end), "called_off", reason=self._say("called_off"))
        elif due < end and (over or self._rng.random() > _FORGOTTEN):
            happened(self._hours.after(due, 0, 1.5, until=end), "held", result=result)

    def _say(self, about: str) -> str:
        """Answer one of some sentences with the facts of the plot, chosen by the course."""
        return self._plot.fill(self._rng.choice(self._plot.words.lists[about]))


def _rounded(amount: float, step: int) -> Decimal:
    """Answer an amount as people estimate it: in whole hundreds or thousands, and never nothing."""
    return Decimal(max(step, int(amount) // step * step))
