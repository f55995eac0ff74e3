"""Takes over everything from a live sales system, in chunks (requirements ORD-04, ITG-02, ITG-03)."""

import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Final, Protocol, TypeVar
from uuid import UUID

import attrs

from crmcore.base.errors import Invalid, Problem
from crmcore.sales.importing import OrderImport, import_orders
from crmcore.sales.rows import OrderRow, RowProblems
from crmcore.sales.unmatched import rematch
from crmcore.sales.wares import WareImport, empty_stock, import_products, import_stock
from crmcore.storage.action import crm_action
from crmcore.storage.crm import Crm, Person

__all__ = ["CHUNK", "OrderSource", "Pulled", "pull", "rematch_all"]

T = TypeVar("T")
CHUNK: Final = 2000
"""Rows that are taken over in one transaction."""
_MOST: Final = 20_000
_KEPT_PROBLEMS: Final = 1000


class OrderSource(Protocol):
    """A live sales system, as far as the feed needs it; an adapter to a company's ERP has these three functions."""

    def orders_since(self, mark: str) -> Iterator[OrderRow | Mapping[str, Any]]:
        """Answer whole orders that are new or changed since *mark*, which only the source understands; all for ``""``.

        An order that was answered before does no harm, so a mark may lie too far back, never too far ahead.
        """

    def products(self) -> Iterable[Mapping[str, Any]]:
        """Answer all products, as :func:`crmcore.sales.import_products` takes them."""

    def stock(self) -> Iterable[Mapping[str, Any]]:
        """Answer all stock, as :func:`crmcore.sales.import_stock` takes it.

        What is not in the list is there no more and gets the quantity 0. A source that answers nothing at all has
        nothing to say of stock: then everything stays.
        """


@attrs.define(kw_only=True)
class Pulled:
    """What a run of the feed did."""

    orders: int = 0
    """Rows that the source sent."""
    orders_created: int = 0
    orders_changed: int = 0
    orders_unchanged: int = 0
    orders_unmatched: int = 0
    products_created: int = 0
    products_changed: int = 0
    stock_created: int = 0
    stock_changed: int = 0
    refused: int = 0
    """Rows with which something is wrong."""
    problems: list[RowProblems] = attrs.field(factory=list)
    """What is wrong with them, of the first thousand; rows are counted through all chunks."""


@crm_action("order.import")
def pull(
    crm: Crm,
    source: OrderSource,
    *,
    as_user: Person,
    mark: str = "",
    chunk: int = CHUNK,
    progress: Callable[[Pulled], None] | None = None,
) -> Pulled:
    """Take over products, stock and orders from a live sales system (requirements ORD-04, ITG-03).

    Each chunk is one transaction. A run that breaks off leaves whole chunks; running it again finishes the work, since
    what is there already is not written again.

    Args:
        crm: The CRM.
        source: The sales system.
        as_user: In whose name; he needs the right ``order.import``.
        mark: Where to begin, as the source understands it; empty for everything.
        chunk: Rows in one transaction, 1 to 20,000.
        progress: Told what was done so far, after each chunk.

    Raises:
        Invalid: *chunk* is out of range.
    """
    _check_size(chunk)
    done = Pulled()
    tell = progress or (lambda _: None)
    for at, products in _chunks(source.products(), chunk):
        _count(done, "products", crm.perform(import_products, products, as_user=as_user), at)
        tell(done)
    _pull_stock(crm, source.stock(), chunk, done, tell, as_user)
    for at, orders in _chunks(source.orders_since(mark), chunk):
        _count_orders(done, crm.perform(import_orders, orders, as_user=as_user), at)
        tell(done)
    return done


@crm_action("order.import")
def rematch_all(crm: Crm, *, as_user: Person) -> Pulled:
    """Try all waiting orders again, after customers were added; a transaction for each chunk (requirement ORD-04).

    Args:
        crm: The CRM.
        as_user: In whose name; he needs the right ``order.import``.
    """
    done, after = Pulled(), None
    while True:
        tried = crm.perform(rematch, as_user=as_user, after=after)
        _count_orders(done, tried.done, 0)
        after = tried.last
        if after is None:
            return done


def _pull_stock(
    crm: Crm,
    rows: Iterable[Mapping[str, Any]],
    chunk: int,
    done: Pulled,
    tell: Callable[[Pulled], None],
    as_user: Person,
) -> None:
    """Take over all stock; what the source does not speak of any more holds nothing."""
    sent: set[str] = set()
    for at, stock in _chunks(rows, chunk):
        taken = crm.perform(import_stock, stock, as_user=as_user)
        sent |= taken.sent
        _count(done, "stock", taken, at)
        tell(done)
    _empty_unsent(crm, sent, done, as_user)


def _empty_unsent(crm: Crm, sent: set[str], done: Pulled, as_user: Person) -> None:
    """Let stock that the full list leaves out hold nothing; a list of nothing, or nothing that says what, is none."""
    if not sent - {""}:
        return
    after: UUID | None = None
    while True:
        emptied, after = crm.perform(empty_stock, sent, as_user=as_user, after=after)
        done.stock_changed += emptied
        if after is None:
            return


def _check_size(chunk: object) -> None:
    if type(chunk) is not int or not 1 <= chunk <= _MOST:
        params: dict[str, object] = {"min": 1, "max": _MOST, "got": chunk}
        raise Invalid(Problem(field="chunk", code="value.range", params=params))


def _chunks(rows: Iterable[T], size: int) -> Iterator[tuple[int, list[T]]]:
    """Answer the rows in chunks, each with the number of rows before it."""
    left, at = iter(rows), 0
    while chunk := list(itertools.islice(left, size)):
        yield at, chunk
        at += len(chunk)


def _count_orders(done: Pulled, chunk: OrderImport, at: int) -> None:
    done.orders += chunk.rows
    done.orders_created += chunk.orders_created
    done.orders_changed += chunk.orders_changed
    done.orders_unchanged += chunk.orders_unchanged
    done.orders_unmatched += chunk.orders_unmatched
    _note(done, chunk.problems, at)


def _count(done: Pulled, what: str, chunk: WareImport, at: int) -> None:
    setattr(done, f"{what}_created", getattr(done, f"{what}_created") + chunk.rows_created)
    setattr(done, f"{what}_changed", getattr(done, f"{what}_changed") + chunk.rows_changed)
    _note(done, chunk.problems, at)


def _note(done: Pulled, problems: tuple[RowProblems, ...], at: int) -> None:
    done.refused += len(problems)
    room = _KEPT_PROBLEMS - len(done.problems)
    done.problems.extend(attrs.evolve(one, row=one.row + at) for one in problems[: max(room, 0)])
