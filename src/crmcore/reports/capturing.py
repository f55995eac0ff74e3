"""What kinds of data about customers there are, and through which channels they came (requirement X-CUS-16)."""

from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final

import attrs
from attrs import fields

from crmcore.base.schema import describe
from crmcore.customers.entity import Contact, Customer, Interaction
from crmcore.dictionary.entity import DictionaryEntry
from crmcore.opportunities.entity import Opportunity, SalesActivity
from crmcore.query import TallyRow, count, one_of, query, records_behind, tally
from crmcore.reports.asking import customers_there
from crmcore.sales.entity import Order, OrderLine
from crmcore.service.entity import ServiceRequest
from crmcore.statistics.figures import Figure, counted, share
from crmcore.statistics.sums import COUNT, total_of
from crmcore.storage.action import action
from crmcore.storage.scoping import scope_of
from crmcore.storage.work import Work
from crmcore.surveys.entity import SurveyAnswer

__all__ = ["Captured", "CapturedData", "Channel", "DataCategory", "captured_data"]

_d = fields(DictionaryEntry)


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
class _Noted:
    """Where the channel of a kind of record is noted."""

    field: Any
    category: str
    """Of the dictionary."""


_NOTED: Final[Mapping[type[Any], _Noted]] = {
    Interaction: _Noted(field=fields(Interaction).channel, category="interaction_channel"),
    ServiceRequest: _Noted(field=fields(ServiceRequest).channel, category="service_channel"),
}
_BY_ITSELF: Final[tuple[type[Any], ...]] = (SurveyAnswer, Order)
"""Questionnaires and transaction records are channels themselves."""


@attrs.frozen(kw_only=True)
class Channel:
    """How many records of a kind came through a channel."""

    code: str
    """Of the dictionary; empty where nobody noted it, and of kinds that are a channel themselves."""
    records: Figure[int]
    """Its unit is the kind of record."""
    share: Figure[Decimal]
    """Of all records of the kind."""

    @property
    def by_itself(self) -> bool:
        """Whether the kind of record is the channel: questionnaires, and the orders of the sales system."""
        return self.records.of.entity in _BY_ITSELF


@attrs.frozen(kw_only=True)
class CapturedData:
    """The categories of data, and the channels."""

    kinds: tuple[Captured, ...]
    """Those that the reader may see."""
    channels: tuple[Channel, ...]
    """Of the exchanges and requests that the reader may see by what was noted; then questionnaires, and orders."""
    labels: Mapping[tuple[str, str], str]
    """What channels are called, by kind of record and code."""


@action("report.read")
def captured_data(work: Work) -> CapturedData:
    """Answer how much descriptive, promotional and transactional data there is, and by which channels (X-CUS-16).

    One question for each kind of record, and one for what channels are called.

    Raises:
        NoPermission: The reader may see none of these kinds.
    """
    seen = {kind for kinds in _KINDS.values() for kind in kinds if work.crm.scope_of(kind, work.actor) is not None}
    if not seen:
        scope_of(work, Customer)
    asked = {kind: tally(query(kind), by=(one.field,), measures=(count(),)) for kind, one in _NOTED.items()}
    found = {kind: work.of(kind).groups(one) for kind, one in asked.items() if kind in seen}
    numbers = {
        kind: _number(work, kind, found.get(kind)) for kinds in _KINDS.values() for kind in kinds if kind in seen
    }
    noted = [
        _channel(
            row.key[0], counted(row.values[0], records_behind(asked[kind], row), numbers[kind].unit), numbers[kind]
        )
        for kind, rows in found.items()
        for row in rows
    ]
    themselves = [_channel("", numbers[kind], numbers[kind]) for kind in _BY_ITSELF if kind in seen]
    return CapturedData(
        kinds=tuple(
            Captured(category=category, records=numbers[kind])
            for category, kinds in _KINDS.items()
            for kind in kinds
            if kind in seen
        ),
        channels=tuple(one for one in (*noted, *themselves) if one.records.value),
        labels=_labels(work, {one.code for one in noted if one.code}),
    )


def _number(work: Work, kind: type[Any], rows: Sequence[TallyRow] | None) -> Figure[int]:
    """Answer how many records of a kind there are: counted, unless they were by channel."""
    of = customers_there() if kind is Customer else query(kind)
    number = work.of(kind).count(of) if rows is None else total_of(rows, COUNT) or 0
    return counted(number, of, describe(kind).name)


def _channel(code: str, records: Figure[int], whole: Figure[int]) -> Channel:
    return Channel(code=code, records=records, share=share(records, whole))


def _labels(work: Work, codes: Collection[str]) -> Mapping[tuple[str, str], str]:
    """Answer what channels are called in the reader's language, by kind of record and code."""
    kinds = {one.category: describe(kind).name for kind, one in _NOTED.items()}
    entries = work.dictionary.find(query(DictionaryEntry).where(one_of(_d.category, kinds), one_of(_d.code, codes)))
    chinese = work.actor.language == "zh"
    return {(kinds[one.category], one.code): one.label_zh if chinese else one.label_en for one in entries}
