"""Moves what belongs to one customer to another when the two are merged, and back when the merge is undone."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, TypeVar, cast
from uuid import UUID

import attrs
from attrs import fields

from crmcore.access.entity import UserId
from crmcore.agreements.entity import ServiceContract
from crmcore.base.errors import Refused
from crmcore.base.kinds import name_of
from crmcore.base.schema import describe
from crmcore.care.entity import CareActivity
from crmcore.churn.entity import OPEN, ChurnCase
from crmcore.customers.entity import Contact, Customer, CustomerId, Interaction
from crmcore.customers.merging import CustomerMerge, MergeState
from crmcore.opportunities.entity import Opportunity
from crmcore.query import Query, eq, one_of, query
from crmcore.query.conditions import FieldRef, path_of
from crmcore.sales.entity import Order
from crmcore.service.entity import ServiceRequest
from crmcore.service.keeping import keep_many
from crmcore.storage.codec import compact, entity_to_json
from crmcore.storage.work import Work
from crmcore.surveys.entity import Invitation, SurveyAnswer

__all__ = [
    "LINKS",
    "MOST_ORDERS",
    "MOST_OTHERS",
    "MergeChanged",
    "MergeTooLarge",
    "Moved",
    "cases_given",
    "cases_given_back",
    "digest_of",
    "how_many",
    "moving",
    "portions",
    "relink",
    "returning",
]

T = TypeVar("T")
LINKS: Final[dict[type[Any], FieldRef[Any]]] = {
    Contact: fields(Contact).customer,
    Interaction: fields(Interaction).customer,
    ChurnCase: fields(ChurnCase).customer,
    Opportunity: fields(Opportunity).customer,
    Customer: fields(Customer).merged_into,
    Order: fields(Order).customer,
    ServiceRequest: fields(ServiceRequest).customer,
    ServiceContract: fields(ServiceContract).customer,
    CareActivity: fields(CareActivity).customer,
    Invitation: fields(Invitation).customer,
    SurveyAnswer: fields(SurveyAnswer).customer,
}
"""What is linked to a customer, by which field; customers that were merged into him are, too."""
GOING_ON: Final = frozenset({Order, ServiceRequest, ServiceContract, CareActivity, Invitation, SurveyAnswer})
"""What goes on whoever the customer is: it may have been changed since a merge, and is moved back nevertheless."""
MOST_ORDERS: Final = 50_000
MOST_OTHERS: Final = 5_000
"""More does not belong to one customer, and would not fit into what is kept of a merge."""
_AT_ONCE: Final = 500
_WITH_MANAGER: Final = 3

Moved = dict[str, list[list[Any]]]
"""Name of the kind to the records that were moved: id in hexadecimal, and what they said then (``digest_of``); of an
open churn case also the account manager it had before.

Not the version: a record that was moved on and came back by undoing says the same again. Orders say nothing here.
"""


class MergeTooLarge(Refused):
    """So many records belong to the customer that they can't be moved in one transaction and kept for undoing."""

    code = "customer.merge_too_large"


class MergeChanged(Refused):
    """What a merge moved was changed, removed or moved since; undoing it would lose that."""

    code = "customer.merge_changed"


def how_many(work: Work, absorbed: CustomerId) -> dict[str, int]:
    """Answer how many records of each kind are linked to a customer, without reading them.

    Raises:
        MergeTooLarge: Too many.
    """
    numbers: dict[str, int] = {}
    for cls, field in LINKS.items():
        most = _most(cls)
        linked = query(cls).where(eq(field, absorbed))
        by_merges = cls is Customer
        number = len(_merged_into(work, absorbed)) if by_merges else work.unscoped(cls).count(linked, at_most=most + 1)
        if number > most:
            raise MergeTooLarge(entity=name_of(cls), most=most)
        numbers[name_of(cls)] = number
    return numbers


def moving(work: Work, absorbed: CustomerId) -> dict[type[Any], Sequence[Any]]:
    """Answer everything that is linked to a customer.

    Raises:
        MergeTooLarge: That is too much.
    """
    how_many(work, absorbed)
    return {
        cls: _merged_into(work, absorbed)
        if cls is Customer
        else work.unscoped(cls).find(query(cls).where(eq(field, absorbed)))
        for cls, field in LINKS.items()
    }


def cases_given(linked: Mapping[type[Any], Sequence[Any]], manager: UserId) -> dict[UUID, UserId]:
    """Answer who gets the churn cases that are still open: whoever is responsible for the kept customer."""
    return {one.id: manager for one in linked[ChurnCase] if one.status in OPEN}


def cases_given_back(moved: Moved) -> dict[UUID, UserId]:
    """Answer whose the churn cases were before the merge."""
    listed = [one for one in moved.get(name_of(ChurnCase), []) if len(one) == _WITH_MANAGER]
    return {UUID(hex=one[0]): UserId(UUID(hex=one[2])) for one in listed}


def relink(
    work: Work, linked: Mapping[type[Any], Sequence[Any]], to: CustomerId, managers: Mapping[UUID, UserId]
) -> Moved:
    """Link records to a customer, and give churn cases to *managers*; answer which, for :func:`returning`.

    Each leaves its change record; orders, which come in thousands and from elsewhere, leave one together.
    """
    moved: Moved = {}
    for cls, records in linked.items():
        (name,) = path_of(LINKS[cls])
        changed = [attrs.evolve(one, **{name: to}, **_given(one, managers)) for one in records]
        if cls is Order:
            for some in portions(changed):
                work.bulk.renew(some)
            if changed:
                work.bulk.note(Order, to, {"orders": [0, len(changed)]})
            moved[name_of(cls)] = [[one.id.hex] for one in changed]
        else:
            stored = _stored(work, cls, list(zip(records, changed, strict=True)))
            moved[name_of(cls)] = [
                [one.id.hex, digest_of(one), *([before.manager.hex] if one.id in managers else [])]
                for before, one in zip(records, stored, strict=True)
            ]
    return moved


def returning(work: Work, moved: Moved, kept: CustomerId) -> dict[type[Any], Sequence[Any]]:
    """Answer the records that a merge moved, as they are now.

    Orders may have been changed by the sales system since, and service may have gone on, as long as they are still the
    kept customer's.

    Raises:
        MergeChanged: Something was changed, removed or moved since.
    """
    found: dict[type[Any], Sequence[Any]] = {}
    for cls, field in LINKS.items():
        listed = moved.get(name_of(cls), [])
        known = {one.id: one for one in _by_ids(work, cls, [UUID(hex=one[0]) for one in listed])}
        found[cls] = [_unchanged(cls, known.get(UUID(hex=one[0])), one, field, kept) for one in listed]
    return found


def _given(record: Any, managers: Mapping[UUID, UserId]) -> dict[str, UserId]:
    return {"manager": managers[record.id]} if record.id in managers else {}


def _unchanged(cls: type[Any], record: Any, listed: Sequence[Any], field: FieldRef[Any], kept: CustomerId) -> Any:
    """Answer the record if it is as the merge left it."""
    if record is None or getattr(record, path_of(field)[0]) != kept:
        raise MergeChanged(entity=name_of(cls))
    if cls not in GOING_ON and digest_of(record) != listed[1]:
        raise MergeChanged(entity=name_of(cls))
    return record


def digest_of(record: Any) -> str:
    """Answer what tells whether a record says something else than before: a digest of all but its version."""
    derived = {spec.name for spec in describe(type(record)).fields if spec.hint.derived}
    said = {name: value for name, value in entity_to_json(record).items() if name not in {*derived, "version"}}
    return hashlib.sha256(compact(said).encode()).hexdigest()[:16]


def _stored(work: Work, cls: type[Any], pairs: Sequence[tuple[Any, Any]]) -> Sequence[Any]:
    """Store records of a kind, each with a change record of its own; requests with all that hangs on their clock."""
    return keep_many(work, pairs) if cls is ServiceRequest else work.bulk.change(pairs)


def _most(cls: type[Any]) -> int:
    return MOST_ORDERS if cls is Order else MOST_OTHERS


def _merged_into(work: Work, customer: CustomerId) -> list[Customer]:
    """Answer the customers that were merged into this one, by way of the merges: those are found by index."""
    m = fields(CustomerMerge)
    known: dict[UUID, Customer] = {}
    waiting: list[CustomerId] = [customer]
    while waiting and len(known) <= MOST_OTHERS:
        done = query(CustomerMerge).where(one_of(m.kept, waiting), eq(m.state, MergeState.DONE))
        ids = {one.absorbed for one in work.unscoped(CustomerMerge).find(done)} - known.keys()
        waiting = sorted(ids)
        known |= {one.id: one for one in _by_ids(work, Customer, waiting)}
    return [one for one in known.values() if one.merged_into == customer]


def _by_ids(work: Work, cls: type[Any], ids: Sequence[UUID]) -> Iterator[Any]:
    for some in portions(ids):
        wanted: Query[Any] = query(cls).where(one_of(cast("FieldRef[UUID]", fields(cls).id), some))
        yield from work.unscoped(cls).find(wanted)


def portions(records: Sequence[T]) -> Iterator[Sequence[T]]:
    """Answer so many records at once as fit into one question."""
    return (records[start : start + _AT_ONCE] for start in range(0, len(records), _AT_ONCE))
