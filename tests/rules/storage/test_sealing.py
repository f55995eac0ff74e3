"""Seals over the change records, on every store."""

from collections.abc import Callable

import attrs
import pytest
from attrs import fields

from company import SetClock
from company.chances import recorded
from crmcore.query import asc, query
from crmcore.storage.crm import Crm
from crmcore.storage.ports import Session
from crmcore.storage.records import ChangeRecord
from crmcore.storage.sealing import LAG, broken_seals, seal

pytestmark = pytest.mark.requirement("NFR-13", "NFR-14")


def meddle(crm: Crm, change: Callable[[Session, ChangeRecord], bool]) -> None:
    """Do something to the second change record behind the core's back."""
    session = crm.store.begin(write=True)
    second = session.find(query(ChangeRecord).sort(asc(fields(ChangeRecord).id)))[1]
    assert change(session, second)
    session.commit()
    session.close()


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
