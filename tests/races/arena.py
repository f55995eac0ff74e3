"""Sets people who work at different machines against each other, again and again at the same moment.

Every machine has a CRM of its own on the same store: its own connections, ids and numbers.
"""

import datetime as dt
import os
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

from company import PASSWORDS, install
from crmcore import access, opportunities
from crmcore.access.delivered import delivered_role_id
from crmcore.access.entity import SALES_SUPERVISOR
from crmcore.base.errors import CrmError
from crmcore.base.ids import TimeOrderedIds
from crmcore.base.schema import describe
from crmcore.opportunities.entity import Opportunity
from crmcore.query import query
from crmcore.storage.crm import Crm
from crmcore.storage.ports import Store
from crmcore.storage.records import ChangeRecord, OutboxMessage
from crmcore.storage.stores import open_store
from crmcore.storage.work import Work
from crmcore.subjects import ENTITIES

MANAGERS = ("lihua", "wangwei")
SUPERVISORS = ("zhaomin", "qianjin")
PATIENCE = 60.0
"""Seconds a machine insists: the machine that runs the tests may have much else to do."""
_AT_ONCE = 100
_MEETING = 120.0
"""Seconds after which somebody who does not come is given up."""

Deed = Callable[[int], Any]


def now() -> dt.datetime:
    """The real time: two machines whose clocks stand still would make the same numbers."""
    return dt.datetime.now(dt.UTC)


def crm_on(store: Store) -> Crm:
    """A machine's CRM on a store that is open."""
    return Crm(store, clock=now, ids=TimeOrderedIds(now, os.urandom), patience=PATIENCE, passwords=PASSWORDS)


@contextmanager
def machines(url: str, count: int) -> Iterator[list[Crm]]:
    """So many CRMs on one store, each with connections of its own; memory has none, so they share it."""
    schemas = tuple(map(describe, ENTITIES))
    shared = url.startswith("memory:")
    stores = [open_store(url, schemas) for _ in range(1 if shared else count)]
    try:
        yield [crm_on(stores[0 if shared else place]) for place in range(count)]
    finally:
        for store in stores:
            store.close()


def staff_up(crm: Crm) -> None:
    """Prepare the store, and hire the company's staff and a second supervisor."""
    crm.store.prepare()
    install(crm)
    supervisor = (delivered_role_id(SALES_SUPERVISOR),)
    crm.perform(access.create_user, name=SUPERVISORS[1], full_name="钱进", roles=supervisor, as_user="admin")


def clash(deeds: Sequence[Deed], rounds: int) -> list[tuple[Any, ...]]:
    """Let everybody do his deed of each round at the same moment, each in a thread of his own.

    Answers for every round what each deed answered, or the error of crmcore that it raised; any other error is a fault.
    """
    gate = threading.Barrier(len(deeds))

    def live(deed: Deed) -> list[Any]:
        outcomes: list[Any] = []
        try:
            for number in range(rounds):
                gate.wait(_MEETING)
                try:
                    outcomes.append(deed(number))
                except CrmError as error:
                    outcomes.append(error)
        except BaseException:
            gate.abort()  # nobody waits for somebody who has failed
            raise
        return outcomes

    with ThreadPoolExecutor(len(deeds)) as pool:
        lives = [pool.submit(live, deed) for deed in deeds]
        failures = [error for one in lives if (error := one.exception()) is not None]
        for error in failures:
            if not isinstance(error, threading.BrokenBarrierError):
                raise error
        return list(zip(*(one.result() for one in lives), strict=True))


def recorded(crm: Crm, count: int, by: str = "lihua", **changes: Any) -> list[Opportunity]:
    """Record many opportunities that nobody is assigned to, a hundred in a unit of work."""

    def some(work: Work, first: int) -> list[Opportunity]:
        made = []
        for number in range(first, min(first + _AT_ONCE, count)):
            given = {
                "customer_name": f"客户 {number}",
                "title": f"意向 {number}",
                "success_rate": 0,
                "description": "说明",
                **changes,
            }
            made.append(opportunities.create(work, **given))
        return made

    return [one for first in range(0, count, _AT_ONCE) for one in crm.perform(some, first, as_user=by)]


def developed(crm: Crm, count: int, to: str = "wangwei", **changes: Any) -> list[Opportunity]:
    """Record many opportunities and dispatch them to somebody."""
    chances = recorded(crm, count, **changes)

    def some(work: Work, first: int) -> list[Opportunity]:
        return [opportunities.dispatch(work, one.id, to=to) for one in chances[first : first + _AT_ONCE]]

    return [one for first in range(0, count, _AT_ONCE) for one in crm.perform(some, first, as_user=SUPERVISORS[0])]


def kept(crm: Crm, entity: type[Any]) -> list[Any]:
    """Everything of a kind that is stored, the oldest first."""
    session = crm.store.begin(write=False)
    try:
        return list(session.find(query(entity)))
    finally:
        session.close()


def history_of(crm: Crm) -> dict[Any, list[ChangeRecord]]:
    """All change records, refused attempts included, by the record they are about."""
    return _by_record(kept(crm, ChangeRecord))


def messages_of(crm: Crm) -> dict[Any, list[OutboxMessage]]:
    """All messages to other systems, by the record they are about."""
    return _by_record(kept(crm, OutboxMessage))


def _by_record(records: Sequence[Any]) -> dict[Any, list[Any]]:
    found: dict[Any, list[Any]] = {}
    for one in records:
        found.setdefault(one.entity_id, []).append(one)
    return found
