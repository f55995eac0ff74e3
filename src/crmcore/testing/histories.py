"""Random histories: several sessions, interleaved in one thread, on a store and in memory side by side.

Only one session at a time holds uncommitted writes: a store may make a second one wait, and in one thread it would wait
for ever. Sessions that began before another committed have stale snapshots; what they then write is where stores differ
in *when* they refuse, never in *whether*.
"""

import functools
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any, Final, Literal

import attrs

from crmcore.base.errors import Transient
from crmcore.base.schema import Entity, describe
from crmcore.memory import MemoryStore
from crmcore.query import query
from crmcore.storage.ports import Session, Store
from crmcore.testing.comparing import compare
from crmcore.testing.rivals import Background
from crmcore.testing.samples import SCHEMAS, Mark, Part, Sample, mark
from crmcore.testing.sessions import remove_all, writing
from crmcore.testing.steps import MOST_SESSIONS, Ask, Begin, Load, Step, Write

__all__ = ["History", "writers_wait"]

KINDS: Final = (Sample, Part, Mark)
Outcome = Literal["done", "refused", "lost"]
Key = tuple[Any, ...]
Operation = Callable[[Session], bool | None]


def writers_wait(store: Store) -> bool:
    """Find out whether a second session that may write has to wait for the first."""

    def second() -> None:
        with suppress(Transient):
            store.begin(write=True).close()

    first = store.begin(write=True)
    try:
        first.count(query(Sample))
        other = Background(second)
        waits = not other.done_within(1)
    finally:
        first.close()
    other.result()
    return waits


def outcome_of(operation: Callable[[], bool | None]) -> Outcome:
    """Run one operation; ``lost`` means that it raised what a lost race raises."""
    try:
        return "refused" if operation() is False else "done"
    except Transient:
        return "lost"


def keys_of(entity: Entity) -> Iterator[Key]:
    """Name everything that a record occupies: its id and its unique values."""
    schema = describe(type(entity))
    yield schema.cls, entity.id
    for names in schema.uniques:
        values = tuple(getattr(entity, name) for name in names)
        if None not in values:
            yield schema.cls, names, values


@attrs.define(eq=False)
class Pair:
    """One session on the store, and its twin in memory."""

    ours: Session
    reference: Session
    write: bool
    wrote: bool = False
    touched: set[Key] = attrs.field(factory=set)
    """What this session has written."""
    stale: set[Key] = attrs.field(factory=set)
    """What others have written and committed since this session began."""

    def both(self) -> tuple[Session, Session]:
        """The session of the store, then its twin."""
        return self.ours, self.reference


class History:
    """Does the same to a store and to memory and compares every answer."""

    def __init__(self, store: Store, records: list[Any], *, several_writers: bool) -> None:
        """Start with a few records and no session open."""
        self.store, self.reference = store, MemoryStore(SCHEMAS)
        self.several_writers = several_writers
        self.pairs: list[Pair] = []
        self.marks = 0
        remove_all(store, *KINDS)
        with writing(store) as ours, writing(self.reference) as reference:
            for entity in records:
                assert ours.insert(entity) is reference.insert(entity), f"insert differs for {entity}"

    def run(self, steps: list[Step]) -> None:
        """Live through the steps, then compare everything that is left."""
        try:
            for step in steps:
                self.take(step)
        finally:
            for pair in list(self.pairs):
                self.close(pair)
        left = Pair(self.store.begin(write=False), self.reference.begin(write=False), write=False)
        self.pairs.append(left)
        try:
            for cls in KINDS:
                compare(query(cls), *left.both())
        finally:
            self.close(left)

    def take(self, step: Step) -> None:
        """Take one step, in a session that is opened for it if there is none."""
        match step:
            case Begin(write):
                self.begin(write=write)
            case Write():
                self.write(step)
            case Ask(place, question):
                compare(question, *self.session(place).both())
            case Load(place, cls, id_):
                ours, reference = self.session(place).both()
                assert ours.load(cls, id_) == reference.load(cls, id_), step
            case _:
                pair = self.session(step.place)
                if step.commit:
                    self.commit(pair)
                self.close(pair)

    def session(self, place: int) -> Pair:
        """Choose an open session."""
        return self.pairs[place % len(self.pairs)] if self.pairs else self.begin(write=False)

    def begin(self, *, write: bool) -> Pair:
        """Open a session; reading at once fixes its snapshot, which a store need not take before."""
        waits = write and not self.several_writers and any(pair.write for pair in self.pairs)
        if len(self.pairs) == MOST_SESSIONS or waits:
            return self.pairs[0]
        pair = Pair(self.store.begin(write=write), self.reference.begin(write=write), write)
        self.pairs.append(pair)
        compare(query(Mark), *pair.both())
        return pair

    def write(self, step: Write) -> None:
        """Insert, replace, delete or append."""
        writers = [pair for pair in self.pairs if pair.wrote]
        writers = writers or [pair for pair in self.pairs if pair.stale and pair.write]
        writers = writers or [pair for pair in self.pairs if pair.write]
        if not writers and len(self.pairs) == MOST_SESSIONS:
            self.close(self.pairs[0])
        pair = writers[step.place % len(writers)] if writers else self.begin(write=True)
        cls = type(step.entity)
        known = pair.reference.find(query(cls))
        known = [one for one in known if (cls, one.id) in pair.stale] or known
        seen = known[step.which % len(known)] if known and step.which else pair.reference.load(cls, step.entity.id)
        id_, expected = (seen.id, seen.version + step.wrong) if seen else (step.entity.id, 1)
        new = attrs.evolve(step.entity, id=id_, version=expected + 1)
        marks = [mark(self.marks + place) for place in range(step.which)]
        self.marks += step.which
        changes: dict[str, tuple[list[Any], Operation]] = {
            "insert": ([step.entity], lambda session: session.insert(step.entity)),
            "replace": ([new, seen], lambda session: session.replace(new, expected)),
            "delete": ([new, seen], lambda session: session.delete(cls, id_, expected)),
            "append": (marks, lambda session: session.append(marks)),
        }
        touched, operation = changes[step.verb]
        self.write_both(pair, {key for one in touched if one for key in keys_of(one)}, operation)

    def write_both(self, pair: Pair, keys: set[Key], operation: Operation) -> None:
        """Do the same in both sessions and compare; where a snapshot is stale, the session ends with this write."""
        pair.wrote = True
        ours, expected = (outcome_of(functools.partial(operation, session)) for session in pair.both())
        stale = bool(keys & pair.stale)
        pair.touched |= keys
        if ours == expected != "lost" and not stale:
            return
        if ours == "lost":
            assert expected == "lost" or pair.stale, "lost, but to nobody"
        elif ours == "done" and expected == "lost":
            assert outcome_of(pair.ours.commit) == "lost", "took what another record has"
        elif ours == expected == "done":
            self.commit(pair)
        else:
            assert stale, f"{ours} instead of {expected}"
        self.close(pair)

    def commit(self, pair: Pair) -> None:
        """Commit in the store, and if that succeeded, in memory, where it must succeed too."""
        if outcome_of(pair.ours.commit) == "lost":
            assert pair.wrote, "a session that wrote nothing lost"
            assert pair.stale, "lost, but to nobody"
            return
        assert outcome_of(pair.reference.commit) == "done", "overwrote what another session has committed"
        for other in self.pairs:
            if other is not pair:
                other.stale |= pair.touched

    def close(self, pair: Pair) -> None:
        """Close both sessions."""
        self.pairs.remove(pair)
        for session in pair.both():
            session.close()
