"""What comes of the rows of an import."""

from typing import Literal

import attrs

from crmcore.exchange.chunks import RowError
from crmcore.exchange.entity import ImportBatch

__all__ = ["ChunkDone", "ImportResult", "Outcome", "Resemblance"]

Outcome = Literal["created", "updated", "unchanged", "failed"]


@attrs.frozen
class Resemblance:
    """A row whose new customer may be one who is known."""

    row: int
    """The row as spreadsheets number them, the heading being 1."""
    numbers: tuple[str, ...]
    """Numbers of the customers he may be, as far as the importer sees them."""


@attrs.frozen(kw_only=True)
class ChunkDone:
    """What came of a chunk of rows."""

    outcomes: tuple[Outcome, ...] = ()
    """One for each row; none if the chunk was in before."""
    errors: tuple[RowError, ...] = ()
    resembling: tuple[Resemblance, ...] = ()

    def count(self, outcome: Outcome) -> int:
        """Count the rows of which this has come."""
        return self.outcomes.count(outcome)


@attrs.frozen(kw_only=True)
class ImportResult:
    """What came of an import."""

    batch: ImportBatch | None
    """The import as it is kept, for looking at it and undoing it; None for a rehearsal."""
    rows: int
    created: int
    updated: int
    unchanged: int
    failed: int
    errors: tuple[RowError, ...]
    """The first of what is wrong with rows."""
    resembling: tuple[Resemblance, ...]
    """The first of the new customers that may be known ones."""
