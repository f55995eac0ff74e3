"""Lets what names a contact name him no more when he is deleted (requirements CON-03, X-SRV-08)."""

from typing import Any, Final

import attrs
from attrs import fields

from crmcore.care.entity import CareActivity
from crmcore.customers.entity import Contact, Interaction
from crmcore.query import eq, query
from crmcore.query.conditions import FieldRef
from crmcore.service.entity import ServiceRequest
from crmcore.service.keeping import keep_many
from crmcore.storage.work import Work
from crmcore.surveys.entity import Invitation

__all__ = ["forget_contact"]

_NAMING: Final[dict[type[Any], tuple[FieldRef[Any], FieldRef[Any]]]] = {
    Interaction: (fields(Interaction).customer, fields(Interaction).contact),
    CareActivity: (fields(CareActivity).customer, fields(CareActivity).contact),
    Invitation: (fields(Invitation).customer, fields(Invitation).contact),
    ServiceRequest: (fields(ServiceRequest).customer, fields(ServiceRequest).contact),
}
"""What says which contact of its customer it is about, by which fields."""


def forget_contact(work: Work, person: Contact) -> None:
    """Let nothing of a customer name a person who is about to be removed; change records keep what it said before."""
    for cls, (customer, contact) in _NAMING.items():
        his = query(cls).where(eq(customer, person.customer), eq(contact, person.id))
        pairs = [(one, _without_him(work, one)) for one in work.unscoped(cls).scan(his)]
        if cls is ServiceRequest:
            keep_many(work, pairs)
        else:
            work.bulk.change(pairs)


def _without_him(work: Work, one: Any) -> Any:
    """Answer a record without the person; an invitation he has not answered ends, since the link was his."""
    if isinstance(one, Invitation) and one.answered_at is None and one.withdrawn_at is None:
        return attrs.evolve(one, contact=None, withdrawn_at=work.now)
    return attrs.evolve(one, contact=None)
