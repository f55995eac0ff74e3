"""Puts a file where it is wanted: whole, or not at all (RPT-05)."""

import os
import secrets
from contextlib import suppress
from pathlib import Path

from crmcore.base.errors import Invalid, Problem
from crmcore.exchange.limits import file_refused

__all__ = ["check_place", "place"]


def check_place(to: Path, *, replace: bool) -> None:
    """Refuse a place where no file can be, and to write over one, before anything is done for it.

    Raises:
        Invalid: That is no name of a file, or there is one, and it may not be replaced.
    """
    if not to.name:
        raise Invalid(Problem(field="file", code="value.missing", entity="import_file"))
    try:
        os.lstat(to)
    except FileNotFoundError:
        return
    except (OSError, ValueError) as error:  # too long, or of characters that no name has
        raise _not_written(error) from error
    if not replace:
        raise file_refused("report.file_there", file=to.name)


def place(content: bytes, to: Path, *, replace: bool) -> None:
    """Write a file that appears when everything is in it, and not before.

    It is begun under a name that nobody can have prepared, so that nothing else is written to through a link.

    Args:
        content: What is in it.
        to: Its path.
        replace: Whether a file of that name may be replaced.

    Raises:
        Invalid: It can't be written, or there is one already.
    """
    begun = to.with_name(f".{secrets.token_hex(16)}.part")
    try:
        with begun.open("xb") as target:  # a link there, of whoever else may write into the folder, is not followed
            target.write(content)
            target.flush()
            os.fsync(target.fileno())
        if replace:
            begun.replace(to)
        else:
            _give_name(begun, to)
    except (OSError, ValueError) as error:
        raise _not_written(error) from error
    finally:
        with suppress(OSError, ValueError):
            begun.unlink(missing_ok=True)


def _give_name(begun: Path, to: Path) -> None:
    """Give a file its name; of two that are made at the same moment, one stays."""
    try:
        os.link(begun, to)
    except FileExistsError as error:
        raise file_refused("report.file_there", file=to.name) from error
    except OSError:  # a file system on which a file has one name
        check_place(to, replace=False)
        begun.replace(to)


def _not_written(error: OSError | ValueError) -> Invalid:
    said = error.strerror if isinstance(error, OSError) else ""
    return file_refused("exchange.not_written", reason=said or type(error).__name__)
