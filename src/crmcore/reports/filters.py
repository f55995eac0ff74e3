"""What a report can be narrowed to: forms, addresses and the command line are made from it (requirement X-ANA-05)."""

import enum
from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

import attrs

from crmcore.access.directory import user_named
from crmcore.base.errors import Invalid, Problem
from crmcore.base.kinds import name_of
from crmcore.i18n import Language, text
from crmcore.statistics.periods import Period
from crmcore.statistics.typed_periods import period_typed, typed
from crmcore.storage.work import Work

__all__ = ["Filter", "FilterKind", "Filtered", "as_typed", "read_filters", "words_of"]

_LONGEST: Final = 500
_DIGITS: Final = 9
_YES: Final = {"1": True, "true": True, "yes": True, "on": True, "0": False, "false": False, "no": False, "": False}


class FilterKind(enum.Enum):
    """What is typed or chosen."""

    PERIOD = "period"
    """As :func:`crmcore.statistics.typed_periods.period_typed` reads it."""
    TEXT = "text"
    CHOICE = "choice"
    FLAG = "flag"
    NUMBER = "number"
    PAGE = "page"
    """Which page of the rows; no filter to show."""
    PERSON = "person"
    """A user's id or name."""
    SNAPSHOT = "snapshot"
    """A snapshot's id, or the day it was taken; empty for the one that suits best."""


@attrs.frozen(kw_only=True)
class Filter:
    """One thing that a report can be asked about."""

    name: str
    kind: FilterKind
    choices: tuple[enum.Enum, ...] = ()
    """Of a choice, what there is to choose from."""
    initial: str = ""
    """What it is unless something else is said."""
    needed: bool = False
    """Saying nothing means what it is initially: there is no report without it."""
    quiet: bool = False
    """Of a period: saying nothing means what the report takes by itself, rather than all time."""

    def title(self, language: Language) -> str:
        """Answer what people call it."""
        return text(f"report.{self.name}", language)

    def options(self, language: Language) -> tuple[tuple[str, str], ...]:
        """Answer the values of a choice, and what people call them; an empty one first, where it may be left out."""
        kinds = tuple((str(one.value), text(_key(one), language)) for one in self.choices)
        return kinds if self.needed else (("", text("report.any", language)), *kinds)


@attrs.frozen
class Filtered:
    """What a report is asked about."""

    values: Mapping[str, Any]
    """By name of the filter; None where it is left open."""
    about: tuple[tuple[str, str], ...]
    """The same in words, as far as something was said."""


def read_filters(
    work: Work, filters: Sequence[Filter], given: Mapping[str, Any], language: Language, *, words: bool = True
) -> Filtered:
    """Read what somebody has typed or chosen. No statement, unless a person is named.

    Args:
        work: The unit of work, for the present day and for people.
        filters: What the report can be narrowed to.
        given: What was said, as texts of a form or address, or as values already.
        language: Of the words about it.
        words: Whether there are to be words about it.

    Raises:
        Invalid: There is no such filter, or what was said is no value of it.
    """
    known = {one.name for one in filters}
    for name in given:
        if name not in known:
            raise Invalid(Problem(str(name)[:50], "report.filter", "report"))
    values = {one.name: _value(work, one, given) for one in filters}
    said = ((one, values[one.name]) for one in filters if words)
    about = tuple((one.title(language), _words(work, one, value, language)) for one, value in said if _says(one, value))
    return Filtered(values, about)


def as_typed(work: Work, filters: Sequence[Filter], given: Mapping[str, Any]) -> Mapping[str, str]:
    """Answer what somebody has said, the way an address says it: days instead of "this month", ids instead of names.

    Raises:
        Invalid: There is no such filter, or what was said is no value of it.
    """
    values = read_filters(work, filters, given, "en", words=False).values
    return {name: _typed(value) for name, value in values.items() if not _is_empty(value)}


def words_of(period: Period | None, language: Language) -> str:
    """Answer what people call a period."""
    if period is None:
        return text("report.all_time", language)
    if period.first == period.last:
        return period.first.isoformat()
    return text("report.from_to", language, first=period.first.isoformat(), last=period.last.isoformat())


def _typed(value: Any) -> str:
    if isinstance(value, Period):
        return typed(value)
    if value is True:
        return "1"
    return str(value.value) if isinstance(value, enum.Enum) else str(value)


def _says(one: Filter, value: Any) -> bool:
    if one.kind is FilterKind.PAGE:
        return False
    return (one.kind is FilterKind.PERIOD and not one.quiet) or not _is_empty(value)


def _is_empty(value: Any) -> bool:
    """Tell whether nothing was said; 0 is something, though Python calls it equal to False."""
    return value is None or value is False or value == ""


def _value(work: Work, one: Filter, given: Mapping[str, Any]) -> Any:
    said = given.get(one.name, one.initial)
    if isinstance(said, str):
        said = said.strip()
    if said in {None, ""} and one.needed:
        said = one.initial
    match one.kind:
        case FilterKind.PERIOD:
            return period_typed(said, work.today, one.name)
        case FilterKind.CHOICE:
            return _chosen(one, said)
        case FilterKind.FLAG:
            return _flag(one, said)
        case FilterKind.NUMBER | FilterKind.PAGE:
            return _number(one, said)
        case FilterKind.PERSON:
            return _person(work, one, said)
        case FilterKind.SNAPSHOT:
            return said or None
        case _:
            return _text(one, said)


def _text(one: Filter, said: Any) -> str:
    found = "" if said is None else said
    if not isinstance(found, str) or len(found) > _LONGEST:
        raise _wrong(one, said)
    return found


def _chosen(one: Filter, said: Any) -> enum.Enum | None:
    if said in {None, ""}:
        return None
    for choice in one.choices:
        if said is choice or said == choice.value:
            return choice
    raise _wrong(one, said)


def _flag(one: Filter, said: Any) -> bool:
    if isinstance(said, bool):
        return said
    found = _YES.get("" if said is None else str(said).lower())
    if found is None:
        raise _wrong(one, said)
    return found


def _number(one: Filter, said: Any) -> int | None:
    if said in {None, ""}:
        return None
    if type(said) is int:
        return said
    if isinstance(said, str) and said.isascii() and said.isdecimal() and len(said) <= _DIGITS:
        return int(said)
    raise Invalid(Problem(one.name, "report.number", "report", {"got": str(said)[:50]}))


def _person(work: Work, one: Filter, said: Any) -> Any:
    if said in {None, ""}:
        return None
    if isinstance(said, UUID):
        return said
    try:
        return UUID(str(said))
    except ValueError:
        return user_named(work, _text(one, said)).id


def _words(work: Work, one: Filter, value: Any, language: Language) -> str:
    match one.kind:
        case FilterKind.PERIOD:
            return words_of(value, language)
        case FilterKind.CHOICE:
            return text(_key(value), language)
        case FilterKind.FLAG:
            return text("report.yes", language)
        case FilterKind.PERSON:
            return user_named(work, value).display_name
    return str(value)


def _key(choice: enum.Enum) -> str:
    return f"{name_of(type(choice))}.{choice.value}"


def _wrong(one: Filter, said: Any) -> Invalid:
    return Invalid(Problem(one.name, "value.choice", "report", {"got": str(said)[:50]}))
