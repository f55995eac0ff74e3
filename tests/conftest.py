"""What every test may ask for: the mark that names a requirement, Hypothesis profiles, real servers, fresh store URLs.

``REQUIRE_BACKENDS`` (a comma-separated list, or ``all``) turns a missing server from a skip into an error, so that a
complete run can't lose one unnoticed. One server of each kind is started per pytest process, when a test first asks.
"""

import os
import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import hypothesis
import pytest

from servers import DURABLE_KINDS, KINDS, MariaServer, MongoServer, PgServer, RemoteMongo, Server, mongo_for_tests
from servers.required import SERVER_KINDS, required_backends, started
from tracing import Tracing

REQUIREMENT_ID = re.compile(r"(X-)?[A-Z]{3}-\d{2,}|\d{1,2}(\.\d{1,2})?")
SERVER_FIXTURES = {"postgresql": "pg_server", "mariadb": "mariadb_server", "mongodb": "mongo_server"}

hypothesis.settings.register_profile("dev", deadline=None)
hypothesis.settings.register_profile("ci", deadline=None, derandomize=True, database=None, print_blob=True)
hypothesis.settings.register_profile("thorough", deadline=None, max_examples=2_000, print_blob=True)
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE") or ("ci" if os.environ.get("CI") else "dev"))


def pytest_configure(config: pytest.Config) -> None:
    """Register the ``requirement`` mark and refuse a backend name that does not exist."""
    config.addinivalue_line(
        "markers", 'requirement(*ids): requirements this test would fail without, for example "OPP-10" or "16.4"'
    )
    unknown = required_backends() - set(SERVER_KINDS)
    if unknown:
        known = ", ".join((*SERVER_KINDS, "all"))
        raise pytest.UsageError(f"REQUIRE_BACKENDS names {', '.join(sorted(unknown))}; known are {known}")
    config.pluginmanager.register(Tracing(), "crmcore-tracing")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Refuse a ``requirement`` mark that names nothing, or something that is no requirement's id."""
    for item in items:
        for mark in item.iter_markers("requirement"):
            wrong = [name for name in mark.args if not (isinstance(name, str) and REQUIREMENT_ID.fullmatch(name))]
            if wrong or not mark.args:
                raise pytest.UsageError(f"{item.nodeid}: requirement{mark.args} is not a list of requirement ids")


@pytest.fixture(scope="session")
def pg_server() -> Iterator[PgServer]:
    """A PostgreSQL server, shared by the tests of this process: make databases in it, never kill it."""
    with started("postgresql", PgServer) as server:
        yield server


@pytest.fixture(scope="session")
def mariadb_server() -> Iterator[MariaServer]:
    """A MariaDB server, shared by the tests of this process: make databases in it, never kill it."""
    with started("mariadb", MariaServer) as server:
        yield server


@pytest.fixture(scope="session")
def mongo_server() -> Iterator[MongoServer | RemoteMongo]:
    """A MongoDB-wire server, shared by the tests of this process: make databases in it, never kill it."""
    with started("mongodb", mongo_for_tests) as server:
        yield server


@pytest.fixture
def start_server() -> Iterator[Callable[[str], Server]]:
    """Start a server of one's own by kind: it keeps acknowledged commits through ``kill`` and may be killed."""
    makers: dict[str, Callable[[], Server]] = {
        "postgresql": lambda: PgServer(durable=True),
        "mariadb": lambda: MariaServer(durable=True),
        "mongodb": lambda: MongoServer(durable=True),
    }
    with ExitStack() as stack:
        yield lambda kind: stack.enter_context(started(kind, makers[kind]))


@pytest.fixture(params=KINDS)
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a fresh, empty store; a test that asks for it runs once for every kind crmcore ships."""
    yield from _fresh_url(request, tmp_path)


@pytest.fixture(params=DURABLE_KINDS)
def durable_store_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Like ``store_url``, for the kinds that keep their data when the process ends."""
    yield from _fresh_url(request, tmp_path)


def _fresh_url(request: pytest.FixtureRequest, folder: Path) -> Iterator[str]:
    kind: str = request.param
    if kind == "memory":
        yield "memory://"
    elif kind == "sqlite":
        yield f"sqlite:///{folder / 'crm.db'}"
    else:
        server: Server = request.getfixturevalue(SERVER_FIXTURES[kind])
        url = server.create_database()
        yield url
        server.drop_database(url)
