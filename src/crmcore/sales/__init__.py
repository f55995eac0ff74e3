"""Copies of sales data: orders, products and stock, fed by the sales system and read-only here.

Requirements 3.6, 6.2 and 6.3. The use cases are functions of a unit of work: ``sales.orders(work, …)``.
"""

from typing import TYPE_CHECKING

from crmcore.base.lazy import exports

if TYPE_CHECKING:
    from crmcore.sales.entity import (
        Order,
        OrderId,
        OrderLine,
        OrderLineId,
        OrderStatus,
        OrderSummary,
        Product,
        ProductId,
        StockItem,
        StockItemId,
        UnmatchedOrder,
    )
    from crmcore.sales.importing import OrderImport, import_orders
    from crmcore.sales.lists import (
        OrderDetail,
        customer_names,
        order_detail,
        orders,
        payment_of,
        product_names,
        products,
        stock,
        summary,
    )
    from crmcore.sales.pulling import OrderSource, Pulled, pull, rematch_all
    from crmcore.sales.recounting import recount_all
    from crmcore.sales.rows import LineRow, OrderRow, RowProblems
    from crmcore.sales.summing import sum_up
    from crmcore.sales.undoing import ChangedSince, Undone, undo_orders
    from crmcore.sales.unmatched import Rematch, discard_unmatched, reason_key, rematch, unmatched_orders
    from crmcore.sales.wares import WareImport, import_products, import_stock

__all__ = [
    "ChangedSince",
    "LineRow",
    "Order",
    "OrderDetail",
    "OrderId",
    "OrderImport",
    "OrderLine",
    "OrderLineId",
    "OrderRow",
    "OrderSource",
    "OrderStatus",
    "OrderSummary",
    "Product",
    "ProductId",
    "Pulled",
    "Rematch",
    "RowProblems",
    "StockItem",
    "StockItemId",
    "Undone",
    "UnmatchedOrder",
    "WareImport",
    "customer_names",
    "discard_unmatched",
    "import_orders",
    "import_products",
    "import_stock",
    "order_detail",
    "orders",
    "payment_of",
    "product_names",
    "products",
    "pull",
    "reason_key",
    "recount_all",
    "rematch",
    "rematch_all",
    "stock",
    "sum_up",
    "summary",
    "undo_orders",
    "unmatched_orders",
]

_HERE = "crmcore.sales"
_NAMES = {
    "entity": (
        "Order",
        "OrderId",
        "OrderLine",
        "OrderLineId",
        "OrderStatus",
        "OrderSummary",
        "Product",
        "ProductId",
        "StockItem",
        "StockItemId",
        "UnmatchedOrder",
    ),
    "importing": ("OrderImport", "import_orders"),
    "lists": (
        "OrderDetail",
        "customer_names",
        "order_detail",
        "orders",
        "payment_of",
        "product_names",
        "products",
        "stock",
        "summary",
    ),
    "pulling": ("OrderSource", "Pulled", "pull", "rematch_all"),
    "recounting": ("recount_all",),
    "rows": ("LineRow", "OrderRow", "RowProblems"),
    "summing": ("sum_up",),
    "undoing": ("ChangedSince", "Undone", "undo_orders"),
    "unmatched": ("Rematch", "discard_unmatched", "reason_key", "rematch", "unmatched_orders"),
    "wares": ("WareImport", "import_products", "import_stock"),
}
__getattr__, __dir__ = exports(
    __name__, {name: f"{_HERE}.{module}" for module, names in _NAMES.items() for name in names}
)
