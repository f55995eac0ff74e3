"""What people give to set sales targets; sizes and meaning are those of the entity."""

import datetime as dt
from decimal import Decimal
from typing import NotRequired, Required, TypedDict

from crmcore.access.entity import UserId
from crmcore.targets.entity import TargetSpan

__all__ = ["PlanFields", "TargetChanges", "TargetFields"]


class TargetFields(TypedDict):
    """What somebody gives to set a target."""

    span: Required[TargetSpan]
    starts_on: Required[dt.date]
    user: NotRequired[UserId | None]
    territory: NotRequired[str]
    amount: NotRequired[Decimal | None]
    number: NotRequired[int | None]
    remark: NotRequired[str]


class TargetChanges(TypedDict, total=False):
    """What may change about a target: how much, not whose or when."""

    amount: Decimal | None
    number: int | None
    remark: str


class PlanFields(TypedDict):
    """What somebody gives to plan a year, beside the year."""

    user: NotRequired[UserId | None]
    territory: NotRequired[str]
    amount: NotRequired[Decimal | None]
    number: NotRequired[int | None]
    remark: NotRequired[str]
