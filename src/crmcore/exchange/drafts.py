"""What a chunk of an import is about to write: records as they will be, looked at before anything is written."""

from collections.abc import Mapping
from typing import Any, Final, Literal
from uuid import UUID

import attrs

from crmcore.access.entity import User
from crmcore.base.schema import describe
from crmcore.customers.deriving import derived_values, with_derived
from crmcore.customers.entity import Contact, ContactId, Customer, CustomerId
from crmcore.customers.opening import PREFIX
from crmcore.customers.rules import name_key
from crmcore.dictionary.entity import DictionaryEntry
from crmcore.exchange.contact_matching import AmbiguousContact, matching
from crmcore.exchange.following import follow
from crmcore.exchange.own_fields import OwnFields
from crmcore.storage.work import Work

__all__ = ["Draft", "Written"]

_CUSTOMER: Final = describe(Customer)
_PLACES: Final = {spec.name: place for place, spec in enumerate(_CUSTOMER.fields)}
_CONTACT: Final = describe(Contact)
_CONTACT_PLACES: Final = {spec.name: place for place, spec in enumerate(_CONTACT.fields)}
_CONTACT_DEFAULTS: Final[list[Any]] = [None if one.default is attrs.NOTHING else one.default for one in _CONTACT.fields]
_NULLABLE_OF_CONTACT: Final = frozenset(spec.name for spec in _CONTACT.fields if spec.nullable)
_ID, _NUMBER, _NAME, _PHONE, _FAX, _WEBSITE, _LICENCE = (
    _PLACES[name] for name in ("id", "number", "name", "phone", "fax", "website", "licence_no")
)
_MANAGER, _CREATED_BY, _CREATED_AT = (_PLACES[name] for name in ("manager", "created_by", "created_at"))


Drafted = Literal["created", "updated", "unchanged", "taken", "missing", "ambiguous"]


@attrs.frozen
class Written:
    """What a chunk has written, by kind of record."""

    created: dict[str, list[UUID]]
    changed: list[tuple[Any, Any]]
    """Each record before and after."""
    removed: list[Any]


def _given_of(values: Mapping[str, Any]) -> dict[str, Any]:
    """Answer what a contact will hold: where nothing is given, the default of a field that can't be without a value."""
    return {
        name: _CONTACT_DEFAULTS[_CONTACT_PLACES[name]] if value is None and name not in _NULLABLE_OF_CONTACT else value
        for name, value in values.items()
    }


class Draft:
    """Customers and contacts of a chunk, those that are there and those that are new, as its rows leave them."""

    def __init__(self, work: Work, own: OwnFields) -> None:
        """Start with nothing but what customers may have in the company's own fields."""
        self._work, self.own = work, own
        self._new: dict[UUID, list[Any]] = {}
        self._known: dict[UUID, list[Customer]] = {}
        """Customers as they are stored, and as they will be."""
        self._contacts: dict[UUID, list[Contact]] = {}
        self._new_contacts: set[UUID] = set()
        self._old_contacts: dict[UUID, Contact] = {}
        self._taken: set[UUID] = set()
        """Contacts of whom a row has spoken."""
        self._touched: set[UUID] = set()
        """Known customers whose computed values may be others now."""
        self._filled: set[UUID] = set()
        """Known customers who have a new contact, or something else in the company's own fields now."""

    def know(self, customer: Customer, contacts: list[Contact]) -> None:
        """Take in a customer who is there."""
        self._known[customer.id] = [customer, customer]
        self._contacts[customer.id] = [*contacts]

    def add(self, row: list[Any], manager: UUID) -> CustomerId:
        """Draft a new customer.

        Args:
            row: His values, from ``rows_of``; what the system knows is put in.
            manager: Who is given the customer.
        """
        work = self._work
        id_ = row[_ID] = CustomerId(work.new_id())
        row[_NUMBER] = row[_NUMBER] or work.new_number(PREFIX)
        row[_MANAGER] = manager
        row[_CREATED_BY], row[_CREATED_AT] = work.user_id, work.now
        self._new[id_] = row
        return id_

    def value(self, customer: UUID, name: str) -> Any:
        """Answer what a customer will have in a field."""
        row = self._new.get(customer)
        return row[_PLACES[name]] if row is not None else getattr(self._known[customer][1], name)

    def change(self, customer: UUID, changes: Mapping[str, Any]) -> bool:
        """Draft changes of a customer; answer whether there are any."""
        different = {name: value for name, value in changes.items() if self.value(customer, name) != value}
        if not different:
            return False
        if "name" in different:
            different["name_key"] = name_key(different["name"])
        row = self._new.get(customer)
        if row is not None:
            for name, value in different.items():
                row[_PLACES[name]] = value
        else:
            pair = self._known[customer]
            pair[1] = attrs.evolve(pair[1], **different)
            self._touched.add(customer)
        return True

    def give(self, customer: UUID, values: Mapping[str, Any]) -> bool:
        """Draft what a customer has in the company's own fields; answer whether anything is different."""
        different = self.own.give(customer, values)
        if different and customer in self._known:
            self._filled.add(customer)
        return different

    def first_contact(self, customer: UUID, given: Mapping[str, Any]) -> None:
        """Draft the contact of a new customer; the values are checked."""
        row = [*_CONTACT_DEFAULTS]
        for name, value in given.items():
            if value is not None or name in _NULLABLE_OF_CONTACT:
                row[_CONTACT_PLACES[name]] = value
        row[_CONTACT_PLACES["id"]], row[_CONTACT_PLACES["customer"]] = self._work.new_id(), customer
        made: Contact = _CONTACT.hydrate(row)
        self._contacts[customer] = [made]
        self._new_contacts.add(made.id)
        self._taken.add(made.id)

    def contact(self, customer: UUID, given: Mapping[str, Any], *, only: str = "", clear: bool) -> Drafted:
        """Draft a contact: the one of whom the row speaks is changed, or a new one added.

        Args:
            customer: Whose.
            given: Field to value, ``name`` among them; None where nothing is given.
            clear: Nothing empties the field of a contact who is there.
            only: ``insert`` or ``update`` if nothing else may be done.

        Returns:
            ``created``, ``updated`` or ``unchanged``; ``taken`` or ``missing`` for what *only* forbids,
            ``ambiguous`` if the row may speak of several.
        """
        mine = self._contacts.setdefault(customer, [])
        try:
            known = matching(mine, given, self._taken)
        except AmbiguousContact:
            return "ambiguous"
        if known is None:
            if only == "update":
                return "missing"
            made = Contact(id=ContactId(self._work.new_id()), customer=CustomerId(customer), **_given_of(given))
            mine.append(made)
            self._new_contacts.add(made.id)
            self._taken.add(made.id)
            self._filled.add(customer)  # stored even if he looks the same: a merge must not leave the contact behind
            return "created"
        if only == "insert":
            return "taken"
        wanted_now = {name: value for name, value in given.items() if clear or value is not None}
        self._taken.add(known.id)
        changed = attrs.evolve(known, **_given_of(wanted_now))
        if changed == known:
            return "unchanged"
        self._old_contacts[changed.id] = known  # none that this chunk made: a row speaks of those only to say the same
        mine[mine.index(known)] = changed
        self._touched.add(customer)
        return "updated"

    def is_ambiguous(self, customer: UUID, given: Mapping[str, Any]) -> bool:
        """Tell whether a row may speak of several contacts; nothing is drafted."""
        try:
            matching(self._contacts.get(customer, ()), given, self._taken)
        except AmbiguousContact:
            return True
        return False

    def additions(self) -> list[Customer]:
        """Answer the new customers as they will be, with everything that is computed of them."""
        return [self._finished(row) for row in self._new.values()]

    def write(self, managers: list[User], entries: list[DictionaryEntry]) -> Written:
        """Write everything.

        Args:
            managers: Who are given customers; touched, so that they can't be retired at the same moment (USR-06).
            entries: What is chosen from the dictionary; touched, so that it can't be deleted meanwhile (DIC-04).
        """
        bulk = self._work.bulk
        for user in managers:
            self._work.unscoped(User).touch(user)
        for entry in entries:
            self._work.unscoped(DictionaryEntry).touch(entry)
        customers = bulk.add(self.additions())
        contacts = [one for mine in self._contacts.values() for one in mine]
        new_contacts = bulk.add([one for one in contacts if one.id in self._new_contacts])
        renewed = self._renewed_customers()
        changes = [(self._old_contacts[one.id], one) for one in contacts if one.id in self._old_contacts]
        changed = [*zip((one for one, _ in renewed), bulk.change(renewed), strict=True)]
        changed_contacts = zip((one for one, _ in changes), bulk.change(changes), strict=True)
        follow(self._work, changed)
        values = self.own.write()
        created: dict[str, list[UUID]] = {
            "customer": [one.id for one in customers],
            "contact": [one.id for one in new_contacts],
            "custom_value": values.created,
        }
        return Written(created, [*changed, *changed_contacts, *values.changed], values.removed)

    def _renewed_customers(self) -> list[tuple[Customer, Customer]]:
        """Answer the known customers to store: changed ones, and those of whom only fields of the company's own are.

        The latter are stored as they are, so that nobody fills those in at the same time.
        """
        pairs = ((id_, self._known[id_]) for id_ in self._touched | self._filled if id_ in self._known)
        found = [(before, with_derived(after, self._contacts[id_])) for id_, (before, after) in pairs]
        return [(before, after) for before, after in found if before != after or before.id in self._filled]

    def _finished(self, row: list[Any]) -> Customer:
        derived = derived_values(
            number=row[_NUMBER],
            name=row[_NAME],
            phone=row[_PHONE],
            fax=row[_FAX],
            website=row[_WEBSITE],
            licence_no=row[_LICENCE],
            contacts=self._contacts.get(row[_ID], ()),
        )
        for name, value in derived.items():
            row[_PLACES[name]] = value
        made: Customer = _CUSTOMER.hydrate(row)
        return made
