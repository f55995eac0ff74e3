"""The tables as a revision leaves them: all changes up to it, one after the other."""

import functools
import importlib
from collections.abc import Mapping
from typing import Any

from crmcore_sql.migrations import FILES, REVISIONS
from crmcore_sql.migrations.changes import Change
from crmcore_sql.specs import Table

__all__ = ["changes_of", "frozen_tables"]


@functools.cache
def frozen_tables(revision: str = REVISIONS[-1]) -> Mapping[str, Table]:
    """Answer crmcore's own tables by name, as *revision* leaves them."""
    tables: dict[str, Table] = {}
    for one in REVISIONS[1 : REVISIONS.index(revision) + 1]:
        for change in changes_of(one):
            change.replay(tables)
    return tables


def changes_of(revision: str) -> tuple[Change, ...]:
    """Answer what a revision changes."""
    file = FILES[REVISIONS.index(revision) - 1]
    module: Any = importlib.import_module(f"crmcore_sql.migrations.versions.{file.stem}")
    changes: tuple[Change, ...] = module.CHANGES
    return changes
