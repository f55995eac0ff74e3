"""Every store crmcore ships keeps every promise of the port."""

import pytest

from crmcore.testing.kit import StoreKit


class TestMemory(StoreKit):
    keeps_data = False

    @pytest.fixture
    def store_url(self) -> str:
        return "memory://"


class TestDurable(StoreKit):
    @pytest.fixture
    def store_url(self, durable_store_url: str) -> str:
        return durable_store_url
