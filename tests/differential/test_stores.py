"""Random questions and histories: every store answers as memory does."""

import pytest

from crmcore.testing.differential import DifferentialKit


class TestMemory(DifferentialKit):
    """Compares the reference with itself: proves that the comparison itself holds."""

    keeps_data = False

    @pytest.fixture
    def store_url(self) -> str:
        return "memory://"


class TestDurable(DifferentialKit):
    @pytest.fixture
    def store_url(self, durable_store_url: str) -> str:
        return durable_store_url
