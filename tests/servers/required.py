"""Whether a missing server is a skipped test or an error: ``REQUIRE_BACKENDS`` decides."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import NoReturn, TypeVar

import pytest

from servers.process import Server, ServerMissing

SERVER_KINDS = ("postgresql", "mariadb", "mongodb")
"""The kinds of store that need a server."""

ServerT = TypeVar("ServerT", bound=Server)


def required_backends() -> set[str]:
    """The servers that must be there, from ``REQUIRE_BACKENDS``: a comma-separated list, or ``all``."""
    names = {name.strip() for name in os.environ.get("REQUIRE_BACKENDS", "").split(",")} - {""}
    return (names - {"all"}) | set(SERVER_KINDS) if "all" in names else names


def missing(kind: str, why: str) -> NoReturn:
    """Skip the test for want of a server, or fail it if the server is required."""
    if kind in required_backends():
        pytest.fail(f"{kind} is required (REQUIRE_BACKENDS) but missing: {why}", pytrace=False)
    pytest.skip(f"{kind}: {why}")


@contextmanager
def started(kind: str, make_server: Callable[[], ServerT]) -> Iterator[ServerT]:
    """A running server, or what ``missing`` says."""
    try:
        server = make_server()
    except ServerMissing as error:
        missing(kind, str(error))
    with server:
        yield server
