"""The company as pytest fixtures; a folder of tests takes them over in its ``conftest.py``."""

from collections.abc import Iterator

import pytest

from company.clock import SetClock
from company.install import fresh_crm, people_of
from company.staff import People
from company.watching import WatchedStore
from crmcore.base.schema import describe
from crmcore.storage.crm import Crm
from crmcore.storage.ports import Store
from crmcore.storage.stores import open_store
from crmcore.subjects import ENTITIES
from servers import KINDS

SERVER_FIXTURES = {"postgresql": "pg_server", "mariadb": "mariadb_server", "mongodb": "mongo_server"}


@pytest.fixture(scope="session", params=KINDS)
def shared_store(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[WatchedStore]:
    """A prepared store of each kind, used by many tests one after the other: preparing costs more than emptying."""
    kind: str = request.param
    match kind:
        case "memory":
            url = "memory://"
        case "sqlite":
            url = f"sqlite:///{tmp_path_factory.mktemp('rules') / 'crm.db'}"
        case _:
            url = request.getfixturevalue(SERVER_FIXTURES[kind]).create_database()
    store = open_store(url, tuple(map(describe, ENTITIES)))
    try:
        store.prepare()
        yield WatchedStore(store)
    finally:
        store.close()


@pytest.fixture
def clock() -> SetClock:
    """The time of the CRM: stands still until it is moved."""
    return SetClock()


@pytest.fixture
def crm(shared_store: Store, clock: SetClock) -> Crm:
    """An installed CRM with staff, once on every kind of store."""
    return fresh_crm(shared_store, clock)


@pytest.fixture
def people(crm: Crm) -> People:
    """The staff."""
    return people_of(crm)
