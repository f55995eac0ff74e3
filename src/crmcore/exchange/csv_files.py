"""Reads rows of separated values, however large the file and whatever it holds (requirement X-ADM-10)."""

import csv
import io
from collections.abc import Iterator
from typing import BinaryIO, Final

from crmcore.exchange.limits import LONGEST_ROW, MOST_COLUMNS, file_refused

__all__ = ["DELIMITERS", "csv_rows", "detect_delimiter"]

DELIMITERS: Final = (",", ";", "\t", "|")
_LOOKED_AT: Final = 20
"""Rows by which the delimiter is found."""


def detect_delimiter(sample: str) -> str:
    """Answer what separates the cells: what divides the first rows into the most columns, the same in each.

    Args:
        sample: The first lines of the file.
    """
    found = {one: _width(sample, one) for one in DELIMITERS}
    return max(DELIMITERS, key=found.__getitem__)


def _width(sample: str, delimiter: str) -> tuple[int, int]:
    """Answer how many of the first rows are as wide as the heading, and how wide that is; nothing for one column."""
    widths: list[int] = []
    try:
        for row in csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter):
            widths.append(len(row))
            if len(widths) == _LOOKED_AT:
                break
    except csv.Error:
        return (0, 0)
    if not widths or widths[0] < 2:  # noqa: PLR2004  # one column: nothing is separated
        return (0, 0)
    return (sum(width == widths[0] for width in widths), widths[0])


def csv_rows(source: BinaryIO, encoding: str, delimiter: str) -> Iterator[list[str]]:
    """Go through the rows of a file, the heading first; of a file of any size only one row is in memory.

    Args:
        source: The file, from its beginning; closed by whoever opened it.
        encoding: Python name of its encoding.
        delimiter: What separates the cells.

    Raises:
        Invalid: It is in another encoding, a quote is never closed, or a row is too long or too wide.
    """
    lines = _Lines(io.TextIOWrapper(source, encoding=encoding, errors="strict", newline=""))
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    number = 0
    try:
        for row in reader:
            number += 1
            lines.length = 0
            if len(row) > MOST_COLUMNS:
                raise file_refused("exchange.too_many_columns", row=number, got=len(row), max=MOST_COLUMNS)
            yield row
    except csv.Error as error:
        code = "exchange.quotes" if "expected" in str(error) or "end of data" in str(error) else "exchange.row_too_long"
        raise file_refused(code, row=number + 1, max=LONGEST_ROW) from error
    except UnicodeError as error:
        raise file_refused("exchange.wrong_encoding", row=number + 1, encoding=encoding) from error
    finally:
        lines.let_go()


class _Lines:
    """The lines of a text, of which no row may use up too many characters."""

    def __init__(self, text: io.TextIOWrapper) -> None:
        self._text = text
        self.length = 0
        """Characters read since the last whole row."""

    def __iter__(self) -> Iterator[str]:
        read = self._text.readline
        number = 1
        while line := read(LONGEST_ROW):
            self.length += len(line)
            if self.length >= LONGEST_ROW:
                raise file_refused("exchange.row_too_long", row=number, max=LONGEST_ROW)
            number += 1
            yield line

    def let_go(self) -> None:
        """Leave the file open for whoever opened it."""
        if not self._text.closed:
            self._text.detach()
