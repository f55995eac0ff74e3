"""What is sold of each product, what it earns, how often it turns over, and the cross ratio of both (X-ANA-06)."""

from collections.abc import Iterable, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

import attrs
from attrs import fields

from crmcore.base.numbers import EXACT
from crmcore.query import Query, Tally, TallyRow, Top, count, overall, records_behind, tally, total
from crmcore.sales.entity import OrderLine
from crmcore.statistics.figures import Figure, mean, measured, percent, share

__all__ = [
    "ProductSales",
    "all_products",
    "by_product",
    "cross_ratio",
    "margin_rate",
    "order_value",
    "product_mix",
    "turnover_rate",
]

_l = fields(OrderLine)
_HUNDREDTH: Final = Decimal("0.01")
_AMOUNT: Final = "amount"


@attrs.frozen(kw_only=True)
class ProductSales:
    """What was sold of one product."""

    product: str
    """What the sales system calls it; empty for lines that name none."""
    quantity: Figure[Decimal]
    """In units of the product."""
    amount: Figure[Decimal]
    share: Figure[Decimal]
    """Of all that was sold."""


def by_product(lines: Query[OrderLine], most: int) -> Tally:
    """Ask for the products of which most was sold, by amount."""
    measures = (
        count(),
        total(_l.quantity, "quantity"),
        total(_l.amount, _AMOUNT),
        overall(count(), "all_lines"),
        overall(total(_l.amount), "whole_amount"),
    )
    return tally(lines, by=(_l.product_key,), measures=measures, top=Top(_AMOUNT, most))


def all_products(asked: Tally, rows: Sequence[TallyRow], currency: str) -> Figure[Decimal]:
    """Answer what the lines of all products come to, those too that *most* has left out.

    Undefined when: there are no lines; then None, never 0.
    """
    number, amount = rows[0].values[3:5] if rows else (0, None)
    return measured(amount, asked.of, currency, number)


def product_mix(
    asked: Tally, rows: Iterable[TallyRow], currency: str, whole: Figure[Decimal]
) -> tuple[ProductSales, ...]:
    """Answer how sales divide over products (requirement X-ANA-06, product mix).

    Definition: the sum of the order lines of a product, as the sales system has computed them, in one currency.
    Formula: Σ amount of the lines; share = that ÷ Σ amount of all lines.
    Unit: units of the product; the currency; percent.
    Undefined when: a product that was not sold has no row; the share, where all lines come to nothing or less.
    Source: requirement X-ANA-06.

    Args:
        asked: The tally as it was asked; each row opens to the order lines it sums up.
        rows: What the store has answered.
        currency: Of all the orders.
        whole: What all lines come to.
    """
    found = []
    for row in rows:
        number, quantity, amount, *_ = row.values
        behind = records_behind(asked, row)
        sold = measured(amount, behind, currency, number)
        found.append(
            ProductSales(
                product=row.key[0],
                quantity=measured(quantity, behind, "", number),
                amount=sold,
                share=share(sold, whole),
            )
        )
    return tuple(found)


def order_value(sold: Figure[Decimal]) -> Figure[Decimal]:
    """Answer what an order is worth on average; it opens to the orders (客单价).

    Definition: what orders come to, divided evenly among them.
    Formula: Σ amount of the orders ÷ number of orders, rounded half away from zero to two decimal places.
    Unit: the currency.
    Undefined when: there are no orders, or none has an amount; then None, never 0.
    Source: Farris et al., "Marketing Metrics", average order value.

    Args:
        sold: What the orders come to.
    """
    return measured(mean(sold.value, sold.records), sold.of, sold.unit, sold.records)


def margin_rate(sales: Decimal, cost: Decimal | None) -> Decimal | None:
    """Answer what part of the sales of a product is left after its cost: the gross margin rate (毛利率).

    Definition: gross margin as a share of sales.
    Formula: 100 × (sales − cost) ÷ sales, rounded half away from zero to one decimal place.
    Unit: percent; negative for what is sold below cost.
    Undefined when: the cost is not known, or sales come to nothing or less; then None, never 0.
    Source: requirement X-ANA-06 (gross margin per product); Farris et al., "Marketing Metrics", margins.
    """
    return None if cost is None else percent(EXACT.subtract(sales, cost), sales)


def turnover_rate(cost: Decimal | None, mean_stock: Decimal | None) -> Decimal | None:
    """Answer how often the stock of a product was sold in a period: its turnover rate (周转率).

    Definition: cost of what was sold as a multiple of the cost of what was in stock on average. Both may be given in
        units of the product instead.
    Formula: cost ÷ mean stock, rounded half away from zero to two decimal places.
    Unit: times in the period.
    Undefined when: either is not known, or there was no stock; then None, never 0.
    Source: requirement X-ANA-06 (product turnover rate); Farris et al., "Marketing Metrics", inventory turns.
    """
    if cost is None or mean_stock is None or mean_stock <= 0:
        return None
    return EXACT.divide(cost, mean_stock).quantize(_HUNDREDTH, rounding=ROUND_HALF_UP, context=EXACT)


def cross_ratio(sales: Decimal, cost: Decimal | None, mean_stock: Decimal | None) -> Decimal | None:
    """Answer how well the money in a product's stock works: its cross ratio (交叉比率).

    Definition: margin rate times turnover rate: a product may earn much seldom, or little often. Computed of the exact
        rates, not of rounded ones.
    Formula: 100 × (sales − cost) ÷ sales × cost ÷ mean stock, rounded half away from zero to one decimal place.
    Unit: percent.
    Undefined when: margin rate or turnover rate is; then None, never 0.
    Source: requirement X-ANA-06 (cross ratio = margin rate × turnover rate).
    """
    if cost is None or mean_stock is None or mean_stock <= 0 or sales <= 0:
        return None
    margin = EXACT.multiply(EXACT.subtract(sales, cost), cost)
    return percent(margin, EXACT.multiply(sales, mean_stock))
