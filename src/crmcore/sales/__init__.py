"""Copies of sales data: orders, products and stock, fed by the sales system and read-only here.

Requirements 3.6, 6.2 and 6.3. The use cases are functions of a unit of work: ``sales.orders(work, …)``.
"""

from typing import TYPE_CHECKING

from crmcore.base.lazy import exports

if TYPE_CHECKING:
    from crmcore.sales.entity import Order, OrderId, OrderLine, OrderLineId, OrderStatus, OrderSummary, UnmatchedOrder
    from crmcore.sales.importing import OrderImport, import_orders
    from crmcore.sales.rows import LineRow, OrderRow, RowProblems
    from crmcore.sales.summing import sum_up

__all__ = [
    "LineRow",
    "Order",
    "OrderId",
    "OrderImport",
    "OrderLine",
    "OrderLineId",
    "OrderRow",
    "OrderStatus",
    "OrderSummary",
    "RowProblems",
    "UnmatchedOrder",
    "import_orders",
    "sum_up",
]

_HERE = "crmcore.sales"
_NAMES = {
    "entity": ("Order", "OrderId", "OrderLine", "OrderLineId", "OrderStatus", "OrderSummary", "UnmatchedOrder"),
    "importing": ("OrderImport", "import_orders"),
    "rows": ("LineRow", "OrderRow", "RowProblems"),
    "summing": ("sum_up",),
}
__getattr__, __dir__ = exports(
    __name__, {name: f"{_HERE}.{module}" for module, names in _NAMES.items() for name in names}
)
