"""What the XML parts of a workbook say: texts kept apart, which numbers are days, and the rows of a sheet."""

import datetime as dt
import re
from collections.abc import Iterator
from typing import Final

from crmcore.exchange.limits import LONGEST_CELL, LONGEST_ROW, MOST_CELL_TEXTS, MOST_COLUMNS, file_refused

__all__ = ["SharedTexts", "Sheet", "Styles", "plain"]

_ESCAPED: Final = re.compile(r"_x([0-9A-Fa-f]{4})_")
_DAYS: Final = frozenset({14, 15, 16, 17, 18, 19, 20, 21, 22, 27, 30, 31, 36, 45, 46, 47, 50, 57})
"""Numbers of the built-in formats, Chinese ones too, that show a number as a day or a time."""
_MOST_OTHERS: Final = 100_000
"""Elements in a row without a cell or a text of it; a wide row with its formats has some thousand."""
_QUOTED: Final = re.compile(r'"[^"]*"|\[[^\]]*\]|\\.')
_FIRST_DAY: Final = dt.datetime(1899, 12, 30)  # noqa: DTZ001  # a spreadsheet's days have no zone
_LAST_SERIAL: Final = 2_958_466


class _Others:
    """Counts the elements between rows or texts; a part that is full of others is made to take time."""

    def __init__(self) -> None:
        self._seen = 0

    def count(self, name: str, wanted: str) -> None:
        self._seen = 0 if name == wanted else self._seen + 1
        if self._seen > _MOST_OTHERS:
            raise file_refused("exchange.bomb")


class SharedTexts:
    """The texts that cells refer to by number."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self._parts: list[str] = []
        self._length = 0
        self._reading = self._aside = False
        self._others = _Others()

    def start(self, name: str, _facts: dict[str, str]) -> None:
        """Take the beginning of an element."""
        bare = name.rpartition(":")[2]
        self._others.count(bare, "si")
        self._aside = self._aside or bare == "rPh"  # how characters are pronounced is no part of the text
        self._reading = bare == "t" and not self._aside

    def end(self, name: str) -> None:
        """Take the end of an element."""
        bare = name.rpartition(":")[2]
        self._reading = False
        if bare == "rPh":
            self._aside = False
        if bare == "si":
            self.texts.append(plain("".join(self._parts)))
            self._parts.clear()
            self._length += 16  # an empty text takes room as well

    def say(self, text: str) -> None:
        """Take a piece of text."""
        if self._reading:
            self._length += len(text)
            if self._length > MOST_CELL_TEXTS:
                raise file_refused("exchange.too_much_text", max=MOST_CELL_TEXTS)
            self._parts.append(text)


class Styles:
    """Which of the cells' styles show a number as a day."""

    def __init__(self) -> None:
        self.days: set[int] = set()
        self._own: set[int] = set()
        self._count = 0
        self._reading = False

    def start(self, name: str, facts: dict[str, str]) -> None:
        """Take the beginning of an element."""
        match name.rpartition(":")[2]:
            case "numFmt":
                code = _QUOTED.sub("", facts.get("formatCode", "")).lower()
                if any(one in code for one in "ymdhs") and len(self._own) < LONGEST_CELL:
                    self._own.add(_whole(facts.get("numFmtId", "")))
            case "cellXfs":
                self._reading = True
            case "xf" if self._reading:
                number = _whole(facts.get("numFmtId", "0"))
                if number in self._own or number in _DAYS:
                    self.days.add(self._count)
                self._count += 1

    def end(self, name: str) -> None:
        """Take the end of an element."""
        if name.rpartition(":")[2] == "cellXfs":
            self._reading = False


class Sheet:
    """The rows of a sheet; those that nothing stands in are passed over, however many there are."""

    def __init__(self, texts: list[str], days: set[int]) -> None:
        self._texts, self._days = texts, days
        self._done: list[tuple[int, list[str]]] = []
        self._number = 0
        self._cells: list[str] = []
        self._kind = self._style = ""
        self._column = -1
        self._said: list[str] = []
        self._cell = self._length = 0
        self._reading = False
        self._others = _Others()

    def taken(self) -> Iterator[tuple[int, list[str]]]:
        """Answer the rows that were completed since the last time."""
        done, self._done = self._done, []
        return iter(done)

    def start(self, name: str, facts: dict[str, str]) -> None:
        """Take the beginning of an element."""
        bare = name.rpartition(":")[2]
        self._others.count(bare, "row")
        match bare:
            case "c":
                place = facts.get("r", "")
                self._column = self._column + 1 if not place else _column_of(place)
                if self._column >= MOST_COLUMNS:
                    raise file_refused(
                        "exchange.too_many_columns", row=self._number, got=self._column + 1, max=MOST_COLUMNS
                    )
                self._kind, self._style = facts.get("t", "n"), facts.get("s", "")
                self._said.clear()
                self._cell = 0
            case "v" | "t":
                self._reading = True
            case "row":
                given = facts.get("r", "")
                self._number = _whole(given) if given else self._number + 1
                self._cells = []
                self._column, self._length = -1, 0

    def end(self, name: str) -> None:
        """Take the end of an element."""
        match name.rpartition(":")[2]:
            case "c":
                text = self._value("".join(self._said))
                if text:
                    self._cells += [""] * (self._column + 1 - len(self._cells))
                    self._cells[self._column] = text
            case "v" | "t":
                self._reading = False
            case "row":
                if any(self._cells):
                    self._done.append((self._number, self._cells))

    def say(self, text: str) -> None:
        """Take a piece of text."""
        if self._reading:
            self._cell += len(text)
            self._length += len(text)
            if self._cell > LONGEST_CELL or self._length > LONGEST_ROW:
                raise file_refused("exchange.row_too_long", row=self._number, max=LONGEST_CELL)
            self._said.append(text)

    def _value(self, said: str) -> str:
        match self._kind:
            case "s":
                place = _whole(said)
                if not 0 <= place < len(self._texts):
                    raise file_refused("exchange.broken_workbook")
                return self._texts[place]
            case "inlineStr" | "str":
                return plain(said)
            case "b":
                return "yes" if said == "1" else "no"
            case "n" if said:
                return _number(said, day=bool(self._days) and _whole(self._style) in self._days)
        return said


def plain(text: str) -> str:
    """Answer a text without the escapes for characters that XML can't hold, ``_x000D_``."""
    if "_x" not in text:
        return text
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)


def _number(said: str, *, day: bool) -> str:
    """Say a number as people typed it: 12 is kept as 12, 0.1 perhaps as 0.10000000000000001."""
    try:
        value = float(said)
    except ValueError:
        return said
    if day and 0 <= value < _LAST_SERIAL:
        at = _FIRST_DAY + dt.timedelta(seconds=round(value * 86_400))
        return f"{at:%H:%M:%S}" if value < 1 else at.isoformat().removesuffix("T00:00:00")
    if value.is_integer() and abs(value) < 1e15:  # noqa: PLR2004  # the digits a spreadsheet keeps
        return str(int(value))
    return repr(value) if value.is_integer() or abs(value) < 1e-4 else f"{value:.15g}"  # noqa: PLR2004


def _column_of(place: str) -> int:
    """Answer the column of a cell's place, ``AB12``, from 0."""
    column = 0
    for one in place[:4].upper():
        if not "A" <= one <= "Z":
            break
        column = column * 26 + ord(one) - 64
    return column - 1 if column else MOST_COLUMNS


def _whole(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else -1  # noqa: PLR2004  # no sheet has more
