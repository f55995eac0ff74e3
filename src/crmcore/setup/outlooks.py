"""Puts in what a sample company looks ahead with: sales targets of two years, and snapshots of its pipeline."""

import datetime as dt
import random
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Final

import attrs
from attrs import fields

from crmcore.access.actor import SYSTEM, Actor
from crmcore.access.entity import UserId
from crmcore.dictionary.parameters import LARGE_DEAL, PROCESS_MOVES
from crmcore.dictionary.setting_actions import set_parameter
from crmcore.i18n import Language
from crmcore.opportunities.entity import OPEN, Opportunity, OpportunityStatus
from crmcore.pipeline.flow import standing_at
from crmcore.pipeline.following import process_of
from crmcore.pipeline.standing import PipelinePosition
from crmcore.pipeline.taking import fix_positions, keep_snapshot, note_positions
from crmcore.query import count, eq, one_of, query, total
from crmcore.setup.courses import Way
from crmcore.setup.hours import OfficeHours
from crmcore.setup.process import standard_process
from crmcore.setup.stage import Stage
from crmcore.storage.work import Work
from crmcore.targets.actions import plan_year, set_target
from crmcore.targets.entity import TargetSpan

__all__ = ["Outlook", "begin_process"]

_BEGUN: Final = 366
"""So many days ago the company set its first targets."""
_NIGHTS: Final = 7
_WEIGHTS: Final = (7, 6, 9, 8, 8, 9, 7, 7, 10, 9, 10, 10)
"""Share of each month in a year's sales."""
_LARGE: Final[dict[Language, int]] = {"zh": 500_000, "en": 60_000}
"""What a large deal is to a company that sells what the sample company does."""
_TAKEN: Final = f"pipeline.{fix_positions.__name__}"
"""The action whose change records are left."""
_o = fields(Opportunity)


def begin_process(stage: Stage, language: Language) -> Way:
    """Say what the sales process is, if the company has none; answer what it allows on the way."""

    def begin(work: Work) -> Way:
        standard_process(work, language=language)
        if work.parameter(LARGE_DEAL) == LARGE_DEAL.default:
            set_parameter(work, LARGE_DEAL.key, str(_LARGE[language]))
        stage.process = tuple(process_of(work))
        moves: tuple[str, ...] = work.parameter(PROCESS_MOVES)
        return Way(stages=len(stage.process), moves=frozenset(moves))

    answer: Way = stage.perform(begin, as_user=attrs.evolve(SYSTEM, language=language))
    return answer


class Outlook:
    """What the sample company wants to sell, and how its pipeline stood at the beginning of each month."""

    def __init__(self, stage: Stage, hours: OfficeHours, *, seed: int, actors: Iterable[Actor]) -> None:
        """Look ahead where the stories have ended.

        Args:
            stage: The CRM at the time of the story.
            hours: Tells the present.
            seed: Another number gives other data.
            actors: The staff.
        """
        self._stage, self._hours = stage, hours
        self._rng = random.Random(f"crmcore:outlook:{seed}")  # noqa: S311  # repeatable, guards nothing
        staff = list(actors)
        self._managers = [UserId(one.id) for one in staff if one.id is not None and one.may("plan.develop")]
        self._leader = next(one for one in staff if one.may("target.manage"))

    def put_in(self, territories: Iterable[str]) -> None:
        """Put in the targets of last year and this one, and the snapshots since the company began.

        Args:
            territories: Those that get targets of their own.
        """
        sold: Mapping[UserId | None, tuple[Decimal, int]] = self._stage.perform(_sold, as_user=SYSTEM)
        year = self._hours.today.year
        for one in (year - 1, year):
            set_on = max(self._hours.ago(_BEGUN), self._hours.start_of(dt.date(one, 1, 1)))
            self._stage.enter(0, set_on)
            self._stage.perform(self._want, one, sold, as_user=self._leader)
        self._stage.perform(self._share, year, sorted({*territories} - {""}), as_user=self._leader)
        nights = [*self._nights()]
        self._stage.enter(0, self._hours.night_of(nights[-1]))
        noted = self._stage.perform(_note, as_user=SYSTEM)
        for night in nights:
            self._stage.enter(0, self._hours.night_of(night))
            self._stage.perform(_keep, noted if night == nights[-1] else 0, as_user=SYSTEM)

    def _want(self, work: Work, year: int, sold: Mapping[UserId | None, tuple[Decimal, int]]) -> None:
        """Set what everybody, and the company, is to sell in a year, its quarters, and the months around today."""
        whole, number = Decimal(0), 0
        for manager in self._managers:
            amount, won = sold.get(manager, (Decimal(0), 0))
            wanted = _in_round_figures(amount * Decimal(str(round(self._rng.uniform(0.8, 1.3), 2))))
            quarters = tuple(sum(_WEIGHTS[first : first + 3]) for first in range(0, 12, 3))
            goal = max(1, won)
            parts = plan_year(
                work, year, user=manager, amount=wanted, number=goal, into=TargetSpan.QUARTER, weights=quarters
            )
            whole, number = whole + (parts[0].amount or 0), number + goal
            for month in self._months_of(year):
                share = wanted * _WEIGHTS[month - 1] / sum(_WEIGHTS)
                day = dt.date(year, month, 1)
                amount_then = _in_round_figures(share)
                set_target(work, span=TargetSpan.MONTH, starts_on=day, user=manager, amount=amount_then)
        months = plan_year(work, year, amount=whole, number=number, into=TargetSpan.MONTH, weights=_WEIGHTS)[1:]
        for first in range(0, 12, 3):
            part = months[first : first + 3]
            set_target(
                work,
                span=TargetSpan.QUARTER,
                starts_on=part[0].starts_on,
                amount=sum((one.amount or Decimal(0) for one in part), Decimal(0)),
                number=sum(one.number or 0 for one in part),
            )

    def _share(self, work: Work, year: int, territories: list[str]) -> None:
        """Set what the people of a territory are to win together."""
        for place, territory in enumerate(territories):
            number = 4 + 2 * (place % 5)
            plan_year(work, year, territory=territory, number=number * 4, into=TargetSpan.QUARTER)

    def _months_of(self, year: int) -> list[int]:
        """Answer which months of a year have targets for each person: this one, the one before, and the next."""
        here = self._hours.today.year * 12 + self._hours.today.month - 1
        return [one % 12 + 1 for one in range(here - 1, here + 2) if one // 12 == year]

    def _nights(self) -> Iterator[dt.date]:
        """Answer when snapshots were taken: at the start of each month since the company began, every night lately."""
        last = self._hours.today
        if self._hours.night_of(last) > self._hours.now:
            last -= dt.timedelta(days=1)
        first = last - dt.timedelta(days=_BEGUN)
        for days in range(_BEGUN + 1):
            day = first + dt.timedelta(days=days)
            if day.day == 1 or (last - day).days < _NIGHTS:
                yield day


def _sold(work: Work) -> dict[UserId | None, tuple[Decimal, int]]:
    """Answer for how much, and how many times, everybody has won."""
    won = query(Opportunity).where(eq(_o.status, OpportunityStatus.WON))
    rows = work.unscoped(Opportunity).tally(won, by=(_o.assignee,), measures=(total(_o.expected_amount), count()))
    return {row.key[0]: (row.values[0] or Decimal(0), row.values[1]) for row in rows}


def _note(work: Work) -> int:
    """Note how those opportunities stand that nobody has evaluated or dispatched yet."""
    work.action = _TAKEN
    noted = note_positions(work)
    work.action = ""
    return noted


def _keep(work: Work, noted: int) -> None:
    """Keep the snapshot of a night, as the job would have taken it then."""
    held = query(PipelinePosition).where(standing_at(work.now), one_of(fields(PipelinePosition).status, OPEN))
    counted = work.unscoped(PipelinePosition).count(held)
    work.action = _TAKEN
    keep_snapshot(work, "", counted=counted, noted=noted)
    work.action = ""


def _in_round_figures(amount: Decimal) -> Decimal:
    """Answer an amount as targets are set: two figures, and never nothing."""
    whole = max(1000, int(amount))
    step = 10 ** max(0, len(str(whole)) - 2)
    return Decimal(whole // step * step)
