"""Compares a chunk of orders with what is kept, and finds out what has to be written (requirement ORD-04)."""

import operator
from collections.abc import Mapping
from typing import Any, Final

from attrs import fields

from crmcore.base.errors import Problem
from crmcore.base.ids import ids_after
from crmcore.base.schema import describe
from crmcore.customers.entity import CustomerId
from crmcore.query import one_of, query
from crmcore.sales.checking import ask
from crmcore.sales.entity import Order, OrderId, OrderLine, UnmatchedOrder
from crmcore.sales.matching import Matches
from crmcore.sales.rows import ReadOrder
from crmcore.sales.summing import Summaries
from crmcore.sales.waiting import content_of
from crmcore.sales.writing import Writing
from crmcore.storage.work import Work

__all__ = ["Comparison"]

_order: Final = describe(Order).hydrate
_line: Final = describe(OrderLine).hydrate
_UNMATCHED: Final = describe(UnmatchedOrder)
_head: Final = operator.attrgetter(
    "customer", "ordered_on", "delivery_address", "status", "currency", "amount", "line_count"
)
_summed: Final = operator.attrgetter("customer", "ordered_on", "status", "currency", "amount")
_line_content: Final = operator.attrgetter("product_key", "product_name", "quantity", "unit", "unit_price", "amount")


class Comparison:
    """What a chunk of orders changes. Everything is read before anything is written."""

    def __init__(self, work: Work, orders: Mapping[str, ReadOrder], currency: str) -> None:
        """Look at what is kept of *orders*, which are given by their keys."""
        self._work = work
        self.writing = Writing()
        self.changed = 0
        self.unchanged = 0
        self.unmatched: dict[str, str] = {}
        """Key of an order to why its customer is not known."""
        self.refused: dict[str, tuple[Problem, ...]] = {}
        """Key of an order without a customer to why it can't wait for him: it is too long to be kept as it came."""
        self._kept = self._keyed(Order, orders)
        self._waiting = self._keyed(UnmatchedOrder, orders)
        self._lines = self._kept_lines()
        matches = Matches(work, orders.values())
        new: list[tuple[ReadOrder, CustomerId]] = []
        for key, read in orders.items():
            owner = matches.of(read)
            if key in self._kept:
                self._compare(self._kept[key], read, owner)
            elif isinstance(owner, str):
                self._keep_waiting(read, owner)
                continue
            else:
                new.append((read, owner))
            if key in self._waiting:
                self.writing.gone.append(self._waiting[key])
        self._add_all(new)
        self.summaries = self._summed_up(currency)

    def _keyed(self, kind: Any, keys: Mapping[str, Any]) -> dict[str, Any]:
        some = query(kind).where(one_of(fields(kind).source_key, keys))
        return {one.source_key: one for one in self._work.unscoped(kind).find(some)} if keys else {}

    def _kept_lines(self) -> dict[OrderId, dict[int, OrderLine]]:
        """Answer the lines of the orders that are there, by order and position."""
        found: dict[OrderId, dict[int, OrderLine]] = {one.id: {} for one in self._kept.values()}
        if found:
            for line in self._work.unscoped(OrderLine).find(
                query(OrderLine).where(one_of(fields(OrderLine).order, found))
            ):
                found[line.order][line.position] = line
        return found

    def _add_all(self, new: list[tuple[ReadOrder, CustomerId]]) -> None:
        """Add the orders that are not there; one that waited for its customer keeps its id (see ``undo_orders``)."""
        made = iter(ids_after(self._work.new_id(), len(new) + sum(len(read.lines) for read, _ in new)))
        orders, lines = self.writing.additions(Order), self.writing.additions(OrderLine)
        for read, owner in new:
            waited = self._waiting.get(read.source_key)
            id_, of_it = next(made) if waited is None else waited.id, read.lines
            orders.append(_order((id_, read.source_key, owner, *read[4:9], len(of_it), 1)))
            for place, line in enumerate(of_it, start=1):
                lines.append(_line((next(made), id_, place, *line, 1)))

    def _compare(self, kept: Order, read: ReadOrder, owner: CustomerId | str) -> None:
        """Make what is kept of an order what the row says; its customer stays if the row does not say whose it is."""
        customer = kept.customer if isinstance(owner, str) else owner
        head = (customer, *read[4:9], len(read.lines))
        differs = head != _head(kept)
        if differs:
            self.writing.change(kept, _order((kept.id, kept.source_key, *head, kept.version)))
        if self._compare_lines(kept.id, read.lines) or differs:
            self.changed += 1
        else:
            self.unchanged += 1

    def _compare_lines(self, id_: OrderId, lines: list[tuple[Any, ...]]) -> bool:
        """Make the lines of an order what the row says; tell whether anything differs."""
        kept = self._lines[id_]
        differs = False
        for place, line in enumerate(lines, start=1):
            known = kept.pop(place, None)
            if known is None:
                made = _line((self._work.new_id(), id_, place, *line, 1))
                self.writing.additions(OrderLine).append(made)
            elif _line_content(known) != line:
                self.writing.change(known, _line((known.id, id_, place, *line, known.version)))
            else:
                continue
            differs = True
        self.writing.gone.extend(kept.values())
        return differs or bool(kept)

    def _keep_waiting(self, read: ReadOrder, reason: str) -> None:
        """Keep an order whose customer is not known."""
        known = self._waiting.get(read.source_key)
        content = content_of(read)
        found: list[Problem] = []
        ask(_UNMATCHED, "content", content, found)
        if found:
            self.refused[read.source_key] = tuple(found)
            return
        self.unmatched[read.source_key] = reason
        made = UnmatchedOrder(
            id=self._work.new_id() if known is None else known.id,
            source_key=read.source_key,
            customer_name=read.customer_name,
            customer_key=read.customer or read.customer_key,
            reason=reason,
            content=content,
            received_at=self._work.now if known is None else known.received_at,
            version=1 if known is None else known.version,
        )
        if known is None:
            self.writing.additions(UnmatchedOrder).append(made)
        elif made == known:
            self.unchanged += 1
        else:
            self.writing.change(known, made)

    def _summed_up(self, currency: str) -> Summaries:
        """Bring the sums of all customers concerned up to date."""
        changes = [pair for pair in self.writing.replaced.get(Order, ()) if _summed(pair[0]) != _summed(pair[1])]
        added = self.writing.additions(Order)
        before = {old.customer for old, _ in changes}
        after = [*added, *(new for _, new in changes)]
        summaries = Summaries(self._work, before.union([one.customer for one in after]), currency)
        summaries.recount(before, but={old.id for old, _ in changes})
        summaries.add(after)
        return summaries
