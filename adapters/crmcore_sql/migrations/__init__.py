"""How crmcore's own tables came to be: one file for each change, applied in order by Alembic.

A revision's name is its number, ``0001``; the file is ``versions/0001_what_it_does.py``. ``0000`` stands for a store that
has none of crmcore's own tables, only those of other kinds of records.
"""

from pathlib import Path
from typing import Final

__all__ = ["NOTHING", "REVISIONS", "VERSION_TABLE", "VERSIONS"]

VERSION_TABLE: Final = "crmcore_schema"
"""Where a store keeps the number of the last revision."""
NOTHING: Final = "0000"
VERSIONS: Final = Path(__file__).with_name("versions")
REVISIONS: Final[tuple[str, ...]] = (
    NOTHING,
    *sorted(one.name.partition("_")[0] for one in VERSIONS.glob("[0-9][0-9][0-9][0-9]_*.py")),
)
"""All revisions, oldest first."""
