"""The search for garbage waits while somebody asks for it, and then goes on if it did before."""

import gc
from collections.abc import Iterator

import pytest

from crmcore.base.garbage import collecting_later


@pytest.fixture(autouse=True)
def enabled() -> Iterator[None]:
    yield
    gc.enable()


def test_waits_and_goes_on() -> None:
    with collecting_later():
        assert not gc.isenabled()
        with collecting_later():
            assert not gc.isenabled()
        assert not gc.isenabled()
    assert gc.isenabled()


def test_goes_on_after_an_error() -> None:
    with pytest.raises(ZeroDivisionError), collecting_later():
        raise ZeroDivisionError
    assert gc.isenabled()


def test_leaves_it_off_where_it_was() -> None:
    gc.disable()
    with collecting_later():
        pass
    assert not gc.isenabled()
