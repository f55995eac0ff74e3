"""Finds the customers that orders belong to, all of a chunk at once (requirement ORD-04)."""

from collections.abc import Iterable, Mapping
from typing import Any, Final, NamedTuple

import attrs
from attrs import fields

from crmcore.customers.deriving import core_of
from crmcore.customers.entity import Customer, CustomerId, CustomerStatus
from crmcore.customers.rules import name_key
from crmcore.query import count, is_null, negate, one_of, query
from crmcore.sales.rows import ReadOrder
from crmcore.storage.work import Work

__all__ = ["AMBIGUOUS", "DELETED", "UNKNOWN", "Matches"]

UNKNOWN: Final = "unknown"
"""Nobody has that number, key or name."""
AMBIGUOUS: Final = "ambiguous"
"""Number and key are those of different customers, or several who had the name were merged into others."""
DELETED: Final = "deleted"
"""The customer was deleted, and not because he turned out to be another one."""
_c: Final = fields(Customer)


class _Found(NamedTuple):
    """A customer as far as orders need to know him."""

    id: CustomerId
    status: CustomerStatus
    merged_into: CustomerId | None


class Matches:
    """Who the orders of one chunk belong to. Looks at the store a fixed number of times, however many orders there are.

    Nothing but what is needed of each customer is read: a customer has fifty fields.
    """

    def __init__(self, work: Work, orders: Iterable[ReadOrder]) -> None:
        """Find the customers of *orders*."""
        self._work = work
        orders = list(orders)
        self._by_number = self._found(_c.number, {one.customer for one in orders} - {""})
        self._by_key = self._found(_c.external_key, {one.customer_key for one in orders} - {""})
        self._folded: dict[str, str] = {}
        for one in orders:
            known = one.customer in self._by_number or one.customer_key in self._by_key
            if not known and one.customer_name not in self._folded:
                self._folded[one.customer_name] = name_key(one.customer_name)
        by_name = self._found(_c.name_key, set(self._folded.values()) - {""})
        former = self._formerly({name for name in self._folded.values() if name and name not in by_name})
        of_any = (one for some in former.values() for one in some)
        merged = self._follow((*self._by_number.values(), *self._by_key.values(), *by_name.values(), *of_any))
        self._numbers = {number: _owner(one, merged) for number, one in self._by_number.items()}
        self._keys = {key: _owner(one, merged) for key, one in self._by_key.items()}
        self._names = {name: _owner(one, merged) for name, one in by_name.items()}
        for name, some in former.items():
            owners = {_owner(one, merged) for one in some}
            self._names[name] = owners.pop() if len(owners) == 1 else AMBIGUOUS

    def of(self, order: ReadOrder) -> CustomerId | str:
        """Answer whose order it is, or why that is not known."""
        found = self._numbers.get(order.customer)
        other = self._keys.get(order.customer_key) if order.customer_key else None
        if found is None:
            found = other or self._names.get(self._folded.get(order.customer_name, ""))
        elif other is not None and found != other:
            return AMBIGUOUS
        return found or UNKNOWN

    def _formerly(self, wanted: set[str]) -> dict[str, list[_Found]]:
        """Answer customers who had names, by folded name, before they were merged into others.

        Their names are free, so several may have had one. They are looked up by the form of it that has an index.
        """
        found: dict[str, list[_Found]] = {}
        if wanted:
            cores = {core_of(name) for name, key in self._folded.items() if key in wanted}
            rows = self._work.unscoped(Customer).tally(
                query(Customer).where(one_of(_c.name_core, cores), negate(is_null(_c.merged_into))),
                by=(_c.name, _c.id, _c.status, _c.merged_into),
                measures=(count(),),
            )
            for row in rows:
                key = name_key(row.key[0])
                if key in wanted:
                    found.setdefault(key, []).append(_Found(*row.key[1:]))
        return found

    def _follow(self, some: Iterable[_Found]) -> Mapping[CustomerId, _Found]:
        """Read the customers that others were merged into."""
        known: dict[CustomerId, _Found] = {}
        while wanted := {one.merged_into for one in some if one.merged_into is not None} - known.keys():
            some = self._found(_c.id, wanted).values()
            known.update((one.id, one) for one in some)
        return known

    def _found(self, field: "attrs.Attribute[Any]", values: set[Any]) -> dict[Any, _Found]:
        """Answer customers by what they have in a unique field."""
        if not values:
            return {}
        rows = self._work.unscoped(Customer).tally(
            query(Customer).where(one_of(field, values)),
            by=(field, _c.id, _c.status, _c.merged_into),
            measures=(count(),),
        )
        return {row.key[0]: _Found(*row.key[1:]) for row in rows}


def _owner(found: _Found, merged: Mapping[CustomerId, _Found]) -> CustomerId | str:
    """Answer the customer that one has turned out to be, unless that one was deleted."""
    for _ in merged:  # no chain of merges is longer
        if found.merged_into is None:
            break
        found = merged.get(found.merged_into, found)
    return DELETED if found.status is CustomerStatus.DELETED else found.id
