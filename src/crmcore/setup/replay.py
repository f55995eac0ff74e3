"""Acts out a story with the real actions, each in the name and at the time of whoever did it."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import attrs

from crmcore.access.actor import Actor
from crmcore.access.entity import UserId
from crmcore.base.schema import Entity
from crmcore.customers.deriving import with_derived
from crmcore.customers.entity import Contact, Customer, CustomerId
from crmcore.opportunities.actions import create, dispatch, terminate, win
from crmcore.opportunities.entity import OpportunityId, PlanItemId, SalesActivityId
from crmcore.opportunities.evaluating import evaluate
from crmcore.opportunities.plans import add_plan_item, record_result
from crmcore.opportunities.pursuing import cancel_activity, complete_activity, plan_activity, record_progress
from crmcore.pipeline.entity import SalesStage
from crmcore.pipeline.moving import move
from crmcore.query import eq
from crmcore.setup.courses import Happening, What
from crmcore.setup.stage import Stage
from crmcore.setup.stories import Story
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
    player = _Player(work, actors, stage.process)
    stage.enter(story.index, story.happenings[0].at)
    for happening in story.happenings:
        stage.move(work, happening.at, actors[happening.who.name])
        _DEEDS[happening.what](player, happening)
    return []


class _Player:
    """Remembers what the story is about."""

    def __init__(self, work: Work, actors: Mapping[str, Actor], process: Sequence[SalesStage]) -> None:
        self.work, self._actors, self._process = work, actors, process
        self._opportunity: OpportunityId
        self._items: list[PlanItemId] = []
        self._activities: dict[int, SalesActivityId] = {}
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

    def evaluate(self, happening: Happening) -> None:
        evaluate(self.work, self._opportunity, **happening.facts)

    def advance(self, happening: Happening) -> None:
        facts = happening.facts
        move(self.work, self._opportunity, to=self._process[facts["place"]].id, reason=facts["reason"])

    def arrange(self, happening: Happening) -> None:
        which, facts = _of_activity(happening)
        self._activities[which] = plan_activity(self.work, self._opportunity, **facts).id

    def progress(self, happening: Happening) -> None:
        which, facts = _of_activity(happening)
        record_progress(self.work, self._activities[which], **facts)

    def hold(self, happening: Happening) -> None:
        which, facts = _of_activity(happening)
        complete_activity(self.work, self._activities[which], **facts)

    def call_off(self, happening: Happening) -> None:
        which, facts = _of_activity(happening)
        cancel_activity(self.work, self._activities[which], **facts)

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


def _of_activity(happening: Happening) -> tuple[int, dict[str, Any]]:
    """Answer which of the opportunity's activities it is about, and what its action is given."""
    facts = dict(happening.facts)
    return facts.pop("which"), facts


_DEEDS: Final[dict[What, Callable[[_Player, Happening], Any]]] = {
    "recorded": _Player.record,
    "dispatched": _Player.dispatch,
    "planned": _Player.plan,
    "resulted": _Player.note_result,
    "won": _Player.win,
    "terminated": _Player.terminate,
    "completed": _Player.complete,
    "evaluated": _Player.evaluate,
    "advanced": _Player.advance,
    "arranged": _Player.arrange,
    "progressed": _Player.progress,
    "held": _Player.hold,
    "called_off": _Player.call_off,
}
