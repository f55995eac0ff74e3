"""When customers buy: on which days of the week, in which months, and how far apart (requirement X-ANA-02)."""

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

import attrs
from attrs import fields

from crmcore.base.numbers import EXACT
from crmcore.query import Query, Tally, TallyRow, count, one_of, tally, total
from crmcore.sales.entity import Order
from crmcore.statistics.figures import Figure, share
from crmcore.statistics.sums import amount_of, number_of

__all__ = ["MONTHS", "WEEKDAYS", "Habit", "Rhythm", "by_date", "habits", "mean_gap", "month", "rhythm", "weekday"]

_o = fields(Order)
_TENTH: Final = Decimal("0.1")
WEEKDAYS: Final = (1, 2, 3, 4, 5, 6, 7)
"""From Monday on."""
MONTHS: Final = tuple(range(1, 13))


@attrs.frozen(kw_only=True)
class Habit:
    """What was bought on one day of the week, or in one month of the year."""

    key: int
    orders: Figure[int]
    share: Figure[Decimal]
    """Of all orders."""
    amount: Figure[Decimal]


@attrs.frozen(kw_only=True)
class Rhythm:
    """How far apart the days lie on which somebody buys."""

    days: int
    """On how many days there were orders."""
    last: dt.date | None
    usual_gap: Decimal | None
    """Days from one to the next on average; None with less than two."""
    next_on: dt.date | None
    """The day on which the next order is due, if it comes as the others did; it may be over already."""


def by_date(orders: Query[Order]) -> Tally:
    """Ask for the orders of each day: number and sum."""
    return tally(orders, by=(_o.ordered_on,), measures=(count(), total(_o.amount)))


def weekday(day: dt.date) -> int:
    """Answer the day of the week, 1 for Monday."""
    return day.isoweekday()


def month(day: dt.date) -> int:
    """Answer the month of the year."""
    return day.month


def habits(
    orders: Query[Order],
    rows: Sequence[TallyRow],
    keys: Iterable[int],
    key_of: Callable[[dt.date], int],
    currency: str,
) -> tuple[Habit, ...]:
    """Answer how orders divide over the days of the week, or the months (requirement X-ANA-02: buying habits).

    Definition: number and sum of the orders of each weekday or month, all years together.
    Formula: share = orders of the weekday / all orders.
    Unit: orders; percent; the currency.
    Undefined when: the sum where there is no order; the share where there is none at all. Then None, never 0.
    Source: requirement X-ANA-02.

    Args:
        orders: Which orders.
        rows: What :func:`by_date` was answered.
        keys: The weekdays or months, in their order; one without orders has 0.
        key_of: Answers which of them a day belongs to.
        currency: Of the sums.
    """
    whole = number_of(rows, orders, "order")
    return tuple(_habit(key, [row for row in rows if key_of(row.key[0]) == key], whole, currency) for key in keys)


def mean_gap(days: int, gaps: int) -> Decimal | None:
    """Answer how far apart somebody's purchases lie on average.

    Definition: the mean time between one day with orders and the next.
    Formula: (last − first) / gaps, not rounded.
    Unit: days.
    Undefined when: there is no gap, as he has bought on one day only; then None, never 0.
    Source: arithmetic.

    Args:
        days: How many days lie between the first and the last.
        gaps: How many times he has bought again.
    """
    return EXACT.divide(Decimal(days), Decimal(gaps)) if gaps else None


def rhythm(rows: Sequence[TallyRow]) -> Rhythm:
    """Answer how far apart somebody's purchases lie, and when the next one would be due (requirement X-ANA-03).

    Definition: :func:`mean_gap`; the last day with orders and that time make the next.
    Formula: gap rounded half up to one decimal place; next = last + gap, to the nearest day.
    Unit: days.
    Undefined when: he has bought on one day only or never; then None, never 0.
    Source: arithmetic.
    """
    days = [row.key[0] for row in rows]
    mean = mean_gap((days[-1] - days[0]).days, len(days) - 1) if days else None
    if mean is None:
        return Rhythm(days=len(days), last=days[-1] if days else None, usual_gap=None, next_on=None)
    return Rhythm(
        days=len(days),
        last=days[-1],
        usual_gap=mean.quantize(_TENTH, rounding=ROUND_HALF_UP, context=EXACT),
        next_on=days[-1] + dt.timedelta(days=int(mean.quantize(Decimal(1), rounding=ROUND_HALF_UP, context=EXACT))),
    )


def _habit(key: int, rows: Sequence[TallyRow], whole: Figure[int], currency: str) -> Habit:
    of = whole.of.where(one_of(_o.ordered_on, [row.key[0] for row in rows]))
    orders = number_of(rows, of, "order")
    return Habit(key=key, orders=orders, share=share(orders, whole), amount=amount_of(rows, of, currency))
