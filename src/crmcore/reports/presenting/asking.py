"""The filters that several reports share."""

import enum
from typing import Final

from crmcore.reports.filters import Filter, FilterKind
from crmcore.statistics.periods import Span

__all__ = [
    "ALL_ORDERS",
    "ALL_TIME",
    "ARCHIVED_ONLY",
    "CURRENCY",
    "CUSTOMER_NAME",
    "LAST_QUARTER",
    "LAST_YEAR",
    "MONTHS_OF_YEAR",
    "OWNER",
    "PAGE",
    "PERIOD",
    "SPAN",
    "choice",
    "snapshot_filter",
]

PERIOD: Final = Filter(name="period", kind=FilterKind.PERIOD, initial="this_month", needed=True)
MONTHS_OF_YEAR: Final = Filter(name="period", kind=FilterKind.PERIOD, initial="this_year", needed=True)
LAST_YEAR: Final = Filter(name="period", kind=FilterKind.PERIOD, initial="last_year", needed=True)
"""A year that is over, where a period that is not would say something else."""
LAST_QUARTER: Final = Filter(name="period", kind=FilterKind.PERIOD, initial="last_quarter", needed=True)
"""As near as a snapshot can look that was taken before it, and over."""
ALL_TIME: Final = Filter(name="period", kind=FilterKind.PERIOD)
"""A period that may be left open."""
CUSTOMER_NAME: Final = Filter(name="customer_name", kind=FilterKind.TEXT)
CURRENCY: Final = Filter(name="currency", kind=FilterKind.TEXT)
ALL_ORDERS: Final = Filter(name="all_orders", kind=FilterKind.FLAG)
ARCHIVED_ONLY: Final = Filter(name="archived_only", kind=FilterKind.FLAG)
OWNER: Final = Filter(name="owner", kind=FilterKind.PERSON)
PAGE: Final = Filter(name="page", kind=FilterKind.PAGE)
SPAN: Final = Filter(name="span", kind=FilterKind.CHOICE, choices=tuple(Span), initial="month", needed=True)


def choice(name: str, kind: type[enum.Enum], initial: str = "") -> Filter:
    """Answer a filter that is one of a kind; it may be left out, unless it is something initially."""
    return Filter(name=name, kind=FilterKind.CHOICE, choices=tuple(kind), initial=initial, needed=bool(initial))


def snapshot_filter(name: str) -> Filter:
    """Answer a filter that is a snapshot of the pipeline."""
    return Filter(name=name, kind=FilterKind.SNAPSHOT)
