"""The CRM as sample data are put in: time is what the story says, ids follow from the seed, nobody else is told."""

import datetime as dt
import random
from typing import Any, TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

from crmcore.access.actor import ANONYMOUS, Actor
from crmcore.access.passwords import PasswordHasher
from crmcore.base.clock import cut
from crmcore.base.ids import NumberSource, TimeOrderedIds
from crmcore.base.schema import Entity
from crmcore.pipeline.entity import SalesStage
from crmcore.storage.collection import Collection
from crmcore.storage.crm import Crm, Person
from crmcore.storage.work import Work

__all__ = ["Stage"]

E = TypeVar("E", bound=Entity)


class _Scene(Work):
    """A unit of work of a stage."""

    crm: "Stage"

    def new_id_at(self, at: dt.datetime) -> UUID:
        """Answer an id of the time at which the story says that it happened."""
        self.crm.enter(self.crm.story, at)
        return super().new_id_at(at)

    def record(self, event: Any, *, about: UUID) -> None:
        """Tell other systems nothing: what sample data say did not happen."""

    def unscoped(self, entity: type[E]) -> Collection[E]:
        """Answer records that are not touched: stories are not told in the order of time, and nobody disturbs."""
        return _Still(self, entity, unscoped=True)


class _Still(Collection[E]):
    """Records that nobody else changes at the same time."""

    __slots__ = ()

    def touch(self, entity: E) -> E:
        """Leave the record as it is."""
        return entity


class _Numbers(NumberSource):
    """Numbers by day and story, so that none comes twice whatever the order of events."""

    def __init__(self, stage: "Stage") -> None:
        super().__init__()
        self._stage = stage

    def __call__(self, prefix: str, now: dt.datetime, zone: ZoneInfo) -> str:
        """Answer prefix, local date and the number of the story, 17 characters with a two-letter prefix."""
        return f"{prefix}{now.astimezone(zone):%y%m%d}{self._stage.story:09d}"


class Stage(Crm):
    """The same store as *crm*, at the time of a story."""

    def __init__(self, crm: Crm, *, seed: int, passwords: PasswordHasher | None = None) -> None:
        """Make ids from *seed*."""
        super().__init__(
            crm.store,
            clock=lambda: self.time,
            ids=self._next_id,
            numbers=_Numbers(self),
            scopes=crm.scopes.values(),
            patience=crm.patience,
            passwords=passwords,
        )
        self._rng = random.Random(f"crmcore:ids:{seed}")  # noqa: S311  # it has to be repeatable, it guards nothing
        self.time = crm.clock()
        self.story = 0
        self.process: tuple[SalesStage, ...] = ()
        """The stages that opportunities pass, in their order."""
        self.enter(0, self.time)

    def enter(self, story: int, time: dt.datetime) -> None:
        """Go to the beginning of a story; ids are of its time, though the story before ended later."""
        self.story, self.time = story, cut(time)
        self._ids = TimeOrderedIds(lambda: self.time, self._rng.randbytes)

    def work(self, as_user: Person = None, *, readonly: bool = False) -> Work:
        """Open a unit of work for an actor, who is not looked up."""
        work = _Scene(self, self.store.begin(write=not readonly), self.time, readonly=readonly)
        work.actor = as_user if isinstance(as_user, Actor) else ANONYMOUS
        return work

    def move(self, work: Work, time: dt.datetime, actor: Actor) -> None:
        """Let a unit of work go on at a later time, in another person's name."""
        self.time = work.now = cut(time)
        work.actor = actor

    def _next_id(self) -> UUID:
        return self._ids()
