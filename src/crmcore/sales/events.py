"""What happened to the copies of sales data, for other systems to hear of."""

import attrs

__all__ = ["OrdersImported", "OrdersUndone", "ProductsImported", "StockImported"]


@attrs.frozen
class OrdersImported:
    """A chunk of orders came from the sales system; how many of them were new, changed, or without a customer."""

    created: int
    changed: int
    unmatched: int


@attrs.frozen
class OrdersUndone:
    """An import of orders was taken back; how many orders went, and how many are again as they were."""

    removed: int
    restored: int


@attrs.frozen
class ProductsImported:
    """A chunk of products came from the sales system."""

    created: int
    changed: int


@attrs.frozen
class StockImported:
    """A chunk of stock came from the sales system."""

    created: int
    changed: int
