"""One sample request, acted out step by step, each in the name and at the time of whoever took it (chapter 4)."""

import datetime as dt
import random
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, Literal
from uuid import UUID

import attrs

from crmcore.access.actor import Actor
from crmcore.access.entity import UserId
from crmcore.customers.entity import ContactId, Customer
from crmcore.opportunities.entity import OpportunityId
from crmcore.service import actions, merges, treatment
from crmcore.service.entity import Priority, ServiceRequest
from crmcore.setup.stage import Stage
from crmcore.storage.work import Work

__all__ = ["Asking", "Case", "Cast", "Step"]

Step = Literal[
    "filed",
    "assigned",
    "noted",
    "told",
    "asked",
    "answered",
    "moved",
    "handled",
    "praised",
    "blamed",
    "reopened",
    "filed_twice",
    "merged",
]
_CHANNELS: Final = ("phone", "phone", "mail", "web", "social")
_CONTENT: Final = (3, 4, 5, 5)
_DISCONTENT: Final = (1, 2)
_TWINS: Final = 1_000_000
"""Added to the story of a request for the second one about the same, so that it has a number of its own."""


@attrs.frozen(kw_only=True)
class Cast:
    """Who treats requests, and what they say."""

    stage: Stage
    rng: random.Random
    supervisors: Sequence[Actor]
    managers: Mapping[UserId, Actor]
    talk: Mapping[str, Any]


@attrs.frozen(kw_only=True)
class Asking:
    """Who wants what."""

    story: int
    """Number of the request among the sample's."""
    customer: Customer
    contact: ContactId | None
    opportunity: OpportunityId | None
    matter: Mapping[str, str]
    """What the texts of the sample say of it."""
    priority: Priority


class Case:
    """A request as it is treated, one step in a unit of work: what is planned for it then is stored in between."""

    request: ServiceRequest
    _twin: ServiceRequest
    _work: Work
    _at: dt.datetime

    def __init__(self, cast: Cast, asking: Asking, steps: Sequence[tuple[dt.datetime, Step]]) -> None:
        """Decide who treats it.

        Args:
            cast: Who is there.
            asking: Who wants what; his account manager is in the cast.
            steps: What happens when, in the order of time; it is filed first.
        """
        self._cast, self._asking, self._steps = cast, asking, steps
        self._supervisor = cast.rng.choice(cast.supervisors)
        self._assignee = cast.rng.choice([*cast.managers.values()])
        self._twice = False

    @property
    def end(self) -> dt.datetime:
        """When the last step is taken."""
        return self._steps[-1][0]

    def play(self, work: Work, number: int) -> bool:
        """Act out the step of a number, from 0; tell whether there was one."""
        if number >= len(self._steps):
            return False
        self._work = work
        self._at, step = self._steps[number]
        _DEEDS[step](self)
        return True

    def file(self) -> None:
        """File it, as the customer's account manager."""
        self.request = self._file(self._asking.story, self._asking.matter["request"])

    def file_twice(self) -> None:
        """File it once more: the customer has called again."""
        self._twin = self._file(self._asking.story + _TWINS, self._asking.matter["title"])

    def merge(self) -> None:
        """Make one of the two requests, as a supervisor."""
        self._as(self._supervisor)
        merges.merge(self._work, self.request.id, self._twin.id)

    def assign(self) -> None:
        """Give it to somebody."""
        self._as(self._supervisor)
        self.request = actions.assign(self._work, self.request.id, to=_id(self._assignee))

    def move(self) -> None:
        """Give it to somebody else, if there is somebody."""
        others = [one for one in self._cast.managers.values() if one.id != self._assignee.id]
        if not others:
            return
        self._assignee = self._cast.rng.choice(others)
        self._as(self._supervisor)
        treatment.note(self._work, self.request.id, self._cast.talk["moved"])
        self.request = treatment.hand_over(self._work, self.request.id, to=_id(self._assignee))

    def note(self) -> None:
        """Say something to colleagues."""
        self._as(self._supervisor)
        treatment.note(self._work, self.request.id, self._cast.talk["internal"])

    def tell(self) -> None:
        """Say something to the customer."""
        self._as(self._assignee)
        treatment.note(self._work, self.request.id, self._cast.talk["update"], internal=False)

    def ask(self) -> None:
        """Ask the customer something; the clock stands."""
        self._as(self._assignee)
        self.request = treatment.wait_for_customer(self._work, self.request.id, self._cast.talk["question"])

    def resume(self) -> None:
        """Note what the customer has answered; the clock goes on."""
        self._as(self._assignee)
        treatment.note(self._work, self.request.id, self._cast.talk["answered"])
        self.request = treatment.resume(self._work, self.request.id)

    def handle(self) -> None:
        """Write down what was done."""
        self._as(self._assignee)
        said = self._cast.talk["again"] if self._twice else self._asking.matter["handling"]
        self.request = actions.handle(self._work, self.request.id, said)

    def praise(self) -> None:
        """Write down that the customer is content."""
        self._judge(self._cast.rng.choice(self._cast.talk["good"]), self._cast.rng.choice(_CONTENT))

    def blame(self) -> None:
        """Write down that the customer is not content."""
        self._twice = True
        self._judge(self._cast.talk["poor"], self._cast.rng.choice(_DISCONTENT))

    def reopen(self) -> None:
        """Open it again, as a supervisor."""
        self._twice = True
        self._as(self._supervisor)
        self.request = treatment.reopen(self._work, self.request.id, self._cast.talk["reason"])

    def _judge(self, said: str, stars: int) -> None:
        self._as(self._assignee)
        self.request = actions.feedback(self._work, self.request.id, result=said, satisfaction=stars)

    def _file(self, story: int, said: str) -> ServiceRequest:
        asking = self._asking
        self._as(self._cast.managers[asking.customer.manager], story)
        return actions.create(
            self._work,
            type=asking.matter["type"],
            title=asking.matter["title"],
            request=said,
            priority=asking.priority,
            customer=asking.customer.id,
            contact=asking.contact,
            opportunity=asking.opportunity,
            channel=self._cast.rng.choice(_CHANNELS),
        )

    def _as(self, actor: Actor, story: int | None = None) -> None:
        self._cast.stage.enter(self._asking.story if story is None else story, self._at)
        self._cast.stage.move(self._work, self._at, actor)


def _id(actor: Actor) -> UserId:
    assert isinstance(actor.id, UUID)  # noqa: S101  # every colleague is a user
    return actor.id


_DEEDS: Final[dict[Step, Callable[[Case], None]]] = {
    "filed": Case.file,
    "assigned": Case.assign,
    "noted": Case.note,
    "told": Case.tell,
    "asked": Case.ask,
    "answered": Case.resume,
    "moved": Case.move,
    "handled": Case.handle,
    "praised": Case.praise,
    "blamed": Case.blame,
    "reopened": Case.reopen,
    "filed_twice": Case.file_twice,
    "merged": Case.merge,
}
