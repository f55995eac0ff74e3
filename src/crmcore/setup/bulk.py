"""Writes stories down as they end, with a change record for every step: quicker than acting each of them out.

What is written is what the actions would have written, but that nobody touches a record to keep others from it: there
are no others. A test acts the same stories out and compares.
"""

from collections.abc import Callable, Mapping
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
from crmcore.opportunities.entity import Opportunity, OpportunityId, OpportunityStatus, PlanItem, PlanItemId
from crmcore.pipeline.entity import ForecastCategory
from crmcore.setup.replay import ACTION
from crmcore.setup.stage import Stage
from crmcore.setup.stories import Happening, Story, What
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
    ledger = _Ledger(work, actors)
    stage.enter(story.index, story.happenings[0].at)
    for happening in story.happenings:
        stage.move(work, happening.at, actors[happening.who.name])
        work.action, deed = _DEEDS[happening.what]
        deed(ledger, happening)
    work.action = ""
    return ledger.records()


class _Ledger:
    """The records of one story as they stand."""

    def __init__(self, work: Work, actors: Mapping[str, Actor]) -> None:
        self._work, self._actors = work, actors
        self._chance: Opportunity
        self._items: list[PlanItem] = []
        self._won: dict[str, Any] = {}
        """The customer and, if there is one, his contact."""

    def records(self) -> list[Entity]:
        people = [one for part, one in self._won.items() if part == "contact"]
        won = [one if part == "contact" else with_derived(one, people) for part, one in self._won.items()]
        return [self._chance, *self._items, *won]

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
        self._chance = self._next(
            self._chance, assignee=manager.id, assigned_at=self._work.now, status=OpportunityStatus.ASSIGNED
        )

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
        facts = {**happening.facts, "status": OpportunityStatus.WON, "closed_at": work.now, "customer": customer.id}
        facts["category"] = ForecastCategory.CLOSED
        self._chance = self._next(chance, **facts)

    def terminate(self, _happening: Happening) -> None:
        self._chance = self._next(self._chance, status=OpportunityStatus.LOST, closed_at=self._work.now)

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
}
"""What happened to the action whose change records it leaves, and what it does to the records."""
