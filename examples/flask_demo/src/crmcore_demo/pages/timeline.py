"""Everything that happened with a customer, and who changed what about him: two tabs of the customer (X-CUS-12)."""

from collections.abc import Callable, Mapping
from typing import Final
from uuid import UUID

from flask import Blueprint, url_for

from crmcore.customers import TimelineEntry, TimelineKind, timeline
from crmcore.customers.entity import Customer, CustomerId
from crmcore.storage.history import history
from crmcore_demo.addresses import carry
from crmcore_demo.customer_page import customer_of, customer_page
from crmcore_demo.history import told_of
from crmcore_demo.listing import read_filter
from crmcore_demo.session import names_of, reading

pages = Blueprint("timeline", __name__, url_prefix="/customers")
LEADS: Final[Mapping[TimelineKind, Callable[[CustomerId, UUID], str]]] = {
    TimelineKind.CHANGED: lambda customer, _: carry("timeline.changes", id=customer),
    TimelineKind.CONTACT: lambda customer, _: carry("contacts.index", id=customer),
    TimelineKind.INTERACTION: lambda customer, _: carry("interactions.index", id=customer),
    TimelineKind.OPPORTUNITY: lambda _, record: url_for("opportunities.show", id=record),
    TimelineKind.CARE: lambda _, record: url_for("care.show", id=record),
    TimelineKind.ORDER: lambda _, record: url_for("sales.order", id=record),
    TimelineKind.CHURN_WARNING: lambda _, record: url_for("churn.show", id=record),
    TimelineKind.CHURN_CLOSED: lambda _, record: url_for("churn.show", id=record),
    TimelineKind.SERVICE: lambda _, record: url_for("service.show", id=record),
    TimelineKind.SERVICE_CLOSED: lambda _, record: url_for("service.show", id=record),
    TimelineKind.CONTRACT: lambda _, record: url_for("contracts.show", id=record),
    TimelineKind.SURVEY: lambda _, record: url_for("survey_inviting.show", id=record),
    TimelineKind.MERGED: lambda customer, _: carry("timeline.changes", id=customer),
    TimelineKind.PARTED: lambda customer, _: carry("timeline.changes", id=customer),
}
TONES: Final = {
    TimelineKind.ORDER: "good",
    TimelineKind.OPPORTUNITY: "good",
    TimelineKind.INTERACTION: "running",
    TimelineKind.CARE: "good",
    TimelineKind.SERVICE: "running",
    TimelineKind.SERVICE_CLOSED: "good",
    TimelineKind.CONTRACT: "running",
    TimelineKind.SURVEY: "running",
    TimelineKind.CHURN_WARNING: "waiting",
    TimelineKind.CHURN_CLOSED: "bad",
}


def _address(it: Customer, entry: TimelineEntry) -> str:
    lead = LEADS.get(entry.kind)
    return lead(it.id, entry.record) if lead else ""


@pages.get("/<uuid:id>/timeline")
def show(id: UUID) -> str:  # noqa: A002
    """Show everything that happened with a customer, the newest first."""
    it = customer_of(CustomerId(id))
    paging = read_filter().paging
    found = timeline(reading(), it.id, page=paging.page, size=paging.size)
    return customer_page(
        "customers/timeline.html",
        it,
        "timeline",
        page=found,
        addresses={id_of(entry): _address(it, entry) for entry in found.rows},
        tones=TONES,
        id_of=id_of,
        names=names_of(*(entry.by for entry in found.rows)),
    )


def id_of(entry: TimelineEntry) -> tuple[UUID, TimelineKind]:
    """Return what tells an entry from the others."""
    return entry.record, entry.kind


@pages.get("/<uuid:id>/changes")
def changes(id: UUID) -> str:  # noqa: A002
    """Show who changed what about a customer from what to what, the newest first."""
    it = customer_of(CustomerId(id))
    return customer_page(
        "customers/changes.html", it, "history", entries=told_of(Customer, history(reading(), Customer, id))
    )
