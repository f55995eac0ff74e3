"""The tables as the last revision leaves them: all revisions' changes, one after the other."""

import functools
import importlib
from collections.abc import Mapping
from typing import Any

from crmcore_sql.migrations import VERSIONS
from crmcore_sql.migrations.changes import Change
from crmcore_sql.specs import Table

__all__ = ["frozen_tables"]


@functools.cache
def frozen_tables() -> Mapping[str, Table]:
    """Answer crmcore's own tables by name."""
    tables: dict[str, Table] = {}
    for file in sorted(VERSIONS.glob("[0-9]*.py")):
        revision: Any = importlib.import_module(f"crmcore_sql.migrations.versions.{file.stem}")
        changes: tuple[Change, ...] = revision.CHANGES
        for change in changes:
            change.replay(tables)
    return tables
