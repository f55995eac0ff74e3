"""Who sees which orders, products and stock (chapters 8 and 9, requirements ORD-01, PRD-02, INV-02)."""

from typing import Final

from attrs import fields

from crmcore.access.actor import Actor
from crmcore.access.scope import Scope
from crmcore.customers.entity import Customer
from crmcore.customers.rules import of_own
from crmcore.query import Condition, eq, in_query, query
from crmcore.sales.entity import Order, OrderLine, OrderSummary, Product, StockItem, UnmatchedOrder

__all__ = ["SCOPES"]


def _lines_of_own(actor: Actor) -> Condition:
    own = query(Customer).where(eq(fields(Customer).manager, actor.id))
    return in_query(fields(OrderLine).order, query(Order).where(in_query(fields(Order).customer, own)))


_READ: Final = frozenset({"order.read"})
_READ_ALL: Final = frozenset({"order.read_all"})
_FEED: Final = frozenset({"order.import"})
SCOPES: Final = (
    Scope(entity=Order, read=_READ, read_all=_READ_ALL, own=of_own(fields(Order).customer)),
    Scope(entity=OrderLine, read=_READ, read_all=_READ_ALL, own=_lines_of_own),
    Scope(entity=OrderSummary, read=_READ, read_all=_READ_ALL, own=of_own(fields(OrderSummary).id)),
    Scope(entity=UnmatchedOrder, read=_FEED, read_all=_FEED),
    Scope(entity=Product, read=frozenset({"product.read"})),
    Scope(entity=StockItem, read=frozenset({"stock.read"})),
)
