"""The unit of work: one transaction in one person's name, whose collections keep scope, versions and changes."""

import datetime as dt
import enum
from collections.abc import Mapping
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final, Literal, Self, TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

from attrs import fields

from crmcore.access.actor import ANONYMOUS, Actor
from crmcore.access.entity import UserId
from crmcore.access.rules import NotSignedIn
from crmcore.base.clock import local_date
from crmcore.base.errors import Invalid, Problem, Refused
from crmcore.base.kinds import name_of
from crmcore.base.schema import Entity, describe
from crmcore.dictionary.entity import SystemParameter
from crmcore.dictionary.parameters import ZONE, Parameter
from crmcore.query import one_of, query
from crmcore.storage.bulk import Bulk
from crmcore.storage.changes import Changes
from crmcore.storage.codec import event_to_json
from crmcore.storage.collection import Collection
from crmcore.storage.holdings import Holdings
from crmcore.storage.ports import Session
from crmcore.storage.records import MessageState, OutboxMessage

if TYPE_CHECKING:
    from crmcore.storage.crm import Crm

__all__ = ["Ended", "ReadOnly", "Unfinished", "Unfounded", "Work"]

E = TypeVar("E", bound=Entity)
T = TypeVar("T")
_message: Final = describe(OutboxMessage).hydrate
"""Makes a message without checking it again: every part of it is the core's own."""


class ReadOnly(Refused):
    """The unit of work was opened for reading."""

    code = "work.read_only"


class Unfinished(Refused):
    """An action failed half-way and its error was swallowed; such a unit of work can't be committed."""

    code = "work.unfinished"


class OutsideAction(Refused):
    """Records are written by registered actions, which check permissions and rules, and by nothing else."""

    code = "work.outside_action"


class Unfounded(Refused):
    """Only pages that change nothing may go by settings that were read before."""

    code = "work.unfounded"


class Ended(Refused):
    """The unit of work was committed or left; open another one."""

    code = "work.ended"


class _State(enum.Enum):
    OPEN = "open"
    ENDED = "ended"


class Work(Holdings):
    """One transaction. Use it as a context manager: it commits at the end, or rolls back when an error leaves it.

    Reading is limited to what the actor may see. Writing is done by actions.
    """

    def __init__(self, crm: "Crm", session: Session, now: dt.datetime, *, readonly: bool) -> None:
        """Start in nobody's name; ``Crm.work`` signs the actor in."""
        self.crm = crm
        self.session = session
        self.actor: Actor = ANONYMOUS
        self.now = now
        """The instant at which everything in this unit of work happens."""
        self.readonly = readonly
        self.action = ""
        """Name of the registered action that runs, the outermost; empty between actions."""
        self.changes = Changes(self)
        self.bulk = Bulk(self)
        """Writing of many records at once; for actions."""
        self._zone: ZoneInfo | None = None
        self._presumed: Mapping[Parameter[Any], Any] = {}
        self._messages: list[tuple[UUID, tuple[object, ...]]] = []
        self._unfinished = False
        self._state = _State.OPEN

    def __enter__(self) -> Self:
        """Enter the transaction, which ``Crm.work`` has begun."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> Literal[False]:
        """Commit, or roll back and keep nothing but the record of refused attempts."""
        try:
            if error is None and self._state is _State.OPEN:
                self.commit()
        finally:
            self._state = _State.ENDED
            self.session.close()
            self.changes.keep_denials()
        return False

    @property
    def user_id(self) -> UserId:
        """Who is signed in; actions that record a creator need somebody."""
        if self.actor.id is None:
            raise NotSignedIn(permission=self.action)
        return self.actor.id

    @property
    def zone(self) -> ZoneInfo:
        """The company's time zone (decision 16.8)."""
        if self._zone is None:
            self._zone = self.parameter(ZONE)
        return self._zone

    @property
    def today(self) -> dt.date:
        """The present day in the company's zone."""
        return local_date(self.now, self.zone)

    def presume(self, settings: Mapping[Parameter[Any], Any]) -> None:
        """Take settings as they were read shortly before, so that a page which only shows does not ask for them again.

        Args:
            settings: The parameters and what they are set to.

        Raises:
            Unfounded: The unit of work may write; rules look at the settings as they are.
        """
        if not self.readonly:
            raise Unfounded
        self._presumed = settings

    def parameter(self, parameter: Parameter[T]) -> T:
        """Answer the company's setting, or its default."""
        self.check_open()
        if parameter in self._presumed:
            known: T = self._presumed[parameter]
            return known
        kept = self.session.load(SystemParameter, parameter.id)
        return parameter.default if kept is None or not kept.value else parameter.read(kept.value)

    def settings(self, *wanted: Parameter[Any]) -> Mapping[Parameter[Any], Any]:
        """Answer some of the company's settings, or their defaults, with one question; see :meth:`parameter`."""
        self.check_open()
        unknown = [one for one in wanted if one not in self._presumed]
        if not unknown:
            return {one: self._presumed[one] for one in wanted}
        named = query(SystemParameter).where(one_of(fields(SystemParameter).id, [one.id for one in unknown]))
        kept = {one.id: one.value for one in self.session.find(named) if one.value}
        found = {one: one.read(kept[one.id]) if one.id in kept else one.default for one in unknown}
        return {one: found.get(one, self._presumed.get(one)) for one in wanted}

    def of(self, entity: type[E]) -> Collection[E]:
        """Answer the records of any kind that the actor may see.

        Raises:
            Invalid: *entity* is no kind of record that this CRM keeps.
        """
        if not self.crm.keeps(entity):
            raise Invalid(Problem(field="entity", code="query.kind"))
        return Collection(self, entity)

    def unscoped(self, entity: type[E]) -> Collection[E]:
        """Answer all records of a kind; for actions whose own rules decide, never for showing to people."""
        return Collection(self, entity, unscoped=True)

    def new_id(self) -> UUID:
        """Answer a new time-ordered id."""
        return self.crm.ids()

    def new_id_at(self, at: dt.datetime) -> UUID:  # noqa: ARG002  # sample data say when things happened
        """Answer an id for the record of something that happens at *at*."""
        return self.crm.ids()

    def new_number(self, prefix: str) -> str:
        """Answer a new number of a series that people read out (decision 16.11)."""
        return self.crm.numbers(prefix, self.now, self.zone)

    def record(self, event: Any, *, about: UUID) -> None:
        """Tell other systems what happened to record *about*, through the outbox, if this unit of work commits."""
        self.check_writable()
        facts = (self.now, name_of(type(event)), about, self.actor.id, event_to_json(event))
        self._messages.append((about, (*facts, MessageState.PENDING, None, 0, 1)))

    def check_open(self) -> None:
        """Refuse to go on after the unit of work was committed or left."""
        if self._state is not _State.OPEN:
            raise Ended

    def check_writable(self) -> None:
        """Refuse to write while reading only, outside a registered action, or after the end."""
        self.check_open()
        if self.readonly:
            raise ReadOnly
        if not self.action:
            raise OutsideAction

    def mark_unfinished(self) -> None:
        """Note that an action failed after it had written; nothing of this unit of work may be kept."""
        self._unfinished = True

    def commit(self) -> None:
        """Make everything durable at once: records, their changes, and messages. Nothing can be done afterwards.

        Leaving the ``with`` block does this by itself.
        """
        self.check_open()
        self._state = _State.ENDED
        if self._unfinished:
            raise Unfinished
        if self.readonly:
            return
        messages = [_message((self.changes.new_id(about, self.now), *facts)) for about, facts in self._messages]
        records: list[Entity] = [*self.changes.records(), *messages]
        if records:
            self.session.append(records)
        self.session.commit()
        self.changes.forget_denials()
