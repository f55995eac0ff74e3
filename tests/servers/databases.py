"""Fresh store URLs of any kind on demand, for benches, scripts and anything that is not a pytest fixture."""

import itertools
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Self

from servers.account import Account, remove_folder
from servers.mariadb import MariaServer
from servers.mongodb import mongo_for_tests
from servers.postgresql import PgServer
from servers.process import Server

KINDS = ("memory", "sqlite", "postgresql", "mariadb", "mongodb")
"""Every kind of store crmcore ships, in the order of its documentation."""

DURABLE_KINDS = KINDS[1:]
"""The kinds that keep their data when the process ends."""


class Databases:
    """Makes empty databases; starts a server at the first URL of its kind and stops all of them at the end.

    Args:
        durable: servers keep every acknowledged commit through a crash; slower.
    """

    def __init__(self, *, durable: bool = False) -> None:
        self._durable = durable
        self._stack = ExitStack()
        self._servers: dict[str, Server] = {}
        self._folder: Path | None = None
        self._files = itertools.count(1)

    def make_url(self, kind: str) -> str:
        """The store URL of a new, empty store of this kind; it lasts until this object is closed.

        Raises:
            ServerMissing: the kind needs a server that can't be started here.
        """
        if kind == "memory":
            return "memory://"
        if kind == "sqlite":
            return f"sqlite:///{self._own_folder() / f'crm{next(self._files)}.db'}"
        return self.server(kind).create_database()

    def server(self, kind: str) -> Server:
        """The running server of this kind, started if it is the first request."""
        if kind not in self._servers:
            self._servers[kind] = self._stack.enter_context(self._new_server(kind))
        return self._servers[kind]

    def __enter__(self) -> Self:
        """Nothing starts before it is asked for."""
        return self

    def __exit__(
        self, error_type: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop the servers and remove all data."""
        self._stack.close()
        self._servers.clear()

    def _new_server(self, kind: str) -> Server:
        """A server of this kind, not yet started."""
        makers: dict[str, Callable[[], Server]] = {
            "postgresql": lambda: PgServer(durable=self._durable),
            "mariadb": lambda: MariaServer(durable=self._durable),
            "mongodb": mongo_for_tests,
        }
        if kind not in makers:
            raise ValueError(f"{kind!r} is none of {', '.join(KINDS)}")
        return makers[kind]()

    def _own_folder(self) -> Path:
        if self._folder is None:
            self._folder = Account().make_folder("crm-files-")
            self._stack.callback(remove_folder, self._folder)
        return self._folder
