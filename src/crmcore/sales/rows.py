"""An order as the sales system sends it: one row is one whole order (requirements ORD-04, 14.12)."""

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Final, NamedTuple

import attrs

from crmcore.base.errors import Problem
from crmcore.i18n import Language, text
from crmcore.sales.entity import OrderStatus

__all__ = ["STATUSES", "LineProblem", "LineRow", "OrderRow", "ReadOrder", "RowProblems"]


class LineRow(NamedTuple):
    """One line of an order, as the sales system says; a plain tuple in this order, or a mapping, does as well."""

    product_key: str = ""
    product_name: str = ""
    quantity: Decimal | int = Decimal(1)
    unit: str = ""
    unit_price: Decimal | int | None = None
    amount: Decimal | int | None = None
    """What the line costs; quantity times price, rounded half up to the cent, if it is not given."""


class OrderRow(NamedTuple):
    """One whole order, as the sales system says; a mapping with these names does as well.

    A named tuple and no attrs class: half a million of them are made in one night.
    """

    source_key: str
    """What the sales system calls the order."""
    ordered_on: dt.date
    customer: str = ""
    """The customer's number; looked for first."""
    customer_key: str = ""
    """What the sales system calls the customer; looked for if the number finds nobody."""
    customer_name: str = ""
    """The customer's name, without regard to case and width; looked for if neither finds anybody."""
    status: OrderStatus | str | int = OrderStatus.NEW
    """A status, its code (``paid``), or its number, 1 new to 6 paid (resolution 14.12)."""
    delivery_address: str = ""
    currency: str = ""
    """Empty for the company's."""
    amount: Decimal | int | None = None
    """Total; may be left out if there are lines."""
    lines: Sequence[LineRow | tuple[Any, ...] | Mapping[str, Any]] = ()


class ReadOrder(NamedTuple):
    """An order that has been read and found good."""

    source_key: str
    customer: str
    customer_key: str
    customer_name: str
    ordered_on: dt.date
    delivery_address: str
    status: OrderStatus
    currency: str
    amount: Decimal
    lines: list[tuple[Any, ...]]
    """Of each line the values of ``OrderLine`` from ``product_key`` to ``amount``."""


@attrs.frozen
class LineProblem(Problem):
    """One thing wrong with one line of an order."""

    line: int = 0
    """Which line, from 1."""

    def label(self, language: Language = "en") -> str:
        """Name the line and the field as people know them."""
        return text("order_line.numbered", language, line=self.line, field=super().label(language))


@attrs.frozen(kw_only=True)
class RowProblems:
    """What is wrong with one row of a chunk; nothing of the row was written."""

    row: int
    """Which of the rows, from 0."""
    source_key: str
    """The record's number in the sales system, as far as it can be told."""
    problems: tuple[Problem, ...]


_NUMBERED: Final = (
    OrderStatus.NEW,
    OrderStatus.CONFIRMED,
    OrderStatus.IN_PRODUCTION,
    OrderStatus.READY,
    OrderStatus.SHIPPED,
    OrderStatus.PAID,
)
STATUSES: Final[dict[object, OrderStatus]] = {
    **{one: one for one in OrderStatus},
    **{one.value: one for one in OrderStatus},
    **dict(enumerate(_NUMBERED, start=1)),
    **{str(number): one for number, one in enumerate(_NUMBERED, start=1)},
}
"""What a sales system may call a status."""
