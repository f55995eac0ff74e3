"""Opening a store by its URL."""

import builtins
import sys
from collections.abc import Sequence
from importlib.metadata import EntryPoint
from typing import Any

import pytest

import crmcore
from crmcore.base.errors import (
    BadUrl,
    MissingDriver,
    SchemaMissing,
    SchemaNewer,
    SchemaOutdated,
    StoreError,
    UnknownScheme,
)
from crmcore.base.schema import EntitySchema
from crmcore.memory import MemoryStore
from crmcore.storage import stores
from crmcore.storage.ports import SchemaState


@pytest.mark.parametrize("url", ["", "crm.db", "sqlite", "://x", "sqlite:/x", "http//x", "\0", "mysql:\\x", None, 7])
def test_what_is_no_url_is_told(url: Any) -> None:
    with pytest.raises(BadUrl) as caught:
        crmcore.open(url)
    assert "memory://" in str(caught.value)


def test_an_unknown_scheme_lists_the_known_ones() -> None:
    with pytest.raises(UnknownScheme) as caught:
        crmcore.open("oracle://somewhere")
    for language in ("zh", "en"):
        said = caught.value.explain(language)
        assert "oracle" in said
        assert all(f"{scheme}://" in said for scheme in ("memory", "sqlite", "postgresql", "mysql", "mariadb"))
        assert "mongodb+srv://" in said


def test_a_url_that_cannot_be_taken_apart_is_told_without_its_password() -> None:
    with pytest.raises(BadUrl) as caught:
        crmcore.open("postgresql://anna:geheim@[::1/crm")
    assert "geheim" not in str(caught.value)
    assert "geheim" not in repr(caught.value)


@pytest.mark.parametrize(
    ("url", "hidden"),
    [
        ("postgresql://anna:geheim@host/crm", "postgresql://anna:***@host/crm"),
        ("mongodb://anna:ge:heim@host/crm", "mongodb://anna:***@host/crm"),
        ("sqlite:///a.db", "sqlite:///a.db"),
        ("mysql://anna@host/crm", "mysql://anna@host/crm"),
        ("anna:ge@heim@host/crm", "anna:***@host/crm"),
        ("no server at 'anna:/geheim@host'", "no server at 'anna:***@host'"),
        ("sqlite:////home/anna@host/crm.db", "sqlite:////home/anna@host/crm.db"),
        ("TypeError: anna@host", "TypeError: anna@host"),
    ],
)
def test_passwords_are_blotted_out(url: str, hidden: str) -> None:
    assert stores.public_url(url) == hidden


class Elsewhere(MemoryStore):
    """A store made by another version."""

    found = SchemaState.MISSING
    closed = 0

    def state(self) -> SchemaState:
        return self.found

    def close(self) -> None:
        type(self).closed += 1
        super().close()


def open_elsewhere(url: str, schemas: Sequence[EntitySchema]) -> Elsewhere:
    return Elsewhere(schemas)


@pytest.fixture
def elsewhere(monkeypatch: pytest.MonkeyPatch) -> type[Elsewhere]:
    entry = EntryPoint("elsewhere", f"{__name__}:open_elsewhere", stores.GROUP)
    monkeypatch.setitem(sys.modules, __name__, sys.modules[__name__])
    monkeypatch.setattr(stores, "entry_points", lambda **_: [entry])
    Elsewhere.closed = 0
    return Elsewhere


@pytest.mark.parametrize(
    ("state", "error", "command"),
    [
        (SchemaState.MISSING, SchemaMissing, "crmcore init elsewhere://x"),
        (SchemaState.OUTDATED, SchemaOutdated, "crmcore upgrade elsewhere://x"),
        (SchemaState.NEWER, SchemaNewer, "elsewhere://x"),
    ],
)
def test_a_store_of_another_version_says_what_to_do(
    elsewhere: type[Elsewhere], state: SchemaState, error: type[StoreError], command: str
) -> None:
    elsewhere.found = state
    with pytest.raises(error) as caught:
        crmcore.open("elsewhere://x")
    assert command in caught.value.explain("zh")
    assert command in caught.value.explain("en")
    assert elsewhere.closed == 1
    crm = crmcore.open("ELSEWHERE://x", check=False)
    crm.close()


@pytest.mark.parametrize(
    ("scheme", "driver", "extra"),
    [
        ("sqlite", "sqlalchemy", "sql"),
        ("postgresql", "psycopg", "postgresql"),
        ("mariadb", "pymysql", "mysql"),
        ("mysql", "pymysql", "mysql"),
        ("mongodb", "pymongo", "mongo"),
    ],
)
@pytest.mark.extras
def test_a_missing_driver_names_the_extra(
    monkeypatch: pytest.MonkeyPatch, scheme: str, driver: str, extra: str
) -> None:
    for name in list(sys.modules):
        if name.split(".")[0] in {"crmcore_sql", "crmcore_mongo", driver}:
            monkeypatch.delitem(sys.modules, name)
    real = builtins.__import__

    def without(name: str, *args: Any, **kwargs: Any) -> Any:
        if name.split(".", maxsplit=1)[0] == driver:
            raise ModuleNotFoundError(name, name=driver)
        return real(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(MissingDriver) as caught:
        crmcore.open(f"{scheme}:///x" if scheme == "sqlite" else f"{scheme}://localhost/x")
    for language in ("zh", "en"):
        assert f'pip install "crmcore[{extra}]"' in caught.value.explain(language)


def test_the_machines_clock_and_ids_are_used_unless_others_are_given() -> None:
    with crmcore.open("memory://") as crm:
        assert crm.clock().tzinfo is not None
        first, second = crm.ids(), crm.ids()
        assert first < second
        assert first.version == 7
