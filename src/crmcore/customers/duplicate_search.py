"""Duplicates among all customers, on demand: for whoever cleans up (requirements CUS-07, X-ADM-11).

The store counts how often each comparable name, phone and licence number occurs; only what occurs twice is read.
Similar names are looked for among neighbours in some orders: the work grows with the number of names, not its square.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, TypeVar
from uuid import UUID

import attrs
from attrs import fields

from crmcore.access.entity import UserId
from crmcore.base.errors import Invalid, Problem
from crmcore.base.paging import Page, page_count
from crmcore.customers.candidates import LIVE
from crmcore.customers.deriving import digits_of
from crmcore.customers.entity import Contact, Customer, CustomerId
from crmcore.customers.likeness import (
    SAME_LICENCE,
    SAME_NAME,
    SAME_PHONE,
    Comparison,
    DuplicateReason,
    Likeness,
    name_comparison,
    score_of,
    similar_pairs,
    telling_licence,
    telling_phone,
)
from crmcore.dictionary.parameters import LEAST_LIKENESS, PAGE_SIZE
from crmcore.query import Query, Top, asc, count, one_of, query
from crmcore.query.conditions import FieldRef
from crmcore.storage.action import action
from crmcore.storage.listing import exactly
from crmcore.storage.work import Work

__all__ = ["DuplicateGroup", "DuplicateGroups", "duplicate_groups"]

_c = fields(Customer)
T = TypeVar("T")
_MOST_NAMES: Final = 200_000
"""So many customers are compared by similar names and by the phones of contacts; of more, one picks a part."""
_MOST_KEYS: Final = 1_000
"""So many groups are shown for each reason, the largest first; when they are cleaned up, others follow."""
_PHONES: Final = (fields(Contact).mobile, fields(Contact).office_phone)
_LARGEST: Final = 50
"""Most customers of a group that are shown."""


@attrs.frozen
class DuplicateGroup:
    """Customers that may be one and the same."""

    customers: tuple[Customer, ...]
    """The oldest first."""
    hints: tuple[Likeness, ...]
    """Why, the strongest first: each hint holds for at least two of them."""
    score: int
    """What the hints say together, 0 to 100."""


@attrs.frozen(kw_only=True)
class DuplicateGroups:
    """One page of what was found."""

    page: Page[DuplicateGroup]
    """The likeliest groups first."""
    similar_names: bool
    """False: similar names were not looked for; rapidfuzz (extra ``duplicates``) is not installed, or see below."""
    whole: bool
    """False: there are too many customers for similar names and contacts' phones; narrow by region or manager."""


@action("customer.merge")
def duplicate_groups(
    work: Work, *, region: str = "", manager: UserId | None = None, page: int = 1, size: int | None = None
) -> DuplicateGroups:
    """List groups of customers that may be one and the same, the likeliest first.

    Args:
        work: The unit of work.
        region: Code of the dictionary's regions; empty for all.
        manager: One account manager's; None for all that the actor may see.
        page: Which page, from 1.
        size: Most groups on a page; None for the company's setting.
    """
    rows = _rows_of(work, page, size)
    wanted = query(Customer).where(LIVE, *exactly((_c.region, region), (_c.manager, manager)))
    whole = work.customers.count(wanted, at_most=_MOST_NAMES + 1) <= _MOST_NAMES
    likeness = name_comparison() if whole else None
    search = _Search(work, wanted, whole=whole)
    groups = _joined(search.same())
    if likeness is not None:
        groups = _with_similar(groups, list(search.similar(likeness, work.parameter(LEAST_LIKENESS))))
    groups.sort(key=lambda group: (-group.score, group.ids[0]))
    number = min(max(page, 1), page_count(len(groups), rows))
    shown = [group.shown(search.known) for group in groups[(number - 1) * rows : number * rows]]
    return DuplicateGroups(page=Page(shown, len(groups), number, rows), similar_names=likeness is not None, whole=whole)


def _rows_of(work: Work, page: object, size: object) -> int:
    for name, number in (("page", page), ("size", size)):
        if type(number) is not int and not (name == "size" and number is None):
            raise Invalid(Problem(name, "value.type", params={"wanted": "integer", "got": type(number).__name__}))
    return min(max(size, 1), PAGE_SIZE.maximum or size) if isinstance(size, int) else work.parameter(PAGE_SIZE)


@attrs.frozen
class _Group:
    """Ids of alike customers in their order, and why."""

    ids: tuple[UUID, ...]
    hints: frozenset[Likeness]

    @property
    def score(self) -> int:
        return score_of(self.hints)

    def shown(self, known: Mapping[UUID, Customer]) -> DuplicateGroup:
        hints = tuple(sorted(self.hints, key=lambda hint: (-hint.score, hint.reason.value)))
        return DuplicateGroup(tuple(known[one] for one in self.ids[:_LARGEST]), hints, self.score)


class _Search:
    """Looks for alike customers within one unit of work."""

    def __init__(self, work: Work, wanted: Query[Customer], *, whole: bool) -> None:
        self._work, self._wanted, self._whole = work, wanted, whole
        self.known: dict[UUID, Customer] = {}
        """Every customer read so far."""

    def same(self) -> Iterator[_Group]:
        """Answer the groups of customers that share a name, licence number or phone."""
        yield from self._sharing(_c.licence_key, self._repeated(_c.licence_key, telling_licence), SAME_LICENCE)
        yield from self._sharing(_c.name_core, self._repeated(_c.name_core, str), SAME_NAME)
        phones = self._phones_of_contacts() if self._whole else {}
        keys = dict.fromkeys([*self._repeated(_c.phone_key, telling_phone), *phones])
        yield from self._sharing(_c.phone_key, list(keys), SAME_PHONE, phones)

    def similar(self, likeness: Comparison, least: int) -> Iterator[_Group]:
        """Answer the groups of customers whose names are alike, the likest first and in bounded number."""
        names = [row.key[0] for row in self._counted(_c.name_core, None) if row.key[0]]
        pairs = sorted(similar_pairs(names, likeness, least).items(), key=lambda pair: (-pair[1], pair[0]))[:_MOST_KEYS]
        owners = self._read(_c.name_core, sorted({name for pair, _ in pairs for name in pair}))
        for (one, other), score in pairs:
            ids = sorted({*owners.get(one, ()), *owners.get(other, ())})
            yield _Group(tuple(ids), frozenset({Likeness(DuplicateReason.SIMILAR_NAME, score)}))

    def _counted(self, field: FieldRef[Any], top: Top | None) -> Sequence[Any]:
        return self._work.customers.tally(self._wanted, by=(field,), measures=(count(),), top=top)

    def _repeated(self, field: FieldRef[Any], telling: Any) -> list[str]:
        """Answer the values that more than one customer has, the most frequent first."""
        rows = self._counted(field, Top("count", _MOST_KEYS))
        return [row.key[0] for row in rows if row.values[0] > 1 and telling(row.key[0])]

    def _sharing(
        self, field: FieldRef[Any], keys: list[str], hint: Likeness, more: Mapping[str, set[UUID]] | None = None
    ) -> Iterator[_Group]:
        """Answer the customers that share one of the values, or of whom *more* says the same."""
        others = more or {}
        self._load({id_ for ids in others.values() for id_ in ids})
        for owners in self._read(field, keys, others).values():
            if len(owners) > 1:
                yield _Group(tuple(sorted(owners)), frozenset({hint}))

    def _read(
        self, field: FieldRef[Any], keys: list[str], more: Mapping[str, set[UUID]] | None = None
    ) -> dict[str, set[UUID]]:
        """Answer who has each of the values; read for all of them at once."""
        owners = {key: {one for one in (more or {}).get(key, ()) if one in self.known} for key in keys}
        found = self._wanted.where(one_of(field, keys)).sort(asc(field)) if keys else None
        for one in () if found is None else self._work.customers.find(found.page(_MOST_KEYS * _LARGEST)):
            self.known[one.id] = one
            owners[getattr(one, getattr(field, "name", ""))].add(one.id)
        return owners

    def _load(self, ids: set[UUID]) -> None:
        missing = [CustomerId(one) for one in sorted(ids - self.known.keys())]
        if missing:
            for one in self._work.customers.find(self._wanted.where(one_of(_c.id, missing))):
                self.known[one.id] = one

    def _phones_of_contacts(self) -> dict[str, set[UUID]]:
        """Answer the phones that contacts of several customers have, or a contact here and a customer there."""
        written: dict[str, dict[str, int]] = {}
        for field in _PHONES:
            for row in self._work.contacts.tally(by=(field,), measures=(count(),)):
                text = row.key[0]
                if phone := _telling(text):
                    times = written.setdefault(phone, {})
                    times[text] = times.get(text, 0) + row.values[0]
        also = {row.key[0] for row in self._counted(_c.phone_key, None)}
        shared = [phone for phone, times in written.items() if phone in also or sum(times.values()) > 1][:_MOST_KEYS]
        texts = sorted({text for phone in shared for text in written[phone]})
        owners: dict[str, set[UUID]] = {phone: set() for phone in shared}
        for field in _PHONES if texts else ():
            found = query(Contact).where(one_of(field, texts)).page(_MOST_KEYS * _LARGEST)
            for one in self._work.contacts.find(found):
                owners.setdefault(_telling(getattr(one, field.name)), set()).add(one.customer)
        return owners


def _telling(text: str) -> str:
    return telling_phone(digits_of(text)) if text else ""


def _joined(groups: Iterable[_Group]) -> list[_Group]:
    """Make one group of those that have a customer in common."""
    first: dict[UUID, UUID] = {}

    def root(one: UUID) -> UUID:
        while first.setdefault(one, one) != one:
            first[one] = one = first[first[one]]
        return one

    known = list(groups)
    for group in known:
        for one in group.ids[1:]:
            first[root(one)] = root(group.ids[0])
    members: dict[UUID, set[UUID]] = {}
    hints: dict[UUID, set[Likeness]] = {}
    for group in known:
        members.setdefault(root(group.ids[0]), set()).update(group.ids)
        hints.setdefault(root(group.ids[0]), set()).update(group.hints)
    return [_Group(tuple(sorted(ids)), frozenset(hints[one])) for one, ids in members.items()]


def _with_similar(groups: list[_Group], pairs: Sequence[_Group]) -> list[_Group]:
    """Add the hint of similar names to the group that has all of them already; else they are a group of their own."""
    place = {one: number for number, group in enumerate(groups) for one in group.ids}
    added: list[_Group] = []
    best: dict[int, Likeness] = {}
    for pair in pairs:
        within = {place.get(one, -1) for one in pair.ids}
        (hint,) = pair.hints
        if len(within) > 1 or -1 in within:
            added.append(pair)
        else:
            best.setdefault(within.pop(), hint)
    known = [
        attrs.evolve(group, hints=group.hints | {best[number]}) if number in best else group
        for number, group in enumerate(groups)
    ]
    return known + added
