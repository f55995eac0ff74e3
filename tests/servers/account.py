"""Which operating-system account a server runs under, and a folder it may write to."""

import os
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import attrs

# A Unix socket's path may have 108 bytes on Linux and 104 on macOS; a folder this long leaves room for the rest.
LONGEST_FOLDER = 70


@attrs.frozen
class Account:
    """The account a server runs under: the caller's own, unless the caller is root.

    PostgreSQL refuses to run as root, MariaDB advises against it, so root hands over to a system account.
    """

    user: int | None = None
    group: int | None = None

    @classmethod
    def for_server(cls, names: Sequence[str]) -> "Account":
        """The first account among ``names`` that exists if we are root, else our own."""
        import pwd  # not on Windows

        if os.geteuid() != 0:
            return cls()
        for name in names:
            try:
                entry = pwd.getpwnam(name)
            except KeyError:
                continue
            return cls(entry.pw_uid, entry.pw_gid)
        return cls()

    @property
    def popen_options(self) -> dict[str, Any]:
        """What ``subprocess`` must be told to start a process under this account."""
        if self.user is None:
            return {}
        return {"user": self.user, "group": self.group, "extra_groups": []}

    def make_folder(self, prefix: str) -> Path:
        """A new temporary folder that only this account can enter, with a path short enough for sockets."""
        folder = Path(tempfile.mkdtemp(prefix=prefix, dir=_parent_folder()))
        self.own(folder)
        return folder

    def own(self, folder: Path) -> None:
        """Make this account the owner of a folder and all it contains."""
        if self.user is None or self.group is None:
            return
        for path in (folder, *folder.rglob("*")):
            os.chown(path, self.user, self.group, follow_symlinks=False)


def _parent_folder() -> str:
    """The temporary folder of the machine, unless its path is too long or other accounts can't pass through it."""
    usual = Path(tempfile.gettempdir())
    passable = all(folder.stat().st_mode & 0o001 for folder in (usual, *usual.parents))
    if len(os.fsencode(usual)) <= LONGEST_FOLDER and (passable or os.geteuid() != 0):
        return str(usual)
    return "/tmp"  # noqa: S108  (mkdtemp makes a private folder below it)


def remove_folder(folder: Path) -> None:
    """Remove a server's folder; files that vanish meanwhile are no error."""
    shutil.rmtree(folder, ignore_errors=True)
