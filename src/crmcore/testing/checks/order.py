"""Records come in the order asked for, and never in another one by chance."""

import itertools
from typing import Any

import attrs
from attrs import fields

from crmcore.base.values import Money
from crmcore.query import Order, Query, asc, desc, ge, query, within
from crmcore.query.meaning import value_at
from crmcore.storage.ports import Store
from crmcore.testing.checks.conditions import price
from crmcore.testing.fixtures import StoreFixtures
from crmcore.testing.samples import Colour, Sample, number, sample
from crmcore.testing.sessions import find, put

__all__ = ["OrderChecks"]

s: Any = fields(Sample)
AMOUNT = within(s.price, fields(Money).amount)


def spots(store: Store, wanted: Query[Sample]) -> list[int]:
    """Answer the places of the samples a query finds."""
    return [one.id.int & 0xFFFF for one in find(store, wanted)]


def mixed() -> list[Sample]:
    """Make samples whose keys have many ties and missing values."""
    colours, ranks = (Colour.RED, Colour.BLUE, Colour.RED), (None, 1, -1, 1)
    return [
        sample(
            place, colour=colours[place % 3], rank=ranks[place % 4], active=place % 5 < 2, price=price(str(place % 2))
        )
        for place in range(24)
    ]


ORDERS: tuple[tuple[Order, ...], ...] = (
    (),
    (asc(s.id),),
    (desc(s.id),),
    (asc(s.rank),),
    (desc(s.rank),),
    (asc(s.colour), asc(s.rank)),
    (asc(s.colour), desc(s.rank)),
    (desc(s.colour), asc(s.rank)),
    (desc(s.active), asc(AMOUNT), desc(s.rank)),
    (desc(s.rank), asc(s.id)),
    (asc(s.name),),
)


class OrderChecks(StoreFixtures):
    """Order, page and position."""

    def test_sorts_by_several_keys(self, store: Store) -> None:
        """Later keys decide where earlier ones tie, each in its own direction."""
        put(
            store,
            sample(1, colour=Colour.RED, count=1),
            sample(2, colour=Colour.BLUE, count=1),
            sample(3, colour=Colour.RED, count=2),
            sample(4, colour=Colour.BLUE, count=2),
        )
        assert spots(store, query(Sample).sort(asc(s.colour), asc(s.count))) == [2, 4, 1, 3]
        assert spots(store, query(Sample).sort(asc(s.colour), desc(s.count))) == [4, 2, 3, 1]
        assert spots(store, query(Sample).sort(desc(s.colour), asc(s.count))) == [1, 3, 2, 4]
        assert spots(store, query(Sample).sort(desc(s.count), desc(s.colour))) == [3, 4, 1, 2]

    def test_ends_every_order_with_the_id(self, store: Store) -> None:
        """Ties come in the order of their ids, in the direction of the last key; ascending if there is none."""
        put(store, *(sample(place) for place in (3, 1, 2)))
        assert spots(store, query(Sample)) == [1, 2, 3]
        assert spots(store, query(Sample).sort(asc(s.count))) == [1, 2, 3]
        assert spots(store, query(Sample).sort(desc(s.count))) == [3, 2, 1]
        assert spots(store, query(Sample).sort(desc(s.colour), asc(s.count))) == [1, 2, 3]
        assert spots(store, query(Sample).sort(asc(s.colour), desc(s.count))) == [3, 2, 1]
        assert spots(store, query(Sample).sort(desc(s.id))) == [3, 2, 1]

    def test_takes_a_page(self, store: Store) -> None:
        """``limit`` and ``offset`` cut the sorted answer."""
        put(store, *(sample(place, count=-place) for place in range(6)))
        wanted = query(Sample).sort(asc(s.count))
        assert spots(store, wanted.page(2)) == [5, 4]
        assert spots(store, wanted.page(2, 2)) == [3, 2]
        assert spots(store, wanted.page(4, 4)) == [1, 0]
        assert spots(store, wanted.page(4, 6)) == []
        assert spots(store, wanted.page(0)) == []
        assert spots(store, attrs.evolve(wanted, offset=4)) == [1, 0]
        assert spots(store, attrs.evolve(wanted, limit=2**31 - 1, offset=5)) == [0]
        assert spots(store, wanted.where(ge(s.count, -3)).page(2, 1)) == [2, 1]

    def test_pages_without_gap_or_double(self, store: Store) -> None:
        """Pages put together are the whole answer, for every order and in spite of ties."""
        put(store, *mixed())
        for order in ORDERS:
            whole = find(store, query(Sample).sort(*order))
            pages = [find(store, query(Sample).sort(*order).page(5, start)) for start in range(0, 25, 5)]
            assert list(itertools.chain(*pages)) == whole, order

    def test_continues_after_a_position(self, store: Store) -> None:
        """``after`` the keys and id of a record comes exactly the rest, for every order and from every record."""
        put(store, *mixed())
        for order in ORDERS:
            wanted = query(Sample).sort(*order)
            whole = find(store, wanted)
            for place, one in enumerate(whole):
                position = tuple(value_at(one, key.path) for key in wanted.full_order)
                rest = find(store, attrs.evolve(wanted, after=position, limit=4))
                assert rest == whole[place + 1 : place + 5], (order, place)

    def test_continues_where_no_record_is(self, store: Store) -> None:
        """The record that a position names may be gone, or may never have been."""
        put(store, *(sample(place, count=place // 2) for place in (0, 1, 3, 4, 5)))
        up, down = query(Sample).sort(asc(s.count)), query(Sample).sort(desc(s.count))
        assert spots(store, attrs.evolve(up, after=(1, number(2)))) == [3, 4, 5]
        assert spots(store, attrs.evolve(down, after=(1, number(2)))) == [1, 0]
        assert spots(store, attrs.evolve(up, after=(99, number(0)))) == []
        assert spots(store, attrs.evolve(up, after=(-99, number(0)))) == [0, 1, 3, 4, 5]

    def test_continues_within_a_condition(self, store: Store) -> None:
        """Condition, position, offset and limit work together, in this order."""
        put(store, *(sample(place, count=place % 3) for place in range(12)))
        wanted = query(Sample).where(ge(s.count, 1)).sort(desc(s.count))
        whole = spots(store, wanted)
        assert whole == [11, 8, 5, 2, 10, 7, 4, 1]
        assert spots(store, attrs.evolve(wanted, after=(2, number(5)), offset=1, limit=3)) == [10, 7, 4]
