"""A MongoDB-wire server for tests: SecantusDB in its own process, or a real replica set by URL."""

import importlib.util
import os
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

from servers.account import Account
from servers.process import DatabaseServer, ServerMissing, new_database_name

INSTALL_HINT = "pip install SecantusDB, or set TEST_MONGODB_URI to a replica set"
LISTENING = re.compile(r"secantus listening on [^:]+:(\d+)")


class MongoServer(DatabaseServer):
    """A single-node replica set on the loopback interface.

    Failpoints (``configureFailPoint``) are enabled, so that tests can make commits fail.

    Args:
        durable: keep every acknowledged commit through ``kill``; slower.
        standalone: answer as a server that is no member of a replica set and so has no transactions.
    """

    def __init__(self, *, durable: bool = False, standalone: bool = False) -> None:
        package = importlib.util.find_spec("secantus")
        if package is None or package.origin is None:
            raise ServerMissing(INSTALL_HINT)
        self.library = Path(package.origin).parents[1]
        self.durable = durable
        self.standalone = standalone
        self.port = 0  # chosen by the operating system at the first start, kept for the next
        super().__init__(Account(), "crm-mo-")

    def url(self, database: str) -> str:
        """The store URL of a database on this server."""
        return f"mongodb://127.0.0.1:{self.port}/{database}?directConnection=true"

    def create_database(self) -> str:
        """The store URL of a new, empty database (MongoDB makes it at the first write)."""
        return self.url(new_database_name())

    def drop_database(self, url: str) -> None:
        """Remove the database of this URL with all its data.

        A client that died in a transaction would block whoever comes next, so every open session is ended first.
        """
        drop_database(url, end_sessions=True)

    def _prepare(self) -> None:
        # Given an empty configuration, the server does not look for one in the working or home folder.
        (self.folder / "empty.toml").touch()

    def _environment(self) -> dict[str, str]:
        # Found also where this process found it by PYTHONPATH alone.
        return {**super()._environment(), "PYTHONPATH": str(self.library)}

    def _command(self) -> Sequence[str | Path]:
        command: list[str | Path] = [sys.executable, "-m", "secantus"]
        command += ["--config", self.folder / "empty.toml", "--storage-path", self.folder / "data"]
        command += ["--host", "127.0.0.1", "--port", str(self.port), "--cache-size", "256M", "--log-level", "INFO"]
        command.append("--enable-test-commands")
        if self.durable:
            command.append("--sync-on-commit")
        if self.standalone:
            command.append("--standalone")
        return command

    def _is_ready(self) -> bool:
        listening = LISTENING.search(self.log)
        if listening is None:
            return False
        self.port = int(listening.group(1))
        return True


class RemoteMongo:
    """Somebody's own MongoDB replica set, named by ``TEST_MONGODB_URI``; each test gets a database of its own there."""

    def __init__(self, uri: str) -> None:
        self.uri = uri

    def url(self, database: str) -> str:
        """The store URL of a database on this server."""
        parts = urlsplit(self.uri)
        return parts._replace(path=f"/{database}").geturl()

    def create_database(self) -> str:
        """The store URL of a new, empty database (MongoDB makes it at the first write)."""
        return self.url(new_database_name())

    def drop_database(self, url: str) -> None:
        """Remove the database of this URL with all its data."""
        drop_database(url)

    def __enter__(self) -> Self:
        """Nothing to start: the server is somebody else's."""
        return self

    def __exit__(
        self, error_type: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Nothing to stop."""


def mongo_for_tests() -> MongoServer | RemoteMongo:
    """The replica set of ``TEST_MONGODB_URI`` if that is set, else a server of our own."""
    uri = os.environ.get("TEST_MONGODB_URI")
    return RemoteMongo(uri) if uri else MongoServer()


def drop_database(url: str, *, end_sessions: bool = False) -> None:
    """Drop the database that a MongoDB URL names.

    Args:
        url: the store URL.
        end_sessions: first end every session of the server, also those of other databases.
    """
    try:
        import pymongo
    except ImportError as missing:
        raise ServerMissing("pip install pymongo") from missing
    with pymongo.MongoClient[dict[str, object]](url, serverSelectionTimeoutMS=10_000) as client:
        if end_sessions:
            client.admin.command("killAllSessions", [])
        client.drop_database(urlsplit(url).path.lstrip("/"))
