"""How crmcore's own tables came to be: one file for each change, applied in order by Alembic.

A revision's name is its number, ``0001``; its file is ``versions/r0001_what_it_does.py``. ``0000`` stands for a store
that has none of crmcore's own tables, only those of other kinds of records. There is no way back but a backup: a field
that a newer version has written can't be forgotten without loss.
"""

from pathlib import Path
from typing import Final

__all__ = ["FILES", "NOTHING", "REVISIONS", "VERSIONS", "VERSION_TABLE"]

VERSION_TABLE: Final = "crmcore_schema"
"""Where a store keeps the number of its last revision."""
NOTHING: Final = "0000"
VERSIONS: Final = Path(__file__).with_name("versions")
FILES: Final[tuple[Path, ...]] = tuple(sorted(VERSIONS.glob("r[0-9][0-9][0-9][0-9]_*.py")))
REVISIONS: Final[tuple[str, ...]] = (NOTHING, *(one.name[1:5] for one in FILES))
"""All revisions, oldest first."""
