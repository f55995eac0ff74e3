"""The command ``crmcore``: prepare a store, bring it up to date, fill it with sample data, look at it.

Needs the extra ``cli``. Exit codes and the JSON that ``--json`` prints are described in the documentation.
"""

import os
import sys
from collections.abc import Sequence
from typing import Final

__all__ = ["INTERRUPTED", "MISSING_PACKAGE", "main"]

MISSING_PACKAGE: Final = 5
"""Exit code when a Python package is missing."""

INTERRUPTED: Final = 130
"""Exit code after Ctrl-C."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and answer its exit code.

    Args:
        arguments: What stands after ``crmcore``; None for the arguments of this process.
    """
    given = sys.argv[1:] if arguments is None else list(arguments)
    try:
        from crmcore.cli.running import run

        return run(given)
    except KeyboardInterrupt:  # before there was anything to interrupt
        return INTERRUPTED
    except ModuleNotFoundError as error:
        package = (error.name or "").partition(".")[0]
        if package not in {"typer", "rich", "click"}:
            raise
        from crmcore.cli.language import language_for
        from crmcore.i18n import text

        said = text("error.missing_package", language_for(given, os.environ), package=package, extra="cli")
        sys.stderr.write(f"crmcore: {said}\n")
        return MISSING_PACKAGE
