"""How much customers have spent: by customer, by what customers are like, and over time (requirement RPT-01)."""

import datetime as dt
import enum
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

import attrs
from attrs import fields

from crmcore.customers.entity import Customer
from crmcore.query import (
    Banded,
    Query,
    Tally,
    TallyRow,
    Top,
    banded,
    count,
    eq,
    group_count,
    one_of,
    overall,
    records_behind,
    tally,
    through,
    total,
)
from crmcore.query.checks import LARGEST_OFFSET
from crmcore.query.groups import Grouping
from crmcore.sales.entity import Order
from crmcore.statistics.figures import Figure, counted, measured, share
from crmcore.statistics.periods import Period, Span
from crmcore.statistics.sums import total_of

__all__ = [
    "SPANS",
    "AmountBand",
    "Contribution",
    "ContributionBy",
    "by_currency",
    "by_customer",
    "by_kind",
    "by_time",
    "contributions",
    "groups_in",
    "part_together",
    "together",
    "within_band",
    "years_in",
]

_o = fields(Order)
_c = fields(Customer)
_AMOUNT: Final = "amount"
_OWN: Final = (count(), total(_o.amount, _AMOUNT))
_MEASURES: Final = (
    *_OWN,
    group_count(),
    overall(count(), "all_orders"),
    overall(total(_o.amount), "whole_amount"),
)
"""Each row says beside its own what all groups come to: one pass over the orders tells both."""


class ContributionBy(enum.Enum):
    """What contributions are summed up by."""

    CUSTOMER = "customer"
    REGION = "region"
    INDUSTRY = "industry"
    LEVEL = "level"
    CATEGORY = "category"
    COMPANY_SIZE = "company_size"
    MANAGER = "manager"
    YEAR = "year"
    QUARTER = "quarter"
    MONTH = "month"


SPANS: Final[Mapping[ContributionBy, Span]] = {
    ContributionBy.YEAR: Span.YEAR,
    ContributionBy.QUARTER: Span.QUARTER,
    ContributionBy.MONTH: Span.MONTH,
}
"""Those that are steps of time."""
_FIELDS: Final[Mapping[ContributionBy, Any]] = {
    ContributionBy.REGION: _c.region,
    ContributionBy.INDUSTRY: _c.industry,
    ContributionBy.LEVEL: _c.level,
    ContributionBy.CATEGORY: _c.category,
    ContributionBy.COMPANY_SIZE: _c.company_size,
    ContributionBy.MANAGER: _c.manager,
}


class AmountBand(enum.Enum):
    """How much a customer has spent, in units of the currency (requirement RPT-01).

    The upper end belongs to a band, the lower one to the band below: 5,000 is not "over 5,000".
    """

    TO_1000 = "to_1000"
    TO_3000 = "to_3000"
    TO_5000 = "to_5000"
    OVER_5000 = "over_5000"


_BANDS: Final[Mapping[AmountBand, tuple[Decimal | None, Decimal | None]]] = {
    AmountBand.TO_1000: (None, Decimal(1000)),
    AmountBand.TO_3000: (Decimal(1000), Decimal(3000)),
    AmountBand.TO_5000: (Decimal(3000), Decimal(5000)),
    AmountBand.OVER_5000: (Decimal(5000), None),
}


@attrs.frozen(kw_only=True)
class Contribution:
    """What one customer, one kind of customer or one step of time has brought, in one currency."""

    key: Any
    """The customer, the code or person that customers share, or the place of the step; None or empty where it is not
    known."""
    period: Period | None = None
    """Of a step of time, its days."""
    orders: Figure[int]
    amount: Figure[Decimal]
    share: Figure[Decimal]
    """Of all that was asked for in this currency."""


def by_currency(orders: Query[Order]) -> Tally:
    """Ask for what orders come to in each currency; sums never mix two (decision 16.7)."""
    return tally(orders, by=(_o.currency,), measures=(count(), total(_o.amount, _AMOUNT)))


def by_customer(orders: Query[Order], currency: str, most: int) -> Tally:
    """Ask for the customers who have spent most, the one with the largest sum first; equal ones by their id.

    Of all customers, :data:`~crmcore.query.checks.LARGEST_OFFSET`, the store adds nothing up: the rows have it all.
    """
    return _ranked(orders, currency, _o.customer, most)


def by_kind(orders: Query[Order], currency: str, by: ContributionBy, most: int) -> Tally:
    """Ask for what the customers of each kind have spent, the largest sum first."""
    return _ranked(orders, currency, through(_o.customer, Customer, _FIELDS[by]), most)


def by_time(orders: Query[Order], currency: str, parts: Sequence[Period]) -> Tally:
    """Ask for what was spent in each step of time, in its order; the orders lie within the steps."""
    wanted = orders.where(eq(_o.currency, currency))
    return tally(wanted, by=(_step(parts),), measures=_MEASURES)


def _step(parts: Sequence[Period]) -> Banded:
    """Answer the place of an order's step, from 0."""
    edges = [part.first for part in parts[1:]]
    return banded(_o.ordered_on, edges or [parts[0].last + dt.timedelta(days=1)])


def _ranked(orders: Query[Order], currency: str, key: Grouping, most: int) -> Tally:
    wanted = orders.where(eq(_o.currency, currency))
    return tally(wanted, by=(key,), measures=_OWN if most == LARGEST_OFFSET else _MEASURES, top=Top(_AMOUNT, most))


def groups_in(rows: Sequence[TallyRow]) -> int:
    """Answer how many groups there are, whatever *most* has left out."""
    return rows[0].values[2] if _say_all(rows) else len(rows)


def together(asked: Tally, rows: Sequence[TallyRow], currency: str) -> tuple[Figure[int], Figure[Decimal]]:
    """Answer how many orders all groups have together, and what these come to, whatever *most* has left out.

    Undefined when: there are no orders; the amount is None then, never 0.
    """
    number, amount = rows[0].values[3:5] if _say_all(rows) else (total_of(rows, 0) or 0, total_of(rows, 1))
    return counted(number, asked.of, "order"), measured(amount, asked.of, currency, number)


def part_together(asked: Tally, rows: Sequence[TallyRow], currency: str) -> tuple[Figure[int], Figure[Decimal]]:
    """Answer how many orders some customers of a tally have together, and what these come to.

    Undefined when: they have no orders; the amount is None then, never 0.
    """
    theirs = asked.of.where(one_of(_o.customer, [row.key[0] for row in rows]))
    number = total_of(rows, 0) or 0
    return counted(number, theirs, "order"), measured(total_of(rows, 1), theirs, currency, number)


def _say_all(rows: Sequence[TallyRow]) -> bool:
    return bool(rows) and len(rows[0].values) == len(_MEASURES)


def contributions(
    asked: Tally, rows: Iterable[TallyRow], currency: str, whole: Figure[Decimal], parts: Sequence[Period] = ()
) -> tuple[Contribution, ...]:
    """Answer who has spent how much (requirement RPT-01).

    Definition: the sum of what the orders of a customer, or of all customers of a kind, or of a step of time, come to;
        an order comes to the sum of its lines, as the sales system has computed it. Orders of other currencies do not
        count.
    Formula: Σ over orders, Σ over their lines, of quantity × unit price; the share is that sum ÷ the sum of all.
    Unit: the currency; orders; percent.
    Undefined when: a customer without matching orders has no row; the share, where all orders together come to nothing
        or less.
    Source: requirement RPT-01, X-ANA-06 (contribution ratio); decisions 16.6, 16.7.

    Args:
        asked: The tally as it was asked; each row opens to the orders it sums up.
        rows: What the store has answered.
        currency: Of all the orders.
        whole: What all orders in that currency come to.
        parts: Of steps of time, the steps.
    """
    found = []
    for row in rows:
        number, amount, *_ = row.values
        behind = records_behind(asked, row)
        sum_of_row = measured(amount, behind, currency, number)
        found.append(
            Contribution(
                key=row.key[0],
                period=parts[row.key[0]] if parts else None,
                orders=counted(number, behind, "order"),
                amount=sum_of_row,
                share=share(sum_of_row, whole),
            )
        )
    return tuple(found)


def within_band(rows: Iterable[TallyRow], band: AmountBand) -> tuple[TallyRow, ...]:
    """Answer the customers whose sum lies in a band; a sum below zero lies in none (requirement RPT-01)."""
    above, most = _BANDS[band]
    least = Decimal(0) if above is None else above
    return tuple(
        row
        for row in rows
        if (row.values[1] >= least if above is None else row.values[1] > least)
        and (most is None or row.values[1] <= most)
    )


def years_in(rows: Iterable[TallyRow], parts: Sequence[Period]) -> tuple[int, ...]:
    """Answer the years in which there is anything, the latest first, of a tally by the years in *parts*."""
    return tuple(sorted((parts[row.key[0]].first.year for row in rows), reverse=True))
