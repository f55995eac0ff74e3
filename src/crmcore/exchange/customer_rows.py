"""What the rows of a file do to customers, each with a contact if there is one (X-ADM-10, CUS-07, decision 16.2)."""

from collections.abc import Iterator, Sequence
from typing import Any, Final
from uuid import UUID

from crmcore.access.entity import UserId
from crmcore.base.errors import Problem
from crmcore.base.schema import describe
from crmcore.customers.entity import Customer, CustomerStatus
from crmcore.customers.rules import NotToOthers, name_key
from crmcore.customers.tagging import tidy
from crmcore.exchange.drafts import Draft, rows_of
from crmcore.exchange.kinds import columns_of
from crmcore.exchange.lookups import Managers, contacts_of, customers_by, holders, seen_among
from crmcore.exchange.outcomes import Outcome
from crmcore.exchange.plans import ImportPlan
from crmcore.exchange.reading_rows import ReadRows
from crmcore.exchange.sources import Row
from crmcore.storage.work import Work

__all__ = ["CustomerRows"]

_SPECS: Final = describe(Customer).by_name
_UNIQUE: Final = ("number", "external_key", "name_key")
_OF_LOST: Final = frozenset({"tags", "manager"})
"""What forms, too, still change of a lost customer (requirements 3.2, X-CUS-07, USR-06)."""


class CustomerRows:
    """Decides row by row what becomes of customers; everything they refer to was looked up before."""

    def __init__(self, work: Work, plan: ImportPlan, rows: Sequence[Row], read: ReadRows) -> None:
        """Look up what the rows refer to."""
        self._work, self._plan, self._read, self._size = work, plan, read, len(rows)
        self.draft = Draft(work)
        self._people = Managers(work)
        self.managers = self._people.by_id
        self.made: dict[int, UUID] = {}
        """Place of a row to the new customer it makes."""
        columns = read.columns
        known = columns_of("customer")
        own = [name for name in columns if known[name].cls is Customer]
        self._own = [name for name in own if name != "manager"]
        self._of_contact = {name: known[name].field for name in columns if known[name].cls is not Customer}
        self._key = "name_key" if plan.key == "name" else plan.key
        if "name" in columns:
            columns["name_key"] = [None if name is None else name_key(name) for name in columns["name"]]
        if "tags" in columns:
            columns["tags"] = [None if tags is None else tidy(tags) for tags in columns["tags"]]
        stored = {name: columns[name] for name in (*self._own, "name_key") if name in columns}
        self._rows = rows_of(stored, len(rows))
        found = self._found()
        visible = seen_among(work, found.values())
        self._hidden = {one.id for one in found.values()} - visible
        self._ids: dict[str, UUID] = {value: one.id for value, one in found.items()}
        self._deleted = {one.id for one in found.values() if one.status is CustomerStatus.DELETED}
        self._lost = {one.id for one in found.values() if one.status is CustomerStatus.LOST}
        if plan.mode != "insert":
            theirs = contacts_of(work, visible)
            for one in found.values():
                if one.id in visible:
                    self.draft.know(one, theirs.get(one.id, []))
        self._unique = [(name, columns[name], self._holders(name)) for name in _UNIQUE if name in columns]

    def decide(self) -> Iterator[Outcome]:
        """Answer for each row ``created``, ``updated``, ``unchanged`` or ``failed``."""
        for place in range(self._size):
            if place in self._read.wrong:
                yield "failed"
                continue
            key = self._value(self._key, place)
            known = None if key is None else self._ids.get(key)
            if known is None:
                yield (
                    self._insert(place)
                    if self._plan.mode != "update"
                    else self._fail(place, self._key, "exchange.not_known")
                )
            elif self._plan.mode == "insert":
                yield self._fail(place, self._key, "exchange.taken")
            elif known in self._hidden:
                yield self._fail(place, self._key, "exchange.not_yours")
            elif known in self._deleted:
                yield self._fail(place, self._key, "exchange.deleted")
            else:
                yield self._update(place, known)

    def used_managers(self) -> set[UUID]:
        """Answer who is given customers."""
        given = {self._people.called(said) for said in filter(None, self._read.columns.get("manager", ()))}
        return {one for one in (*given, *(self.draft.value(id_, "manager") for id_ in self.made.values())) if one}

    def _insert(self, place: int) -> Outcome:
        if self._value("name", place) is None:
            return self._fail(place, "name", "value.missing")
        manager = self._manager(place)
        if manager is None:
            return self._fail(place, "manager", "exchange.no_manager")
        if not self._may_give(manager):
            return self._fail(place, "manager", NotToOthers.code)
        if not self._check_choices(place, None) or not self._check_free(place, None):
            return "failed"
        contact = self._contact(place)
        if contact is None:
            return "failed"
        id_ = self.draft.add(self._rows[place], manager)
        if contact:
            self.draft.first_contact(id_, contact)
        self.made[place] = id_
        self._claim(place, id_)
        return "created"

    def _update(self, place: int, id_: UUID) -> Outcome:
        columns, clear = self._read.columns, self._plan.blank == "clear"
        changes: dict[str, Any] = {}
        for name in self._own:
            value = columns[name][place]
            if value is not None:
                changes[name] = value
            elif clear and name not in {"number", "name", "external_key"}:
                changes[name] = _emptied(name)
        if changes.get("number", self.draft.value(id_, "number")) != self.draft.value(id_, "number"):
            return self._fail(place, "number", "exchange.fixed")
        said = self._value("manager", place)
        if said is not None:
            manager = self._people.called(said)
            if manager is None:
                return self._fail(place, "manager", "exchange.no_manager")
            if manager != self.draft.value(id_, "manager") and not self._work.actor.may("customer.hand_over"):
                return self._fail(place, "manager", "exchange.no_hand_over")
            changes["manager"] = manager
        if id_ in self._lost and any(
            self.draft.value(id_, name) != changes[name] for name in changes.keys() - _OF_LOST
        ):
            return self._fail(place, self._key, "exchange.lost")
        contact = self._contact(place)
        if not self._check_choices(place, id_):
            return "failed"
        if contact is None or not self._check_free(place, id_):
            return "failed"
        done = self.draft.contact(id_, contact, clear=clear) if contact else "unchanged"
        if done == "ambiguous":
            return self._fail(place, "contact_name", "exchange.ambiguous")
        changed = self.draft.change(id_, changes) or done != "unchanged"
        self._claim(place, id_)
        return "updated" if changed else "unchanged"

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

    def _check_free(self, place: int, mine: UUID | None) -> bool:
        """Refuse a row whose number, key or name somebody else has (requirement CUS-07)."""
        for name, column, taken in self._unique:
            value = column[place]
            if value is not None and taken.get(value, mine) != mine:
                self._fail(place, name, "exchange.taken")
                return False
        return True

    def _check_choices(self, place: int, mine: UUID | None) -> bool:
        """Refuse a row that chooses what is offered no more, unless the customer has it (decision 16.9)."""
        for name, code in self._read.retired(place):
            if mine is None or self.draft.value(mine, name) != code:
                self._fail(place, name, "dictionary.not_offered")
                return False
        return True

    def _claim(self, place: int, id_: UUID) -> None:
        """Remember what a row has taken, for the rows after it."""
        for name, column, taken in self._unique:
            value = column[place]
            if value is not None:
                taken[value] = id_
                if name == self._key:
                    self._ids[value] = id_

    def _found(self) -> dict[str, Customer]:
        return customers_by(self._work, self._key, filter(None, self._read.columns.get(self._key, ())))

    def _holders(self, name: str) -> dict[str, UUID]:
        if name == self._key:
            return {**self._ids}
        return holders(self._work, name, filter(None, self._read.columns[name]))

    def _value(self, name: str, place: int) -> Any:
        column = self._read.columns.get(name)
        return None if column is None else column[place]

    def _fail(self, place: int, name: str, code: str) -> Outcome:
        shown = "name" if name == "name_key" else name
        entity, field = ("contact", shown[8:]) if shown.startswith("contact_") else ("customer", shown)
        got = self._value(shown, place)
        params: dict[str, object] = {} if got is None else {"got": str(got)[:40]}
        self._read.refuse(place, Problem(field, code, entity, params))
        return "failed"


def _emptied(name: str) -> Any:
    """What a field holds that an empty cell empties."""
    spec = _SPECS[name]
    return None if spec.nullable else spec.default
