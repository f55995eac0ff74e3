"""What a history makes of a store's answers: when a session may lose, and when it must."""

from typing import Any

import pytest

from broken.store import BrokenStore
from crmcore.base.errors import Contention
from crmcore.memory import MemoryStore
from crmcore.memory.store import MemorySession
from crmcore.query import query
from crmcore.testing.histories import History, writers_wait
from crmcore.testing.samples import SCHEMAS, Mark, Sample, number, sample
from crmcore.testing.steps import MOST_SESSIONS, Ask, Begin, End, Load, Step, Write


def live(session: type[MemorySession], records: list[Any], *steps: Step, several_writers: bool = True) -> History:
    history = History(BrokenStore(session), records, several_writers=several_writers)
    history.run(list(steps))
    return history


def replace(place: int, entity: Sample, wrong: int = 0) -> Write:
    return Write(place=place, verb="replace", entity=entity, which=0, wrong=wrong)


class UniqueAtCommit(MemorySession):
    """Notices a taken value when it commits; the port allows that."""

    def replace(self, entity: Any, expected: int) -> bool:
        try:
            return super().replace(entity, expected)
        except Contention:
            self._changes.setdefault(type(entity), {})[entity.id] = entity
            return True


class NeverUnique(UniqueAtCommit):
    """Does not notice it then either."""

    def _check(self) -> None:
        """Look at nothing."""


class LosesForNothing(MemorySession):
    """Says that somebody was quicker when nobody was."""

    def commit(self) -> None:
        raise Contention


class LosesWrites(MemorySession):
    """Says that somebody was quicker at the first write."""

    def replace(self, entity: Any, expected: int) -> bool:
        raise Contention


class Cautious(MemorySession):
    """Gives up as soon as anybody has committed anything: coarse, but the port allows it."""

    def commit(self) -> None:
        if self._changes and self._snapshot != self._store.tables:
            raise Contention
        super().commit()


OVERTAKEN = [
    Begin(write=True),
    Begin(write=True),
    replace(0, sample(1, name="first")),
    End(0, commit=True),
    replace(0, sample(1, name="second")),
    End(0, commit=True),
]
BESIDE = [*OVERTAKEN[:4], replace(0, sample(2, name="second")), End(0, commit=True)]


@pytest.mark.parametrize("session", [MemorySession, Cautious, UniqueAtCommit])
@pytest.mark.parametrize("steps", [OVERTAKEN, BESIDE])
def test_a_session_may_lose_to_another_one(session: type[MemorySession], steps: list[Step]) -> None:
    live(session, [sample(1), sample(2)], *steps)


@pytest.mark.parametrize("session", [MemorySession, UniqueAtCommit])
def test_a_taken_value_may_be_noticed_late(session: type[MemorySession]) -> None:
    history = live(session, [sample(1, code="x"), sample(2)], replace(0, sample(2, code="x")))
    assert history.pairs == []


def test_a_taken_value_must_be_noticed() -> None:
    with pytest.raises(AssertionError, match="took what another record has"):
        live(NeverUnique, [sample(1, code="x"), sample(2)], replace(0, sample(2, code="x")))


def test_a_session_must_not_lose_to_nobody() -> None:
    with pytest.raises(AssertionError, match="lost, but to nobody"):
        live(LosesWrites, [sample(1)], replace(0, sample(1, name="new")))
    with pytest.raises(Contention):
        live(LosesForNothing, [sample(1)])


def test_a_reader_must_not_lose() -> None:
    store = BrokenStore(MemorySession)
    history = History(store, [sample(1)], several_writers=True)
    store.session = LosesForNothing
    with pytest.raises(AssertionError, match="a session that wrote nothing lost"):
        history.run([Begin(write=False), End(0, commit=True)])


def test_a_refused_write_leaves_the_session_open() -> None:
    history = History(MemoryStore(SCHEMAS), [sample(1)], several_writers=True)
    history.take(replace(0, sample(1, name="new"), wrong=7))
    assert len(history.pairs) == 1
    history.run([End(0, commit=True)])


def test_a_step_opens_a_session_where_none_is() -> None:
    history = History(MemoryStore(SCHEMAS), [sample(1)], several_writers=True)
    history.take(Load(0, Sample, number(1)))
    history.take(Ask(3, query(Sample)))
    assert [pair.write for pair in history.pairs] == [False]


def test_there_are_never_too_many_sessions() -> None:
    history = History(MemoryStore(SCHEMAS), [], several_writers=True)
    for _ in range(9):
        history.take(Begin(write=False))
    assert len(history.pairs) == MOST_SESSIONS
    history.take(Write(place=0, verb="append", entity=sample(1), which=3, wrong=0))
    assert [pair.write for pair in history.pairs] == [False, False, False, True]
    history.run([End(3, commit=True)])
    assert history.reference.begin(write=False).count(query(Mark)) == 3


def test_a_second_writer_is_not_opened_where_it_would_wait() -> None:
    history = History(MemoryStore(SCHEMAS), [], several_writers=False)
    for _ in range(3):
        history.take(Begin(write=True))
    assert len(history.pairs) == 1
    assert not writers_wait(MemoryStore(SCHEMAS))
