"""Everything that happened with a customer, in one list (requirement X-CUS-12).

Each source is asked for as many of its latest as the page can need, and they are merged: a page costs the same however
long the history of other customers is. A person sees what he may see of orders, churn cases and opportunities.
"""

import datetime as dt
import json
from collections.abc import Iterator
from typing import Any, Final
from uuid import UUID

from attrs import fields

from crmcore.access.entity import UserId
from crmcore.agreements.entity import ServiceContract
from crmcore.base.paging import Page
from crmcore.care.entity import CareActivity, CareStatus
from crmcore.churn.entity import OPEN, ChurnCase
from crmcore.customers.entity import Contact, Customer, CustomerId, Interaction
from crmcore.customers.merge_keeping import ABSORBED
from crmcore.customers.timeline_entries import TITLES, TimelineEntry, TimelineKind
from crmcore.i18n import has_text, language_of, text
from crmcore.opportunities.entity import Opportunity
from crmcore.query import Query, desc, eq, is_null, le, negate, one_of, query
from crmcore.sales.entity import Order
from crmcore.service.entity import ServiceRequest, ServiceStatus
from crmcore.storage.action import action
from crmcore.storage.listing import place_of
from crmcore.storage.records import MENTION, ChangeRecord, Operation
from crmcore.storage.work import Work
from crmcore.surveys.entity import Invitation, Survey

__all__ = ["TimelineEntry", "TimelineKind", "timeline"]

_r = fields(ChangeRecord)
_UNCHANGED: Final = "{}"
_EPOCH: Final = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


@action("customer.read_all", "customer.read")
def timeline(work: Work, id: CustomerId, *, page: int = 1, size: int | None = None) -> Page[TimelineEntry]:  # noqa: A002
    """List everything that happened with a customer, newest first (requirement X-CUS-12).

    When he was entered and changed, whom he absorbed in a merge and who was parted from him again, the opportunity he
    was won from, contacts, interactions, care that was done for him, orders, service contracts that began, service
    requests with their ends, surveys he answered, and churn cases.

    A first page counts nothing that it shows to its end.

    Args:
        work: The unit of work.
        id: Which customer.
        page: Which page, from 1.
        size: Most entries on a page; None for the company's setting.
    """
    customer = work.customers.get(id)
    told = _Teller(work, customer)
    first, rows = place_of(work, 0, page=page, size=size)
    number = first if page <= first else place_of(work, told.total(), page=page, size=size)[0]
    entries = sorted(told.latest(number * rows), key=_place, reverse=True)
    return Page(tuple(entries[(number - 1) * rows : number * rows]), told.total(), number, rows)


def _place(entry: TimelineEntry) -> tuple[dt.datetime, UUID, str]:
    return entry.at, entry.record, entry.kind.value


class _Teller:
    """Asks every kind of record about one customer."""

    def __init__(self, work: Work, customer: Customer) -> None:
        self._work, self._customer = work, customer
        self._language = language_of(work.actor.language)
        self._queries = tuple(self._asked())
        self._counted: dict[int, int] = {}
        self._surveys: dict[UUID, str] = {}

    def total(self) -> int:
        """Count the entries; sources that were read to their end are not counted again."""
        for place, (wanted, _) in enumerate(self._queries):
            if place not in self._counted:
                self._counted[place] = self._records(wanted).count(wanted)
        return 1 + sum(self._counted.values())

    def latest(self, most: int) -> Iterator[TimelineEntry]:
        """Answer the latest *most* entries of each source, and perhaps more."""
        customer = self._customer
        entered: dict[str, Any] = {"at": customer.created_at, "detail": customer.name, "by": customer.created_by}
        yield self._entry(TimelineKind.ENTERED, customer.id, **entered)
        for place, (wanted, tell) in enumerate(self._queries):
            found = self._records(wanted).find(wanted.page(most))
            if len(found) < most:
                self._counted[place] = len(found)
            yield from map(tell, found)

    def _asked(self) -> Iterator[tuple[Query[Any], Any]]:
        """Answer what to ask for, newest first, and how to tell of it."""
        about = self._customer.id
        p, i, c, o = fields(Contact), fields(Interaction), fields(ChurnCase), fields(Order)
        said = (eq(_r.entity, "customer"), eq(_r.operation, Operation.CHANGED), negate(eq(_r.changes, _UNCHANGED)))
        changed = query(ChangeRecord).where(eq(_r.entity_id, about), *said)
        yield changed.sort(desc(_r.at)), self._changed
        yield query(Contact).where(eq(p.customer, about)).sort(desc(p.id)), self._contact
        yield query(Interaction).where(eq(i.customer, about)).sort(desc(i.at)), self._interaction
        if self._sees(CareActivity):
            a = fields(CareActivity)
            done = query(CareActivity).where(eq(a.customer, about), eq(a.status, CareStatus.DONE))
            yield done.sort(desc(a.done_on)), self._care
        if self._sees(Order):
            yield query(Order).where(eq(o.customer, about)).sort(desc(o.ordered_on)), self._order
        if self._sees(ChurnCase):
            cases = query(ChurnCase).where(eq(c.customer, about))
            yield cases.sort(desc(c.opened_at)), self._warning
            yield cases.where(negate(one_of(c.status, OPEN))).sort(desc(c.closed_at)), self._closed
        if self._sees(Opportunity):
            won = query(Opportunity).where(eq(fields(Opportunity).customer, about))
            yield won.sort(desc(fields(Opportunity).closed_at)), self._opportunity
        yield from self._asked_of_service()

    def _asked_of_service(self) -> Iterator[tuple[Query[Any], Any]]:
        """Answer what to ask for of contracts, requests and surveys."""
        about = self._customer.id
        if self._sees(ServiceRequest):
            s = fields(ServiceRequest)
            requests = query(ServiceRequest).where(eq(s.customer, about))
            yield requests.sort(desc(s.created_at)), self._service
            yield requests.where(eq(s.status, ServiceStatus.ARCHIVED)).sort(desc(s.archived_at)), self._service_closed
        if self._sees(ServiceContract):
            k = fields(ServiceContract)
            begun = query(ServiceContract).where(eq(k.customer, about), le(k.starts_on, self._work.today))
            yield begun.sort(desc(k.starts_on)), self._contract
        if self._sees(Invitation):
            v = fields(Invitation)
            said_so = query(Invitation).where(eq(v.customer, about), negate(is_null(v.answered_at)))
            yield said_so.sort(desc(v.answered_at)), self._survey

    def _sees(self, entity: type[Any]) -> bool:
        return self._work.crm.scope_of(entity, self._work.actor) is not None

    def _records(self, wanted: Query[Any]) -> Any:
        entity = wanted.entity
        return self._work.unscoped(entity) if entity is ChangeRecord else self._work.of(entity)

    def _changed(self, record: ChangeRecord) -> TimelineEntry:
        said = json.loads(record.changes)
        before, after = said.pop(f"{MENTION}{ABSORBED}", (None, None))
        names = [f"customer.{name}" for name in said if name != "name_key"]
        labels = [text(name, self._language) for name in names if has_text(name, self._language)]
        by = None if record.actor is None else UserId(record.actor)
        listed = ("、" if self._language == "zh" else ", ").join(labels)
        kind = TimelineKind.MERGED if after else TimelineKind.PARTED if before else TimelineKind.CHANGED
        told = after or before or ""
        return self._entry(kind, self._customer.id, told, at=record.at, detail=listed, by=by)

    def _contact(self, person: Contact) -> TimelineEntry:
        at = _made_at(person.id, self._customer.created_at)
        return self._entry(TimelineKind.CONTACT, person.id, person.name, at=at, detail=person.position)

    def _interaction(self, one: Interaction) -> TimelineEntry:
        facts: dict[str, Any] = {"at": one.at, "detail": one.detail or one.memo, "by": one.created_by}
        return self._entry(TimelineKind.INTERACTION, one.id, one.title, **facts)

    def _care(self, one: CareActivity) -> TimelineEntry:
        facts: dict[str, Any] = {"detail": one.opinion or one.result, "by": one.done_by}
        at = self._start_of(one.done_on or one.planned_on)
        return self._entry(TimelineKind.CARE, one.id, one.content, at=at, **facts)

    def _order(self, order: Order) -> TimelineEntry:
        at = self._start_of(order.ordered_on)
        detail = f"{order.amount:,.2f} {order.currency}"
        return self._entry(TimelineKind.ORDER, order.id, order.source_key, at=at, detail=detail)

    def _warning(self, case: ChurnCase) -> TimelineEntry:
        detail = "" if case.last_order_on is None else case.last_order_on.isoformat()
        return self._entry(TimelineKind.CHURN_WARNING, case.id, at=case.opened_at, detail=detail)

    def _closed(self, case: ChurnCase) -> TimelineEntry:
        status = text(f"churn_status.{case.status.value}", self._language)
        at = case.closed_at or case.opened_at
        return self._entry(TimelineKind.CHURN_CLOSED, case.id, status, at=at, detail=case.reason)

    def _service(self, one: ServiceRequest) -> TimelineEntry:
        facts: dict[str, Any] = {"detail": one.number, "by": one.created_by}
        return self._entry(TimelineKind.SERVICE, one.id, one.title, at=one.created_at, **facts)

    def _service_closed(self, one: ServiceRequest) -> TimelineEntry:
        facts: dict[str, Any] = {"detail": one.result, "by": one.handled_by}
        return self._entry(
            TimelineKind.SERVICE_CLOSED, one.id, one.title, at=one.archived_at or one.created_at, **facts
        )

    def _contract(self, one: ServiceContract) -> TimelineEntry:
        facts: dict[str, Any] = {"detail": one.number, "by": one.created_by}
        return self._entry(TimelineKind.CONTRACT, one.id, one.title, at=self._start_of(one.starts_on), **facts)

    def _survey(self, one: Invitation) -> TimelineEntry:
        at = one.answered_at or one.invited_at
        return self._entry(TimelineKind.SURVEY, one.id, self._title_of(one), at=at)

    def _title_of(self, one: Invitation) -> str:
        if one.survey not in self._surveys:
            self._surveys[one.survey] = self._work.unscoped(Survey).get(one.survey).title
        return self._surveys[one.survey]

    def _opportunity(self, chance: Opportunity) -> TimelineEntry:
        at = chance.closed_at or chance.created_at
        return self._entry(TimelineKind.OPPORTUNITY, chance.id, chance.title, at=at, detail=chance.number)

    def _start_of(self, day: dt.date) -> dt.datetime:
        return dt.datetime.combine(day, dt.time(), self._work.zone).astimezone(dt.UTC)

    def _entry(self, kind: TimelineKind, record: UUID, said: str = "", **facts: Any) -> TimelineEntry:
        return TimelineEntry(kind=kind, record=record, title=text(TITLES[kind], self._language, said=said), **facts)


def _made_at(id_: UUID, otherwise: dt.datetime) -> dt.datetime:
    """Answer when a time-ordered id was made."""
    time_ordered = 7
    return _EPOCH + dt.timedelta(milliseconds=id_.int >> 80) if id_.version == time_ordered else otherwise
