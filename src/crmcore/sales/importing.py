"""Takes over orders from the sales system, a chunk at a time (requirements ORD-01, ORD-04, decisions 14.12, 16.7).

A chunk is looked up, compared and written as a whole: the number of questions to the store does not depend on how many
orders it has, and orders that are there already cause no writing at all.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

import attrs

from crmcore.base.errors import Invalid
from crmcore.base.garbage import collecting_later
from crmcore.base.schema import Entity
from crmcore.dictionary.parameters import CURRENCY
from crmcore.sales.comparing import Comparison
from crmcore.sales.entity import Order, UnmatchedOrder
from crmcore.sales.events import OrdersImported
from crmcore.sales.reading import OrderReader
from crmcore.sales.rows import OrderRow, ReadOrder, RowProblems
from crmcore.storage.action import action
from crmcore.storage.work import Work

__all__ = ["OrderImport", "import_orders", "refuse_all", "take_over"]


@attrs.frozen(kw_only=True)
class OrderImport:
    """What became of a chunk of orders, and what is needed to take it back (see :func:`crmcore.sales.undo_orders`)."""

    rows: int = 0
    """How many rows there were."""
    orders_created: int = 0
    orders_changed: int = 0
    orders_unchanged: int = 0
    """Orders that were there exactly like this, and unmatched ones that are waiting already."""
    orders_unmatched: int = 0
    """Good rows whose customer nobody knows; they are kept for later."""
    problems: tuple[RowProblems, ...] = ()
    """What is wrong with rows of which nothing was written."""
    unmatched: Mapping[str, str] = attrs.field(factory=dict)
    """Key of an order without a customer to the reason: ``unknown``, ``ambiguous`` or ``deleted``."""
    created: Mapping[str, tuple[UUID, ...]] = attrs.field(factory=dict)
    """Kind of record to the ids of the new ones."""
    changed: tuple[Entity, ...] = ()
    """Records that were changed, as they were before."""
    left: tuple[Entity, ...] = ()
    """The same records as this chunk left them, but for their versions."""
    removed: tuple[Entity, ...] = ()
    """Records that were removed, as they were before."""


@action("order.import")
@collecting_later()
def import_orders(
    work: Work,
    rows: Sequence[OrderRow | Mapping[str, Any]],
    *,
    all_or_nothing: bool = False,
    batch: UUID | None = None,
) -> OrderImport:
    """Take over a chunk of orders as the sales system has them; again changes nothing (requirements ORD-01, ORD-04).

    An order that is there is made what the row says, lines and all; one that is not there is added. An order whose
    customer is not known is kept, and tried again by :func:`crmcore.sales.rematch`. Customers' sums are kept with it.
    A unit of work takes over one chunk, of some thousand orders; it sees nothing of a chunk before it.

    Args:
        work: The unit of work.
        rows: Whole orders; of two with the same key the later one counts.
        all_or_nothing: Refuse the whole chunk if anything is wrong with one of its rows.
        batch: What the change record and the event are filed under, if the chunk is one of several.

    Raises:
        Invalid: With *all_or_nothing*; every problem's field starts with the number of its row, from 1.
    """
    currency = work.parameter(CURRENCY)
    reading = OrderReader(currency).read(rows)
    if all_or_nothing and reading.bad:
        raise refuse_all(reading.bad)
    done = take_over(work, reading.good, currency, batch=batch)
    late = [attrs.evolve(one, row=_place_of(rows, one.source_key)) for one in done.problems]
    if all_or_nothing and late:
        raise refuse_all(late)
    return attrs.evolve(done, rows=reading.rows, problems=(*reading.bad, *late))


def take_over(work: Work, orders: Mapping[str, ReadOrder], currency: str, *, batch: UUID | None = None) -> OrderImport:
    """Make what is kept what good orders say; for actions.

    Args:
        work: The unit of work.
        orders: Orders by their keys.
        currency: The company's.
        batch: What the change record and the event are filed under.
    """
    compared = Comparison(work, orders, currency)
    writing = compared.writing
    done = OrderImport(
        rows=len(orders),
        orders_created=len(writing.additions(Order)),
        orders_changed=compared.changed,
        orders_unchanged=compared.unchanged,
        orders_unmatched=len(compared.unmatched),
        problems=tuple(
            RowProblems(row=-1, source_key=key, problems=problems) for key, problems in compared.refused.items()
        ),
        unmatched=compared.unmatched,
        created=writing.created,
        changed=writing.changed,
        left=writing.left,
        removed=writing.removed,
    )
    if writing:
        writing.write(work)
        compared.summaries.write()
        counts = {
            "created": done.orders_created,
            "changed": done.orders_changed,
            "unmatched": len(writing.additions(UnmatchedOrder)),
        }
        work.bulk.note(Order, batch, {name: [None, number] for name, number in counts.items() if number})
        work.record(OrdersImported(**counts), about=batch or work.new_id())
    return done


def _place_of(rows: Sequence[Any], key: str) -> int:
    """Answer which row an order came from; the last one with its key."""
    keys = [
        row.source_key if isinstance(row, OrderRow) else row.get("source_key") if isinstance(row, Mapping) else None
        for row in rows
    ]
    return len(keys) - 1 - keys[::-1].index(key)


def refuse_all(bad: Iterable[RowProblems]) -> Invalid:
    """Answer an error with the problems of all rows; each names the row, from 1, before its field."""
    return Invalid(
        attrs.evolve(problem, field=f"{one.row + 1}.{problem.field}") for one in bad for problem in one.problems
    )
