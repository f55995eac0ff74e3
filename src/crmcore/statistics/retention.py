"""Who came back: retention and churn from one period to a later one, by customers and by revenue (X-ANA-04)."""

from decimal import Decimal

import attrs

from crmcore.statistics.figures import Figure, share

__all__ = ["Retention", "retention"]


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

    Definition: a customer is retained if he bought in the earlier period and in the later one, lost if in the earlier
        one only. Who bought for the first time in the later period is no part of it. The retention of revenue is what
        the customers of the earlier period bought in the later one ("net revenue retention": above 100 % if they
        bought more); the churn of revenue is what those who were lost had bought.
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
