"""Warnings about customers who may be leaving, and what was done about them (requirement 3.7)."""

import datetime as dt
import enum
from typing import ClassVar, Final, NewType
from uuid import UUID

import attrs
from attrs import field

from crmcore.access.entity import UserId
from crmcore.base.checked import checked
from crmcore.base.constraints import Length
from crmcore.base.kinds import hint
from crmcore.customers.entity import CustomerId

__all__ = ["OPEN", "ChurnCase", "ChurnCaseId", "ChurnStatus"]

ChurnCaseId = NewType("ChurnCaseId", UUID)


class ChurnStatus(enum.Enum):
    """How far the treatment of a warning has come."""

    WARNING = "warning"
    """预警"""
    DELAYED = "delayed"
    """暂缓流失"""
    LOST = "lost"
    """确认流失"""
    RETAINED = "retained"
    """挽回: ordered again (requirement CHN-12)."""


OPEN: Final = (ChurnStatus.WARNING, ChurnStatus.DELAYED)
"""States in which something is still to be decided."""


@attrs.frozen(kw_only=True, field_transformer=checked)
class ChurnCase:
    """One warning that a customer may be leaving, and its treatment (requirements CHN-01 to 13).

    Its id is what the summary of the customer's orders calls the lapse (``OrderSummary.lapse``: made of the customer
    and his latest order), or, where he never ordered, the customer's: so the same lapse is never warned of twice
    (requirement CHN-05).
    """

    id: ChurnCaseId = field(metadata=hint(system=True))
    customer: CustomerId = field(metadata=hint(system=True, ref="customer"))
    customer_name: str = field(validator=Length(1, 100), metadata=hint(system=True, searchable=True))
    """The customer's name when the case was opened."""
    manager: UserId = field(metadata=hint(system=True, ref="user"))
    """The customer's account manager when the case was opened."""
    last_order_on: dt.date | None = field(default=None, metadata=hint(system=True))
    """Day of the customer's latest order when the case was opened; None if there was none."""
    measures: str = field(default="", validator=Length(0, 4000), metadata=hint(system=True, long=True))
    """What was done to keep the customer: an entry a line, each with its time; appended, never overwritten."""
    reason: str = field(default="", validator=Length(0, 2000), metadata=hint(system=True, long=True))
    """Why the customer was lost, or what brought him back."""
    status: ChurnStatus = field(default=ChurnStatus.WARNING, metadata=hint(system=True))
    opened_at: dt.datetime = field(metadata=hint(system=True))
    closed_at: dt.datetime | None = field(default=None, metadata=hint(system=True))
    """When the loss was confirmed, or the customer retained."""
    version: int = field(default=0, metadata=hint(system=True))

    indexes: ClassVar[tuple[tuple[str, ...], ...]] = (
        ("customer", "last_order_on"),
        ("status", "opened_at"),
        ("opened_at",),
    )
