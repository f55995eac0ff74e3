"""Finds rows of a file that take what an earlier row takes, when nothing is written that could show it."""

import hashlib
import sqlite3
from collections.abc import Iterator, Sequence
from typing import Final

import attrs

from crmcore.base.errors import Problem
from crmcore.base.text import key_of
from crmcore.exchange.chunks import RowError
from crmcore.exchange.outcomes import ChunkDone, Outcome
from crmcore.exchange.plans import ImportPlan
from crmcore.exchange.sources import Row
from crmcore.storage.codec import compact

__all__ = ["Repeated"]

_UNIQUE: Final = ("number", "external_key", "name")
_ROW: Final = ""
"""Under this name is kept what a record's last row said."""


class Repeated:
    """Remembers names, numbers and keys of the chunks so far; on disk, for a file may have any number of rows."""

    def __init__(self, plan: ImportPlan) -> None:
        """Remember nothing yet."""
        self._places: list[tuple[str, int]] = (
            [(name, plan.mapping.index(name)) for name in _UNIQUE if name in plan.mapping]
            if plan.kind == "customer"
            else []
        )
        self._plan = plan
        self._seen = sqlite3.connect("")  # a file of its own that is gone when it is closed
        self._seen.execute(
            "CREATE TABLE seen (name TEXT, value TEXT, owner TEXT, PRIMARY KEY (name, value)) WITHOUT ROWID"
        )
        self._seen.execute("CREATE INDEX owned ON seen (owner, name)")

    def told(self, done: ChunkDone, rows: Sequence[Row]) -> ChunkDone:
        """Answer what would come of a chunk if the chunks before had been written."""
        outcomes, errors = [*done.outcomes], [*done.errors]
        for place, (number, cells) in enumerate(rows):
            if outcomes[place] == "failed":
                continue
            values = dict(self._values(cells))
            key = "" if self._plan.mode == "insert" else values.get(self._plan.key, "")
            owner = key or f"row {number}"
            taken = [name for name, value in values.items() if self._owner(name, value) not in {None, owner}]
            if taken and outcomes[place] == "created":
                outcomes[place] = "failed"
                errors.append(self._taken(number, cells, taken[0]))
                continue
            known, said = self._owner(_ROW, owner), _digest(cells)
            if known is not None and outcomes[place] != "unchanged":
                outcomes[place] = "unchanged" if known == said else "updated"
            self._claim(_ROW, owner, said)
            for name, value in values.items():
                if known is not None:  # what it had before is free again
                    self._seen.execute("DELETE FROM seen WHERE name = ? AND owner = ?", (name, owner))
                self._claim(name, value, owner)
        kept: tuple[Outcome, ...] = tuple(outcomes)
        return attrs.evolve(done, outcomes=kept, errors=tuple(sorted(errors, key=lambda one: one.row)))

    def close(self) -> None:
        """Forget everything."""
        self._seen.close()

    def _values(self, cells: Sequence[str]) -> Iterator[tuple[str, str]]:
        for name, place in self._places:
            value = key_of(cells[place]) if name == "name" else cells[place].strip()
            if value:
                yield name, value

    def _taken(self, number: int, cells: Sequence[str], name: str) -> RowError:
        got = cells[dict(self._places)[name]][:40]
        return RowError(row=number, problems=(Problem(name, "exchange.taken", "customer", {"got": got}),))

    def _owner(self, name: str, value: str) -> str | None:
        """Answer what has a value; of a record what its last row said."""
        found = self._seen.execute("SELECT owner FROM seen WHERE name = ? AND value = ?", (name, value)).fetchone()
        return None if found is None else str(found[0])

    def _claim(self, name: str, value: str, owner: str) -> None:
        self._seen.execute("INSERT OR REPLACE INTO seen VALUES (?, ?, ?)", (name, value, owner))


def _digest(cells: Sequence[str]) -> str:
    return hashlib.sha256(compact([*cells]).encode()).hexdigest()
