"""Two machines on one store, with a company's staff; once for every kind of store."""

import sys
from collections.abc import Iterator

import pytest

from crmcore.storage.crm import Crm
from races.arena import machines, staff_up


@pytest.fixture(autouse=True)
def _restless_threads() -> Iterator[None]:
    """Let Python change threads often, so that threads meet in the middle of things and not only between them."""
    usual = sys.getswitchinterval()
    sys.setswitchinterval(2e-5)
    yield
    sys.setswitchinterval(usual)


@pytest.fixture
def rivals(store_url: str) -> Iterator[list[Crm]]:
    """The CRMs of two machines on a new store, which is ready for work."""
    with machines(store_url, 2) as crms:
        staff_up(crms[0])
        yield crms
