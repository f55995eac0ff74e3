"""Puts a file where it is wanted: whole, or not at all (RPT-05)."""

import os
from pathlib import Path

from crmcore.base.errors import Invalid
from crmcore.exchange.limits import file_refused

__all__ = ["check_place", "place"]


def check_place(to: Path, *, replace: bool) -> None:
    """Refuse to write over a file, before anything is done for it.

    Raises:
        Invalid: There is one, and it may not be replaced.
    """
    if not replace and os.path.lexists(to):
        raise file_refused("report.file_there", file=to.name)


def place(content: bytes, to: Path, *, replace: bool) -> None:
    """Write a file that appears when everything is in it, and not before.

    Args:
        content: What is in it.
        to: Its path.
        replace: Whether a file of that name may be replaced.

    Raises:
        Invalid: It can't be written, or there is one already.
    """
    begun = to.with_name(f"{to.name}.{os.getpid()}.part")
    try:
        with begun.open("wb") as target:
            target.write(content)
            target.flush()
            os.fsync(target.fileno())
        if replace:
            begun.replace(to)
        else:
            _give_name(begun, to)
    except OSError as error:
        raise _not_written(error) from error
    finally:
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


def _not_written(error: OSError) -> Invalid:
    return file_refused("exchange.not_written", reason=error.strerror or type(error).__name__)
