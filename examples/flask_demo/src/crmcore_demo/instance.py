"""The folder of one installation: made on the first start, readable by its owner only."""

import contextlib
import os
import secrets
from pathlib import Path

KEY_FILE = "secret_key"
SHORTEST_KEY = 32


def prepare_folder(folder: Path) -> None:
    """Make the instance folder, closed to other users of the machine."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)


def secret_key(folder: Path) -> str:
    """Return the key that signs session cookies, making it on the first start.

    The key is written aside with mode 0600 and then linked into place, so two processes that start at once
    agree on one key and neither reads half of it.
    """
    path = folder / KEY_FILE
    if not path.exists():
        draft = folder / f"{KEY_FILE}.{os.getpid()}.{secrets.token_hex(4)}"
        with os.fdopen(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(48))
        with contextlib.suppress(FileExistsError):
            os.link(draft, path)
        draft.unlink()
    key = path.read_text(encoding="ascii").strip()
    if len(key) < SHORTEST_KEY:
        message = f"{path} holds no usable key: delete it and start again (everybody will have to sign in once more)"
        raise SystemExit(message)
    return key
