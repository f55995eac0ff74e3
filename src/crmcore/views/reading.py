"""Reads what people typed, one kind of value after the other (requirements GEN-11, GEN-18)."""

import datetime as dt
import re
import unicodedata
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from crmcore.base.kinds import Kind

__all__ = ["LISTS", "Unreadable", "read", "written"]

LISTS: Final = frozenset({"text_list", "uuid_list"})
"""Kinds of which people give several, one on a line."""
_LONGEST_NUMBER: Final = 40
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_INSTANT: Final = re.compile(rf"{_DAY.pattern}[T ][0-9]{{2}}:[0-9]{{2}}(:[0-9]{{2}}(\.[0-9]+)?)?(Z|[+-][0-9:]{{5}})?")
_TRUE: Final = frozenset({"yes", "on", "true", "1", "是"})
_FALSE: Final = frozenset({"no", "off", "false", "0", "否"})


class Unreadable(Exception):
    """The text is no value of its kind; ``code`` says what is wrong."""

    def __init__(self, code: str) -> None:
        """Say what is wrong by the code of a problem."""
        super().__init__(code)
        self.code = code


def read(kind: Kind, text: str, zone: ZoneInfo) -> Any:
    """Answer the value that *text* means; the text itself for kinds that are text.

    Args:
        kind: Kind of the field.
        text: What somebody typed, not blank.
        zone: Zone of instants that name none.

    Raises:
        Unreadable: It means none.
    """
    if kind not in _READERS:
        return text
    reader, code = _READERS[kind]
    try:
        return reader(text, zone)
    except (ValueError, InvalidOperation) as error:
        raise Unreadable(code) from error


def written(value: Any, zone: ZoneInfo) -> str:
    """Answer the text that :func:`read` reads as *value*; nothing for a missing one."""
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else ""
        case Decimal():
            return f"{value:f}"
        case dt.datetime():
            return value.astimezone(zone).strftime("%Y-%m-%dT%H:%M")
        case tuple():
            return "\n".join(map(str, value))
    return str(getattr(value, "value", value))


def _instant(text: str, zone: ZoneInfo) -> dt.datetime:
    if _INSTANT.fullmatch(text) is None:
        raise ValueError(text)
    instant = dt.datetime.fromisoformat(text)
    return instant.replace(tzinfo=zone) if instant.tzinfo is None else instant


def _day(text: str, _zone: ZoneInfo) -> dt.date:
    if _DAY.fullmatch(text) is None:
        raise ValueError(text)
    return dt.date.fromisoformat(text)


def _integer(text: str, _zone: ZoneInfo) -> int:
    plain = unicodedata.normalize("NFKC", text)  # digits of full width are typed with a Chinese keyboard
    if len(text) > _LONGEST_NUMBER or not (plain.isascii() and text.removeprefix("-").isdecimal()):
        raise ValueError(text)
    return int(plain)


def _decimal(text: str, _zone: ZoneInfo) -> Decimal:
    if len(text) > _LONGEST_NUMBER:
        raise ValueError(text)
    return Decimal(text)


def _boolean(text: str, _zone: ZoneInfo) -> bool:
    if text.lower() not in _TRUE | _FALSE:
        raise ValueError(text)
    return text.lower() in _TRUE


_READERS: Final[dict[Kind, tuple[Callable[[str, ZoneInfo], Any], str]]] = {
    "integer": (_integer, "value.number"),
    "decimal": (_decimal, "value.decimal"),
    "date": (_day, "value.date"),
    "instant": (_instant, "value.instant"),
    "boolean": (_boolean, "value.boolean"),
    "uuid": (lambda text, _: UUID(text), "value.uuid"),
    "text_list": (lambda text, _: tuple(line.strip() for line in text.split("\n") if line.strip()), "value.item"),
    "uuid_list": (lambda text, _: tuple(UUID(line) for line in text.split()), "value.uuid"),
}
