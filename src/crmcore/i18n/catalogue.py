"""Finds the text of a key in a language and fills in its parameters."""

import functools
import tomllib
from collections.abc import Iterable, Mapping
from importlib import resources
from typing import Any, Final, Literal

__all__ = ["LANGUAGES", "Language", "extend", "has_text", "keys", "language_of", "text"]

Language = Literal["zh", "en"]
LANGUAGES: Final[tuple[Language, ...]] = ("zh", "en")


def text(key: str, language: Language = "en", /, **params: object) -> str:
    """Say *key* in *language*, with ``{name}`` placeholders filled from *params*.

    A key without a text is said as itself, so that a missing translation never hides an error.

    Args:
        key: Dotted catalogue key, ``opportunity.title`` or ``error.value.range``.
        language: ``"zh"`` or ``"en"``.
        params: Values for the placeholders; a parameter the text does not name is ignored.
    """
    template = _catalogue(language_of(language, "en")).get(key)
    if template is None:
        return key
    if "{" not in template:
        return template
    return template.format_map(_Blank(params))


def has_text(key: str, language: Language) -> bool:
    """Tell whether *language* has a text for *key*."""
    return key in _catalogue(language)


def keys(language: Language) -> frozenset[str]:
    """List every key that has a text in *language*; both languages must have the same."""
    return frozenset(_catalogue(language))


def language_of(wanted: str | None, default: Language = "zh") -> Language:
    """Choose the catalogue for a language tag such as ``zh-CN`` or ``en_GB``."""
    primary = (wanted or "").replace("_", "-").split("-")[0].lower()
    for language in LANGUAGES:
        if primary == language:
            return language
    return default


def extend(language: Language, texts: Mapping[str, Any]) -> None:
    """Add an application's own texts, nested by dots or tables; a key given again replaces ours."""
    _catalogue(language).update(_flatten(texts))


class _Blank(dict[str, object]):
    """Leaves a placeholder readable when its parameter is missing."""

    def __missing__(self, name: str) -> str:
        return f"{{{name}}}"


def _flatten(table: Mapping[str, Any], prefix: str = "") -> Iterable[tuple[str, str]]:
    for name, value in table.items():
        if isinstance(value, Mapping):
            yield from _flatten(value, f"{prefix}{name}.")
        elif name == "_":
            yield prefix.rstrip("."), str(value)
        else:
            yield f"{prefix}{name}", str(value)


@functools.cache
def _catalogue(language: Language) -> dict[str, str]:
    files = sorted(resources.files("crmcore.i18n").joinpath(language).iterdir(), key=lambda one: one.name)
    found: dict[str, str] = {}
    for file in files:
        found.update(_flatten(tomllib.loads(file.read_text(encoding="utf-8"))))
    return found
