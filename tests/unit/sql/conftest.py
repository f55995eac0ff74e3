"""Fresh SQL stores of every product, with the kit's records in them."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from company.traded import traded
from crmcore.base.schema import EntitySchema
from crmcore.testing.samples import SCHEMAS
from crmcore_sql import open_store
from crmcore_sql.store import SqlStore

__all__ = ["traded"]

PRODUCTS = ("sqlite", "postgresql", "mariadb")
SERVERS = {"postgresql": "pg_server", "mariadb": "mariadb_server"}


def fresh_url(request: pytest.FixtureRequest, folder: Path, product: str) -> Iterator[str]:
    if product == "sqlite":
        yield f"sqlite:///{folder / 'crm.db'}"
        return
    server: Any = request.getfixturevalue(SERVERS[product])
    url = server.create_database()
    yield url
    server.drop_database(url)


@pytest.fixture(params=PRODUCTS)
def sql_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A fresh, empty database of every product."""
    yield from fresh_url(request, tmp_path, request.param)


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'crm.db'}"


@pytest.fixture
def pg_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    yield from fresh_url(request, tmp_path, "postgresql")


@pytest.fixture
def mariadb_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    yield from fresh_url(request, tmp_path, "mariadb")


class Opened:
    """Opens stores and closes them at the end."""

    def __init__(self) -> None:
        self.stores: list[SqlStore] = []

    def __call__(self, url: str, schemas: Sequence[EntitySchema] = SCHEMAS, *, prepare: bool = True) -> Any:
        store = open_store(url, schemas)
        self.stores.append(store)
        if prepare:
            store.prepare()
        return store


@pytest.fixture
def opened() -> Iterator[Opened]:
    made = Opened()
    yield made
    for store in made.stores:
        store.close()


@pytest.fixture
def sql_store(sql_url: str, opened: Opened) -> Any:
    """A prepared store of every product, with the kit's records."""
    return opened(sql_url)
