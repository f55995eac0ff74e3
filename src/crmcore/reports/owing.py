"""Which orders should be paid by now; for the actions of this package (requirements X-CUS-09, X-CUS-18)."""

import datetime as dt
from typing import Final

from attrs import fields

from crmcore.query import Query, eq, negate, query
from crmcore.reports.asking import within_days
from crmcore.sales.entity import Order, OrderStatus
from crmcore.statistics.periods import Period

__all__ = ["DUE_AFTER", "due_orders"]

DUE_AFTER: Final = 30
"""Days after which an order should be paid; the CRM knows no terms of payment, so the number is ours."""
_o = fields(Order)


def due_orders(period: Period, currency: str, today: dt.date) -> Query[Order]:
    """Answer the orders of a period that should be paid by now, whether they are or not.

    Args:
        period: Days on which they were ordered.
        currency: Which currency they are in.
        today: From which day the time to pay is reckoned back.
    """
    until = min(period.last, today - dt.timedelta(days=DUE_AFTER))
    standing = negate(eq(_o.status, OrderStatus.CANCELLED))
    return query(Order).where(
        standing, eq(_o.currency, currency), *within_days(_o.ordered_on, Period(period.first, until))
    )
