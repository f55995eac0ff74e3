"""What kinds of data about customers there are, and through which channels they came (requirement X-CUS-16)."""

from collections.abc import Mapping
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final

import attrs
from attrs import fields

from crmcore.base.schema import describe
from crmcore.customers.entity import Contact, Customer, Interaction
from crmcore.opportunities.entity import Opportunity, SalesActivity
from crmcore.query import TallyRow, count, query, records_behind, tally
from crmcore.reports.asking import customers_there
from crmcore.reports.composing import entries_of, labels_of
from crmcore.sales.entity import Order, OrderLine
from crmcore.service.entity import ServiceRequest
from crmcore.statistics.figures import Figure, counted, share
from crmcore.storage.action import action
from crmcore.storage.work import Work
from crmcore.surveys.entity import SurveyAnswer

__all__ = ["Captured", "CapturedData", "Channel", "DataCategory", "captured_data"]

_i = fields(Interaction)


class DataCategory(StrEnum):
    """What data about customers tell."""

    DESCRIPTIVE = "descriptive"
    """描述性: who they are, and whom the company knows there."""
    PROMOTIONAL = "promotional"
    """市场促销性: what was offered to them, and how they answered."""
    TRANSACTIONAL = "transactional"
    """交易数据: what they bought, and what was done for them."""


_KINDS: Final[Mapping[DataCategory, tuple[type[Any], ...]]] = {
    DataCategory.DESCRIPTIVE: (Customer, Contact),
    DataCategory.PROMOTIONAL: (Interaction, Opportunity, SalesActivity, SurveyAnswer),
    DataCategory.TRANSACTIONAL: (Order, OrderLine, ServiceRequest),
}


@attrs.frozen(kw_only=True)
class Captured:
    """How many records of a kind there are."""

    category: DataCategory
    records: Figure[int]
    """Its unit is the kind of record."""


@attrs.frozen(kw_only=True)
class Channel:
    """How many exchanges with customers came through a channel."""

    code: str
    """Of the dictionary; empty where nobody noted it."""
    interactions: Figure[int]
    share: Figure[Decimal]


@attrs.frozen(kw_only=True)
class CapturedData:
    """The categories of data, and the channels."""

    kinds: tuple[Captured, ...]
    """Those that the reader may see."""
    channels: tuple[Channel, ...]
    labels: Mapping[str, str]
    """What the channels are called."""


@action("report.read")
def captured_data(work: Work) -> CapturedData:
    """Answer how much descriptive, promotional and transactional data there is, and by which channels (X-CUS-16).

    One question for each kind of record, and two.
    """
    asked = tally(query(Interaction), by=(_i.channel,), measures=(count(),))
    rows = work.interactions.groups(asked)
    whole = counted(sum(row.values[0] for row in rows), query(Interaction), "interaction")
    entries = entries_of(work, "interaction_channel", rows)
    return CapturedData(
        kinds=tuple(
            Captured(category=category, records=_number(work, kind))
            for category, kinds in _KINDS.items()
            for kind in kinds
            if work.crm.scope_of(kind, work.actor) is not None
        ),
        channels=tuple(_channel(row, records_behind(asked, row), whole) for row in rows),
        labels=labels_of(work, entries),
    )


def _number(work: Work, kind: type[Any]) -> Figure[int]:
    of = customers_there() if kind is Customer else query(kind)
    return counted(work.of(kind).count(of), of, describe(kind).name)


def _channel(row: TallyRow, of: Any, whole: Figure[int]) -> Channel:
    (code,), (number,) = row.key, row.values
    interactions = counted(number, of, "interaction")
    return Channel(code=code, interactions=interactions, share=share(interactions, whole))
