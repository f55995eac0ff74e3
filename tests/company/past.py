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
from company.past_trade import case, contact, customer, interactions, lines, order, summaries
from company.staff import People
from crmcore.access.entity import User, UserId
from crmcore.churn.entity import ChurnCase
from crmcore.customers.entity import Contact, Customer, Interaction
from crmcore.opportunities.entity import Opportunity, SalesActivity, SalesActivityId
from crmcore.pipeline.entity import SalesStage
from crmcore.pipeline.standing import SnapshotStage, SnapshotStageId
from crmcore.prediction.entity import PredictionModel, model_of
from crmcore.sales.entity import Order, OrderLine, OrderSummary
from crmcore.service.entity import ServiceRequest, ServiceRound
from crmcore.statistics.bgnbd import BgNbd, BgNbdFit
from crmcore.statistics.gammagamma import GammaGamma, GammaGammaFit
from crmcore.statistics.learnt import write
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
    contacts: tuple[Contact, ...]
    interactions: tuple[Interaction, ...]
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
    activities: tuple[SalesActivity, ...]
    snapshot_stages: tuple[SnapshotStage, ...]
    targets: tuple[SalesTarget, ...]
    model: PredictionModel
    """What a job has learnt from orders, once there were enough of them."""

    @property
    def records(self) -> tuple[Any, ...]:
        """All of it."""
        sold = (self.customers, self.contacts, self.interactions, self.orders, self.lines, self.summaries, self.cases)
        asked = (self.requests, self.rounds, self.asked, self.answers)
        hoped = (self.dealings.records, self.activities, self.snapshot_stages, self.targets)
        return self.model, *(one for kind in (*sold, *asked, *hoped) for one in kind)


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
        contacts=tuple(contact(dice, one) for one in customers[::2]),
        interactions=tuple(said for one in customers for said in interactions(dice, one)),
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
        activities=tuple(_activity(dice, one) for one in dealings.opportunities[::2]),
        snapshot_stages=tuple(_then(dice, snapshot.id, stage) for snapshot in dealings.snapshots for stage in stages),
        targets=tuple(_targets(dice)),
        model=_model(dice),
    )


def _activity(dice: Dice, chance: Opportunity) -> SalesActivity:
    return SalesActivity(
        id=SalesActivityId(dice.crm.ids()),
        opportunity=chance.id,
        kind="visit",
        planned_on=dt.date(2026, 3, 1),
        content="c",
        responsible=chance.created_by,
        created_at=chance.created_at,
        version=1,
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


def _model(dice: Dice) -> PredictionModel:
    """As it was learnt from a data set that is well known in the literature."""
    model, spent = BgNbd(r=0.243, alpha=4.414 * 7, a=0.793, b=2.426), GammaGamma(p=6.25, q=3.74, gamma=15.44)
    quality: dict[str, Any] = {"log_likelihood": -9582.4, "customers": 2357, "slope": 1e-7, "evaluations": 40}
    return PredictionModel(
        id=model_of("CNY"),
        currency="CNY",
        learnt_until=dt.date(2026, 3, 1),
        learnt_at=dice.crm.clock(),
        customers=2357,
        orders=write(BgNbdFit(model=model, bought_again=946, distinct=1411, **quality)),
        amounts=write(GammaGammaFit(model=spent, left_out=0, correlation=0.11, **quality)),
        expected_orders=Decimal("1000.5"),
        expected_amount=None,
        version=1,
    )
