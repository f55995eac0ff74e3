"""Writes a new revision from the difference between the entities and the last revision.

::

    python -m crmcore_sql.migrations.make "Products and stock"

Read what it wrote: a renamed field looks like one dropped and one added, and a new field that may not be empty needs a
default for the records that are there.
"""

import importlib
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import attrs

from crmcore.base.schema import describe
from crmcore_sql.migrations import REVISIONS, VERSIONS
from crmcore_sql.migrations.changes import (
    AddColumn,
    AddIndex,
    Change,
    ChangeColumn,
    CreateTable,
    DropColumn,
    DropIndex,
    DropTable,
)
from crmcore_sql.migrations.frozen import frozen_tables
from crmcore_sql.specs import Column, Index, Table, table_of

__all__ = ["differences", "main", "render"]

ENTITIES: Final = "crmcore.subjects:ENTITIES"
"""Where the core lists what it keeps; looked up by name, for this package knows no entity."""
_DEFAULTS: Final = {
    "integer": "0",
    "boolean": "false",
    "decimal": "0",
    **dict.fromkeys(("text_list", "uuid_list", "fragments"), "'[]'"),
}


def differences(old: Mapping[str, Table], new: Mapping[str, Table]) -> Iterator[Change]:
    """Answer the changes that lead from *old* tables to *new* ones."""
    for name in old.keys() - new.keys():
        yield DropTable(name)
    for name, table in new.items():
        if name in old:
            yield from _changed(old[name], table)
        else:
            yield CreateTable(table)


def _changed(old: Table, new: Table) -> Iterator[Change]:
    before = {column.name: column for column in old.columns}
    after = {column.name: column for column in new.columns}
    yield from (DropIndex(old.name, index) for index in old.indexes if index not in new.indexes)
    yield from (DropColumn(old.name, name) for name in before if name not in after)
    for name, column in after.items():
        if name not in before:
            yield AddColumn(old.name, column, None if column.nullable else _DEFAULTS.get(column.kind, "''"))
        elif before[name] != column:
            yield ChangeColumn(old.name, column)
    yield from (AddIndex(old.name, index) for index in new.indexes if index not in old.indexes)


def render(revision: str, previous: str | None, message: str, changes: Sequence[Change]) -> str:
    """Answer the text of a revision."""
    steps = sorted({type(change).__name__ for change in changes})
    parts = sorted({type(part).__name__ for change in changes for part in _parts(change)})
    body = "\n".join(f"    {_source(change, 1)}," for change in changes)
    return (
        f'"""{message}."""\n\n'
        f"from crmcore_sql.migrations.changes import {', '.join(steps)}\n"
        f"from crmcore_sql.migrations.running import apply\n"
        + (f"from crmcore_sql.specs import {', '.join(parts)}\n" if parts else "")
        + f'\nrevision = "{revision}"\ndown_revision = {previous!r}\n\n'.replace("'", '"')
        + f"CHANGES = (\n{body}\n)\n\n\n"
        f"def upgrade() -> None:\n"
        f'    """Apply the changes."""\n'
        f"    apply(revision)\n"
    )


def _parts(value: Any) -> Iterator[Any]:
    """List the specs inside a change."""
    if isinstance(value, (Column, Index, Table)):
        yield value
    if isinstance(value, tuple):
        for one in value:
            yield from _parts(one)
    elif attrs.has(type(value)):
        for attribute in attrs.fields(type(value)):
            yield from _parts(getattr(value, attribute.name))


def _source(value: Any, depth: int) -> str:
    """Write a value as Python, one item of a longer tuple a line."""
    if isinstance(value, str):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    if isinstance(value, tuple) and value and attrs.has(type(value[0])):
        blank = "    " * (depth + 1)
        return "(\n" + "".join(f"{blank}{_source(one, depth + 1)},\n" for one in value) + "    " * depth + ")"
    if isinstance(value, tuple):
        return "(" + ", ".join(_source(one, depth) for one in value) + (",)" if len(value) == 1 else ")")
    if not attrs.has(type(value)):
        return repr(value)
    given = []
    for attribute in attrs.fields(type(value)):
        part = getattr(value, attribute.name)
        if part != attribute.default:
            source = _source(part, depth)
            given.append(f"{attribute.name}={source}" if attribute.kw_only or part is True else source)
    return f"{type(value).__name__}({', '.join(given)})"


def main(arguments: Sequence[str]) -> int:
    """Write the revision; answer an exit code."""
    if len(arguments) != 1 or not re.search(r"\w", arguments[0]):
        sys.stderr.write('usage: python -m crmcore_sql.migrations.make "What changes"\n')
        return 2
    module, _, name = ENTITIES.partition(":")
    entities = getattr(importlib.import_module(module), name)
    new = {table.name: table for table in (table_of(describe(cls)) for cls in entities)}
    changes = list(differences(frozen_tables(), new))
    if not changes:
        sys.stdout.write("Nothing has changed.\n")
        return 0
    message = arguments[0].strip().rstrip(".")
    number = f"{int(REVISIONS[-1]) + 1:04d}"
    slug = "_".join(re.findall(r"[a-z0-9]+", message.lower()))[:40].strip("_")
    path: Path = VERSIONS / f"r{number}_{slug}.py"
    previous = None if int(number) == 1 else REVISIONS[-1]
    path.write_text(render(number, previous, message, changes), encoding="utf-8")
    sys.stdout.write(f"{path.name}: {len(changes)} changes\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
