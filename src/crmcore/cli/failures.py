"""Turns whatever goes wrong into one sentence and an exit code, never into a traceback."""

import os
import sys
import traceback
from collections.abc import Callable
from typing import Final

from crmcore.base.errors import CrmError, MissingDriver, SchemaMismatch, StoreError, StoreUrlError
from crmcore.cli import INTERRUPTED, MISSING_PACKAGE
from crmcore.cli.speaker import Speaker
from crmcore.storage.stores import public_url

__all__ = ["BROKEN_PIPE", "DONE", "REFUSED", "SCHEMA", "STORE", "UNEXPECTED", "USAGE", "guarded"]

DONE: Final = 0
REFUSED: Final = 1
"""A rule, a permission or a value: do something else."""
USAGE: Final = 2
"""The command or the URL is not understood."""
STORE: Final = 3
"""The store can't be reached or failed: try again later."""
SCHEMA: Final = 4
"""The store is not of this version: init, upgrade, or another crmcore."""
UNEXPECTED: Final = 70
"""A mistake in crmcore (EX_SOFTWARE)."""
BROKEN_PIPE: Final = 141
"""Whoever read the output has gone."""

_TRACEBACK: Final = "CRMCORE_TRACEBACK"


def guarded(say: Speaker, deed: Callable[[], int]) -> int:
    """Do something, and answer the exit code."""
    try:
        try:
            return deed()
        except CrmError as error:
            say.error(error)
            return _exit_code(error)
        except (KeyboardInterrupt, EOFError):
            say.failure("cli.interrupted", say.words("interrupted"))
            return INTERRUPTED
        except BrokenPipeError:
            raise
        except Exception as error:  # noqa: BLE001  # the last resort: people get a sentence, not a traceback
            if os.environ.get(_TRACEBACK):
                traceback.print_exc()
            said = public_url(f"{type(error).__name__}: {error}")
            say.failure("cli.unexpected", say.words("unexpected", error=said, variable=_TRACEBACK))
            _flush()
            return UNEXPECTED
    except BrokenPipeError:
        _let_go()
        return BROKEN_PIPE


def _exit_code(error: CrmError) -> int:
    """Answer the exit code that tells a script what kind of error it was."""
    if isinstance(error, MissingDriver) or error.code == "missing_package":
        return MISSING_PACKAGE
    if isinstance(error, StoreUrlError):
        return USAGE
    if isinstance(error, SchemaMismatch):
        return SCHEMA
    return STORE if isinstance(error, StoreError) else REFUSED


def _flush() -> None:
    """Hand over what was said; what can't be written any more must not be tried again at Python's end."""
    try:
        sys.stdout.flush()
    except OSError:
        _let_go()


def _let_go() -> None:
    """Point standard output at nothing, so that Python does not complain at its end that nobody reads it."""
    with open(os.devnull, "w", encoding="utf-8") as nothing:  # noqa: PTH123  # os.devnull is no path everywhere
        os.dup2(nothing.fileno(), sys.stdout.fileno())
