"""What the rows of a file do to contacts of customers who are there already (requirements X-ADM-10, CON-02)."""

from collections.abc import Iterator, Sequence
from typing import Final
from uuid import UUID

from crmcore.access.entity import User
from crmcore.base.errors import Problem
from crmcore.customers.entity import Contact, Customer, CustomerStatus
from crmcore.customers.rules import name_key
from crmcore.exchange.drafts import Draft
from crmcore.exchange.kinds import columns_of
from crmcore.exchange.lookups import contacts_of, customers_by, seen_among
from crmcore.exchange.outcomes import Outcome
from crmcore.exchange.own_fields import OwnFields
from crmcore.exchange.plans import ImportPlan
from crmcore.exchange.reading_rows import ReadRows
from crmcore.exchange.sources import Row
from crmcore.storage.work import Work

__all__ = ["ContactRows"]

_CODES: Final = {"taken": "exchange.taken", "missing": "exchange.not_known", "ambiguous": "exchange.ambiguous"}


class ContactRows:
    """Decides row by row what becomes of contacts; whom a row speaks of, ``matching`` tells."""

    def __init__(self, work: Work, plan: ImportPlan, rows: Sequence[Row], read: ReadRows) -> None:
        """Look up the customers, and the contacts they have."""
        self._plan, self._read, self._size = plan, read, len(rows)
        self.draft = Draft(work, OwnFields(work, {}))
        self.managers: dict[UUID, User] = {}
        known = columns_of("contact")
        self._fields = [name for name in read.columns if known[name].cls is Contact]
        self._key = f"customer_{plan.key}"
        said = read.columns[self._key]
        if plan.key == "name":
            said = [None if name is None else name_key(name) for name in said]
        self._said = said
        found = customers_by(work, "name_key" if plan.key == "name" else plan.key, filter(None, said))
        visible = seen_among(work, found.values())
        self._customers = {value: one for value, one in found.items() if one.id in visible}
        theirs = contacts_of(work, visible)
        for one in self._customers.values():
            self.draft.know(one, theirs.get(one.id, []))

    def decide(self) -> Iterator[Outcome]:
        """Answer for each row ``created``, ``updated``, ``unchanged`` or ``failed``."""
        for place in range(self._size):
            yield self._decide(place)

    def used_managers(self) -> set[UUID]:
        """Answer that nobody is given customers."""
        return set()

    def _decide(self, place: int) -> Outcome:
        customer = self._customer(place)
        if self._read.columns["name"][place] is None:
            self._fail(place, "contact", "name", "value.missing")
        if customer is None:
            return "failed"
        given = {name: self._read.columns[name][place] for name in self._fields}
        if customer.status is CustomerStatus.DELETED:
            self._fail(place, "customer", self._plan.key, "exchange.deleted")
        if place in self._read.wrong:
            return "failed"
        only = "" if self._plan.mode == "upsert" else self._plan.mode
        done = self.draft.contact(customer.id, given, only=only, clear=self._plan.blank == "clear")
        if done == "created" or done == "updated" or done == "unchanged":  # noqa: PLR1714  # for the type checker
            return done
        return self._fail(place, "contact", "name", _CODES[done])

    def _customer(self, place: int) -> Customer | None:
        """Answer whose contact a row is about; None if that can't be told, which is noted."""
        key = self._said[place]
        customer = None if key is None else self._customers.get(key)
        if customer is None:
            self._fail(place, "customer", self._plan.key, "value.missing" if key is None else "exchange.not_known")
        return customer

    def _fail(self, place: int, entity: str, field: str, code: str) -> Outcome:
        column = self._read.columns.get(self._key if entity == "customer" else field)
        got = None if column is None else column[place]
        self._read.refuse(place, Problem(field, code, entity, {} if got is None else {"got": str(got)[:40]}))
        return "failed"
