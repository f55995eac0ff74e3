"""Stores to harm: each test of this folder has its own, on a server that may be killed."""

from collections.abc import Callable, Iterator
from pathlib import Path

import attrs
import pytest

from company import SetClock, fresh_crm
from company.fixtures import clock, crm, people, shared_store
from crmcore.base.schema import describe
from crmcore.storage.ports import Store
from crmcore.storage.stores import open_store
from crmcore.subjects import ENTITIES
from faults.lives import Nursery
from servers import DURABLE_KINDS, Server

__all__ = ["clock", "crm", "people", "shared_store"]


@attrs.frozen
class Victim:
    """A store on disk with an installed company, and the server behind it, which may be killed."""

    kind: str
    url: str
    store: Store
    server: Server | None


def end_sessions(victim: Victim) -> None:
    """Let MongoDB forget the transaction of a client that died; else it does so after a minute by itself."""
    if victim.kind == "mongodb":
        import pymongo

        with pymongo.MongoClient[dict[str, object]](victim.url) as client:
            client.admin.command("killAllSessions", [])


@pytest.fixture(params=DURABLE_KINDS)
def victim(request: pytest.FixtureRequest, tmp_path: Path, start_server: Callable[[str], Server]) -> Iterator[Victim]:
    """A victim of each kind that keeps its records on disk; its server commits durably."""
    kind: str = request.param
    server = None if kind == "sqlite" else start_server(kind)
    url = server.create_database() if server else f"sqlite:///{tmp_path / 'crm.db'}"
    store = open_store(url, tuple(map(describe, ENTITIES)))
    try:
        store.prepare()
        fresh_crm(store, SetClock())
        yield Victim(kind, url, store, server)
    finally:
        store.close()


@pytest.fixture
def nursery() -> Iterator[Nursery]:
    """Where children come from."""
    with Nursery() as nursery:
        yield nursery
