"""Writes the rows that could not be taken in, so that they can be mended and taken in again (requirement X-ADM-10)."""

import csv
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from crmcore.exchange.chunks import RowError
from crmcore.exchange.guarding import guarded, tidy, unguarded
from crmcore.exchange.limits import file_refused
from crmcore.exchange.sources import Row
from crmcore.i18n import LANGUAGES, language_of, text

__all__ = ["ErrorFile"]

_HEADING: Final = "exchange_column.error"


class ErrorFile:
    """A file of separated values with the columns of the file that was read, and one that says what is wrong."""

    def __init__(self, path: str | Path | None, headings: Sequence[str], language: str) -> None:
        """Write to *path*, in the reader's language; nowhere if there is none."""
        self._path = path
        self._language = language_of(language)
        ours = {text(_HEADING, one) for one in LANGUAGES}
        self._places = [place for place, heading in enumerate(headings) if heading not in ours]
        self._headings = [headings[place] for place in self._places]
        self._stack = ExitStack()
        self._writer: Any = None

    def __enter__(self) -> Self:
        """Begin the file."""
        if self._path is not None:
            try:
                target = Path(self._path).open("w", encoding="utf-8-sig", newline="")  # closed by the stack
            except OSError as error:
                raise file_refused("exchange.not_written", reason=error.strerror or type(error).__name__) from error
            self._writer = csv.writer(self._stack.enter_context(target))
            self._writer.writerow([*map(_shown, self._headings), text(_HEADING, self._language)])
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End the file."""
        self._stack.close()

    def write(self, rows: Sequence[Row], errors: Sequence[RowError]) -> None:
        """Write the rows of a chunk that are wrong."""
        if self._writer is None or not errors:
            return
        cells = dict(rows)
        for error in errors:
            kept = [_shown(cells[error.row][place]) for place in self._places]
            self._writer.writerow([*kept, _shown(error.explain(self._language))])


def _shown(cell: str) -> str:
    """Answer a cell so that it means the same when it is read again, and no spreadsheet takes it for a formula."""
    return cell if unguarded(cell) is not None else guarded(tidy(cell, long=True))
