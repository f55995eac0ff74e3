"""In which language the command line speaks: ``--lang``, else the language of the terminal."""

import tomllib
from collections.abc import Mapping, Sequence
from contextvars import ContextVar
from importlib import resources
from itertools import pairwise
from typing import Final

from crmcore.i18n import LANGUAGES, Language, extend, language_of

__all__ = ["SPOKEN", "language_for"]

_VARIABLES: Final = ("LC_ALL", "LC_MESSAGES", "LANG")
"""In the order in which POSIX looks at them."""

SPOKEN: Final[ContextVar[Language]] = ContextVar("SPOKEN", default="en")
"""The language of the command that runs."""

for _language in LANGUAGES:
    _source = resources.files("crmcore.cli").joinpath(f"{_language}.toml")
    extend(_language, tomllib.loads(_source.read_text(encoding="utf-8")))


def language_for(arguments: Sequence[str], environment: Mapping[str, str]) -> Language:
    """Answer the language somebody asked for, before the arguments are understood: help and mistakes need it too."""
    asked = [value for name, value in pairwise(arguments) if name == "--lang"]
    asked += [one.removeprefix("--lang=") for one in arguments if one.startswith("--lang=")]
    for one in asked:
        if one in LANGUAGES:
            return language_of(one)
    terminal = next((environment[name] for name in _VARIABLES if environment.get(name)), "")
    return language_of(terminal.partition(".")[0], "en")
