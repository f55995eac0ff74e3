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
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule

from crmcore.base.errors import Conflict, Transient
from crmcore.base.schema import Entity, describe
from crmcore.memory import MemoryStore
from crmcore.query import query
from crmcore.storage.ports import Session, Store
from crmcore.testing import questions, strategies
from crmcore.testing.comparing import Question, compare
from crmcore.testing.samples import SCHEMAS, Mark, Part, Sample, mark
from crmcore.testing.sessions import Background, remove_all

__all__ = ["History", "writers_wait"]

KINDS: Final = (Sample, Part, Mark)
IDS: Final = st.sampled_from(strategies.POOL[:6])
RECORDS: Final = st.one_of(strategies.entities(Sample, identity=IDS), strategies.entities(Part, identity=IDS))
QUESTIONS: Final = st.one_of(
    questions.queries(Sample, (Part,)),
    questions.queries(Part, (Sample,)),
    questions.tallies(Sample),
)
MOST_SESSIONS: Final = 4
PLACES: Final = st.integers(0, MOST_SESSIONS - 1)
Outcome = Literal["done", "refused", "lost"]
Key = tuple[Any, ...]


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
    except (Conflict, Transient):
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


class History(RuleBasedStateMachine):
    """Does the same to a store and to memory and compares every answer."""

    def __init__(self, store: Store, *, several_writers: bool) -> None:
        """Start with nothing stored and no session open."""
        super().__init__()
        remove_all(store, *KINDS)
        self.store, self.reference = store, MemoryStore(SCHEMAS)
        self.several_writers = several_writers
        self.pairs: list[Pair] = []
        self.marks = 0

    @rule(write=st.booleans())
    def begin(self, write: bool) -> None:  # noqa: FBT001  # drawn by Hypothesis
        """Open a session; reading at once fixes its snapshot, which a store need not take before."""
        waits = write and not self.several_writers and any(pair.write for pair in self.pairs)
        if len(self.pairs) < MOST_SESSIONS and not waits:
            ours, reference = self.store.begin(write=write), self.reference.begin(write=write)
            self.pairs.append(Pair(ours, reference, write))
            assert ours.count(query(Mark)) == reference.count(query(Mark))

    def writer(self, place: int) -> Pair | None:
        """Choose a session that may write now."""
        writers = [pair for pair in self.pairs if pair.wrote] or [pair for pair in self.pairs if pair.write]
        return writers[place % len(writers)] if writers else None

    @precondition(lambda self: any(pair.write for pair in self.pairs))
    @rule(place=PLACES, entity=RECORDS)
    def insert(self, place: int, entity: Any) -> None:
        """Store a new record, or one whose id or unique value is taken."""
        if pair := self.writer(place):
            self.write(pair, set(keys_of(entity)), lambda session: session.insert(entity))

    @precondition(lambda self: any(pair.write for pair in self.pairs))
    @rule(place=PLACES, entity=RECORDS, right=st.booleans())
    def replace(self, place: int, entity: Any, right: bool) -> None:  # noqa: FBT001
        """Store a new version, expecting the version this session sees, or another."""
        if pair := self.writer(place):
            seen = pair.reference.load(type(entity), entity.id)
            expected = (seen.version if seen else 1) + (0 if right else 7)
            new = attrs.evolve(entity, version=expected + 1)
            keys = {*keys_of(new), *(keys_of(seen) if seen else ())}
            self.write(pair, keys, lambda session: session.replace(new, expected))

    @precondition(lambda self: any(pair.write for pair in self.pairs))
    @rule(place=PLACES, cls=st.sampled_from([Sample, Part]), id_=IDS, right=st.booleans())
    def delete(self, place: int, cls: type[Any], id_: Any, right: bool) -> None:  # noqa: FBT001
        """Remove a record, expecting the version this session sees, or another."""
        if pair := self.writer(place):
            seen = pair.reference.load(cls, id_)
            expected = (seen.version if seen else 1) + (0 if right else 7)
            keys = {(cls, id_), *(keys_of(seen) if seen else ())}
            self.write(pair, keys, lambda session: session.delete(cls, id_, expected))

    @precondition(lambda self: any(pair.write for pair in self.pairs))
    @rule(place=PLACES, how_many=st.integers(0, 3))
    def append(self, place: int, how_many: int) -> None:
        """Store marks, whose ids nobody has."""
        if pair := self.writer(place):
            new = [mark(self.marks + step) for step in range(how_many)]
            self.marks += how_many
            self.write(pair, {key for one in new for key in keys_of(one)}, lambda session: session.append(new))

    @precondition(lambda self: self.pairs)
    @rule(place=PLACES, cls=st.sampled_from([Sample, Part]), id_=IDS)
    def load(self, place: int, cls: type[Any], id_: Any) -> None:
        """Read one record."""
        ours, reference = self.pairs[place % len(self.pairs)].both()
        assert ours.load(cls, id_) == reference.load(cls, id_)

    @precondition(lambda self: self.pairs)
    @rule(place=PLACES, question=QUESTIONS)
    def ask(self, place: int, question: Question) -> None:
        """Find or tally."""
        compare(question, *self.pairs[place % len(self.pairs)].both())

    @precondition(lambda self: self.pairs)
    @rule(place=PLACES)
    def commit(self, place: int) -> None:
        """Make a session's writes visible to those that begin later."""
        pair = self.pairs[place % len(self.pairs)]
        self.finish(pair)
        self.end(pair)

    @precondition(lambda self: self.pairs)
    @rule(place=PLACES)
    def close(self, place: int) -> None:
        """Give a session up."""
        self.end(self.pairs[place % len(self.pairs)])

    def teardown(self) -> None:
        """Give up what is open and compare everything that is left."""
        for pair in list(self.pairs):
            self.end(pair)
        ours, reference = self.store.begin(write=False), self.reference.begin(write=False)
        try:
            for cls in KINDS:
                compare(query(cls), ours, reference)
        finally:
            ours.close()

    def write(self, pair: Pair, keys: set[Key], operation: Callable[[Session], bool | None]) -> None:
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
            self.finish(pair)
        else:
            assert stale, f"{ours} instead of {expected}"
        self.end(pair)

    def finish(self, pair: Pair) -> None:
        """Commit in the store, and if that succeeded, in memory, where it must succeed too."""
        if outcome_of(pair.ours.commit) == "lost":
            assert pair.wrote, "a session that wrote nothing lost"
            assert pair.stale, "lost, but to nobody"
            return
        assert outcome_of(pair.reference.commit) == "done", "overwrote what another session has committed"
        for other in self.pairs:
            if other is not pair:
                other.stale |= pair.touched

    def end(self, pair: Pair) -> None:
        """Close both sessions."""
        self.pairs.remove(pair)
        for session in pair.both():
            session.close()
