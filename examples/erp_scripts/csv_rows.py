"""Reads rows from a CSV file that another system has exported: nothing about the file is taken for granted.

The whole file is looked at before the first row is used, so that a file that breaks off in the middle does no harm.
Memory use does not grow with the file.
"""

import csv
import hashlib
import re
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

import attrs

from crmcore.base.text import fold

__all__ = ["BadFile", "Row", "Table"]

ENCODINGS: Final = {"utf-8-sig": "UTF-8", "gb18030": "GB18030"}
"""Tried in this order: what can be read as UTF-8 is UTF-8."""
DELIMITERS: Final = ",;\t"
BLOCK: Final = 1 << 20


class BadFile(Exception):
    """The file can't be used; ``code`` and ``params`` say why."""

    def __init__(self, code: str, **params: object) -> None:
        """Say why."""
        super().__init__(code, params)
        self.code, self.params = code, params


@attrs.frozen
class Row:
    """One line of the file below its header; of several lines if a cell has several."""

    line: int
    """Number of its first line, the header being line 1."""
    cells: tuple[str, ...]
    values: Mapping[str, str]
    """Field name to text, for the columns that are fields."""
    key: str
    """Says whether this row was imported before: the cell in the key column, or a digest of all values."""


class Table:
    """A CSV file with a header."""

    def __init__(self, path: Path, names: Mapping[str, str], *, key_column: str = "") -> None:
        """Look at the whole file.

        Args:
            path: The file.
            names: What a column may be called, to the field it stands for; an empty field is skipped.
            key_column: The column whose text tells rows apart; empty for none.

        Raises:
            BadFile: It can't be read, or is no CSV file with a header.
        """
        self._path = path
        self._encoding = _encoding_of(path)
        known = {_plain(name): field for name, field in names.items()}
        self.delimiter = max(DELIMITERS, key=lambda one: sum(_plain(cell) in known for cell in self._header(one)))
        self.header = self._header(self.delimiter)
        if "\0" in "".join(self.header):
            raise BadFile("binary")
        self.fields = {place: known[_plain(name)] for place, name in enumerate(self.header) if _plain(name) in known}
        given = [field for field in self.fields.values() if field]
        twice = next((field for field in given if given.count(field) > 1), None)
        if twice:
            raise BadFile("twice", field=twice)
        places = [place for place, name in enumerate(self.header) if key_column and _plain(name) == _plain(key_column)]
        if key_column and not places:
            raise BadFile("key_column", column=key_column)
        self._key = places[0] if places else None
        used = {*self.fields, *places}
        self.ignored = [name for place, name in enumerate(self.header) if place not in used]
        for _ in self._lines(self.delimiter):  # a file that breaks off is noticed before anything is done
            pass

    @property
    def encoding(self) -> str:
        """The encoding that was found."""
        return ENCODINGS[self._encoding]

    def __iter__(self) -> Iterator[Row]:
        """Go through the rows; blank lines are left out."""
        lines = self._lines(self.delimiter)
        next(lines)
        for line, cells in lines:
            pairs = ((self.fields.get(place, ""), cell.strip()) for place, cell in enumerate(cells))
            values = {field: text for field, text in pairs if field}
            yield Row(line, tuple(cells), values, self._key_of(cells, values))

    def _key_of(self, cells: list[str], values: Mapping[str, str]) -> str:
        if self._key is None:
            return hashlib.sha256(repr(sorted(values.items())).encode()).hexdigest()
        return cells[self._key].strip() if self._key < len(cells) else ""

    def _header(self, delimiter: str) -> list[str]:
        try:
            _, cells = next(self._lines(delimiter, strict=False))
        except StopIteration:
            raise BadFile("empty") from None
        return cells

    def _lines(self, delimiter: str, *, strict: bool = True) -> Iterator[tuple[int, list[str]]]:
        """Answer the cells of each line that has any, and its number."""
        with self._path.open(encoding=self._encoding, newline="") as source:
            reader = csv.reader(source, delimiter=delimiter, strict=strict)
            first = 1
            try:
                for cells in reader:
                    if any(cell.strip() for cell in cells):
                        yield first, cells
                    first = reader.line_num + 1
            except csv.Error as error:
                raise BadFile("broken", line=first, reason=str(error)) from error


def _encoding_of(path: Path) -> str:
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise BadFile("no_file")
        for encoding in ENCODINGS:
            if _can_be_read(path, encoding):
                return encoding
    except OSError as error:
        raise BadFile("unreadable", reason=error.strerror or str(error)) from error
    raise BadFile("encoding", tried=", ".join(ENCODINGS.values()))


def _can_be_read(path: Path, encoding: str) -> bool:
    try:
        with path.open(encoding=encoding, newline="") as source:
            while source.read(BLOCK):
                pass
    except UnicodeDecodeError:
        return False
    return True


def _plain(name: str) -> str:
    """Answer a column's name without case, width, required marks, units in brackets, and with blanks for ``_``."""
    return re.sub(r"\(.*\)$", "", fold(name).replace("_", " ").strip(" *\ufeff")).strip()
