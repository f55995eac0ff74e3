"""The servers themselves: fresh databases, no leaks, nothing left behind, data that survives a kill."""

import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from servers import Databases, DatabaseServer, MariaServer, MongoServer, PgServer, ServerFailed, ServerMissing
from servers.account import Account, remove_folder
from servers.required import SERVER_KINDS, required_backends, started

psycopg = pytest.importorskip("psycopg")
pymysql = pytest.importorskip("pymysql")
pymongo = pytest.importorskip("pymongo")

TESTS = Path(__file__).parents[1]


class Notes:
    """A one-column table on any of the servers, by its raw driver."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self.kind = parts.scheme
        self.database = parts.path.lstrip("/")
        query = parse_qs(parts.query)
        self._connection: Any
        if self.kind == "postgresql":
            self._connection = psycopg.connect(url)
        elif self.kind == "mariadb":
            self._connection = pymysql.connect(
                unix_socket=query["unix_socket"][0], user=parts.username, database=self.database
            )
        else:
            self._connection = pymongo.MongoClient(url, w="majority", journal=True, serverSelectionTimeoutMS=10_000)

    def create(self) -> None:
        self._run("CREATE TABLE note (text VARCHAR(20))")

    def add(self, text: str) -> None:
        if self.kind == "mongodb":
            self._connection[self.database].note.insert_one({"text": text})
        else:
            self._run("INSERT INTO note VALUES (%s)", text)

    def all(self) -> list[str]:
        if self.kind == "mongodb":
            return sorted(found["text"] for found in self._connection[self.database].note.find())
        with self._connection.cursor() as cursor:
            cursor.execute("SELECT text FROM note")
            return sorted(text for (text,) in cursor.fetchall())

    def close(self) -> None:
        self._connection.close()

    def _run(self, statement: str, *values: str) -> None:
        if self.kind == "mongodb":
            return
        with self._connection.cursor() as cursor:
            cursor.execute(statement, values or None)
        self._connection.commit()


@contextmanager
def notes(url: str) -> Iterator[Notes]:
    with closing(Notes(url)) as opened:
        yield opened


def alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def wait_until(condition: Callable[[], bool], seconds: float = 30) -> bool:
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def test_every_kind_gives_a_url_of_its_own_form(store_url: str) -> None:
    scheme, _, rest = store_url.partition("://")
    forms = {
        "memory": "",
        "sqlite": "/",
        "postgresql": "postgres@/",
        "mariadb": "root@localhost/",
        "mongodb": "127.0.0.1:",
    }
    assert rest.startswith(forms[scheme])


@pytest.mark.parametrize("round_", [1, 2])
def test_a_store_url_is_fresh_each_time(durable_store_url: str, round_: int) -> None:
    """Both rounds create and fill the same table: the second would see the first one's note, or fail to create it."""
    if durable_store_url.startswith("sqlite"):
        assert not Path(durable_store_url.removeprefix("sqlite:///")).exists()
        return
    with notes(durable_store_url) as opened:
        opened.create()
        opened.add(f"round {round_}")
        assert opened.all() == [f"round {round_}"]


@pytest.mark.parametrize("kind", SERVER_KINDS)
def test_a_database_is_dropped_while_a_transaction_is_open(request: pytest.FixtureRequest, kind: str) -> None:
    fixtures = {"postgresql": "pg_server", "mariadb": "mariadb_server", "mongodb": "mongo_server"}
    server = request.getfixturevalue(fixtures[kind])
    url = server.create_database()
    with notes(url) as opened:
        opened.create()
        opened.add("kept")
        opened.all()  # on PostgreSQL and MariaDB this leaves a transaction open
        server.drop_database(url)
    fresh = server.create_database()
    assert fresh != url


def test_postgresql_copies_a_prepared_database(pg_server: PgServer) -> None:
    prepared = pg_server.create_database()
    with notes(prepared) as opened:
        opened.create()
    copied = pg_server.create_database(template=prepared)
    with notes(copied) as opened:
        opened.add("in the copy")
        assert opened.all() == ["in the copy"]
    with notes(prepared) as opened:
        assert opened.all() == []


@pytest.mark.parametrize("kind", SERVER_KINDS)
def test_what_was_acknowledged_survives_a_kill(kind: str, start_server: Callable[[str], DatabaseServer]) -> None:
    server = start_server(kind)
    url = server.create_database()
    with notes(url) as opened:
        opened.create()
        opened.add("acknowledged")
    pid = server.pid
    server.kill()
    assert not server.running
    assert not alive(pid)
    server.start()
    with notes(url) as opened:
        assert opened.all() == ["acknowledged"]


@pytest.mark.parametrize("kind", SERVER_KINDS)
def test_nothing_is_left_after_stop(kind: str) -> None:
    makers: dict[str, Callable[[], DatabaseServer]] = {
        "postgresql": PgServer,
        "mariadb": MariaServer,
        "mongodb": MongoServer,
    }
    with started(kind, makers[kind]) as server:
        pid, folder = server.pid, server.folder
        assert alive(pid)
        assert folder.exists()
    assert not alive(pid)
    assert not folder.exists()
    server.stop()  # once more does no harm


@pytest.mark.parametrize("kind", SERVER_KINDS)
def test_a_server_ends_with_the_process_that_started_it(kind: str, start_server: Callable[[str], object]) -> None:
    """SIGKILL leaves the owner no chance to tidy up; server and folder must go all the same."""
    start_server(kind)  # skips, or fails, where the server is missing
    script = textwrap.dedent("""
        import sys, time
        from servers import Databases
        databases = Databases()
        server = databases.server(sys.argv[1])
        print(server.pid, server.folder, flush=True)
        time.sleep(600)
    """)
    owner = subprocess.Popen(
        [sys.executable, "-c", script, kind],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(TESTS), "TEST_MONGODB_URI": ""},
    )
    with owner:
        assert owner.stdout is not None
        line = owner.stdout.readline().split()
        assert line, "the owner did not start its server"
        pid, folder = int(line[0]), Path(line[1])
        assert alive(pid)
        owner.send_signal(signal.SIGKILL)
    assert wait_until(lambda: not alive(pid))
    assert wait_until(lambda: not folder.exists()), sorted(folder.iterdir())


def test_a_standalone_mongodb_is_no_member_of_a_replica_set() -> None:
    with (
        started("mongodb", lambda: MongoServer(standalone=True)) as server,
        pymongo.MongoClient(server.create_database()) as client,
    ):
        assert "setName" not in client.admin.command("hello")


def test_mongodb_can_be_made_to_fail(mongo_server: MongoServer) -> None:
    url = mongo_server.create_database()
    with pymongo.MongoClient(url, retryWrites=False) as client:
        failing = {"failCommands": ["insert"], "errorCode": 262}
        client.admin.command("configureFailPoint", "failCommand", mode={"times": 1}, data=failing)
        notes_of_today = client.get_default_database().note
        with pytest.raises(pymongo.errors.PyMongoError):
            notes_of_today.insert_one({"text": "lost"})
        assert notes_of_today.count_documents({}) == 0


def test_servers_speak_another_zone_than_utc(pg_server: PgServer, mariadb_server: MariaServer) -> None:
    with psycopg.connect(pg_server.url("postgres")) as connection:
        assert connection.execute("SHOW timezone").fetchone() == ("Asia/Shanghai",)
    with (
        pymysql.connect(unix_socket=str(mariadb_server.socket), user="root") as connection,
        connection.cursor() as cursor,
    ):
        cursor.execute("SELECT @@global.time_zone")
        assert cursor.fetchone() == ("+08:00",)


def test_databases_make_urls_for_benches_and_scripts() -> None:
    with Databases() as databases:
        assert databases.make_url("memory") == "memory://"
        first, second = databases.make_url("sqlite"), databases.make_url("sqlite")
        assert first != second
        folder = Path(first.removeprefix("sqlite:///")).parent
        assert folder.is_dir()
        with pytest.raises(ValueError, match="oracle"):
            databases.make_url("oracle")
    assert not folder.exists()


@pytest.fixture
def programs() -> Iterator[Path]:
    """A folder that MariaDB's account can read, which ``tmp_path`` is not when root runs the tests."""
    folder = Account.for_server(("mysql", "nobody")).make_folder("crm-programs-")
    yield folder
    remove_folder(folder)


def test_a_server_that_can_not_start_says_why(monkeypatch: pytest.MonkeyPatch, programs: Path) -> None:
    for name, lines in {"mariadbd": "echo the disk is full; exit 3", "mariadb-install-db": "exit 0"}.items():
        program = programs / name
        program.write_text(f"#!/bin/sh\n{lines}\n")
        program.chmod(0o755)
    monkeypatch.setenv("TEST_MARIADBD", str(programs / "mariadbd"))
    monkeypatch.setenv("PATH", str(programs), prepend=os.pathsep)
    server = MariaServer()
    with pytest.raises(ServerFailed, match="the disk is full"):
        server.start()
    assert not server.folder.exists()


def test_a_missing_server_says_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("servers.mongodb.importlib.util.find_spec", lambda _name: None)
    with pytest.raises(ServerMissing, match="pip install SecantusDB"):
        MongoServer()


def test_a_missing_server_is_a_skip_unless_it_is_required(monkeypatch: pytest.MonkeyPatch) -> None:
    def none_here() -> PgServer:
        raise ServerMissing("no binaries")

    monkeypatch.setenv("REQUIRE_BACKENDS", "mariadb")
    with pytest.raises(pytest.skip.Exception, match="no binaries"), started("postgresql", none_here):
        pass
    for value in ("mariadb, postgresql", "all"):
        monkeypatch.setenv("REQUIRE_BACKENDS", value)
        with pytest.raises(pytest.fail.Exception, match="no binaries"), started("postgresql", none_here):
            pass


def test_required_backends_are_read_from_a_list(monkeypatch: pytest.MonkeyPatch) -> None:
    cases = {"": set(), "mongodb,": {"mongodb"}, "all": set(SERVER_KINDS), "all,oracle": {*SERVER_KINDS, "oracle"}}
    for value, expected in cases.items():
        monkeypatch.setenv("REQUIRE_BACKENDS", value)
        assert required_backends() == expected


@pytest.mark.parametrize("wrong", ["oracle", "postgres"])
def test_an_unknown_required_backend_stops_the_run(wrong: str) -> None:
    """A typing mistake must not quietly require nothing."""
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "--collect-only", "-q", str(Path(__file__))],
        capture_output=True,
        text=True,
        check=False,
        cwd=TESTS.parent,
        env={**os.environ, "REQUIRE_BACKENDS": wrong},
    )
    assert done.returncode == pytest.ExitCode.USAGE_ERROR
    assert f"REQUIRE_BACKENDS names {wrong}" in done.stderr


def test_root_hands_servers_to_another_account() -> None:
    account = Account.for_server(("no-such-account", "nobody"))
    if os.geteuid() == 0:
        assert account.user not in (None, 0)
    else:
        assert account.user is None
