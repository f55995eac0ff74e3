"""What the list of everything that happened with a customer consists of (requirement X-CUS-12)."""

import datetime as dt
import enum
from typing import Final
from uuid import UUID

import attrs

from crmcore.access.entity import UserId

__all__ = ["TITLES", "TimelineEntry", "TimelineKind"]


class TimelineKind(enum.Enum):
    """What an entry of the timeline is about."""

    ENTERED = "entered"
    CHANGED = "changed"
    OPPORTUNITY = "opportunity"
    CONTACT = "contact"
    INTERACTION = "interaction"
    CARE = "care"
    ORDER = "order"
    CHURN_WARNING = "churn_warning"
    CHURN_CLOSED = "churn_closed"
    SERVICE = "service"
    SERVICE_CLOSED = "service_closed"
    CONTRACT = "contract"
    SURVEY = "survey"
    MERGED = "merged"
    PARTED = "parted"


TITLES: Final = {
    TimelineKind.ENTERED: "timeline.entered",
    TimelineKind.CHANGED: "timeline.changed",
    TimelineKind.OPPORTUNITY: "timeline.opportunity",
    TimelineKind.CONTACT: "timeline.contact",
    TimelineKind.INTERACTION: "timeline.interaction",
    TimelineKind.CARE: "timeline.care",
    TimelineKind.ORDER: "timeline.order",
    TimelineKind.CHURN_WARNING: "timeline.churn_warning",
    TimelineKind.CHURN_CLOSED: "timeline.churn_closed",
    TimelineKind.SERVICE: "timeline.service",
    TimelineKind.SERVICE_CLOSED: "timeline.service_closed",
    TimelineKind.CONTRACT: "timeline.contract",
    TimelineKind.SURVEY: "timeline.survey",
    TimelineKind.MERGED: "timeline.merged",
    TimelineKind.PARTED: "timeline.parted",
}
"""Catalogue keys of what entries are called."""


@attrs.frozen(kw_only=True)
class TimelineEntry:
    """One thing that happened with a customer."""

    at: dt.datetime
    """When; of an order, a contract or care, the start of its day in the company's zone."""
    kind: TimelineKind
    title: str
    """What it is called, in the reader's language or as somebody wrote it."""
    detail: str = ""
    record: UUID
    """Id of the record it is about."""
    by: UserId | None = None
    """Who did it, where that is known."""
