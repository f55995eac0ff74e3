"""Customers that may be the same organisation: when one is entered, and when many are imported (requirement CUS-07).

Whoever sees only his own customers is told of somebody else's one thing: that a possible duplicate exists, and that a
supervisor knows more. What makes it say so is the name or the licence number alone. A phone never counts there, not
even beside a similar name: otherwise a customer's phone could be found out by trying one number after the other.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final
from uuid import UUID

import attrs
from attrs import fields

from crmcore.base.errors import Invalid, Problem
from crmcore.base.schema import describe
from crmcore.customers.candidates import (
    LIVE,
    PhoneOwner,
    by_contact_phone,
    by_keys,
    by_similar_name,
    features_in,
    people_of,
    phone_owners,
)
from crmcore.customers.entity import Contact, Customer, CustomerId
from crmcore.customers.likeness import (
    Comparison,
    Features,
    Likeness,
    compare,
    features_of,
    name_comparison,
    score_of,
)
from crmcore.dictionary.parameters import LEAST_LIKENESS
from crmcore.query import EVERYTHING, Condition, negate, one_of, query
from crmcore.storage.action import action
from crmcore.storage.collection import Collection
from crmcore.storage.work import Work

__all__ = ["ASK_A_SUPERVISOR", "Duplicate", "PossibleDuplicates", "duplicates_of_many", "possible_duplicates"]

_c = fields(Customer)
ASK_A_SUPERVISOR: Final = "message.duplicate_elsewhere"
"""Catalogue key of what people are told of customers that are not theirs."""
_SHOWN: Final = 20
"""Most customers that are shown for one that is entered."""
_MOST_ROWS: Final = 10_000
_MOST_HITS: Final = 20_000
_ENTERED: Final = ("name", "phone", "licence_no")


@attrs.frozen
class Duplicate:
    """A customer that may be the one somebody is about to enter."""

    customer: Customer
    hints: tuple[Likeness, ...]
    """Why, the strongest first."""
    score: int
    """What all hints say together, 0 to 100."""
    phones: tuple[PhoneOwner, ...] = ()
    """Whose the phone is, if one of the hints is that it is the same: a contact's, or the customer's own."""


@attrs.frozen(kw_only=True)
class PossibleDuplicates:
    """What is known about one customer that somebody enters."""

    found: tuple[Duplicate, ...] = ()
    """Customers that he may see, the likeliest first."""
    elsewhere: bool = False
    """A possible duplicate exists that he may not see; nothing more is said of it (see ``ASK_A_SUPERVISOR``)."""
    similar_names: bool = True
    """False: similar names were not looked for, since rapidfuzz (extra ``duplicates``) is not installed."""

    def __bool__(self) -> bool:
        """Tell whether there is anything to look at."""
        return bool(self.found) or self.elsewhere


@action("customer.create", "customer.import", "customer.merge", "customer.edit_all", "customer.edit")
def possible_duplicates(
    work: Work, *, name: str = "", phone: str = "", licence_no: str = "", leaving_out: CustomerId | None = None
) -> PossibleDuplicates:
    """Answer the customers that may be the one somebody is about to enter or change (requirement CUS-07).

    Args:
        work: The unit of work.
        name: Name of the organisation; empty for not known yet, as the others.
        phone: Its phone, or a contact's.
        licence_no: Its business licence number.
        leaving_out: The customer that is being changed.

    Raises:
        Invalid: A value is none that a customer could have.
        NotFound: *leaving_out* is no customer that the actor may see.
    """
    entered = _entered({"name": name, "phone": phone, "licence_no": licence_no})
    if leaving_out is not None:
        work.customers.get(leaving_out)
    likeness, least = name_comparison(), work.parameter(LEAST_LIKENESS)
    candidates = [*by_keys(work.customers, entered), *by_contact_phone(work.customers, entered)]
    if likeness is not None:
        candidates += by_similar_name(work.customers, entered.name)
    others = [one for one in _once(candidates) if one.id != leaving_out]
    return PossibleDuplicates(
        found=_alike(entered, others, work.unscoped(Contact), likeness, least),
        elsewhere=_is_elsewhere(work, entered, likeness, least),
        similar_names=likeness is not None,
    )


@action("customer.import", "customer.merge")
def duplicates_of_many(work: Work, rows: Sequence[Mapping[str, str]]) -> list[PossibleDuplicates]:
    """Answer for each of many rows of a file which customers it may be, in a few look-ups for all of them.

    Compared are names, phones and licence numbers as they are; similar names and the phones of contacts are left to
    :func:`possible_duplicates`. What is elsewhere is told by name and licence number only.

    Args:
        work: The unit of work.
        rows: ``name``, ``phone`` and ``licence_no`` of each, as far as known; 10,000 at most.

    Raises:
        Invalid: There are more rows, or a value is none that a customer could have.
    """
    if len(rows) > _MOST_ROWS:
        raise Invalid(Problem("rows", "value.too_many", params={"max": _MOST_ROWS, "got": len(rows)}))
    entered = [_entered({name: row.get(name, "") for name in _ENTERED}) for row in rows]
    mine = _Index(_of_many(work.customers, entered, phones=True))
    outside = _outside(work)
    others = _Index(() if outside is None else _of_many(work.unscoped(Customer), entered, outside, phones=False))
    return [
        PossibleDuplicates(
            found=_alike(one, mine.candidates(one), None, None, 0),
            elsewhere=any(True for _ in others.candidates(attrs.evolve(one, phones=frozenset()))),
            similar_names=False,
        )
        for one in entered
    ]


def _entered(given: Mapping[str, Any]) -> Features:
    """Check what was entered as the customer's own fields are checked, and bring it to comparable form."""
    specs = describe(Customer).by_name
    problems: list[Problem] = []
    for name, value in given.items():
        if value == "":
            continue
        try:
            specs[name].check(None, None, value)
        except Invalid as invalid:
            problems += invalid.problems
    if problems:
        raise Invalid(problems)
    return features_of(given["name"], [given["phone"]], given["licence_no"])


def _alike(
    entered: Features,
    candidates: Iterable[Customer],
    contacts: Collection[Contact] | None,
    likeness: Comparison | None,
    least: int,
) -> tuple[Duplicate, ...]:
    """Answer which candidates are alike, the likeliest first."""
    known = list(candidates)
    people = {} if contacts is None or not entered.phones else people_of(contacts, [one.id for one in known])
    found: list[Duplicate] = []
    for one in known:
        hints = compare(entered, features_in(one, people), likeness=likeness, least=least)
        if hints:
            found.append(Duplicate(one, hints, score_of(hints), phone_owners(one, people, entered.phones)))
    found.sort(key=lambda duplicate: (-duplicate.score, duplicate.customer.id))
    return tuple(found[:_SHOWN])


def _outside(work: Work) -> Condition | None:
    """Answer which customers the actor may not see; None if he sees all."""
    seen = work.crm.scope_of(Customer, work.actor)
    return None if seen is None or seen is EVERYTHING else negate(seen)


def _is_elsewhere(work: Work, entered: Features, likeness: Comparison | None, least: int) -> bool:
    """Tell whether a customer that the actor may not see has such a name or licence number; the phone is not looked at.

    Similar names are found by parts that may stand in other words of a customer too; what decides is the name alone.
    """
    outside = _outside(work)
    if outside is None:
        return False
    asked, everybody = attrs.evolve(entered, phones=frozenset()), work.unscoped(Customer)
    candidates = list(by_keys(everybody, asked, outside))
    if likeness is not None and not candidates:
        candidates += by_similar_name(everybody, asked.name, outside)
    return any(compare(asked, features_in(one, {}), likeness=likeness, least=least) for one in candidates)


def _of_many(
    records: Collection[Customer], entered: Sequence[Features], *conditions: Condition, phones: bool
) -> list[Customer]:
    """Answer the customers that share a key with one of many rows: one look-up for each kind of key."""
    keys = [
        (_c.name_core, {one.name for one in entered}),
        (_c.licence_key, {one.licence for one in entered}),
        (_c.phone_key, {phone for one in entered for phone in one.phones} if phones else set()),
    ]
    found: list[Customer] = []
    for field, values in keys:
        if wanted := sorted(values - {""}):
            found += records.find(query(Customer).where(one_of(field, wanted), LIVE, *conditions).page(_MOST_HITS))
    return list(_once(found))


class _Index:
    """Customers by each of their keys."""

    def __init__(self, customers: Iterable[Customer]) -> None:
        self._by_key: dict[tuple[str, str], dict[UUID, Customer]] = {}
        for one in customers:
            for key in _keys(features_in(one, {})):
                self._by_key.setdefault(key, {})[one.id] = one

    def candidates(self, entered: Features) -> list[Customer]:
        """Answer those that share a key."""
        return list(_once(one for key in _keys(entered) for one in self._by_key.get(key, {}).values()))


def _keys(features: Features) -> list[tuple[str, str]]:
    kinds = [("name", features.name), ("licence", features.licence), *(("phone", one) for one in features.phones)]
    return [(kind, key) for kind, key in kinds if key]


def _once(customers: Iterable[Customer]) -> Iterable[Customer]:
    return {one.id: one for one in customers}.values()
