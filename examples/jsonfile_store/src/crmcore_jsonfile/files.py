"""One file that several processes read and one at a time replaces, so that nobody ever sees half of it."""

import json
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, Final

from crmcore.base.errors import StoreError, Transient, Unavailable, UnknownOutcome

PATIENCE: Final = 10.0  # seconds that a writer waits for another one

if sys.platform == "win32":
    import msvcrt

    def _seize(file: IO[bytes]) -> None:
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _seize(file: IO[bytes]) -> None:
        fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)


@contextmanager
def _unless(error: type[StoreError], path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as refusal:
        raise error(url=str(path), reason=refusal.strerror) from refusal


def lock(path: Path) -> IO[bytes]:
    """Wait until nobody else writes; closing the answer, or dying, lets the next one in."""
    deadline = time.monotonic() + PATIENCE
    with _unless(Unavailable, path):
        file = path.with_name(f"{path.name}.lock").open("ab")
    while True:
        try:
            _seize(file)
        except OSError as error:
            if time.monotonic() > deadline:
                file.close()
                raise Transient(reason="another process is writing") from error
            time.sleep(0.002)
        else:
            return file


def stamp(path: Path) -> tuple[int, ...] | None:
    """Tell one state of the file from another without reading it; None if there is no file."""
    with _unless(Unavailable, path):
        if not path.exists() and path.parent.is_dir():
            return None
        found = path.stat()
    return found.st_ino, found.st_mtime_ns, found.st_size


def read(path: Path) -> Any:
    """Read the whole file as JSON."""
    try:
        with _unless(Unavailable, path):
            return json.loads(path.read_bytes())
    except ValueError as error:
        raise StoreError(reason=f"{path} is not JSON: {error}") from error


def write(path: Path, text: str) -> None:
    """Replace the file at once and for good: it holds either what it held before or all of *text*."""
    new = path.with_name(f"{path.name}.new")
    with _unless(Unavailable, path):
        with new.open("w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        new.replace(path)
    if sys.platform != "win32":  # elsewhere the new file is found after a power cut only if its folder is on disk too
        with _unless(UnknownOutcome, path):
            folder = os.open(path.parent, os.O_RDONLY)
            os.fsync(folder)
            os.close(folder)
