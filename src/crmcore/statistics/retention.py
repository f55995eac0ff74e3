"""Who came back: retention and churn from one period to a later one, by customers and by revenue (X-ANA-04)."""

from collections.abc import Iterable
from decimal import Decimal

import attrs
from attrs import fields

from crmcore.base.numbers import EXACT
from crmcore.query import Query, Tally, TallyRow, count, distinct, eq, frequency, ge, le, only, tally, total
from crmcore.sales.entity import Order
from crmcore.statistics.figures import Figure, share
from crmcore.statistics.periods import Period

__all__ = ["Kept", "Retention", "coming_back", "kept", "retention"]

_o = fields(Order)


@attrs.frozen
class Kept:
    """Some customers of an earlier period, and their orders in one currency, then and later."""

    customers: int = 0
    orders: int = 0
    spent: Decimal | None = None
    later_orders: int = 0
    later_spent: Decimal | None = None

    def __add__(self, other: "Kept") -> "Kept":
        """Answer these customers and others together."""
        return Kept(
            self.customers + other.customers,
            self.orders + other.orders,
            _sum(self.spent, other.spent),
            self.later_orders + other.later_orders,
            _sum(self.later_spent, other.later_spent),
        )


def coming_back(orders: Query[Order], earlier: Period, later: Period, currency: str) -> Tally:
    """Ask in one pass who of two periods ordered in each of them, and what these orders came to.

    Args:
        orders: What counts, of any day; an order between the two periods counts in neither.
        earlier: The period before.
        later: The period after it.
        currency: Of the sums; who ordered counts whatever the currency.
    """
    within = orders.where(ge(_o.ordered_on, earlier.first), le(_o.ordered_on, later.last))
    then, now = le(_o.ordered_on, earlier.last), ge(_o.ordered_on, later.first)  # all else has been said of all
    paid = eq(_o.currency, currency)
    return tally(
        within,
        by=(frequency(_o.customer, [1], then), frequency(_o.customer, [1], now)),
        measures=(
            distinct(_o.customer),
            only(count(), "then", then, paid),
            only(total(_o.amount), "spent then", then, paid),
            only(count(), "now", now, paid),
            only(total(_o.amount), "spent now", now, paid),
        ),
    )


def kept(rows: Iterable[TallyRow]) -> tuple[Kept, Kept]:
    """Answer those customers of the earlier period who came back, and those who did not."""
    found = {row.key: Kept(*row.values) for row in rows}
    return found.get((1, 1), Kept()), found.get((1, 0), Kept())


def _sum(one: Decimal | None, other: Decimal | None) -> Decimal | None:
    return other if one is None else one if other is None else EXACT.add(one, other)


@attrs.frozen(kw_only=True)
class Retention:
    """How many of the customers of one period bought in a later one too, and what that did to revenue."""

    customers: Figure[int]
    """Who bought in the earlier period."""
    retained: Figure[int]
    """Those of them who bought in the later one, too."""
    lost: Figure[int]
    """Those of them who did not."""
    revenue: Figure[Decimal]
    """What was sold in the earlier period."""
    revenue_kept: Figure[Decimal]
    """What those customers bought in the later period."""
    revenue_lost: Figure[Decimal]
    """What those who did not come back had bought in the earlier period."""
    retention_rate: Figure[Decimal]
    churn_rate: Figure[Decimal]
    revenue_retention: Figure[Decimal]
    revenue_churn: Figure[Decimal]


def retention(
    customers: Figure[int],
    retained: Figure[int],
    lost: Figure[int],
    revenue: Figure[Decimal],
    revenue_kept: Figure[Decimal],
    revenue_lost: Figure[Decimal],
) -> Retention:
    """Answer retention and churn from one period to a later one (requirements X-ANA-04, X-ANA-05).

    Definition: a customer is retained if he bought in both periods, lost if only in the earlier one. Who first bought
        in the later one is no part of it. The retention of revenue is what customers of the earlier period bought in
        the later one ("net revenue retention": above 100 % if more); its churn, what those who were lost had bought.
    Formula: retention rate = retained ÷ customers; churn rate = lost ÷ customers = 100 % − retention rate;
        revenue retention = revenue kept ÷ revenue; revenue churn = revenue lost ÷ revenue.
    Unit: percent; revenue in one currency.
    Undefined when: nobody bought in the earlier period, or it came to nothing or less; then None, never 0.
    Source: Farris, Bendle, Pfeifer and Reibstein, "Marketing Metrics", customer retention rate; Gupta and Zeithaml,
        "Customer Metrics and Their Impact on Financial Performance", Marketing Science 25 (2006).

    Args:
        customers: Who bought in the earlier period.
        retained: Those who bought in the later one, too.
        lost: Those who did not.
        revenue: What the earlier period brought.
        revenue_kept: What its customers bought in the later one.
        revenue_lost: What those who were lost had bought in the earlier one.
    """
    return Retention(
        customers=customers,
        retained=retained,
        lost=lost,
        revenue=revenue,
        revenue_kept=revenue_kept,
        revenue_lost=revenue_lost,
        retention_rate=share(retained, customers),
        churn_rate=share(lost, customers),
        revenue_retention=share(revenue_kept, revenue),
        revenue_churn=share(revenue_lost, revenue),
    )
