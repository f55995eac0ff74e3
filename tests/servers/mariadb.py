"""MariaDB for tests: the machine's own package, a private folder, a Unix socket."""

import os
import shutil
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from servers.account import Account
from servers.process import DatabaseServer, ServerMissing, new_database_name

INSTALL_HINT = "install MariaDB's server, for example: apt-get install mariadb-server"
SQL_MODE = "STRICT_TRANS_TABLES,NO_ZERO_DATE,NO_ZERO_IN_DATE,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION"
# Speed instead of safety: nobody reads this data after the power has failed. Not for tests that kill things.
FAST = ("--innodb-flush-log-at-trx-commit=0", "--innodb-doublewrite=0")


class MariaServer(DatabaseServer):
    """A MariaDB server reached by a Unix socket, without a TCP port.

    Its collation makes ``a`` equal to ``A`` and its zone is a Chinese company's, so that a store which leans on the
    server's defaults is caught.

    Args:
        durable: keep every acknowledged commit through ``kill``; slower.
    """

    def __init__(self, *, durable: bool = False) -> None:
        self.daemon, self.installer = find_programs()
        self.durable = durable
        super().__init__(Account.for_server(("mysql", "nobody")), "crm-ma-")
        self.socket = self.folder / "socket"

    def url(self, database: str) -> str:
        """The store URL of a database on this server."""
        return f"mariadb://root@localhost/{database}?unix_socket={self.socket}"

    def create_database(self) -> str:
        """Make a new, empty database and return its store URL."""
        name = new_database_name()
        self._execute(f"CREATE DATABASE `{name}`")
        return self.url(name)

    def drop_database(self, url: str) -> None:
        """Remove the database of this URL with all its data.

        A connection that still holds a transaction open would make the drop wait, so such connections are ended.
        """
        name = url.partition("?")[0].rpartition("/")[2]
        self._execute(f"DROP DATABASE IF EXISTS `{name}`", end_connections_to=name)

    def _execute(self, statement: str, end_connections_to: str | None = None) -> None:
        try:
            import pymysql
        except ImportError as missing:
            raise ServerMissing("pip install PyMySQL") from missing
        with (
            pymysql.connect(unix_socket=str(self.socket), user="root", autocommit=True) as connection,
            connection.cursor() as cursor,
        ):
            if end_connections_to is not None:
                cursor.execute("SELECT id FROM information_schema.processlist WHERE db = %s", (end_connections_to,))
                for (number,) in cursor.fetchall():
                    with suppress(pymysql.err.OperationalError):  # it ended by itself meanwhile
                        cursor.execute("KILL %s", (number,))
            cursor.execute(statement)

    def _prepare(self) -> None:
        self._run(
            self.installer,
            "--no-defaults",
            f"--datadir={self.folder / 'data'}",
            "--auth-root-authentication-method=normal",
            "--skip-test-db",
            "--innodb-log-file-size=8M",
            "--innodb-buffer-pool-size=32M",
        )

    def _command(self) -> Sequence[str | Path]:
        return [
            self.daemon,
            "--no-defaults",
            f"--datadir={self.folder / 'data'}",
            f"--socket={self.socket}",
            f"--pid-file={self.folder / 'mariadb.pid'}",
            f"--tmpdir={self.folder}",
            "--skip-networking",
            "--skip-name-resolve",
            "--character-set-server=utf8mb4",
            "--collation-server=utf8mb4_unicode_ci",
            "--default-time-zone=+08:00",
            f"--sql-mode={SQL_MODE}",
            "--max-connections=200",
            "--innodb-buffer-pool-size=64M",
            "--innodb-log-file-size=32M",
            *(("--innodb-flush-log-at-trx-commit=1",) if self.durable else FAST),
        ]

    def _is_ready(self) -> bool:
        return self.socket.exists() and "ready for connections" in self.log


def find_programs() -> tuple[Path, Path]:
    """The server (``TEST_MARIADBD``, or where packages put it) and the program that makes its data folder.

    Raises:
        ServerMissing: one of them is not installed.
    """
    places = os.pathsep.join((os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin"))
    daemon = os.environ.get("TEST_MARIADBD") or shutil.which("mariadbd", path=places)
    installer = shutil.which("mariadb-install-db", path=places)
    if not daemon or not installer:
        raise ServerMissing(INSTALL_HINT)
    return Path(daemon), Path(installer)
