"""What products cost: as the sales system has told, or as whoever asks knows better (X-ANA-06, X-CUS-09)."""

from collections.abc import Collection, Mapping
from decimal import Decimal

import attrs
from attrs import fields

from crmcore.base.errors import Invalid, Problem
from crmcore.query import in_query, is_null, largest, negate, one_of, query, through, total
from crmcore.sales.entity import Product, StockItem
from crmcore.storage.work import Work

__all__ = ["Costs", "ProductCost", "check_costs", "kept_costs", "kept_stock"]

_p = fields(Product)
_s = fields(StockItem)


@attrs.frozen(kw_only=True)
class ProductCost:
    """What one product costs."""

    unit_cost: Decimal
    """What one unit costs, in the currency of the report."""
    mean_stock: Decimal | None = None
    """What lay in stock on average in the period, in units; None if nobody knows."""


Costs = Mapping[str, ProductCost]
"""What products cost, by what the sales system calls the product."""


def kept_costs(work: Work, products: Collection[str] | None = None) -> Costs:
    """Answer what products cost as far as the sales system has told, in the company's currency. One question.

    Args:
        work: The unit of work.
        products: Only these, by what the sales system calls them; None for all.
    """
    known = query(Product).where(negate(is_null(_p.unit_cost)))
    if products is not None:
        known = known.where(one_of(_p.source_key, products))
    rows = work.unscoped(Product).tally(known, by=(_p.source_key,), measures=(largest(_p.unit_cost),))
    return {row.key[0]: ProductCost(unit_cost=row.values[0]) for row in rows}


def kept_stock(work: Work, costs: Costs) -> Costs:
    """Answer the same costs with what lies in stock now: the CRM keeps no stock of other days. One question."""
    if not costs:
        return costs
    theirs = in_query(_s.product, query(Product).where(one_of(_p.source_key, costs)))
    rows = work.unscoped(StockItem).tally(
        query(StockItem).where(theirs),
        by=(through(_s.product, Product, _p.source_key),),
        measures=(total(_s.quantity),),
    )
    lying = {row.key[0]: Decimal(row.values[0]) for row in rows}
    return {key: attrs.evolve(one, mean_stock=lying.get(key)) for key, one in costs.items()}


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
