"""URLs of SQL stores: what they mean, and what is said about those that mean nothing."""

import importlib.util
import os
import socket
import time
from pathlib import Path

import pytest

from crmcore.base.errors import BadUrl, MissingDriver, SchemaMissing, Unavailable
from crmcore.storage.ports import SchemaState
from crmcore_sql import open_store
from crmcore_sql.address import read_url


def test_sqlite_paths() -> None:
    assert read_url("sqlite:////var/lib/crm.db").database == "/var/lib/crm.db"
    assert read_url("sqlite:///crm.db").database == "crm.db"
    assert read_url("sqlite:///a%3Fb%20c.db").database == "a?b c.db"
    assert read_url("sqlite:///客户.db").database == "客户.db"
    assert read_url("SQLITE:///crm.db?synchronous=normal").synchronous == "NORMAL"
    assert read_url("sqlite:///crm.db").synchronous == "FULL"


def test_servers() -> None:
    found = read_url("postgresql://crm:p%40ss%2Fword@db.example.com:5433/sales?sslmode=require")
    assert (found.host, found.port, found.user, found.password, found.database) == (
        "db.example.com",
        5433,
        "crm",
        "p@ss/word",
        "sales",
    )
    assert found.options == {"sslmode": "require"}
    assert read_url("mariadb://root@localhost/crm?unix_socket=/run/s").options["unix_socket"] == "/run/s"
    assert read_url("mysql://crm@[::1]/crm").product == "mariadb"
    assert read_url("mysql://crm@[::1]/crm").public == "mysql://crm@[::1]/crm"


@pytest.mark.parametrize(
    "url",
    [
        "sqlite://",
        "sqlite:///",
        "sqlite:///:memory:",
        "sqlite://host/crm.db",
        "sqlite:///crm.db?synchronous=OFF",
        "sqlite:///crm.db?syncronous=FULL",
        "sqlite:///crm.db?timeout=soon",
        "sqlite:///crm.db?timeout=-1",
        "sqlite:///crm.db?timeout",
        "sqlite:///a%00b.db",
        "sqlite:///%ff.db",
        "postgresql://crm:SECRET@db",
        "postgresql://crm:SECRET@db/",
        "postgresql://crm:SECRET@db/a/b",
        "postgresql://crm:SECRET@db:port/crm",
        "postgresql://crm:SECRET@db:99999/crm",
        "postgresql://crm:SECRET@[db/crm",
        "postgresql://crm:SECRET@db/crm?no_such_option=1",
        "postgresql://crm:SECRET@db/crm?prepare=maybe",
        "postgresql://crm:SECRET@db/crm%00",
        "mariadb://crm:SECRET@db/crm?charset=latin1",
        "mariadb://crm:SECRET@db/crm?connect_timeout=x",
        "oracle://crm:SECRET@db/crm",
    ],
)
def test_unreadable_urls_are_refused_without_their_password(url: str) -> None:
    with pytest.raises(BadUrl) as refused:
        open_store(url, ())
    told = f"{refused.value} {refused.value.params} {refused.value.explain('zh')}"
    assert "SECRET" not in told
    assert refused.value.code == "store.bad_url"


def test_memory_is_another_store() -> None:
    with pytest.raises(BadUrl) as refused:
        open_store("sqlite:///:memory:", ())
    assert "memory://" in str(refused.value.params)


def test_a_password_in_the_query_is_not_shown() -> None:
    assert "SECRET" not in read_url("postgresql://crm@db/crm?sslpassword=SECRET").public


@pytest.mark.parametrize(
    ("url", "package", "extra"),
    [
        ("sqlite:///crm.db", "sqlalchemy", "sql"),
        ("sqlite:///crm.db", "alembic", "sql"),
        ("postgresql://db/crm", "psycopg", "postgresql"),
        ("mysql://db/crm", "pymysql", "mysql"),
        ("mariadb://db/crm", "pymysql", "mysql"),
    ],
)
def test_a_missing_package_is_named_with_its_extra(
    url: str, package: str, extra: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == package else found(name))
    with pytest.raises(MissingDriver) as refused:
        open_store(url, ())
    assert refused.value.params["package"] == package
    assert refused.value.params["extra"] == extra


def _unavailable(url: str) -> Unavailable:
    store = open_store(url, ())
    started = time.monotonic()
    with pytest.raises(Unavailable) as refused:
        store.state()
    assert time.monotonic() - started < 8
    with pytest.raises(Unavailable):
        store.prepare()
    with pytest.raises(Unavailable):
        store.begin(write=True)
    store.close()
    assert "SECRET" not in f"{refused.value} {refused.value.params}"
    return refused.value


@pytest.fixture
def closed_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


@pytest.mark.parametrize("scheme", ["postgresql", "mysql", "mariadb"])
def test_a_server_that_is_down_is_unavailable(scheme: str, closed_port: int) -> None:
    _unavailable(f"{scheme}://crm:SECRET@127.0.0.1:{closed_port}/crm")


def test_a_server_that_never_answers_is_unavailable() -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        port = silent.getsockname()[1]
        for scheme in ("postgresql", "mariadb"):
            store = open_store(f"{scheme}://crm@127.0.0.1:{port}/crm?connect_timeout=2", ())
            with pytest.raises(Unavailable):
                store.state()
            store.close()


def test_a_database_that_does_not_exist_is_unavailable(pg_url: str, mariadb_url: str) -> None:
    for url in (pg_url, mariadb_url):
        name = url.partition("?")[0].rpartition("/")[2]
        _unavailable(url.replace(f"/{name}?", "/no_such_database?"))


def test_a_wrong_password_is_unavailable(mariadb_url: str) -> None:
    _unavailable(mariadb_url.replace("root@", "nobody:SECRET@"))


def test_a_file_that_is_no_database_is_unavailable(tmp_path: Path) -> None:
    (tmp_path / "crm.db").write_text("Dear diary, " * 500)
    _unavailable(f"sqlite:///{tmp_path}/crm.db")
    assert (tmp_path / "crm.db").read_text().startswith("Dear diary")


def test_a_folder_that_does_not_exist_is_unavailable(tmp_path: Path) -> None:
    _unavailable(f"sqlite:///{tmp_path}/nowhere/crm.db")


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may write anywhere")
def test_a_file_without_permission_is_unavailable(tmp_path: Path) -> None:
    (tmp_path / "crm.db").touch(0o000)
    _unavailable(f"sqlite:///{tmp_path}/crm.db")


def test_looking_does_not_create_a_file(tmp_path: Path) -> None:
    store = open_store(f"sqlite:///{tmp_path}/typo.db", ())
    assert store.state() is SchemaState.MISSING
    with pytest.raises(SchemaMissing):
        store.begin(write=False)
    assert store.info()["schema"] == ""
    assert list(tmp_path.iterdir()) == []
