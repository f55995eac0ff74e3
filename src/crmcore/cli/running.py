"""Understands the arguments and runs the command they name."""

import os
from collections.abc import Callable, Sequence
from typing import Any, Final

from typer.main import get_command

from crmcore.cli.failures import DONE, USAGE, guarded
from crmcore.cli.language import SPOKEN, language_for
from crmcore.cli.reporting import app
from crmcore.cli.speaker import Speaker
from crmcore.i18n import Language, text

__all__ = ["run"]

_DETAILS: Final[dict[str, Callable[[Any], str]]] = {
    "NoSuchOption": lambda error: error.option_name,
    "BadOptionUsage": lambda error: error.option_name,
    "MissingParameter": lambda error: _name_of(error.param),
    "BadParameter": lambda error: _name_of(error.param),
}
"""Which part of a mistake in the arguments a translated sentence names."""


def run(arguments: Sequence[str]) -> int:
    """Run the command line and answer its exit code."""
    token = SPOKEN.set(language_for(arguments, os.environ))
    try:
        say = Speaker(as_json="--json" in arguments)
        return guarded(say, lambda: _run(say, [*arguments]))
    finally:
        SPOKEN.reset(token)


def _run(say: Speaker, arguments: list[str]) -> int:
    command: Any = get_command(app)
    _translate(command, say.language)
    try:
        done = command(args=arguments, prog_name="crmcore", standalone_mode=False)
    except Exception as error:
        if not hasattr(error, "format_message"):  # what typer raises for arguments it does not understand
            raise
        say.failure("cli.usage", _said(say.language, error))
        return USAGE
    return done if isinstance(done, int) else DONE


def _translate(command: Any, language: Language) -> None:
    """Put words in place of catalogue keys."""
    for one in (command, *command.commands.values()):
        for holder in (one, *one.params):
            holder.help = text(str(holder.help), language)


def _name_of(parameter: Any) -> str:
    """Answer what people call an option or argument."""
    first = str(parameter.opts[0])
    return first if first.startswith("-") else str(parameter.metavar)


def _said(language: Language, error: Any) -> str:
    """Say what is wrong with the arguments; typer says it in English."""
    said = str(error.format_message())
    if language == "en":
        return said
    kind = type(error).__name__
    detail = _DETAILS.get(kind)
    return text(f"cli.usage.{kind if detail else 'other'}", language, what=detail(error) if detail else said)
