"""Every store crmcore ships keeps every promise of the port."""

import itertools
from collections.abc import Callable, Iterator

import attrs
import pytest

from company.watching import WatchedStore
from crmcore.query import query
from crmcore.storage.ports import Store
from crmcore.storage.stores import open_store
from crmcore.testing.kit import StoreKit
from crmcore.testing.samples import SCHEMAS
from crmcore.testing.sessions import find, remove_all
from servers import DURABLE_KINDS, Server

SERVERS = {"postgresql": "pg_server", "mariadb": "mariadb_server", "mongodb": "mongo_server"}
FEW = 100
"""So many records are removed in less time than tables are made."""


class TestMemory(StoreKit):
    keeps_data = False

    @pytest.fixture
    def store_url(self) -> str:
        return "memory://"


@attrs.define
class Tables:
    """The prepared tables of one kind of store, which one check after another finds empty."""

    make_url: Callable[[], str]
    url: str = ""

    def ready_url(self) -> str:
        """Answer where the tables are; new ones if there are none that can be used again."""
        if not self.url:
            self.url = self.make_url()
            store = open_store(self.url, SCHEMAS)
            try:
                store.prepare()
            finally:
                store.close()
        return self.url

    def tidy(self, store: WatchedStore, *, failed: bool) -> None:
        """Empty what a check has written to; give the tables up after a failure, or if that would take long."""
        written = store.written_since(0)
        if failed or sum(len(find(store, query(kind))) for kind in written) > FEW:
            self.url = ""
        else:
            remove_all(store, *written)


@pytest.fixture(scope="module", params=DURABLE_KINDS)
def make_url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[], str]]:
    """Answers the URL of a new, empty place for a store of one kind after the other."""
    if request.param == "sqlite":
        folder, numbers = tmp_path_factory.mktemp("conformance"), itertools.count(1)
        yield lambda: f"sqlite:///{folder / f'{next(numbers)}.db'}"
        return
    server: Server = request.getfixturevalue(SERVERS[request.param])
    made: list[str] = []

    def make() -> str:
        made.append(server.create_database())
        return made[-1]

    yield make
    for url in made:
        server.drop_database(url)


@pytest.fixture(scope="module")
def tables(make_url: Callable[[], str]) -> Tables:
    return Tables(make_url)


class TestDurable(StoreKit):
    """Making tables takes longer than most checks, so they are used again."""

    @pytest.fixture
    def store_url(self, make_url: Callable[[], str]) -> str:
        """For the checks that open a store themselves: a place where none has been."""
        return make_url()

    @pytest.fixture
    def store(self, request: pytest.FixtureRequest, tables: Tables) -> Iterator[Store]:
        """A store that is prepared and empty."""
        if "store_url" in request.fixturenames:
            tables = Tables(lambda: request.getfixturevalue("store_url"))
        failures = request.session.testsfailed
        store = WatchedStore(open_store(tables.ready_url(), SCHEMAS))
        try:
            yield store
            tables.tidy(store, failed=request.session.testsfailed > failures)
        finally:
            store.close()
