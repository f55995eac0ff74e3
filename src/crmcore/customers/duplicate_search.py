"""Duplicates among all customers, on demand: for whoever cleans up (requirements CUS-07, X-ADM-11).

The store answers the comparable values alone, and only the customers of one page are read. Similar names are looked for
among neighbours in some orders: the work grows with the number of names, not with its square.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Final
from uuid import UUID

import attrs
from attrs import fields

from crmcore.access.entity import UserId
from crmcore.base.errors import Invalid, Problem
from crmcore.base.paging import Page, page_count
from crmcore.customers.candidates import LIVE, People, PhoneOwner, people_of, phones_in
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
from crmcore.storage.action import action
from crmcore.storage.listing import exactly
from crmcore.storage.work import Work

__all__ = ["DuplicateGroup", "DuplicateGroups", "duplicate_groups"]

_c = fields(Customer)
_MOST_NAMES: Final = 200_000
"""So many customers are compared by similar names and by the phones of contacts; of more, one picks a part."""
_MOST_KEYS: Final = 1_000
"""So many groups are shown for each reason, the largest first; when they are cleaned up, others follow."""
_KEYS: Final = {SAME_LICENCE: _c.licence_key, SAME_NAME: _c.name_core, SAME_PHONE: _c.phone_key}
_TELLING: Final[dict[Likeness, Callable[[str], str]]] = {
    SAME_LICENCE: telling_licence,
    SAME_NAME: str,
    SAME_PHONE: telling_phone,
}
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
    phones: tuple[PhoneOwner, ...] = ()
    """Whose the phones are that several of them share: contacts', or the customers' own."""


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
    owners = _all_owners(work, wanted) if whole else _repeated_owners(work, wanted)
    groups = _joined(_same(owners))
    if likeness is not None:
        groups = _with_similar(groups, list(_similar(owners[SAME_NAME], likeness, work.parameter(LEAST_LIKENESS))))
    groups.sort(key=lambda group: (-group.score, group.ids[0]))
    number = min(max(page, 1), page_count(len(groups), rows))
    shown = _shown(work, groups[(number - 1) * rows : number * rows])
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


def _shown(work: Work, groups: Sequence[_Group]) -> list[DuplicateGroup]:
    """Answer groups with their customers, who are read for all of them at once."""
    ids = [CustomerId(one) for group in groups for one in group.ids[:_LARGEST]]
    found = work.customers.find(query(Customer).where(one_of(_c.id, ids))) if ids else ()
    known = {one.id: one for one in found}
    calling = [one for group in groups if SAME_PHONE in group.hints for one in group.ids[:_LARGEST]]
    people = people_of(work.contacts, calling)
    shown: list[DuplicateGroup] = []
    for group in groups:
        customers = tuple(known[CustomerId(one)] for one in group.ids[:_LARGEST])
        hints = tuple(sorted(group.hints, key=lambda hint: (-hint.score, hint.reason.value)))
        phones = _shared_phones(customers, people) if SAME_PHONE in group.hints else ()
        shown.append(DuplicateGroup(customers, hints, group.score, phones))
    return shown


def _shared_phones(customers: Iterable[Customer], people: People) -> tuple[PhoneOwner, ...]:
    """Answer whose the phones are that several of these customers have."""
    owners: defaultdict[str, list[PhoneOwner]] = defaultdict(list)
    for customer in customers:
        for phone, owner in phones_in(customer, people):
            owners[phone].append(owner)
    return tuple(one for some in owners.values() if len({each.customer for each in some}) > 1 for one in some)


_Owners = Mapping[str, Sequence[UUID]]
"""Comparable value to the customers that have it."""


def _all_owners(work: Work, wanted: Query[Customer]) -> dict[Likeness, _Owners]:
    """Answer who has which comparable name, licence number and phone, his contacts' phones among them."""
    names, licences, phones = _empty(), _empty(), _empty()
    for row in work.customers.tally(wanted, by=(_c.id, *_KEYS.values()), measures=(count(),)):
        id_, licence, name, phone = row.key
        names[name].append(id_)
        licences[telling_licence(licence)].append(id_)
        phones[telling_phone(phone)].append(id_)
    known = {id_ for ids in names.values() for id_ in ids}
    c = fields(Contact)
    for row in work.contacts.tally(by=(c.customer, c.mobile, c.office_phone), measures=(count(),)):
        id_ = row.key[0]
        for text in row.key[1:]:
            if text and id_ in known and (phone := telling_phone(digits_of(text))):
                phones[phone].append(id_)
    return {SAME_LICENCE: licences, SAME_NAME: names, SAME_PHONE: phones}


def _repeated_owners(work: Work, wanted: Query[Customer]) -> dict[Likeness, _Owners]:
    """Answer the same for the values that occur most often, without reading what occurs once."""
    found: dict[Likeness, _Owners] = {}
    for hint, field in _KEYS.items():
        top = work.customers.tally(wanted, by=(field,), measures=(count(),), top=Top("count", _MOST_KEYS))
        keys = [row.key[0] for row in top if row.values[0] > 1 and row.key[0]]
        owners = _empty()
        some = wanted.where(one_of(field, keys)).sort(asc(field)).page(_MOST_KEYS * _LARGEST)
        for one in work.customers.find(some) if keys else ():
            owners[getattr(one, field.name)].append(one.id)
        found[hint] = {key: ids for key, ids in owners.items() if _TELLING[hint](key)}
    return found


def _empty() -> defaultdict[str, list[UUID]]:
    return defaultdict(list)


def _same(owners: Mapping[Likeness, _Owners]) -> Iterator[_Group]:
    """Answer the groups of customers that share a value, the largest first and in bounded number."""
    for hint, by_value in owners.items():
        shared = [(value, sorted(set(ids))) for value, ids in by_value.items() if value and len(ids) > 1]
        several = sorted((one for one in shared if len(one[1]) > 1), key=lambda one: (-len(one[1]), one[0]))
        for _, ids in several[:_MOST_KEYS]:
            yield _Group(tuple(ids), frozenset({hint}))


def _similar(owners: _Owners, likeness: Comparison, least: int) -> Iterator[_Group]:
    """Answer the groups of customers whose names are alike, the likest first and in bounded number."""
    pairs = similar_pairs(filter(None, owners), likeness, least)
    best = sorted(pairs.items(), key=lambda pair: (-pair[1], pair[0]))[:_MOST_KEYS]
    for (one, other), score in best:
        ids = sorted({*owners[one], *owners[other]})
        yield _Group(tuple(ids), frozenset({Likeness(DuplicateReason.SIMILAR_NAME, score)}))


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
