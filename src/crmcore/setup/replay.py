"""Acts out a story with the real actions, each in the name and at the time of whoever did it."""

from collections.abc import Callable, Mapping
from typing import Any, Final

import attrs

from crmcore.access.actor import Actor
from crmcore.access.entity import UserId
from crmcore.base.schema import Entity
from crmcore.customers.deriving import with_derived
from crmcore.customers.entity import Contact, Customer, CustomerId
from crmcore.opportunities.actions import create, dispatch, terminate, win
from crmcore.opportunities.entity import OpportunityId, PlanItemId
from crmcore.opportunities.plans import add_plan_item, record_result
from crmcore.query import eq
from crmcore.setup.stage import Stage
from crmcore.setup.stories import Happening, Story, What
from crmcore.storage.work import Work

__all__ = ["ACTION", "replay"]

ACTION: Final = "setup.demo_data"
"""What change records say about customers' forms, which no action fills in yet."""


def replay(work: Work, stage: Stage, story: Story, actors: Mapping[str, Actor]) -> list[Entity]:
    """Act out one story; nothing is left to store.

    Args:
        work: A unit of work of *stage*.
        stage: The CRM at the time of the story.
        story: What happened.
        actors: User name to who acts.
    """
    player = _Player(work, actors)
    stage.enter(story.index, story.happenings[0].at)
    for happening in story.happenings:
        stage.move(work, happening.at, actors[happening.who.name])
        _DEEDS[happening.what](player, happening)
    return []


class _Player:
    """Remembers what the story is about."""

    def __init__(self, work: Work, actors: Mapping[str, Actor]) -> None:
        self.work, self._actors = work, actors
        self._opportunity: OpportunityId
        self._items: list[PlanItemId] = []
        self._customer: CustomerId

    def record(self, happening: Happening) -> None:
        self._opportunity = create(self.work, **happening.facts).id

    def dispatch(self, happening: Happening) -> None:
        manager = self._actors[happening.facts["to"].name]
        assert manager.id is not None  # noqa: S101  # every colleague is a user
        dispatch(self.work, self._opportunity, to=UserId(manager.id))

    def plan(self, happening: Happening) -> None:
        self._items.append(add_plan_item(self.work, self._opportunity, **happening.facts).id)

    def note_result(self, happening: Happening) -> None:
        facts = happening.facts
        record_result(self.work, self._items[facts["place"]], result=facts["result"])

    def win(self, happening: Happening) -> None:
        won = win(self.work, self._opportunity, **happening.facts)
        assert won.customer is not None  # noqa: S101  # winning makes one
        self._customer = won.customer

    def terminate(self, _happening: Happening) -> None:
        terminate(self.work, self._opportunity)

    def complete(self, happening: Happening) -> None:
        """Fill in the forms of the customer and his contact."""
        customers, contacts = self.work.unscoped(Customer), self.work.unscoped(Contact)
        self.work.action = ACTION
        contact = contacts.first(eq(attrs.fields(Contact).customer, self._customer))
        assert contact is not None  # noqa: S101  # every opportunity of the sample names one
        contact = contacts.save(attrs.evolve(contact, **happening.facts["contact"]))
        completed = attrs.evolve(customers.get(self._customer), **happening.facts["customer"])
        customers.save(with_derived(completed, (contact,)))
        self.work.action = ""


_DEEDS: Final[dict[What, Callable[[_Player, Happening], Any]]] = {
    "recorded": _Player.record,
    "dispatched": _Player.dispatch,
    "planned": _Player.plan,
    "resulted": _Player.note_result,
    "won": _Player.win,
    "terminated": _Player.terminate,
    "completed": _Player.complete,
}
