"""Who may use the customer window, for members of staff (requirement X-SLF-03)."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

import attrs
from attrs import fields

from crmcore.access.entity import User, UserId, Validity
from crmcore.base.paging import Page
from crmcore.customers.entity import Contact, Customer, CustomerId
from crmcore.query import desc, eq, in_query, one_of, query
from crmcore.storage.action import action
from crmcore.storage.collection import Collection
from crmcore.storage.listing import exactly, page_of, partly
from crmcore.storage.scoping import scope_of
from crmcore.storage.work import Work
from crmcore.window.entity import WindowGuest

__all__ = ["GuestEntry", "guests"]


@attrs.frozen(kw_only=True)
class GuestEntry:
    """A contact who may use the customer window."""

    guest: WindowGuest
    contact: Contact
    customer: Customer

    @property
    def id(self) -> UserId:
        """Id of the guest's user."""
        return self.guest.id


@action("window.invite")
def guests(
    work: Work, *, customer: CustomerId | None = None, name: str = "", page: int = 1, size: int | None = None
) -> Page[GuestEntry]:
    """List the contacts who may use the customer window, whom the company invited last first.

    Args:
        work: The unit of work.
        customer: Whose contacts; None for those of all customers one sees.
        name: Part of the contact's name; empty for all.
        page: Which page, from 1.
        size: Most entries on a page, 1 to 200; None for the company's setting.

    Raises:
        NotFound: There is no such customer, or he is somebody else's.
    """
    if customer is not None:
        work.customers.get(customer)
    c, g, u = fields(Contact), fields(WindowGuest), fields(User)
    valid = query(User).where(eq(u.status, Validity.VALID))
    seen = query(Contact).where(scope_of(work, Contact), *exactly((c.customer, customer)), *partly((c.name, name)))
    wanted = query(WindowGuest).where(in_query(g.id, valid), in_query(g.contact, seen)).sort(desc(g.invited_at))
    found = page_of(work, work.unscoped(WindowGuest), wanted, page=page, size=size)
    contacts = _by_id(work.contacts, Contact, (one.contact for one in found.rows))
    employers = _by_id(work.customers, Customer, (one.customer for one in contacts.values()))
    entries = [_entry(one, contacts[one.contact], employers) for one in found.rows]
    return Page(entries, found.total, found.number, found.size, more=found.more)


def _entry(guest: WindowGuest, contact: Contact, employers: dict[UUID, Any]) -> GuestEntry:
    return GuestEntry(guest=guest, contact=contact, customer=employers[contact.customer])


def _by_id(records: Collection[Any], entity: type[Any], ids: Iterable[UUID]) -> dict[UUID, Any]:
    """Answer records of a page by their ids, in one question."""
    wanted = set(ids)
    found = records.find(query(entity).where(one_of(fields(entity).id, wanted))) if wanted else ()
    return {one.id: one for one in found}
