"""A company with a past: opportunities, stages passed and forecasts as chance has it, put into the store at once."""

import datetime as dt
import random
from decimal import Decimal
from typing import Any, Final

import attrs

from company.clients import put
from company.staff import People
from crmcore.access.entity import UserId
from crmcore.base.clock import cut
from crmcore.opportunities.entity import ARCHIVED, OPEN, Opportunity, OpportunityId, OpportunityStatus
from crmcore.pipeline.entity import ForecastCategory, SalesStage, SalesStageId
from crmcore.pipeline.standing import (
    PassageOutcome,
    PipelinePosition,
    PipelinePositionId,
    PipelineSnapshot,
    PipelineSnapshotId,
    StagePassage,
    StagePassageId,
)
from crmcore.storage.crm import Crm

_SAID: Final = (None, ForecastCategory.PIPELINE, ForecastCategory.BEST_CASE, ForecastCategory.COMMIT)
_LEFT: Final = (PassageOutcome.FORWARD, PassageOutcome.BACKWARD, PassageOutcome.WON, PassageOutcome.LOST)


@attrs.frozen
class Dealings:
    """What was put into the store."""

    opportunities: tuple[Opportunity, ...]
    passages: tuple[StagePassage, ...]
    positions: tuple[PipelinePosition, ...]
    snapshots: tuple[PipelineSnapshot, PipelineSnapshot]
    """Fifty and ten days ago."""

    @property
    def records(self) -> tuple[Any, ...]:
        """All of it."""
        return *self.opportunities, *self.passages, *self.positions, *self.snapshots

    def seen_by(self, user: UserId | None) -> "Dealings":
        """What an account manager sees of it; everything for None (chapter 9)."""
        if user is None:
            return self
        his = {
            one.id
            for one in self.opportunities
            if one.status is OpportunityStatus.UNASSIGNED or user in {one.assignee, one.created_by}
        }
        return attrs.evolve(
            self,
            opportunities=tuple(one for one in self.opportunities if one.id in his),
            passages=tuple(one for one in self.passages if one.opportunity in his),
            positions=tuple(one for one in self.positions if one.opportunity in his),
        )


class Chance:
    """Rolls the dice for one company."""

    def __init__(self, crm: Crm, people: People, stages: tuple[SalesStage, ...], seed: int | random.Random) -> None:
        self._crm, self._dice = crm, seed if isinstance(seed, random.Random) else random.Random(seed)
        self._sellers = (people.lihua.id, people.wangwei.id)
        self._writers = (*self._sellers, people.supervisor.id)
        self._stages: tuple[SalesStageId | None, ...] = (None, *(one.id for one in stages))

    def dealings(self, number: int = 40) -> Dealings:
        """Make a past, and put it into the store."""
        made = self.past(number)
        put(self._crm, *made.records)
        return made

    def past(self, number: int) -> Dealings:
        """Make a past, and put it nowhere."""
        chances = tuple(self._opportunity(place) for place in range(number))
        passages = tuple(one for chance in chances for one in self._passages(chance))
        positions = tuple(one for chance in chances for one in self._positions(chance))
        snapshots = self._snapshot(50), self._snapshot(10)
        return Dealings(chances, passages, positions, snapshots)

    def _ago(self, days: float) -> dt.datetime:
        return cut(self._crm.clock() - dt.timedelta(days=days))

    def _amount(self) -> Decimal | None:
        return self._dice.choice((None, Decimal(0), Decimal(100000), Decimal(self._dice.randrange(10**6)) / 100))

    def _day(self) -> dt.date | None:
        day = self._crm.clock().date() + dt.timedelta(days=self._dice.randrange(-70, 100))
        return self._dice.choice((None, day, day))

    def _opportunity(self, place: int) -> Opportunity:
        dice = self._dice
        status = dice.choice((*OpportunityStatus, OpportunityStatus.ASSIGNED, OpportunityStatus.WON))
        created = self._ago(dice.choice((30, 60, 90)) - dice.choice((0, 0.39, 1)) + dice.random() * 200)
        closed = created + (self._crm.clock() - created) * dice.random()
        over = status in ARCHIVED
        return Opportunity(
            id=OpportunityId(self._crm.ids()),
            number=f"XS{place}",
            customer_name=f"客户{place}",
            source=dice.choice(("展会", "网络", "")),
            success_rate=dice.choice((0, 30, 100)),
            title="t",
            description="d",
            created_by=dice.choice(self._writers),
            created_at=created,
            assignee=None if status is OpportunityStatus.UNASSIGNED else dice.choice(self._sellers),
            status=status,
            closed_at=cut(closed) if over else None,
            stage=dice.choice(self._stages),
            expected_amount=self._amount(),
            expected_on=self._day(),
            category=ForecastCategory.CLOSED if status is OpportunityStatus.WON else dice.choice(_SAID),
            version=1,
        )

    def _passages(self, chance: Opportunity) -> list[StagePassage]:
        dice, made = self._dice, []
        for _ in range(dice.randrange(4)):
            entered = self._ago(60 * dice.random())
            outcome = dice.choice((PassageOutcome.STAYING, *_LEFT))
            left = None if outcome is PassageOutcome.STAYING else cut(entered + dt.timedelta(days=9 * dice.random()))
            made.append(
                StagePassage(
                    id=StagePassageId(self._crm.ids()),
                    opportunity=chance.id,
                    stage=dice.choice([one for one in self._stages if one is not None]),
                    entered_at=entered,
                    entered_by=chance.created_by,
                    assignee=chance.assignee,
                    left_at=left,
                    outcome=outcome,
                    version=1,
                )
            )
        return made

    def _positions(self, chance: Opportunity) -> list[PipelinePosition]:
        """A chain of states, each until the next; only the last one may be won or lost."""
        dice = self._dice
        times = sorted({self._ago(dice.randrange(70 * 24) / 24) for _ in range(dice.randrange(5))})
        made: list[PipelinePosition] = []
        facts: dict[str, Any] = {}
        for place, since in enumerate(times):
            last = place == len(times) - 1
            prior = {f"prior_{name}": value for name, value in facts.items()}
            facts = {
                "status": dice.choice((*OPEN, *ARCHIVED)) if last else dice.choice(OPEN),
                "amount": self._amount(),
                "expected_on": self._day(),
                "stage": dice.choice(self._stages),
                "category": dice.choice(_SAID),
                "owner": dice.choice((None, *self._sellers)),
                "success_rate": (chance.success_rate + 7 * place) % 101,
            }
            id_ = PipelinePositionId(self._crm.ids())
            until = None if last else times[place + 1]
            made.append(
                PipelinePosition(id=id_, opportunity=chance.id, since=since, until=until, version=1, **facts, **prior)
            )
        return made

    def _snapshot(self, days: int) -> PipelineSnapshot:
        at = self._ago(days)
        return PipelineSnapshot(
            id=PipelineSnapshotId(self._crm.ids()), day=at.date(), taken_at=at, open_opportunities=0, version=1
        )
