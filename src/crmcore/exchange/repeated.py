"""Finds rows of a file that take what an earlier row takes, when nothing is written that could show it."""

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

__all__ = ["Repeated"]

_UNIQUE: Final = ("number", "external_key", "name")


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
        self._seen.execute("CREATE TABLE seen (name TEXT, value TEXT, PRIMARY KEY (name, value)) WITHOUT ROWID")

    def told(self, done: ChunkDone, rows: Sequence[Row]) -> ChunkDone:
        """Answer what would come of a chunk if the chunks before had been written."""
        outcomes, errors = [*done.outcomes], [*done.errors]
        for place, (number, cells) in enumerate(rows):
            if outcomes[place] != "created":
                continue
            known = [name for name, value in self._values(cells) if not self._is_new(name, value)]
            if not known:
                continue
            if self._plan.mode == "upsert" and known == [self._plan.key]:
                outcomes[place] = "updated"
            else:
                outcomes[place] = "failed"
                got = cells[dict(self._places)[known[0]]][:40]
                problem = Problem(field=known[0], code="exchange.taken", entity="customer", params={"got": got})
                errors.append(RowError(row=number, problems=(problem,)))
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

    def _is_new(self, name: str, value: str) -> bool:
        return self._seen.execute("INSERT OR IGNORE INTO seen VALUES (?, ?)", (name, value)).rowcount == 1
