"""How much of a file is read before it is refused: a hostile file must cost neither time nor memory (X-ADM-10)."""

from typing import Final

from crmcore.base.errors import Invalid, Problem

__all__ = [
    "LONGEST_CELL",
    "LONGEST_ROW",
    "MOST_CELL_TEXTS",
    "MOST_COLUMNS",
    "MOST_DEPTH",
    "MOST_PARTS",
    "MOST_RATIO",
    "MOST_UNPACKED",
    "file_refused",
]

MOST_COLUMNS: Final = 500
LONGEST_ROW: Final = 1_000_000
"""Characters of one row, line breaks inside quotes and all."""
LONGEST_CELL: Final = 131_072
"""Characters of one cell; a spreadsheet keeps 32 767."""
MOST_UNPACKED: Final = 1 << 30
"""Bytes of a workbook's parts when unpacked, as they say and as they are."""
MOST_RATIO: Final = 150
"""How many times its packed size a large part may unpack to; real sheets stay below 40."""
MOST_PARTS: Final = 2_000
MOST_CELL_TEXTS: Final = 48_000_000
"""Characters of the texts a workbook keeps apart from its cells; they are held in memory while it is read."""
MOST_DEPTH: Final = 32
"""How deep XML elements may be nested."""


def file_refused(code: str, **params: object) -> Invalid:
    """Make the error that says why a file is not read.

    Args:
        code: Catalogue key below ``error.``.
        params: What its sentence names.
    """
    return Invalid(Problem(field="file", code=code, entity="import_file", params=params))
