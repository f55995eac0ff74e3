"""The races of this folder notice a store that lets both win: they fail on stores with one fault each."""

import time
from collections.abc import Callable, Iterator
from typing import Any, TypeVar
from uuid import UUID

import pytest

from crmcore.base.errors import Transient
from crmcore.base.schema import Entity, describe
from crmcore.memory.store import MemorySession, MemoryStore
from crmcore.opportunities.entity import Opportunity
from crmcore.storage.crm import Crm
from crmcore.subjects import ENTITIES
from races.arena import crm_on, staff_up
from races.test_counting import test_thirty_two_writers_lose_nothing as thirty_two_writers
from races.test_developing import test_of_two_customers_of_the_same_name_one_is_opened as one_customer
from races.test_dispatching import test_an_opportunity_is_dispatched_or_deleted_by_its_creator as dispatched_or_deleted
from races.test_dispatching import test_who_loses_in_a_single_unit_of_work_is_told_that_somebody_was_quicker as told
from races.test_reading import test_readers_see_one_moment as one_moment
from races.test_relaying import test_relays_deliver_every_message_once_and_in_order as relays_deliver_once
from races.test_sealing import test_of_two_who_seal_at_once_one_seals as one_seals
from races.test_staff import test_an_administrator_always_remains as an_administrator_remains

E = TypeVar("E", bound=Entity)
MACHINES = 4


class Slow(MemorySession):
    """Takes its time, so that others surely come in between."""

    def commit(self) -> None:
        time.sleep(0.002)
        super().commit()


class Careless(Slow):
    """Commits without looking whether somebody else was quicker."""

    def _check(self) -> None:
        pass


class Moody(Slow):
    """Says of a lost race that something failed."""

    def _check(self) -> None:
        try:
            super()._check()
        except Transient:
            raise Transient(reason="busy") from None


class Flickering(Slow):
    """Shows what others commit in the meantime, and waits for it between one record and the next."""

    def load(self, entity: type[E], id: UUID) -> E | None:  # noqa: A002  # the port's name
        if not self._changes and entity is Opportunity:
            self._wait()
        return super().load(entity, id)

    def _rows(self, entity: type[Any]) -> Iterator[Any]:
        tables = self._store.tables
        self._snapshot = {**tables, entity: dict(tables[entity])}  # a copy: it is to change between two reads only
        return super()._rows(entity)

    def _wait(self) -> None:
        seen, patience = self._snapshot[Opportunity], time.monotonic() + 0.01
        while self._store.tables[Opportunity] is seen and time.monotonic() < patience:
            time.sleep(0.0002)
        self._snapshot = dict(self._store.tables)


class Faulty(MemoryStore):
    """A store with sessions of one's choice."""

    session: type[MemorySession]

    def begin(self, *, write: bool) -> MemorySession:
        return self.session(self)


@pytest.fixture
def faulty(request: pytest.FixtureRequest) -> list[Crm]:
    """Machines on a store with a fault."""
    store = Faulty(tuple(map(describe, ENTITIES)))
    store.session = MemorySession
    crms = [crm_on(store) for _ in range(MACHINES)]
    staff_up(crms[0])
    store.session = request.param
    return crms


@pytest.mark.parametrize(
    ("faulty", "race"),
    [
        (Careless, told),
        (Careless, dispatched_or_deleted),
        (Careless, one_customer),
        (Careless, thirty_two_writers),
        (Careless, an_administrator_remains),
        (Careless, one_seals),
        (Careless, relays_deliver_once),
        (Moody, told),
        (Flickering, one_moment),
    ],
    indirect=["faulty"],
)
def test_the_races_notice_it(faulty: list[Crm], race: Callable[[list[Crm]], None]) -> None:
    of_many = (thirty_two_writers, relays_deliver_once)
    with pytest.raises((AssertionError, ValueError)):
        race(faulty if race in of_many else faulty[:2])
