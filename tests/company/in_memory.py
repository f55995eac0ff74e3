"""The company in memory alone, for rules that have nothing to do with stores: they are tested once, and quickly.

A module of tests takes ``shared_store`` over and has its ``crm`` in memory instead of on every kind of store.
"""

from collections.abc import Iterator

import pytest

from crmcore.base.schema import describe
from crmcore.storage.ports import Store
from crmcore.storage.stores import open_store
from crmcore.subjects import ENTITIES

__all__ = ["shared_store"]


@pytest.fixture(scope="module")
def shared_store() -> Iterator[Store]:
    """A store in memory, used by the tests of a module one after the other."""
    store = open_store("memory://", tuple(map(describe, ENTITIES)))
    yield store
    store.close()
