"""What the screens say, in Chinese and in English.

Labels of fields, values and errors belong to the library (`crmcore.i18n`); everything only a screen
says is kept in `texts/zh.toml` and `texts/en.toml` under the same keys, or for a large subject in files of its
own beside them (`texts/window_zh.toml`).
"""

import functools
import string
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from importlib.resources import files
from typing import Any, Final

from crmcore.i18n import LANGUAGES, Language

DEFAULT_LANGUAGE: Final[Language] = "zh"


class _Sentence(string.Formatter):
    """Fills a sentence's gaps; `{n:result|results}` chooses the word that fits the number."""

    def format_field(self, value: Any, format_spec: str) -> Any:
        if "|" in format_spec:
            one, many = format_spec.split("|", 1)
            return one if value == 1 else many
        return super().format_field(value, format_spec)

    def get_value(self, key: int | str, args: Sequence[Any], kwargs: Mapping[str, Any]) -> Any:  # noqa: ARG002
        return kwargs[str(key)]

    def get_field(self, field_name: str, args: Any, kwargs: Any) -> tuple[Any, str]:
        """Look the gap up by its plain name: a catalogue can't reach into objects."""
        return self.get_value(field_name, args, kwargs), field_name


_SENTENCE: Final = _Sentence()


def _flatten(tree: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    for name, value in tree.items():
        if isinstance(value, Mapping):
            yield from _flatten(value, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", str(value)


@functools.cache
def catalogue(language: Language) -> Mapping[str, str]:
    """Return every sentence of one language by its dotted key; large subjects have a file of their own."""
    texts = files("crmcore_demo") / "texts"
    parts = sorted(one.name for one in texts.iterdir() if one.name.endswith(f"_{language}.toml"))
    found: dict[str, str] = {}
    for name in (f"{language}.toml", *parts):
        if not name.startswith("help_"):
            found.update(_flatten(tomllib.loads((texts / name).read_text(encoding="utf-8"))))
    return found


@functools.cache
def help_pages(language: Language) -> Mapping[str, Mapping[str, Any]]:
    """Return the help of one language by topic: a title, what the screen is for, and steps."""
    text = (files("crmcore_demo") / "texts" / f"help_{language}.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def say(language: Language, key: str, **gaps: object) -> str:
    """Return the sentence for *key* with its gaps filled.

    Raises:
        KeyError: There is no such sentence: a mistake in a page, found by its test.
    """
    sentence = catalogue(language)[key]
    return _SENTENCE.vformat(sentence, (), gaps) if gaps else sentence


def as_language(text: object) -> Language | None:
    """Return *text* if it names a language the screens speak."""
    return next((language for language in LANGUAGES if language == text), None)


def has(language: Language, key: str) -> bool:
    """Whether there is a sentence for *key*; help under a field is optional."""
    return key in catalogue(language)
