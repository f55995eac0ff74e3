"""Sales data of another system: orders, products, stock; read-only here (requirements 3.6, 6.2, 6.3, GEN-02)."""

import datetime as dt
import enum
from decimal import Decimal
from typing import ClassVar, NewType
from uuid import UUID

import attrs
from attrs import field

from crmcore.base.checked import checked
from crmcore.base.constraints import Digits, Length, Pattern, Range
from crmcore.base.ids import quick_uuid
from crmcore.base.kinds import hint
from crmcore.base.values import CURRENCY
from crmcore.customers.entity import CustomerId

__all__ = [
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
    "lapse_of",
]

OrderId = NewType("OrderId", UUID)
OrderLineId = NewType("OrderLineId", UUID)
ProductId = NewType("ProductId", UUID)
StockItemId = NewType("StockItemId", UUID)


class OrderStatus(enum.Enum):
    """How far an order has come (requirement 3.6, 14.12); people see paid or unpaid only (ORD-02)."""

    NEW = "new"
    CONFIRMED = "confirmed"
    IN_PRODUCTION = "in_production"
    READY = "ready"
    SHIPPED = "shipped"
    PAID = "paid"
    CANCELLED = "cancelled"
    """Not counted in any sum, and no sign of life of the customer."""


@attrs.frozen(kw_only=True, field_transformer=checked)
class Order:
    """What a customer bought at one time, as the sales system says (requirements 3.6, ORD-01 to 04)."""

    id: OrderId = field(metadata=hint(system=True))
    source_key: str = field(validator=Length(1, 100), metadata=hint(unique=True))
    """What the sales system calls the order; shown as its number."""
    customer: CustomerId = field(metadata=hint(ref="customer"))
    ordered_on: dt.date
    delivery_address: str = field(default="", validator=Length(0, 200))
    status: OrderStatus = OrderStatus.NEW
    currency: str = field(validator=[Length(3, 3), Pattern(CURRENCY)])
    amount: Decimal = field(validator=Digits(18, 4))
    """Sum of the lines; given by the sales system where it sends no lines. Kept as exactly as that system says it,
    to four places, so that sums are the file's."""
    line_count: int = field(default=0, validator=Range(0, 100_000))
    version: int = field(default=0, metadata=hint(system=True))

    indexes: ClassVar[tuple[tuple[str, ...], ...]] = (("customer", "ordered_on"), ("ordered_on",))


@attrs.frozen(kw_only=True, field_transformer=checked)
class OrderLine:
    """One product of an order."""

    id: OrderLineId = field(metadata=hint(system=True))
    order: OrderId = field(metadata=hint(ref="order"))
    position: int = field(validator=Range(1, 100_000))
    product_key: str = field(default="", validator=Length(0, 100), metadata=hint(indexed=True))
    """What the sales system calls the product."""
    product_name: str = field(default="", validator=Length(0, 200))
    quantity: Decimal = field(validator=Digits(14, 4))
    unit: str = field(default="", validator=Length(0, 10))
    unit_price: Decimal | None = field(default=None, validator=Digits(18, 4))
    """Price of one unit; None where the sales system says only what the line costs."""
    amount: Decimal = field(validator=Digits(18, 4))
    """Quantity times price, less discounts, as the sales system says."""
    version: int = field(default=0, metadata=hint(system=True))

    indexes: ClassVar[tuple[tuple[str, ...], ...]] = (("order", "position"),)


@attrs.frozen(kw_only=True, field_transformer=checked)
class OrderSummary:
    """A customer's orders in short, kept with every import; its id is the customer's.

    A customer without orders has none, unless he was merged into another one. Cancelled orders do not count; sums are
    those in the company's currency (decision 16.7).
    """

    id: CustomerId = field(metadata=hint(system=True, ref="customer"))
    order_count: int = field(default=0, validator=Range(0, 2**31))
    first_order_on: dt.date | None = None
    last_order_on: dt.date | None = field(default=None, metadata=hint(indexed=True))
    last_order: OrderId | None = field(default=None, metadata=hint(ref="order"))
    """The order of that day; of several the one with the lowest id."""
    lapse: UUID | None = field(default=None, metadata=hint(system=True))
    """What a warning that nothing came after that order is called (``lapse_of``); None without an order."""
    amount: Decimal = field(default=Decimal(0), validator=Digits(18, 4), metadata=hint(indexed=True))
    paid_amount: Decimal = field(default=Decimal(0), validator=Digits(18, 4))
    version: int = field(default=0, metadata=hint(system=True))


def lapse_of(customer: CustomerId, order: OrderId | None) -> UUID | None:
    """Answer what the time after a customer's latest order is called, so that it is warned of once (CHN-05).

    Made of both: an order that turns out to be another customer's is another lapse.
    """
    return None if order is None else quick_uuid(customer.int ^ order.int)


@attrs.frozen(kw_only=True, field_transformer=checked)
class UnmatchedOrder:
    """An order whose customer nobody knows yet; kept until a later import, or somebody, finds him."""

    id: UUID = field(metadata=hint(system=True))
    source_key: str = field(validator=Length(1, 100), metadata=hint(unique=True))
    customer_name: str = field(default="", validator=Length(0, 200), metadata=hint(searchable=True))
    customer_key: str = field(default="", validator=Length(0, 100))
    """Number or key of the customer, as the sales system gave it."""
    reason: str = field(validator=Length(1, 50))
    """Why nobody matched: ``unknown``, ``ambiguous`` or ``deleted``."""
    content: str = field(validator=Length(2, 4_000_000), metadata=hint(long=True))
    """The order as it came, JSON."""
    received_at: dt.datetime
    version: int = field(default=0, metadata=hint(system=True))

    indexes: ClassVar[tuple[tuple[str, ...], ...]] = (("received_at",),)


@attrs.frozen(kw_only=True, field_transformer=checked)
class Product:
    """Something the company sells (requirements 6.2, PRD-01, PRD-02)."""

    id: ProductId = field(metadata=hint(system=True))
    source_key: str = field(validator=Length(1, 100), metadata=hint(unique=True))
    """What the sales system calls it."""
    name: str = field(validator=Length(1, 200), metadata=hint(searchable=True))
    model: str = field(default="", validator=Length(0, 100), metadata=hint(searchable=True))
    batch: str = field(default="", validator=Length(0, 100), metadata=hint(searchable=True))
    """Grade or batch (等级/批次)."""
    unit: str = field(default="", validator=Length(0, 10))
    price: Decimal | None = field(default=None, validator=Digits(18, 2))
    """Price of one unit in the company's currency."""
    unit_cost: Decimal | None = field(default=None, validator=Digits(18, 2))
    """What one unit costs the company, in its currency, where the sales system tells (X-ANA-06, X-CUS-09)."""
    memo: str = field(default="", validator=Length(0, 200), metadata=hint(long=True))
    feature: str = field(default="", validator=Length(0, 500), metadata=hint(long=True))
    version: int = field(default=0, metadata=hint(system=True))

    indexes: ClassVar[tuple[tuple[str, ...], ...]] = (("name",),)


@attrs.frozen(kw_only=True, field_transformer=checked)
class StockItem:
    """How many of a product lie at a place (requirements 6.3, INV-01, INV-02)."""

    id: StockItemId = field(metadata=hint(system=True))
    source_key: str = field(validator=Length(1, 100), metadata=hint(unique=True))
    """What the sales system calls it."""
    product: ProductId = field(metadata=hint(ref="product", indexed=True))
    warehouse: str = field(default="", validator=Length(0, 50), metadata=hint(searchable=True))
    location: str = field(default="", validator=Length(0, 50))
    quantity: int = field(default=0)
    memo: str = field(default="", validator=Length(0, 200), metadata=hint(long=True))
    version: int = field(default=0, metadata=hint(system=True))

    indexes: ClassVar[tuple[tuple[str, ...], ...]] = (("warehouse",),)
