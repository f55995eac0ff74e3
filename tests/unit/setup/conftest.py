"""A CRM in memory whose clock stands still, and ways to look at everything a store holds."""

import datetime as dt
import hashlib
from collections.abc import Callable, Iterator
from typing import Any

import pytest

import crmcore
from crmcore.query import query
from crmcore.storage.crm import Crm
from crmcore.subjects import ENTITIES

NOW = dt.datetime(2026, 11, 18, 7, 30, tzinfo=dt.UTC)
"""Wednesday, half past three in the afternoon in Shanghai."""


class PlainHasher:
    """A password hasher that needs no package and hides nothing."""

    def hash(self, password: str) -> str:
        return "plain:" + hashlib.sha256(password.encode()).hexdigest()

    def verify(self, password_hash: str, password: str) -> bool:
        return password_hash == self.hash(password)

    def needs_rehash(self, password_hash: str) -> bool:
        return False


Contents = dict[str, list[Any]]


def _contents(crm: Crm) -> Contents:
    session = crm.store.begin(write=False)
    try:
        return {cls.__name__: list(session.find(query(cls))) for cls in ENTITIES}
    finally:
        session.close()


@pytest.fixture
def contents() -> Callable[[Crm], Contents]:
    """Answer everything in a store, by kind, in the order of ids."""
    return _contents


@pytest.fixture
def now() -> dt.datetime:
    return NOW


@pytest.fixture
def make_crm() -> Iterator[Callable[[], Crm]]:
    """Make empty CRMs in memory."""
    made: list[Crm] = []

    def make() -> Crm:
        made.append(crmcore.open("memory://", clock=lambda: NOW, passwords=PlainHasher()))
        return made[-1]

    yield make
    for one in made:
        one.close()


@pytest.fixture
def crm(make_crm: Callable[[], Crm]) -> Crm:
    return make_crm()
