"""A server in its own process: started, watched, killed, started again, and never left behind."""

import itertools
import os
import signal
import subprocess
import time
from abc import ABC, abstractmethod
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self

from servers.account import Account, remove_folder

START_SECONDS = 60.0
STOP_SECONDS = 30.0

# The keeper stands between us and the server. Its standard input is a pipe only we hold: when we close it, or die in
# whatever way, the keeper stops the server and removes the folder. When the server dies by itself, the keeper ends
# with the server's exit code and leaves the folder, so that the same data can be served again.
# $1 signal that stops the server   $2 the server's folder   $3… the server's command line
KEEPER = """
stop_signal=$1; folder=$2; shift 2
exec 3<&0 </dev/null
"$@" 3<&- & server=$!
echo "$server" > "$folder/server.pid.new" && mv "$folder/server.pid.new" "$folder/server.pid"
{
    while read -r _ <&3; do :; done
    trap "" TERM
    kill "-$stop_signal" "$server" 2>/dev/null
    tries=0
    while kill -0 "$server" 2>/dev/null; do
        tries=$((tries + 1))
        if [ "$tries" -gt 100 ]; then kill -KILL "$server"; fi
        sleep 0.2
    done
    exit 0
} & watch=$!
exec 3<&-
wait "$server"; code=$?
kill "$watch" 2>/dev/null
wait "$watch" && rm -rf "$folder"
exit "$code"
"""

_database_numbers = itertools.count(1)


class ServerMissing(Exception):
    """The server can't be started here because something is not installed; the text says what to install."""


class ServerFailed(Exception):
    """The server is installed but did not start; the text ends with its log."""


class Server(Protocol):
    """Something that makes and drops databases, reached by crmcore's store URLs."""

    def create_database(self) -> str:
        """Make a new, empty database and return its store URL."""
        ...

    def drop_database(self, url: str) -> None:
        """Remove the database of this URL with all its data, even if somebody is still connected."""
        ...

    def __enter__(self) -> Self:
        """Start using the server."""
        ...

    def __exit__(
        self, error_type: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None, /
    ) -> None:
        """Stop using the server."""
        ...


def new_database_name() -> str:
    """A name no other test process uses, also on a server that several of them share."""
    return f"crm_{os.getpid()}_{next(_database_numbers)}"


class DatabaseServer(ABC):
    """A server process of our own.

    ``kill`` followed by ``start`` is a crash: the same data at the same address. ``stop`` ends it for good.
    """

    stop_signal = signal.SIGTERM

    def __init__(self, account: Account, prefix: str) -> None:
        self.account = account
        self.folder = account.make_folder(prefix)
        self._keeper: subprocess.Popen[bytes] | None = None
        self._prepared = False

    @abstractmethod
    def create_database(self) -> str:
        """Make a new, empty database and return its store URL."""

    @abstractmethod
    def drop_database(self, url: str) -> None:
        """Remove the database of this URL with all its data, even if somebody is still connected."""

    @abstractmethod
    def _command(self) -> Sequence[str | Path]:
        """The command line that serves ``self.folder`` in the foreground."""

    @abstractmethod
    def _is_ready(self) -> bool:
        """Whether the process started last accepts connections."""

    @abstractmethod
    def _prepare(self) -> None:
        """Make what must exist before the first start, such as the data folder."""

    @property
    def log(self) -> str:
        """What the server has printed since its last start."""
        path = self.folder / "server.log"
        return path.read_text(errors="replace") if path.exists() else ""

    @property
    def pid(self) -> int:
        """The server's process id (not the keeper's)."""
        return int((self.folder / "server.pid").read_text())

    @property
    def running(self) -> bool:
        """Whether the server process is alive."""
        return self._keeper is not None and self._keeper.poll() is None

    def start(self, timeout: float = START_SECONDS) -> Self:
        """Start the server and wait until it accepts connections.

        Raises:
            ServerFailed: it ended, or was not ready in time.
        """
        deadline = time.monotonic() + timeout
        try:
            self._bring_up(deadline)
        except BaseException:
            self.stop()
            raise
        return self

    def kill(self) -> None:
        """Kill the server without warning, as a power cut to its process would; its data stays."""
        if self.running and self._keeper is not None:
            os.kill(self.pid, signal.SIGKILL)
            self._keeper.wait(STOP_SECONDS)
        self._let_go()

    def stop(self) -> None:
        """Stop the server and remove everything it wrote. Calling it again does nothing."""
        self._let_go()
        remove_folder(self.folder)

    def __enter__(self) -> Self:
        """Start the server."""
        return self.start()

    def __exit__(
        self, error_type: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop the server."""
        self.stop()

    def _environment(self) -> dict[str, str]:
        """A small, known environment: what the caller has set (coverage, locale, time zone) is not the server's."""
        return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C.UTF-8", "HOME": str(self.folder)}

    def _run(self, *command: str | Path) -> None:
        """Run a preparing command under the server's account and wait for it."""
        done = subprocess.run(
            [str(part) for part in command],
            capture_output=True,
            text=True,
            check=False,
            cwd=self.folder,
            env=self._environment(),
            **self.account.popen_options,
        )
        if done.returncode:
            raise ServerFailed(f"{command[0]} ended with {done.returncode}:\n{done.stdout}{done.stderr}")

    def _bring_up(self, deadline: float) -> None:
        restarting = self._prepared
        if not self._prepared:
            self._prepare()
            self._prepared = True
        while not self._started(deadline):
            # After a kill, the dead server's children may hold its memory, lock or port for a moment more.
            if not restarting or time.monotonic() > deadline:
                raise ServerFailed(f"{type(self).__name__} did not start:\n{self.log[-3000:]}")
            time.sleep(0.1)

    def _started(self, deadline: float) -> bool:
        """Start the process once; whether it became ready before it ended or the time was up."""
        (self.folder / "server.pid").unlink(missing_ok=True)
        with (self.folder / "server.log").open("wb") as log:
            self._keeper = subprocess.Popen(
                ["/bin/sh", "-c", KEEPER, "keeper", self.stop_signal.name.removeprefix("SIG"), str(self.folder)]
                + [str(part) for part in self._command()],
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                cwd=self.folder,
                env=self._environment(),
                start_new_session=True,  # Ctrl-C in a terminal is for the tests, which then stop the server
                **self.account.popen_options,
            )
        while time.monotonic() < deadline and self.running:
            if (self.folder / "server.pid").exists() and self._is_ready():
                return True
            time.sleep(0.02)
        return False

    def _let_go(self) -> None:
        """Close the pipe, so that the keeper stops the server, and wait for it."""
        keeper, self._keeper = self._keeper, None
        if keeper is None or keeper.stdin is None:
            return
        keeper.stdin.close()
        try:
            keeper.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(keeper.pid, signal.SIGKILL)
            keeper.wait()
