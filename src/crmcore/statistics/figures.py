"""What every report is made of: a number that knows its unit and the records behind it (design, statistics).

The law of every figure: the query behind it finds exactly as many records as it says, whoever asks; for a number of
records that is the figure itself.
"""

from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Final, Generic, TypeVar

import attrs

from crmcore.base.numbers import EXACT
from crmcore.query import Query

__all__ = [
    "PERCENT",
    "POINT",
    "Comparison",
    "Figure",
    "change",
    "changed",
    "counted",
    "mean",
    "measured",
    "percent",
    "share",
]

V = TypeVar("V", int, Decimal)
Number = int | Decimal
PERCENT: Final = "%"
POINT: Final = "point"
"""Of an index, as the net promoter score."""
_TENTH: Final = Decimal("0.1")
_CENT: Final = Decimal("0.01")
_HUNDRED: Final = Decimal(100)


@attrs.frozen(kw_only=True)
class Figure(Generic[V]):
    """One number of a report, and the way to the records behind it."""

    value: V | None
    """None where the figure is undefined: nothing to divide by, nothing measured. Never 0 instead."""
    unit: str
    """What it is in: the name of a kind of record (``customer``) for a number of them, a currency's code, ``%``, and
    for time ``ms`` or ``d``."""
    of: Query[Any]
    """Finds the records behind the number: those counted or summed; of a share, those of the part."""
    records: int
    """How many records that are."""
    whole: "Figure[Any] | None" = None
    """What it was worked out from, if that is a figure of its own: of a share or a mean, what was divided by; of a
    profit, the sales."""


@attrs.frozen(kw_only=True)
class Comparison(Generic[V]):
    """A figure beside the same one of the period before and of the year before."""

    now: Figure[V]
    before: Figure[V]
    """Of the period directly before."""
    last_year: Figure[V]
    """Of the same period a year before."""

    @property
    def since_before(self) -> Decimal | None:
        """By how many percent the figure has changed since the period before; see :func:`change`."""
        return change(self.before.value, self.now.value)

    @property
    def since_last_year(self) -> Decimal | None:
        """By how many percent the figure has changed since the same period a year before; see :func:`change`."""
        return change(self.last_year.value, self.now.value)


def counted(number: int, of: Query[Any], unit: str) -> Figure[int]:
    """Answer a number of records as a figure.

    Args:
        number: How many the query finds.
        of: The query behind it.
        unit: The kind of record.
    """
    return Figure(value=number, unit=unit, of=of, records=number)


def measured(value: V | None, of: Query[Any], unit: str, records: int) -> Figure[V]:
    """Answer a sum or another measure of records as a figure.

    Args:
        value: What the store measured; None where no record had a value.
        of: The query behind it.
        unit: What it is in.
        records: How many the query finds.
    """
    return Figure(value=value, unit=unit, of=of, records=records)


def share(part: Figure[Any], whole: Figure[Any]) -> Figure[Decimal]:
    """Answer a part of a whole in percent; it opens to the records of the part.

    Definition, formula and unit: see :func:`percent`. A part without records is nothing of the whole: 0 percent.
    Undefined when: the whole is undefined or not above zero, or the part has records, but none of them a value.
    Source: arithmetic.
    """
    amount = part.value if part.records else 0
    value = None if amount is None or whole.value is None else percent(amount, whole.value)
    return Figure(value=value, unit=PERCENT, of=part.of, records=part.records, whole=whole)


def percent(part: Number, whole: Number) -> Decimal | None:
    """Answer a share in percent.

    Definition: how many of a hundred.
    Formula: 100 × part / whole, rounded half away from zero to one decimal place.
    Unit: percent.
    Undefined when: the whole is zero or less, as a sum of which more was credited than sold; then None, never 0.
    Source: arithmetic.
    """
    if whole <= 0:
        return None
    hundredfold = EXACT.multiply(_HUNDRED, Decimal(part))
    return EXACT.divide(hundredfold, Decimal(whole)).quantize(_TENTH, rounding=ROUND_HALF_UP, context=EXACT)


def change(before: Number | None, now: Number | None) -> Decimal | None:
    """Answer by how many percent a figure has changed.

    Definition: what came on top of the figure before, as a share of it; negative for less.
    Formula: 100 × (now − before) / before, rounded half away from zero to one decimal place.
    Unit: percent.
    Undefined when: either is undefined, or the figure before is zero or less; then None, never 0.
    Source: arithmetic.
    """
    if before is None or now is None:
        return None
    return percent(EXACT.subtract(Decimal(now), Decimal(before)), before)


def changed(then: Figure[Any], now: Figure[Any]) -> Decimal | None:
    """Answer how a figure has changed since another one: in percent; a share or an index in points.

    Formula: :func:`change`; of what is in percent or points itself, now − then.
    Unit: percent; percentage points, or points.
    Undefined when: one of the two is; or, in percent, the earlier one is zero or less. Then None, never 0.
    Source: arithmetic.
    """
    if now.unit not in {PERCENT, POINT}:
        return change(then.value, now.value)
    return None if now.value is None or then.value is None else EXACT.subtract(Decimal(now.value), Decimal(then.value))


def mean(total: Number | None, number: int, unit: Decimal = _CENT) -> Decimal | None:
    """Answer the arithmetic mean of what was summed up.

    Formula: total / number, rounded half away from zero to a multiple of *unit*.
    Unit: that of the total.
    Undefined when: nothing was summed up; then None, never 0.
    Source: arithmetic.
    """
    if total is None or not number:
        return None
    return EXACT.divide(Decimal(total), Decimal(number)).quantize(unit, rounding=ROUND_HALF_UP, context=EXACT)
