"""How the kit gets at the store it checks: from the author's ``store_url``, or from an ``open_store`` of their own."""

from collections.abc import Callable, Iterator
from typing import ClassVar

import pytest

from crmcore.storage.ports import Store
from crmcore.storage.stores import open_store as open_store_at
from crmcore.testing.samples import SCHEMAS

__all__ = ["OpenStore", "StoreFixtures"]

OpenStore = Callable[[], Store]
"""Opens the same place again and again, with the kit's schemas."""


@pytest.mark.store_kit
class StoreFixtures:
    """What all checks share. An author's class gives ``store_url``, or overrides ``open_store``."""

    keeps_data: ClassVar[bool] = True
    """Whether a store that is closed and opened again still has its records; a store in memory says False."""

    @pytest.fixture
    def open_store(self, store_url: str) -> OpenStore:
        """Open the store as an application does: by the entry point named like the URL's scheme."""
        return lambda: open_store_at(store_url, SCHEMAS)

    @pytest.fixture
    def store(self, open_store: OpenStore) -> Iterator[Store]:
        """A store that is prepared and empty."""
        store = open_store()
        try:
            store.prepare()
            yield store
        finally:
            store.close()
