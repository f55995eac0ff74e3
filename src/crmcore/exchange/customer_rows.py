"""What the rows of a file do to customers, each with a contact if there is one (X-ADM-10, CUS-07, decision 16.2)."""

from collections.abc import Iterator, Sequence
from typing import Any, Final
from uuid import UUID

from crmcore.access.entity import UserId
from crmcore.base.errors import Problem
from crmcore.base.schema import describe
from crmcore.customers.entity import Contact, Customer, CustomerStatus
from crmcore.customers.rules import NotToOthers, name_key
from crmcore.customers.tagging import tidy
from crmcore.exchange.drafts import Draft
from crmcore.exchange.kinds import columns_of
from crmcore.exchange.lookups import Managers, contacts_of, customers_by, holders, seen_among
from crmcore.exchange.new_customers import rows_of
from crmcore.exchange.outcomes import Outcome
from crmcore.exchange.own_fields import OwnFields
from crmcore.exchange.plans import ImportPlan
from crmcore.exchange.reading_rows import ReadRows
from crmcore.exchange.sources import Row
from crmcore.storage.work import Work

__all__ = ["CustomerRows"]

_SPECS: Final = describe(Customer).by_name
_UNIQUE: Final = ("number", "external_key", "name_key")
_NEVER_EMPTIED: Final = frozenset({"number", "name", "external_key"})
_OF_LOST: Final = frozenset({"tags", "manager"})
"""What forms, too, still change of a lost customer (requirements 3.2, X-CUS-07, USR-06)."""


class CustomerRows:
    """Decides row by row what becomes of customers; everything they refer to was looked up before."""

    def __init__(self, work: Work, plan: ImportPlan, rows: Sequence[Row], read: ReadRows) -> None:
        """Look up what the rows refer to."""
        self._work, self._plan, self._read, self._size = work, plan, read, len(rows)
        self.draft = Draft(work, OwnFields(work, read.own))
        self._people = Managers(work)
        self.managers = self._people.by_id
        self.made: dict[int, UUID] = {}
        """Place of a row to the new customer it makes."""
        columns = read.columns
        known = columns_of("customer")
        self._own = [name for name in columns if name in known and known[name].cls is Customer and name != "manager"]
        self._of_contact = {name: known[name].field for name in columns if name in known and known[name].cls is Contact}
        self._key = "name_key" if plan.key == "name" else plan.key
        if "name" in columns:
            columns["name_key"] = [None if name is None else name_key(name) for name in columns["name"]]
        if "tags" in columns:
            columns["tags"] = [None if tags is None else tidy(tags) for tags in columns["tags"]]
        for name in read.own:
            columns[name] = [one.strip() or None if isinstance(one, str) else one for one in columns[name]]
        stored = {name: columns[name] for name in (*self._own, "name_key") if name in columns}
        self._rows = rows_of(stored, len(rows))
        self._look_up()
        self._unique = [(name, columns[name], self._holders(name)) for name in _UNIQUE if name in columns]

    def decide(self) -> Iterator[Outcome]:
        """Answer for each row ``created``, ``updated``, ``unchanged`` or ``failed``; of those everything is told."""
        for place in range(self._size):
            yield self._decide(place)

    def used_managers(self) -> set[UUID]:
        """Answer who is given customers."""
        given = {self._people.called(said) for said in filter(None, self._read.columns.get("manager", ()))}
        return {one for one in (*given, *(self.draft.value(id_, "manager") for id_ in self.made.values())) if one}

    def _look_up(self) -> None:
        """Look up the customers whom the rows are about."""
        found = customers_by(self._work, self._key, filter(None, self._read.columns.get(self._key, ())))
        visible = seen_among(self._work, found.values())
        self._hidden = {one.id for one in found.values()} - visible
        self._ids: dict[str, UUID] = {value: one.id for value, one in found.items()}
        self._deleted = {one.id for one in found.values() if one.status is CustomerStatus.DELETED}
        self._lost = {one.id for one in found.values() if one.status is CustomerStatus.LOST}
        if self._plan.mode != "insert":
            theirs = contacts_of(self._work, visible)
            self.draft.own.know(visible)
            for one in found.values():
                if one.id in visible:
                    self.draft.know(one, theirs.get(one.id, []))

    def _decide(self, place: int) -> Outcome:
        key = self._value(self._key, place)
        known = None if key is None else self._ids.get(key)
        if known is None:
            if key is None and self._is_wrong(place, self._plan.key):
                return "failed"  # whom the row is about can't be told
            if self._plan.mode == "update":
                return self._fail(place, self._key, "value.missing" if key is None else "exchange.not_known")
            return self._insert(place)
        if self._plan.mode == "insert":
            return self._fail(place, self._key, "exchange.taken")
        if known in self._hidden:
            return self._fail(place, self._key, "exchange.not_yours")
        if known in self._deleted:
            return self._fail(place, self._key, "exchange.deleted")
        return self._update(place, known)

    def _insert(self, place: int) -> Outcome:
        if self._value("name", place) is None:
            self._fail(place, "name", "value.missing")
        manager = self._manager(place)
        if manager is None:
            self._fail(place, "manager", "exchange.no_manager")
        elif not self._may_give(manager):
            self._fail(place, "manager", NotToOthers.code)
        self._check_choices(place, None)
        self._check_free(place, None)
        contact = self._contact(place)
        if manager is None or place in self._read.wrong:
            return "failed"
        id_ = self.draft.add(self._rows[place], manager)
        if contact:
            self.draft.first_contact(id_, contact)
        if self._read.own:
            self.draft.give(id_, {name: self._read.columns[name][place] for name in self._read.own})
        self.made[place] = id_
        self._claim(place, id_)
        return "created"

    def _update(self, place: int, id_: UUID) -> Outcome:
        clear = self._plan.blank == "clear"
        changes, own = self._changes(place, id_), self._own_changes(place)
        different = {name for name, value in changes.items() if self.draft.value(id_, name) != value}
        different |= {name for name, value in own.items() if self.draft.own.value(id_, name) != value}
        contact = self._contact(place)
        if id_ in self._lost and different - _OF_LOST:
            self._fail(place, self._key, "exchange.lost")
        self._check_choices(place, id_)
        self._check_free(place, id_)
        if place in self._read.wrong:
            if contact and self.draft.is_ambiguous(id_, contact):
                self._fail(place, "contact_name", "exchange.ambiguous")
            return "failed"
        done = self.draft.contact(id_, contact, clear=clear) if contact else "unchanged"
        if done == "ambiguous":
            return self._fail(place, "contact_name", "exchange.ambiguous")
        changed = [done != "unchanged", self.draft.change(id_, changes), self.draft.give(id_, own)]
        self._claim(place, id_)
        return "updated" if any(changed) else "unchanged"

    def _changes(self, place: int, id_: UUID) -> dict[str, Any]:
        """Answer what a row gives a customer; refuse what it can't give him."""
        columns = self._read.columns
        changes: dict[str, Any] = {}
        for name in self._own:
            value = columns[name][place]
            if value is not None:
                changes[name] = value
            elif self._plan.blank == "clear" and name not in _NEVER_EMPTIED and not self._is_wrong(place, name):
                changes[name] = _emptied(name)
        if changes.get("number", self.draft.value(id_, "number")) != self.draft.value(id_, "number"):
            self._fail(place, "number", "exchange.fixed")
        said = self._value("manager", place)
        if said is not None:
            present = self.draft.value(id_, "manager")
            manager = self._people.called(said, known=present)
            if manager is None:
                self._fail(place, "manager", "exchange.no_manager")
            elif manager != present and not self._work.actor.may("customer.hand_over"):
                self._fail(place, "manager", "exchange.no_hand_over")
            else:
                changes["manager"] = manager
        return changes

    def _own_changes(self, place: int) -> dict[str, Any]:
        """Answer what a row gives a customer in the company's own fields."""
        clear = self._plan.blank == "clear"
        given = {name: self._read.columns[name][place] for name in self._read.own}
        return {name: value for name, value in given.items() if value is not None or clear}

    def _contact(self, place: int) -> dict[str, Any] | None:
        """Answer what a row says of a contact; nothing if it says nothing, None if it does not say his name."""
        given = {field: self._read.columns[name][place] for name, field in self._of_contact.items()}
        if all(value is None for name, value in given.items() if name != "gender"):
            return {}
        if given.get("name") is None:
            self._fail(place, "contact_name", "value.missing")
            return None
        return given

    def _manager(self, place: int) -> UUID | None:
        said = self._value("manager", place)
        if said is not None:
            return self._people.called(said)
        wanted = self._plan.manager or self._work.actor.id
        return wanted if wanted in self.managers else None

    def _may_give(self, manager: UUID) -> bool:
        """Tell whether the importer may enter a customer for somebody (decision 16.2); forms ask the same."""
        actor = self._work.actor
        if actor.is_user(UserId(manager)) or actor.may("customer.hand_over"):
            return True
        return actor.may("customer.read_all") and actor.id not in self.managers

    def _check_free(self, place: int, mine: UUID | None) -> None:
        """Refuse a row whose number, key or name somebody else has (requirement CUS-07)."""
        for name, column, taken in self._unique:
            value = column[place]
            if value is not None and taken.get(value, mine) != mine:
                self._fail(place, name, "exchange.taken")

    def _check_choices(self, place: int, mine: UUID | None) -> None:
        """Refuse a row that chooses what is offered no more, unless the customer has it (decision 16.9)."""
        for name, code in self._read.retired(place):
            held = self.draft.own.value if name in self._read.own else self.draft.value
            if mine is None or held(mine, name) != code:
                self._fail(place, name, "dictionary.not_offered")

    def _claim(self, place: int, id_: UUID) -> None:
        """Remember what a row has taken, for the rows after it."""
        for name, column, taken in self._unique:
            value = column[place]
            if value is not None:
                taken[value] = id_
                if name == self._key:
                    self._ids[value] = id_

    def _holders(self, name: str) -> dict[str, UUID]:
        if name == self._key:
            return {**self._ids}
        return holders(self._work, name, filter(None, self._read.columns[name]))

    def _value(self, name: str, place: int) -> Any:
        column = self._read.columns.get(name)
        return None if column is None else column[place]

    def _is_wrong(self, place: int, field: str) -> bool:
        """Tell whether a cell of the customer's could not be read."""
        return any((one.entity, one.field) == ("customer", field) for one in self._read.wrong.get(place, ()))

    def _fail(self, place: int, name: str, code: str) -> Outcome:
        shown = "name" if name == "name_key" else name
        entity, field = ("contact", shown[8:]) if shown.startswith("contact_") else ("customer", shown)
        got = self._value(shown, place)
        params: dict[str, object] = {} if got is None else {"got": str(got)[:40]}
        self._read.refuse(place, self._read.named(name, Problem(field, code, entity, params)))
        return "failed"


def _emptied(name: str) -> Any:
    """What a field holds that an empty cell empties."""
    spec = _SPECS[name]
    return None if spec.nullable else spec.default
