"""Writes stories down as they end, with a change record for every step: quicker than acting each of them out.

What is written is what the actions would have written, but that nobody touches a record to keep others from it: there
are no others. A test acts the same stories out and compares.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import attrs

from crmcore.access.actor import Actor
from crmcore.access.entity import UserId
from crmcore.base.building import build
from crmcore.base.schema import Entity, describe
from crmcore.customers.deriving import with_derived
from crmcore.customers.entity import Contact, ContactId, Customer, CustomerId
from crmcore.customers.opening import PREFIX as CUSTOMER_PREFIX
from crmcore.customers.rules import name_key
from crmcore.opportunities.actions import PREFIX as OPPORTUNITY_PREFIX
from crmcore.opportunities.entity import (
    ActivityProgress,
    Opportunity,
    OpportunityId,
    OpportunityStatus,
    PlanItem,
    PlanItemId,
    SalesActivity,
    SalesActivityId,
)
from crmcore.pipeline.entity import ForecastCategory, SalesStage
from crmcore.pipeline.moving import move
from crmcore.pipeline.rules import direction
from crmcore.pipeline.standing import PassageOutcome
from crmcore.setup.courses import Happening, What
from crmcore.setup.replay import ACTION
from crmcore.setup.stage import Stage
from crmcore.setup.stories import Story
from crmcore.setup.trails import Trail
from crmcore.storage.work import Work

__all__ = ["write_down"]


def write_down(work: Work, stage: Stage, story: Story, actors: Mapping[str, Actor]) -> list[Entity]:
    """Note the changes of one story, and answer its records for storing many at once.

    Args:
        work: A unit of work of *stage*.
        stage: The CRM at the time of the story.
        story: What happened.
        actors: User name to who acts.
    """
    ledger = _Ledger(work, actors, stage.process)
    stage.enter(story.index, story.happenings[0].at)
    for happening in story.happenings:
        stage.move(work, happening.at, actors[happening.who.name])
        work.action, deed = _DEEDS[happening.what]
        deed(ledger, happening)
    work.action = ""
    return ledger.records()


class _Ledger:
    """The records of one story as they stand."""

    def __init__(self, work: Work, actors: Mapping[str, Actor], process: Sequence[SalesStage]) -> None:
        self._work, self._actors, self._process = work, actors, process
        self._chance: Opportunity
        self._trail = Trail(work)
        self._items: list[PlanItem] = []
        self._activities: dict[int, SalesActivity] = {}
        self._won: dict[str, Any] = {}
        """The customer and, if there is one, his contact."""

    def records(self) -> list[Entity]:
        people = [one for part, one in self._won.items() if part == "contact"]
        won = [one if part == "contact" else with_derived(one, people) for part, one in self._won.items()]
        return [self._chance, *self._items, *self._activities.values(), *self._trail.records(), *won]

    def record(self, happening: Happening) -> None:
        work = self._work
        self._chance = self._new(
            build(
                Opportunity,
                happening.facts,
                id=OpportunityId(work.new_id()),
                number=work.new_number(OPPORTUNITY_PREFIX),
                created_by=work.user_id,
                created_at=work.now,
            )
        )

    def dispatch(self, happening: Happening) -> None:
        manager = self._actors[happening.facts["to"].name]
        given: dict[str, Any] = {"assignee": manager.id, "assigned_at": self._work.now}
        for first in self._process[:1]:
            given |= {"stage": first.id, "category": self._chance.category or first.category}
        self._goes_on(PassageOutcome.FORWARD, status=OpportunityStatus.ASSIGNED, **given)

    def evaluate(self, happening: Happening) -> None:
        self._goes_on(None, **happening.facts)

    def advance(self, happening: Happening) -> None:
        facts, chance = happening.facts, self._chance
        known = next((one for one in self._process if one.id == chance.stage), None)
        to = self._process[facts["place"]]
        outcome = PassageOutcome.FORWARD if known is None else direction(known, to)
        self._goes_on(outcome, reason=facts["reason"], stage=to.id, category=to.category)

    def arrange(self, happening: Happening) -> None:
        facts = dict(happening.facts)
        work, which = self._work, facts.pop("which")
        made = SalesActivity(
            id=SalesActivityId(work.new_id()),
            opportunity=self._chance.id,
            responsible=work.user_id,
            created_at=work.now,
            **facts,
        )
        self._activities[which] = self._new(made)

    def progress(self, happening: Happening) -> None:
        self._pursue(happening, state=ActivityProgress.UNDER_WAY, progress=happening.facts["progress"])

    def hold(self, happening: Happening) -> None:
        said = happening.facts["result"]
        self._pursue(happening, state=ActivityProgress.DONE, result=said, done_on=self._work.today)

    def call_off(self, happening: Happening) -> None:
        self._pursue(happening, state=ActivityProgress.CANCELLED, result=happening.facts["reason"])

    def _pursue(self, happening: Happening, **changes: Any) -> None:
        which = happening.facts["which"]
        self._activities[which] = self._next(self._activities[which], **changes)

    def _goes_on(self, outcome: PassageOutcome | None, reason: str = "", **changes: Any) -> None:
        """Change the opportunity, and note how it stands and which stage it entered or left."""
        before = self._chance
        if attrs.evolve(before, **changes) == before:
            return
        self._chance = self._next(before, **changes)
        if outcome is not None:
            self._trail.passed(before, self._chance, outcome, reason)
        self._trail.follow(before, self._chance)

    def plan(self, happening: Happening) -> None:
        item = PlanItem(id=PlanItemId(self._work.new_id()), opportunity=self._chance.id, **happening.facts)
        self._items.append(self._new(item))

    def note_result(self, happening: Happening) -> None:
        place = happening.facts["place"]
        self._items[place] = self._next(self._items[place], result=happening.facts["result"])

    def win(self, happening: Happening) -> None:
        work, chance = self._work, self._chance
        customer = Customer(
            id=CustomerId(work.new_id()),
            number=work.new_number(CUSTOMER_PREFIX),
            name=chance.customer_name,
            name_key=name_key(chance.customer_name),
            manager=UserId(work.user_id),
            created_by=work.user_id,
            created_at=work.now,
        )
        self._won["customer"] = self._new(customer)
        contact = Contact(
            id=ContactId(work.new_id()),
            customer=customer.id,
            name=chance.contact_name,
            office_phone=chance.contact_phone,
        )
        self._won["contact"] = self._new(contact)
        facts = {"proof": happening.facts["proof"], "closed_at": work.now, "customer": customer.id}
        facts |= {"expected_amount": happening.facts["amount"], "category": ForecastCategory.CLOSED}
        self._goes_on(PassageOutcome.WON, status=OpportunityStatus.WON, **facts)

    def terminate(self, _happening: Happening) -> None:
        self._goes_on(PassageOutcome.LOST, status=OpportunityStatus.LOST, closed_at=self._work.now)

    def complete(self, happening: Happening) -> None:
        for part, known in self._won.items():
            self._won[part] = self._next(known, **happening.facts[part])

    def _new(self, entity: Any) -> Any:
        schema = describe(type(entity))
        stored = schema.renumber(entity, 1)
        self._work.changes.created(schema, stored)
        return stored

    def _next(self, known: Any, **changes: Any) -> Any:
        stored = attrs.evolve(known, version=known.version + 1, **changes)
        self._work.changes.changed(describe(type(known)), known, stored)
        return stored


_DEEDS: Final[dict[What, tuple[str, Callable[[_Ledger, Happening], None]]]] = {
    "recorded": ("opportunities.create", _Ledger.record),
    "dispatched": ("opportunities.dispatch", _Ledger.dispatch),
    "planned": ("opportunities.add_plan_item", _Ledger.plan),
    "resulted": ("opportunities.record_result", _Ledger.note_result),
    "won": ("opportunities.win", _Ledger.win),
    "terminated": ("opportunities.terminate", _Ledger.terminate),
    "completed": (ACTION, _Ledger.complete),
    "evaluated": ("opportunities.evaluate", _Ledger.evaluate),
    "advanced": (f"pipeline.{move.__name__}", _Ledger.advance),
    "arranged": ("opportunities.plan_activity", _Ledger.arrange),
    "progressed": ("opportunities.record_progress", _Ledger.progress),
    "held": ("opportunities.complete_activity", _Ledger.hold),
    "called_off": ("opportunities.cancel_activity", _Ledger.call_off),
}
"""What happened to the action whose change records it leaves, and what it does to the records."""
