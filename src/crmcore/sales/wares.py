"""Takes over products and stock from the sales system, a chunk at a time (requirements PRD-02, INV-02, ORD-04)."""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, Final, TypeVar
from uuid import UUID

import attrs
from attrs import fields

from crmcore.base.building import build
from crmcore.base.errors import Invalid, Problem
from crmcore.base.schema import Entity, describe
from crmcore.query import asc, count, eq, negate, one_of, query
from crmcore.sales.checking import check_rows
from crmcore.sales.entity import Product, StockItem
from crmcore.sales.events import ProductsImported, StockImported
from crmcore.sales.importing import refuse_all
from crmcore.sales.rows import RowProblems
from crmcore.sales.writing import Writing
from crmcore.storage.action import action
from crmcore.storage.work import Work

__all__ = ["WareImport", "empty_stock", "import_products", "import_stock"]

K = TypeVar("K", Product, StockItem)
Row = Mapping[str, Any]
_Given = Any
"""A row before anybody looked at it: a caller without a type checker may give anything."""
_AT_ONCE: Final = 2000
_NOBODY: Final = UUID(int=0)
"""Stands for an id while a row is looked at."""


@attrs.frozen(kw_only=True)
class WareImport:
    """What became of a chunk of products or stock, and what is needed to take it back."""

    rows: int = 0
    """How many rows there were."""
    rows_created: int = 0
    rows_changed: int = 0
    rows_unchanged: int = 0
    problems: tuple[RowProblems, ...] = ()
    """What is wrong with rows of which nothing was written."""
    created: Mapping[str, tuple[UUID, ...]] = attrs.field(factory=dict)
    """Kind of record to the ids of the new ones."""
    changed: tuple[Entity, ...] = ()
    """Records that were changed, as they were before."""
    left: tuple[Entity, ...] = ()
    """The same records as this chunk left them, but for their versions."""
    sent: frozenset[str] = frozenset()
    """Keys of all rows that say what they are about, good or not."""


@action("order.import")
def import_products(
    work: Work, rows: Sequence[Row], *, all_or_nothing: bool = False, batch: UUID | None = None
) -> WareImport:
    """Take over a chunk of products as the sales system has them; again changes nothing (requirement PRD-02).

    Args:
        work: The unit of work.
        rows: ``source_key`` and ``name``; optionally ``model``, ``batch``, ``unit``, ``price``,
            ``unit_cost``, ``memo``, ``feature``. Of two with the same key the later one counts.
        all_or_nothing: Refuse the whole chunk if anything is wrong with one of its rows.
        batch: What the change record and the event are filed under, if the chunk is one of several.

    Raises:
        Invalid: With *all_or_nothing*; every problem's field starts with the number of its row, from 1.
    """

    def read(row: _Given) -> Product:
        made = build(Product, _filled(row), id=_NOBODY)
        if made.unit_cost is not None and made.unit_cost < 0:
            params: dict[str, object] = {"got": str(made.unit_cost)}
            raise Invalid(Problem(field="unit_cost", code="product.cost_below_zero", entity="product", params=params))
        return made

    done = _take_over(work, Product, rows, read, all_or_nothing=all_or_nothing, batch=batch)
    if done.rows_created or done.rows_changed:
        work.record(ProductsImported(done.rows_created, done.rows_changed), about=batch or work.new_id())
    return done


@action("order.import")
def import_stock(
    work: Work, rows: Sequence[Row], *, all_or_nothing: bool = False, batch: UUID | None = None
) -> WareImport:
    """Take over a chunk of stock as the sales system has it; again changes nothing (requirement INV-02).

    Args:
        work: The unit of work.
        rows: ``product``, its key in the sales system, and ``quantity``; optionally ``source_key`` (made of product,
            warehouse and location if it is not given), ``warehouse``, ``location``, ``memo``.
        all_or_nothing: Refuse the whole chunk if anything is wrong with one of its rows.
        batch: What the change record and the event are filed under, if the chunk is one of several.

    Raises:
        Invalid: With *all_or_nothing*; every problem's field starts with the number of its row, from 1.
    """
    check_rows(rows)
    given: Sequence[_Given] = rows
    p = fields(Product)
    keys = {key for row in given if isinstance(row, Mapping) and isinstance(key := row.get("product"), str)}
    found = work.unscoped(Product).tally(
        query(Product).where(one_of(p.source_key, keys)), by=(p.source_key, p.id), measures=(count(),)
    )
    known = {row.key[0]: row.key[1] for row in found}

    def read(row: _Given) -> StockItem:
        filled = _filled(row)
        key = filled.get("product")
        if isinstance(key, str) and key and key not in known:
            raise Invalid(Problem("product", "stock.unknown_product", "stock_item", {"got": key[:100]}))
        filled["source_key"] = filled.get("source_key") or _place_key(filled)
        return build(StockItem, {**filled, "product": known.get(key, key)}, id=_NOBODY)

    done = _take_over(work, StockItem, given, read, all_or_nothing=all_or_nothing, batch=batch)
    if done.rows_created or done.rows_changed:
        work.record(StockImported(done.rows_created, done.rows_changed), about=batch or work.new_id())
    return done


@action("order.import")
def empty_stock(work: Work, sent: Collection[str], *, after: UUID | None = None) -> tuple[int, UUID | None]:
    """Let the next 2,000 stock items that a full list does not speak of hold nothing any more (requirement INV-02).

    Args:
        work: The unit of work.
        sent: Keys of all items of the full list.
        after: Go on after this item, from the answer of an earlier call; None to begin.

    Returns:
        How many were emptied, and the last item that was looked at if others follow.
    """
    s = fields(StockItem)
    filled = query(StockItem).where(negate(eq(s.quantity, 0))).sort(asc(s.id)).page(_AT_ONCE)
    some = work.unscoped(StockItem).find(attrs.evolve(filled, after=None if after is None else (after,)))
    emptied = [attrs.evolve(one, quantity=0) for one in some if one.source_key not in sent]
    if emptied:
        work.bulk.renew(emptied)
        work.bulk.note(StockItem, None, {"changed": [None, len(emptied)]})
        work.record(StockImported(0, len(emptied)), about=work.new_id())
    return len(emptied), some[-1].id if len(some) == _AT_ONCE else None


def _place_key(row: Mapping[str, Any]) -> str:
    """Answer what a stock item is called whose key the sales system does not send."""
    place = (row.get("product"), row.get("warehouse", ""), row.get("location", ""))
    return " / ".join(str(one) for one in place if one)


def _key_of(kind: type[Any], row: _Given) -> str:
    """Answer what a row with which something is wrong is about; empty if it does not say that."""
    if not isinstance(row, Mapping):
        return ""
    key = row.get("source_key") or (_place_key(row) if kind is StockItem else "")
    return str(key)[:100]


def _filled(row: _Given) -> dict[str, Any]:
    """Answer what a row says, without what it leaves open."""
    if not isinstance(row, Mapping):
        params: dict[str, object] = {"wanted": "mapping", "got": type(row).__name__}
        raise Invalid(Problem(field="row", code="value.type", params=params))
    return {str(name): value for name, value in row.items() if value is not None}


def _take_over(
    work: Work,
    kind: type[K],
    rows: Sequence[_Given],
    read: Callable[[_Given], K],
    *,
    all_or_nothing: bool,
    batch: UUID | None,
) -> WareImport:
    """Compare rows with what is kept, and write the differences with one change record."""
    check_rows(rows)
    good: dict[str, K] = {}
    bad: list[RowProblems] = []
    number = 0
    for number, row in enumerate(rows, start=1):
        try:
            made = read(row)
            good[made.source_key] = made
        except Invalid as invalid:
            key = _key_of(kind, row)
            bad.append(RowProblems(row=number - 1, source_key=key, problems=invalid.problems))
    if all_or_nothing and bad:
        raise refuse_all(bad)
    writing = _compared(work, kind, good)
    created, changed = len(writing.additions(kind)), len(writing.replaced.get(kind, ()))
    if writing:
        writing.write(work)
        counts = {"created": created, "changed": changed}
        work.bulk.note(kind, batch, {name: [None, count_] for name, count_ in counts.items() if count_})
    return WareImport(
        rows=number,
        rows_created=created,
        rows_changed=changed,
        rows_unchanged=len(good) - created - changed,
        problems=tuple(bad),
        created=writing.created,
        changed=writing.changed,
        left=writing.left,
        sent=frozenset((*good, *(one.source_key for one in bad))),
    )


def _compared(work: Work, kind: type[K], good: Mapping[str, K]) -> Writing:
    """Find out which records are new and which differ from what is kept."""
    writing, hydrate = Writing(), describe(kind).hydrate
    flatten = describe(kind).flatten
    some = query(kind).where(one_of(fields(kind).source_key, good))
    kept = {one.source_key: one for one in work.unscoped(kind).find(some)} if good else {}
    for key, made in good.items():
        old = kept.get(key)
        content: tuple[Any, ...] = flatten(made)[1:-1]
        if old is None:
            writing.additions(kind).append(hydrate((work.new_id(), *content, 1)))
        elif flatten(old)[1:-1] != content:
            writing.change(old, hydrate((old.id, *content, old.version)))
    return writing
