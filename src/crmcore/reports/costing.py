"""What products cost, told by whoever knows: the CRM keeps no costs (X-ANA-06, X-CUS-09)."""

from collections.abc import Mapping
from decimal import Decimal

import attrs

from crmcore.base.errors import Invalid, Problem

__all__ = ["Costs", "ProductCost", "check_costs"]


@attrs.frozen(kw_only=True)
class ProductCost:
    """What the system that keeps costs knows of a product; this one keeps none."""

    unit_cost: Decimal
    """What one unit costs, in the currency of the report."""
    mean_stock: Decimal | None = None
    """What lay in stock on average in the period, in units; None if nobody knows."""


Costs = Mapping[str, ProductCost]
"""What products cost, by what the sales system calls the product."""


def check_costs(costs: object) -> Costs:
    """Answer the costs of products, if they are such.

    Raises:
        Invalid: They are none, or not by product, or one of them is no exact amount of zero or more.
    """
    if not isinstance(costs, Mapping):
        raise Invalid(Problem("costs", "report.costs", "report", {"got": type(costs).__name__}))
    for product, cost in costs.items():
        if not (isinstance(product, str) and isinstance(cost, ProductCost) and _is_known(cost)):
            raise Invalid(Problem("costs", "report.cost", "report", {"product": str(product)[:50]}))
    return costs


def _is_known(cost: ProductCost) -> bool:
    return _is_amount(cost.unit_cost) and (cost.mean_stock is None or _is_amount(cost.mean_stock))


def _is_amount(value: object) -> bool:
    return isinstance(value, Decimal) and value.is_finite() and value >= 0
