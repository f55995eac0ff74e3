"""Files that somebody is importing: each in a private folder, bound to a user and his session, gone soon after."""

import contextlib
import secrets
import shutil
import tempfile
import time
import weakref
from pathlib import Path
from typing import Any, Final, cast

from flask import Flask, current_app, request, session
from werkzeug.datastructures import FileStorage

from crmcore_demo.session import person

LARGEST_FILE: Final = 32 * 1024 * 1024
KEPT_FOR: Final = 2 * 3600
"""Seconds after which a file that nobody went on with is removed."""
LONGEST_NAME: Final = 120
ENDINGS: Final = ".csv,.tsv,.txt,.xlsx,.xlsm,.vcf"
FILE: Final = "file"
UPLOAD: Final = "imports.upload"
_TOKEN: Final = "upload"  # noqa: S105  # the name of a value, not the value
_NAME: Final = "upload_name"


class Uploads:
    """The folder of uploaded files; other users of the machine can't look into it, and it ends with the program."""

    def __init__(self) -> None:
        """Make the folder when the first file comes."""
        self._folder: Path | None = None
        self._removal: weakref.finalize[Any, Any] | None = None

    @property
    def folder(self) -> Path:
        """Where the files are."""
        if self._folder is None:
            self._folder = Path(tempfile.mkdtemp(prefix="crmcore-imports-"))
            self._removal = weakref.finalize(self, shutil.rmtree, str(self._folder), ignore_errors=True)
        return self._folder

    def close(self) -> None:
        """Remove every file."""
        if self._removal is not None:
            self._removal()
        self._folder = self._removal = None

    def sweep(self) -> None:
        """Remove the files that nobody went on with."""
        oldest = time.time() - KEPT_FOR  # noqa: TID251  # compared with the clock of the file system
        for path in self.folder.iterdir():
            with contextlib.suppress(OSError):
                if path.stat().st_mtime < oldest:
                    shutil.rmtree(path)


def uploads() -> Uploads:
    """Return the folder of this application."""
    return cast("Uploads", current_app.extensions["uploads"])


def _place(token: str) -> Path:
    return uploads().folder / f"{person().id.hex}.{token}"


def keep(file: FileStorage) -> Path:
    """Keep a file for this session; the one before goes."""
    discard()
    uploads().sweep()
    token = secrets.token_hex(16)
    folder = _place(token)
    folder.mkdir(mode=0o700)
    session[_TOKEN], session[_NAME] = token, _said_name(file)
    path = folder / FILE
    file.save(path)
    return path


def _said_name(file: FileStorage) -> str:
    """Return what the person calls the file; it is shown and kept, never opened by this name."""
    last = (file.filename or "").replace("\\", "/").rpartition("/")[2]
    plain = "".join(sign for sign in last if sign.isprintable()).strip()
    return plain[-LONGEST_NAME:] or FILE


def kept() -> tuple[Path, str] | None:
    """Return this session's file and what the person calls it; None if there is none any more."""
    token = session.get(_TOKEN, "")
    if not isinstance(token, str) or len(token) != 32 or not token.isalnum():  # noqa: PLR2004  # as it was made
        return None
    found = _place(token) / FILE
    return (found, str(session.get(_NAME, ""))) if found.is_file() else None


def take_over() -> tuple[Path, str] | None:
    """Return this session's file and let the session forget it: from now on the caller removes it."""
    found = kept()
    session.pop(_TOKEN, None)
    session.pop(_NAME, None)
    return found


def remove(path: Path) -> None:
    """Remove a file that was taken over, with its folder."""
    shutil.rmtree(path.parent, ignore_errors=True)


def discard() -> None:
    """Remove this session's file."""
    if found := take_over():
        remove(found[0])


def _allow_large_file() -> None:
    """Let a file in that is larger than any form, from people who may import; must run before the form is read."""
    if request.endpoint == UPLOAD and person().may("customer.import", "order.import"):
        request.max_content_length = LARGEST_FILE


def install(app: Flask) -> None:
    """Keep uploads apart from everything else; runs after it is known who asks."""
    app.extensions["uploads"] = Uploads()
    app.before_request(_allow_large_file)
