"""A company with a hostile past, for the laws of reports: everything at random, put into the store at once.

As other modules would have left it there; what is rolled stands in :mod:`company.past_trade` and its neighbours.
"""

import datetime as dt
import random
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

import attrs

from company.dealings import Chance, Dealings
from company.dice import ZONE, Dice
from company.past_service import opinions, request, rounds
from company.past_trade import case, customer, lines, order, summaries
from company.staff import People
from crmcore.access.entity import User, UserId
from crmcore.churn.entity import ChurnCase
from crmcore.customers.entity import Customer
from crmcore.pipeline.entity import SalesStage
from crmcore.pipeline.standing import SnapshotStage, SnapshotStageId
from crmcore.sales.entity import Order, OrderLine, OrderSummary
from crmcore.service.entity import ServiceRequest, ServiceRound
from crmcore.storage.crm import Crm
from crmcore.surveys import SurveyAnswer, SurveyQuestion
from crmcore.targets.entity import SalesTarget, SalesTargetId, TargetSpan

__all__ = ["ZONE", "Past", "Size", "make_past"]


@attrs.frozen(kw_only=True)
class Size:
    """How much there is of everything."""

    customers: int = 8
    orders: int = 36
    requests: int = 24
    answers: int = 16
    opportunities: int = 24


@attrs.frozen(kw_only=True)
class Past:
    """Everything that was sold, served, said, lost and hoped for."""

    customers: tuple[Customer, ...]
    orders: tuple[Order, ...]
    lines: tuple[OrderLine, ...]
    summaries: tuple[OrderSummary, ...]
    cases: tuple[ChurnCase, ...]
    requests: tuple[ServiceRequest, ...]
    rounds: tuple[ServiceRound, ...]
    asked: tuple[Any, ...]
    """A survey, its questions and invitations."""
    answers: tuple[SurveyAnswer, ...]
    questions: tuple[SurveyQuestion, ...]
    dealings: Dealings
    snapshot_stages: tuple[SnapshotStage, ...]
    targets: tuple[SalesTarget, ...]

    @property
    def records(self) -> tuple[Any, ...]:
        """All of it."""
        kinds = (self.customers, self.orders, self.lines, self.summaries, self.cases, self.requests, self.rounds)
        more = (self.asked, self.answers, self.dealings.records, self.snapshot_stages, self.targets)
        return tuple(one for kind in (*kinds, *more) for one in kind)


def make_past(
    crm: Crm,
    people: People,
    stages: Sequence[SalesStage],
    seed: int,
    owners: Sequence[UserId],
    size: Size | None = None,
) -> Past:
    """Make a past, and put it into the store.

    Args:
        crm: The company's.
        people: Its staff.
        stages: Of its sales process.
        seed: Of the dice.
        owners: Account managers of the customers.
        size: How much there is of everything.
    """
    dice = Dice(crm=crm, people=people, owners=tuple(owners), roll=random.Random(seed))
    made = _past(dice, tuple(stages), size or Size())
    session = crm.store.begin(write=True)
    try:
        session.append(made.records)
        lihua = session.load(User, people.lihua.id)
        assert lihua is not None
        moved = attrs.evolve(lihua, territory="beijing", version=lihua.version + 1)
        assert session.replace(moved, lihua.version)
        session.commit()
    finally:
        session.close()
    return made


def _past(dice: Dice, stages: Sequence[SalesStage], size: Size) -> Past:
    customers = tuple(customer(dice, place) for place in range(size.customers))
    orders = tuple(order(dice, customers) for _ in range(size.orders)) if customers else ()
    requests = tuple(request(dice, place, customers) for place in range(size.requests)) if customers else ()
    asked, questions, answers = opinions(dice, customers, size.answers if customers else 0)
    dealings = Chance(dice.crm, dice.people, tuple(stages), dice.roll).past(size.opportunities)
    return Past(
        customers=customers,
        orders=orders,
        lines=tuple(line for one in orders for line in lines(dice, one)),
        summaries=tuple(summaries(customers, orders)),
        cases=tuple(case(dice, one) for one in customers if dice.roll.random() < 0.7),
        requests=requests,
        rounds=tuple(rounds(dice, requests)),
        asked=asked,
        answers=answers,
        questions=questions,
        dealings=dealings,
        snapshot_stages=tuple(_then(dice, snapshot.id, stage) for snapshot in dealings.snapshots for stage in stages),
        targets=tuple(_targets(dice)),
    )


def _then(dice: Dice, snapshot: Any, stage: SalesStage) -> SnapshotStage:
    return SnapshotStage(
        id=SnapshotStageId(dice.crm.ids()),
        snapshot=snapshot,
        stage=stage.id,
        name=stage.name,
        position=stage.position,
        probability=stage.probability,
        version=1,
    )


def _targets(dice: Dice) -> Iterator[SalesTarget]:
    whose: tuple[dict[str, Any], ...] = (
        {},
        {"territory": "beijing"},
        {"user": dice.sellers[0]},
        {"user": dice.sellers[1]},
    )
    ends = {TargetSpan.MONTH: 31, TargetSpan.QUARTER: 90, TargetSpan.YEAR: 365}
    first = dt.date(2026, 1, 1)
    for span in TargetSpan:
        for place, one in enumerate(whose):
            if dice.roll.random() < 0.6:
                yield SalesTarget(
                    id=SalesTargetId(dice.crm.ids()),
                    slot=f"{span.value} {place}",
                    span=span,
                    starts_on=first,
                    ends_on=first + dt.timedelta(days=ends[span] - 1),
                    amount=dice.roll.choice((None, Decimal(0), Decimal("1000.01"))),
                    number=dice.roll.choice((None, 0, 3)),
                    created_by=dice.people.supervisor.id,
                    created_at=dice.crm.clock(),
                    version=1,
                    **one,
                )
