"""Measures what became of treatments: how long they took, and whether they were in time (requirement X-SRV-14)."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from crmcore.query import Measure, TallyRow, count, eq, is_null, negate, only, total
from crmcore.statistics.sums import COUNT, total_of

if TYPE_CHECKING:
    from attrs import Attribute

__all__ = ["MET", "MISSED", "TIME", "TIMED", "in_all", "outcome", "outcomes", "those_timed"]

TIME: Final = 1
"""Place of the seconds of working time among the measures, of which the number of treatments is the first."""
TIMED: Final = 2
"""Place of how many treatments that was measured of."""
MET: Final = 3
"""Place of how many were in time."""
MISSED: Final = 4
"""Place of how many were too late."""


def outcomes(took: "Attribute[Any]", met: "Attribute[Any]") -> tuple[Measure, ...]:
    """Answer what is asked of treatments besides their number.

    Conditions in one pass rather than groups: the store has nothing to sort.

    Args:
        took: Seconds of working time, if that was measured.
        met: Whether it was in time, if anything was promised.
    """
    return (
        total(took, "time"),
        only(count(), "timed", negate(is_null(took))),
        only(count(), "met", eq(met, value=True)),
        only(count(), "missed", eq(met, value=False)),
    )


def outcome(number: int, time: int | None = None, *, timed: bool = False, met: bool | None) -> tuple[int | None, ...]:
    """Answer these measures, their number first, for treatments of which all that is known is the same."""
    return (number, time, number * timed, number * (met is True), number * (met is False))


def in_all(rows: Sequence[TallyRow], place: int) -> int:
    """Add up one of these numbers; 0 where there are no rows."""
    return total_of(rows, place) or 0


def those_timed(rows: Sequence[TallyRow]) -> list[TallyRow]:
    """Answer rows that count those alone whose time was measured, and add up their time."""
    timed = ((row.values[TIMED], row.values[TIME]) for row in rows)
    return [TallyRow((), values) for values in timed if values[COUNT]]
