"""What SQL by hand is written with: how a product says instants, and how its numbers are read back."""

import datetime as dt
from collections.abc import Callable, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Any
from uuid import UUID

import attrs

from bench.reckoning import Rows, amounts
from crmcore.statistics.periods import Period, Span, instants, starts, steps, year_of
from crmcore.storage.work import Work

__all__ = [
    "PROMISES",
    "WEIGHT",
    "YEAR",
    "Compared",
    "Way",
    "Wording",
    "bands",
    "mean",
    "optional_sum",
    "percent",
    "read_id",
    "sums",
]

YEAR = year_of(2024)
WEIGHT = "CASE WHEN o.stage IS NULL THEN o.success_rate ELSE s.probability END"
"""The chance of an opportunity ``o`` whose stage, if it has one, is ``s``."""
PROMISES = (("respond", "responded"), ("resolve", "handled"))
"""What the fields of the two promises to a customer begin with: by when it was promised, and when it was done."""
_TENTH = Decimal("0.1")


@attrs.frozen
class Way:
    """Statements that answer everything a report says, and what they said in the terms of the report."""

    statements: tuple[str, ...]
    said: Callable[[Sequence[Rows]], Any]


@attrs.frozen
class Compared:
    """One report, the figures it shows, and the ways by hand to them."""

    report: Callable[[Work], Any]
    shown: Callable[[Any], Any]
    ways: Callable[["Wording"], Sequence[Way]]


@attrs.frozen
class Wording:
    """How a product says what reports ask."""

    kind: str
    work: Work

    def at(self, moment: dt.datetime) -> str:
        return str(round(moment.timestamp() * 1000)) if self.kind == "sqlite" else f"'{moment.isoformat()}'"

    def day(self, day: dt.date) -> str:
        """The first instant of a day."""
        return self.at(instants(Period(day, day), self.work.zone)[0])

    def during(self, field: str, first: int = 2024) -> str:
        """From the beginning of a year to the end of 2024."""
        return f"{field} >= {self.day(dt.date(first, 1, 1))} AND {field} < {self.day(dt.date(2025, 1, 1))}"

    def edges(self) -> list[str]:
        """Where the months of 2024 begin, and the last one ends."""
        return [self.at(one) for one in starts(steps(YEAR, Span.MONTH), self.work.zone)]

    def id(self, one: UUID) -> str:
        return f"x'{one.hex}'" if self.kind == "sqlite" else f"'{one}'"

    def took(self, start: str, end: str, only: str = "") -> str:
        """Milliseconds that records took together."""
        if self.kind == "sqlite":
            return f"sum({end} - {start}) {only}"
        return f"sum(extract(epoch FROM {end} - {start})) {only} * 1000"

    def alone(self, field: str) -> str:
        """SQLite groups more quickly by sorting than by following an index all over the file."""
        return f"+{field}" if self.kind == "sqlite" else field

    def amount(self, value: Any) -> Decimal | None:
        return amounts(self.kind, 2)(value)

    def weighted(self, value: Any) -> Decimal | None:
        """Amounts times percent."""
        whole = self.amount(value)
        return None if whole is None else whole / 100


def bands(field: str, edges: Sequence[str]) -> str:
    """Number the bands between edges from 0 on; None for nothing."""
    arms = " ".join(f"WHEN {field} < {edge} THEN {place}" for place, edge in enumerate(edges))
    return f"CASE WHEN {field} IS NULL THEN NULL {arms} ELSE {len(edges)} END"


def read_id(value: Any) -> str:
    """Every product's id as text; empty for none."""
    if value is None:
        return ""
    return str(UUID(bytes=value) if isinstance(value, bytes) else value)


def mean(whole: Any, number: int, length: int) -> Decimal | None:
    return None if not number else (Decimal(whole) / (number * length)).quantize(_TENTH, ROUND_HALF_UP)


def percent(part: Any, whole: Any) -> Decimal | None:
    return None if not whole or part is None else (Decimal(100) * part / whole).quantize(_TENTH, ROUND_HALF_UP)


def optional_sum(*parts: Any) -> Any:
    """Add up what there is; None if there is nothing."""
    known = [one for one in parts if one is not None]
    return sum(known[1:], known[0]) if known else None


def sums(rows: Rows, *places: int) -> list[Any]:
    """Add up some columns."""
    return [optional_sum(*(row[place] for row in rows)) for place in places]
