"""Seals over the change records, on every store."""

from collections.abc import Callable
from typing import Any

import attrs
import pytest
from attrs import fields

from company import SetClock
from company.chances import GIVEN, recorded
from crmcore import SYSTEM, opportunities
from crmcore.base.errors import Contention
from crmcore.query import asc, query
from crmcore.storage.crm import Crm
from crmcore.storage.ports import Session, Store
from crmcore.storage.records import ChangeRecord, Seal
from crmcore.storage.sealing import LAG, broken_seals, seal

pytestmark = pytest.mark.requirement("NFR-13", "NFR-14")


def meddle(crm: Crm, change: Callable[[Session, ChangeRecord], bool]) -> None:
    """Do something to the second change record behind the core's back."""
    session = crm.store.begin(write=True)
    second = session.find(query(ChangeRecord).sort(asc(fields(ChangeRecord).id)))[1]
    assert change(session, second)
    session.commit()
    session.close()


def seals(crm: Crm) -> list[Seal]:
    """All seals."""
    with crm.work(SYSTEM, readonly=True) as work:
        return list(work.unscoped(Seal).find())


def sealed(crm: Crm, clock: SetClock) -> None:
    """Three changes sealed, then two more sealed."""
    for number in (3, 2):
        for _ in range(number):
            clock.advance(minutes=1)
            recorded(crm)
        clock.advance(hours=1)
        made = seal(crm)
        assert made is not None
        assert made.count == number


def test_what_was_not_touched_fits(crm: Crm, clock: SetClock) -> None:
    sealed(crm, clock)
    recorded(crm)
    assert list(broken_seals(crm)) == []


def test_there_is_nothing_to_seal_twice(crm: Crm, clock: SetClock) -> None:
    sealed(crm, clock)
    assert seal(crm) is None


def test_the_youngest_are_left_for_the_next_time(crm: Crm, clock: SetClock) -> None:
    recorded(crm)
    clock.advance(seconds=LAG.total_seconds() - 1)
    assert seal(crm) is None
    clock.advance(seconds=1)
    assert seal(crm) is not None


def test_a_unit_of_work_that_took_long_is_left_for_the_next_time(crm: Crm, clock: SetClock) -> None:
    """Others may have committed before it what nobody sees yet."""
    with crm.work("lihua") as work:
        opportunities.create(work, **GIVEN)
        clock.advance(seconds=LAG.total_seconds() - 1)
    clock.advance(seconds=1)
    assert seal(crm) is None
    clock.advance(seconds=LAG.total_seconds())
    assert seal(crm) is not None
    assert list(broken_seals(crm)) == []


class Overtaken:
    """A store in which somebody else seals just before we do."""

    def __init__(self, store: Store, overtake: Callable[[], object]) -> None:
        self._store, self._overtake = store, overtake

    def begin(self, *, write: bool) -> Session:
        if write:
            self._overtake()
        return self._store.begin(write=write)


@pytest.mark.parametrize("before", [0, 1])
def test_who_seals_second_is_told(crm: Crm, clock: SetClock, before: int) -> None:
    for _ in range(before):
        recorded(crm)
        clock.advance(hours=1)
        seal(crm)
    recorded(crm)
    clock.advance(hours=1)
    other = Crm(crm.store, clock=clock, ids=crm.ids)
    slow: Any = Crm(crm.store, clock=clock, ids=crm.ids)
    slow.store = Overtaken(crm.store, lambda: seal(other))
    with pytest.raises(Contention):
        seal(slow)
    assert len(seals(crm)) == before + 1
    assert list(broken_seals(crm)) == []


@pytest.mark.parametrize(
    "change",
    [
        lambda session, record: session.delete(ChangeRecord, record.id, record.version),
        lambda session, record: session.replace(attrs.evolve(record, hash="f" * 64), record.version),
        lambda session, record: session.insert(
            attrs.evolve(record, id=type(record.id)(int=record.id.int + 1), hash="e" * 64)
        ),
    ],
    ids=["cut out", "rewritten", "slipped in"],
)
def test_meddling_shows(crm: Crm, clock: SetClock, change: Callable[[Session, ChangeRecord], bool]) -> None:
    sealed(crm, clock)
    meddle(crm, change)
    assert [one.count for one in broken_seals(crm)] == [3]


def test_a_cut_tail_shows(crm: Crm, clock: SetClock) -> None:
    sealed(crm, clock)
    session = crm.store.begin(write=True)
    last = session.find(query(ChangeRecord).sort(asc(fields(ChangeRecord).id)))[-1]
    assert session.delete(ChangeRecord, last.id, last.version)
    session.commit()
    session.close()
    assert [one.count for one in broken_seals(crm)] == [2]
