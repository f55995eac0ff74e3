"""A wire between client and server that can be cut: passes bytes on in both directions until it is told not to."""

import random
import re
import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import parse_qs, urlsplit

Connect = Callable[[], socket.socket]


class CuttableWire:
    """Listens where the client believes the server to be, and cuts connections by chance.

    Args:
        connect: makes a connection to the real server.
        listener: the socket that clients connect to.
    """

    def __init__(self, connect: Connect, listener: socket.socket) -> None:
        self._connect, self._listener = connect, listener
        self._chance = random.Random(20261121)
        self.risk = 0.0
        """How likely each packet is the last one of its connection."""
        self.cuts = 0
        self._open: list[socket.socket] = []
        self._threads: list[threading.Thread] = []
        self._start(self._accept)

    def _start(self, job: Callable[..., None], *args: socket.socket) -> None:
        thread = threading.Thread(target=job, args=args, daemon=True)
        self._threads.append(thread)
        thread.start()

    def hang_up(self) -> None:
        """Break every connection that is open now; new ones work."""
        for end in self._open:
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                server = self._connect()
                self._open += [client, server]
                for source, target in ((client, server), (server, client)):
                    self._start(self._pass_on, source, target)

    def _pass_on(self, source: socket.socket, target: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(65_536):
                if self._chance.random() < self.risk:
                    self.cuts += 1
                    break
                target.sendall(data)
        for end in (source, target):  # wakes the thread of the other direction, which then does the same
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, error_type: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)  # else a waiting ``accept`` would keep it open
        self._listener.close()
        self.hang_up()
        for thread in self._threads:
            thread.join()
        for end in self._open:
            end.close()


def wired(url: str, folder: Path) -> tuple[str, CuttableWire]:
    """Put a wire in front of the server of a store URL; answer the URL that leads through it."""
    parts, options = urlsplit(url), parse_qs(urlsplit(url).query)
    if parts.scheme == "mongodb":
        listener = socket.create_server(("127.0.0.1", 0))
        port = listener.getsockname()[1]
        target = (parts.hostname or "", parts.port or 27017)
        return re.sub(r":\d+/", f":{port}/", url), CuttableWire(lambda: socket.create_connection(target), listener)
    if parts.scheme == "postgresql":
        real, here = Path(options["host"][0]) / ".s.PGSQL.5432", folder / ".s.PGSQL.5432"
        through = url.replace(str(real.parent), str(folder))
    else:
        real, here = Path(options["unix_socket"][0]), folder / "socket"
        through = url.replace(str(real), str(here))
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(str(here))
    listener.listen(64)
    return through, CuttableWire(lambda: _connect_unix(real), listener)


def _connect_unix(path: Path) -> socket.socket:
    made = socket.socket(socket.AF_UNIX)
    made.connect(str(path))
    return made
