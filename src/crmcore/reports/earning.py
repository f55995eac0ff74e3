"""What products earn, how often they turn over, and their cross ratio, from what they cost (X-ANA-06)."""

from decimal import Decimal
from typing import Final

import attrs

from crmcore.base.numbers import EXACT
from crmcore.dictionary.parameters import CURRENCY
from crmcore.reports.asking import OrderFilter
from crmcore.reports.costing import Costs, ProductCost, check_costs, kept_costs, kept_stock
from crmcore.reports.trading import ProductMix, products_sold
from crmcore.statistics.figures import PERCENT, Figure, measured
from crmcore.statistics.trading import ProductSales, cross_ratio, margin_rate, turnover_rate
from crmcore.storage.action import action
from crmcore.storage.work import Work

__all__ = ["ProductEarnings", "product_earnings"]

_ALL: Final = OrderFilter()
_TIMES: Final = "times"


@attrs.frozen(kw_only=True)
class ProductEarnings:
    """One product: what was sold, what it earned, and how well its stock worked. Rates open to the order lines."""

    sold: ProductSales
    name: str = ""
    """What the product is called, if the sales system has told."""
    profit: Figure[Decimal]
    """What is left after cost, in the currency of the sales."""
    margin: Figure[Decimal]
    """Margin rate (毛利率)."""
    turnover: Figure[Decimal]
    """Turnover rate (周转率), in times of the period."""
    cross: Figure[Decimal]
    """Cross ratio (交叉比率)."""


@action("report.read")
def product_earnings(
    work: Work, costs: Costs | None = None, only: OrderFilter = _ALL, *, most: int = 50
) -> tuple[ProductEarnings, ...]:
    """Answer margin rate, turnover rate and cross ratio of the products of which most was sold (requirement X-ANA-06).

    Args:
        work: The unit of work.
        costs: By what the sales system calls a product; figures of a product that is not in it are undefined. None
            for what the sales system has told: unit costs in the company's currency, and what lies in stock now.
        only: Which orders count; a mean stock that is given is that of its period.
        most: How many products to answer.

    Raises:
        Invalid: The costs are none, or a filter, or the number.
    """
    given = None if costs is None else check_costs(costs)
    found = products_sold(work, only, most=most)
    known = _kept(work, found, only) if given is None else given
    return tuple(_earned(one, known.get(one.product), found.names.get(one.product, "")) for one in found.rows)


def _kept(work: Work, found: ProductMix, only: OrderFilter) -> Costs:
    """Answer the costs and stock that are kept; none for sales in another currency than that of the costs."""
    if not found.rows or (only.currency and found.amount.unit != work.parameter(CURRENCY)):
        return {}
    return kept_stock(work, kept_costs(work, [one.product for one in found.rows]))


def _earned(sold: ProductSales, known: ProductCost | None, name: str) -> ProductEarnings:
    sales, quantity = sold.amount.value or Decimal(0), sold.quantity.value or Decimal(0)
    cost = None if known is None else EXACT.multiply(quantity, known.unit_cost)
    stock = None
    if known is not None and known.mean_stock is not None:
        stock = EXACT.multiply(known.mean_stock, known.unit_cost)
    of, number = sold.amount.of, sold.amount.records
    profit = None if cost is None else EXACT.subtract(sales, cost)
    return ProductEarnings(
        sold=sold,
        name=name,
        profit=attrs.evolve(sold.amount, value=profit, whole=sold.amount),
        margin=measured(margin_rate(sales, cost), of, PERCENT, number),
        turnover=measured(turnover_rate(cost, stock), of, _TIMES, number),
        cross=measured(cross_ratio(sales, cost, stock), of, PERCENT, number),
    )
