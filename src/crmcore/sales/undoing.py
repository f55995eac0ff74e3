"""Takes an import of orders, products or stock back, exactly (requirement X-ADM-10)."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final
from uuid import UUID

import attrs
from attrs import fields

from crmcore.base.errors import Invalid, Problem, Refused
from crmcore.base.schema import Entity, describe
from crmcore.query import one_of, query
from crmcore.sales.entity import Order, OrderLine, Product, StockItem, UnmatchedOrder
from crmcore.sales.events import OrdersUndone
from crmcore.sales.summing import Summaries
from crmcore.storage.action import action
from crmcore.storage.work import Work

__all__ = ["ChangedSince", "Undone", "undo_orders"]

_KINDS: Final[dict[str, type[Any]]] = {
    describe(kind).name: kind for kind in (StockItem, Product, UnmatchedOrder, OrderLine, Order)
}
"""What imports of sales data write, in the order in which it is removed: parts first."""
_WHOLES: Final = (Order, Product, StockItem)
"""Kinds that people count."""


class ChangedSince(Refused):
    """A later import, or a merge of customers, changed what is to be taken back; that has to be taken back first."""

    code = "order.changed_since"


@attrs.frozen(kw_only=True)
class Undone:
    """What taking an import back did."""

    removed: int = 0
    """Orders, products and stock items that went."""
    restored: int = 0
    """Orders, products and stock items that are again as they were."""


@action("order.import")
def undo_orders(
    work: Work,
    *,
    created: Mapping[str, Sequence[UUID]],
    changed: Sequence[Entity] = (),
    removed: Sequence[Entity] = (),
    left: Sequence[Entity] = (),
    batch: UUID | None = None,
) -> Undone:
    """Take back one chunk of an import of orders, products or stock: what it wrote is as it was before, sums included.

    Several chunks are taken back one by one, the last first, each in a unit of work. Taking back again changes nothing.

    Args:
        work: The unit of work.
        created: What :class:`OrderImport` says: kind of record to ids.
        changed: Records as they were before; they get back their versions too.
        removed: Records as they were before.
        left: The changed records as the chunk left them. A version comes again after an undoing, so only these tell a
            later import's work from that of the chunk.
        batch: What the change record and the event are filed under.

    Raises:
        ChangedSince: Something was changed since, or an order has found its customer; nothing is taken back.
        Invalid: Something is no record of sales data.
    """
    _check_kinds((*changed, *removed))
    gone = _to_remove(work, created)
    back = _to_restore(work, changed, {one.id: one for one in left})
    missing = [one for one in removed if work.session.load(type(one), one.id) is None]
    summaries = _summed_up(work, gone[Order], [pair for pair in back if isinstance(pair[0], Order)])
    for records in gone.values():
        work.bulk.remove(records)
    work.bulk.restore(back, missing)
    summaries.write()
    restored = sum(isinstance(old, _WHOLES) for old, _ in back)
    done = Undone(removed=sum(len(gone[cls]) for cls in _WHOLES), restored=restored)
    if back or missing or any(gone.values()):
        _tell(work, done, batch)
    return done


def _tell(work: Work, done: Undone, batch: UUID | None) -> None:
    """Leave one change record and one event about what was taken back."""
    work.bulk.note(Order, batch, {"removed": [done.removed, None], "restored": [None, done.restored]})
    work.record(OrdersUndone(done.removed, done.restored), about=batch or work.new_id())


def _check_kinds(records: Sequence[Entity]) -> None:
    """Refuse records that no import of sales data writes, a user say."""
    for one in records:
        if type(one) not in _KINDS.values():
            params: dict[str, object] = {"wanted": "order", "got": type(one).__name__}
            raise Invalid(Problem(field="removed", code="value.type", params=params))


def _found(work: Work, kind: type[Any], ids: Collection[UUID]) -> list[Any]:
    return list(work.unscoped(kind).find(query(kind).where(one_of(fields(kind).id, ids)))) if ids else []


def _to_remove(work: Work, created: Mapping[str, Sequence[UUID]]) -> dict[type[Any], list[Any]]:
    """Answer what is to go, by kind; refuse if something of it is not as the import left it."""
    gone = {cls: _found(work, cls, created.get(kind, ())) for kind, cls in _KINDS.items()}
    _check_untouched(work, gone)
    _check_waiting(work, created)
    return gone


def _check_untouched(work: Work, gone: Mapping[type[Any], list[Any]]) -> None:
    """Refuse if something that is to go is not as the import left it."""
    orders = {one.id: one for one in gone[Order]}
    lines = {one.id for one in gone[OrderLine]}
    of_orders = query(OrderLine).where(one_of(fields(OrderLine).order, orders))
    others = [one for one in work.unscoped(OrderLine).find(of_orders) if one.id not in lines] if orders else []
    for one in (*others, *(one for records in gone.values() for one in records if one.version != 1)):
        raise ChangedSince(number=_number_of(work, one))


def _check_waiting(work: Work, created: Mapping[str, Sequence[UUID]]) -> None:
    """Refuse if an order that waited for its customer has found him since: it has the same id."""
    own = {*created.get(describe(Order).name, ())}
    for one in _found(work, Order, {*created.get(describe(UnmatchedOrder).name, ())} - own):
        raise ChangedSince(number=one.source_key)


def _to_restore(work: Work, changed: Sequence[Entity], left: Mapping[UUID, Entity]) -> list[tuple[Any, Any]]:
    """Answer pairs of what is to be restored and how it is now; what is restored already is left out."""
    pairs: list[tuple[Any, Any]] = []
    for kind in _KINDS.values():
        wanted = {one.id: one for one in changed if type(one) is kind}
        now = {one.id: one for one in _found(work, kind, wanted)}
        for id_, old in wanted.items():
            found = now.get(id_)
            if found is None or found.version not in {old.version, old.version + 1}:
                raise ChangedSince(number=_number_of(work, old))
            if found != old and found != _next(left.get(id_, found), old.version + 1):
                raise ChangedSince(number=_number_of(work, old))
            if found != old:
                pairs.append((old, found))
    return pairs


def _next(record: Any, version: int) -> Any:
    return attrs.evolve(record, version=version)


def _number_of(work: Work, record: Any) -> str:
    """Answer the number of the order, or other record, that something belongs to."""
    whole = work.session.load(Order, record.order) if isinstance(record, OrderLine) else record
    return "" if whole is None else str(whole.source_key)


def _summed_up(work: Work, gone: Sequence[Order], back: Sequence[tuple[Order, Order]]) -> Summaries:
    """Sum up the customers concerned, as their orders will be."""
    touched = [*gone, *(now for _, now in back)]
    before = {one.customer for one in touched}
    summaries = Summaries(work, before.union(old.customer for old, _ in back))
    summaries.recount(before, but={one.id for one in touched})
    summaries.add(old for old, _ in back)
    return summaries
