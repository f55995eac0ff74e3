"""Adds up what a store has measured: rows of a tally, picked by their keys, become figures.

A tally is asked once with fine groups; the totals, months and states that a report shows are sums of its rows. Every
figure still opens by a query of its own.
"""

from collections.abc import Callable, Iterable, Sequence
from decimal import ROUND_HALF_UP, Decimal, localcontext
from typing import Any, Final

from crmcore.base.numbers import EXACT
from crmcore.query import Query, Tally, TallyRow
from crmcore.statistics.figures import PERCENT, Figure, counted, measured, percent

__all__ = [
    "AMOUNT",
    "COUNT",
    "DAY",
    "HOUR",
    "Answered",
    "amount_of",
    "joint_share",
    "mean_time",
    "number_of",
    "rows_with",
    "together",
    "total_of",
    "weighted_of",
]

COUNT: Final = 0
"""Place of the number of records among the measures of a tally."""
AMOUNT: Final = 1
"""Place of what they amount to."""
DAY: Final = 86_400_000
"""Milliseconds of a day."""
HOUR: Final = 3_600_000
_TENTH: Final = Decimal("0.1")
_HUNDRED: Final = Decimal(100)
Rows = Sequence[TallyRow]
Answered = tuple[Tally, Rows]
"""A tally as it was asked, and what the store has answered."""


def rows_with(rows: Rows, meets: Callable[..., bool]) -> Rows:
    """Pick the rows whose key meets a condition, which takes the values of the key one by one."""
    return [row for row in rows if meets(*row.key)]


def total_of(rows: Iterable[TallyRow], place: int) -> Any:
    """Add up one measure of some rows, exactly; None where no row has a value of it."""
    return _added([row.values[place] for row in rows])


def together(*amounts: Decimal | None) -> Decimal | None:
    """Add up what is defined, exactly.

    Definition: amounts of different origin, taken together.
    Formula: their sum, not rounded.
    Unit: that of the amounts.
    Undefined when: none of them is defined; then None, never 0.
    Source: arithmetic.
    """
    whole: Decimal | None = _added(amounts)
    return whole


def number_of(rows: Rows, of: Query[Any], unit: str) -> Figure[int]:
    """Answer how many records some rows count; the first measure of the tally is their number.

    Definition: a record counts once in the tally, and so in the sum of its groups.
    Formula: sum of the numbers of the rows.
    Unit: the kind of record.
    Undefined when: never; no row counts 0 records.
    Source: arithmetic.
    """
    return counted(total_of(rows, COUNT) or 0, of, unit)


def joint_share(parts: Sequence[Figure[int]], wholes: Sequence[Figure[int]]) -> Figure[Decimal]:
    """Answer a share of records of two kinds, as requests and their earlier treatments; it opens to the first part.

    Definition: how many of a hundred records of both kinds.
    Formula: 100 × sum of the parts / sum of the wholes, rounded half away from zero to one decimal place.
    Unit: percent.
    Undefined when: the wholes are all 0; then None, never 0.
    Source: arithmetic.
    """
    part, whole = (sum(one.value or 0 for one in some) for some in (parts, wholes))
    return measured(percent(part, whole), parts[0].of, PERCENT, parts[0].records)


def amount_of(rows: Rows, of: Query[Any], currency: str, place: int = AMOUNT) -> Figure[Decimal]:
    """Answer what the records of some rows amount to together.

    Definition: what each record amounts to, added up; one without an amount adds nothing.
    Formula: sum of the amounts of the rows, not rounded.
    Unit: the currency.
    Undefined when: none of them has an amount; then None, never 0.
    Source: arithmetic.
    """
    return measured(total_of(rows, place), of, currency, total_of(rows, COUNT) or 0)


def _added(values: Iterable[Any]) -> Any:
    known = [value for value in values if value is not None]
    if not known:
        return None
    with localcontext(EXACT):
        return sum(known[1:], known[0])


def weighted_of(rows: Rows, chance: Callable[[TallyRow], int | None]) -> Decimal | None:
    """Add up the amounts of some rows, each times the chance of its group in percent.

    Definition: what may be expected on average of records that each bring their amount or nothing.
    Formula: sum of amount × chance / 100, exact: of cents, that makes four decimal places at most.
    Unit: that of the amounts.
    Undefined when: no row has both; then None, never 0.
    Source: expected value; requirement X-TGT-01.
    """
    whole: Decimal | None = None
    for row in rows:
        percent, amount = chance(row), row.values[AMOUNT]
        if percent is None or amount is None:
            continue
        part = EXACT.divide(EXACT.multiply(amount, Decimal(percent)), _HUNDRED)
        whole = part if whole is None else EXACT.add(whole, part)
    return whole


def mean_time(rows: Rows, place: int, of: Query[Any], *, unit: str, length: int) -> Figure[Decimal]:
    """Answer how long the records of some rows took on average.

    Definition: the arithmetic mean of the times from one instant of a record to another.
    Formula: sum of the times / number of records, rounded half up to one decimal place.
    Unit: days or hours, as asked.

    Args:
        rows: Rows all of whose records have both instants.
        place: Where the tally has the sum of their times, in milliseconds.
        of: The query behind it.
        unit: ``d`` or ``h``.
        length: How many milliseconds that is.

    Undefined when: there are none; then None, never 0.
    Source: arithmetic.
    """
    number, whole = total_of(rows, COUNT) or 0, total_of(rows, place)
    value = None
    if number and whole is not None:
        mean = EXACT.divide(Decimal(whole), Decimal(number * length))
        value = mean.quantize(_TENTH, rounding=ROUND_HALF_UP, context=EXACT)
    return measured(value, of, unit, number)
