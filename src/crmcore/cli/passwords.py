"""Takes a password from where it is not seen: a file, the environment, or the keyboard; never from the command line."""

import getpass
import os
import stat
import sys
from pathlib import Path
from typing import Final

from crmcore.base.errors import CrmError
from crmcore.cli.speaker import Speaker

__all__ = ["VARIABLE", "NoPassword", "PasswordFile", "given_password", "typed_password"]

VARIABLE: Final = "CRMCORE_PASSWORD"
_LONGEST: Final = 4096
_TRIES: Final = 3
_OTHERS: Final = stat.S_IROTH | stat.S_IWOTH


class NoPassword(CrmError):
    """A password is needed, and there is nobody to ask for it."""

    code = "cli.no_password"


class PasswordFile(CrmError):
    """The password file can't be used."""

    code = "cli.password_file"


class NotRepeated(CrmError):
    """The two passwords typed in differ."""

    code = "cli.not_repeated"


def given_password(say: Speaker, file: str) -> str | None:
    """Answer the password from *file* (``-`` is standard input) or the environment; None if there is none.

    Raises:
        PasswordFile: The file can't be read, or holds no password.
    """
    if file:
        return _first_line(say, file)
    return os.environ.get(VARIABLE) or None


def typed_password(say: Speaker, *, name: str) -> str:
    """Ask for a password twice, without showing it.

    Raises:
        NoPassword: Standard input is no terminal.
        NotRepeated: The two differed three times.
    """
    if sys.stdin is None or not sys.stdin.isatty():
        raise NoPassword(variable=VARIABLE)
    for _ in range(_TRIES):
        password = getpass.getpass(say.words("ask.password", name=name) + " ", stream=sys.stderr)
        if getpass.getpass(say.words("ask.again") + " ", stream=sys.stderr) == password:
            return password
        say.note(say.words("ask.different"))
    raise NotRepeated


def _first_line(say: Speaker, file: str) -> str:
    try:
        raw = sys.stdin.buffer.readline(_LONGEST + 1) if file == "-" else _read(say, Path(file))
        password = raw.decode("utf-8-sig").partition("\n")[0].removesuffix("\r")
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or say.words("password_file.no_text")
        raise PasswordFile(file=file, reason=reason) from error
    if not password or len(raw) > _LONGEST:
        raise PasswordFile(file=file, reason=say.words("password_file.empty" if not password else "password_file.long"))
    return password


def _read(say: Speaker, path: Path) -> bytes:
    with path.open("rb") as source:
        mode = os.fstat(source.fileno()).st_mode
        if stat.S_ISREG(mode) and mode & _OTHERS and os.name == "posix":
            say.note(say.words("password_file.open", file=path))
        return source.readline(_LONGEST + 1)
