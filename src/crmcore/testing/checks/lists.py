"""Lists keep their items, order and doubles; ``has`` finds an item, never a part of one."""

from typing import Any

from attrs import fields

from crmcore.query import has, negate, query
from crmcore.storage.ports import Store
from crmcore.testing.checks.conditions import places
from crmcore.testing.fixtures import StoreFixtures
from crmcore.testing.samples import Sample, number, sample
from crmcore.testing.sessions import find, put, writing

__all__ = ["ListChecks"]

s: Any = fields(Sample)
ITEMS = (
    "hot",
    "hot dog",
    "ho",
    "HOT",
    "höt",
    "a,b",
    '["a"]',
    'x"y',
    "it's",
    "\\",
    "%",
    "_",
    "$in",
    "a.b",
    "",
    " ",
    "华",
    "😀",
    "\n",
    "1",
    "null",
)


class ListChecks(StoreFixtures):
    """Lists of texts and of ids."""

    def test_keeps_order_and_doubles(self, store: Store) -> None:
        """A list is a sequence: nothing is sorted, merged or dropped."""
        put(
            store,
            sample(1, tags=("b", "a", "b", ""), members=(number(2), number(1), number(2))),
            sample(2, tags=ITEMS[:20]),
        )
        first, second = find(store, query(Sample))
        assert first.tags == ("b", "a", "b", "")
        assert first.members == (number(2), number(1), number(2))
        assert second.tags == ITEMS[:20]

    def test_finds_whole_items(self, store: Store) -> None:
        """``has`` compares items by code point and finds no part of an item."""
        put(store, *(sample(place, tags=("-", item)) for place, item in enumerate(ITEMS)))
        for place, item in enumerate(ITEMS):
            assert places(store, has(s.tags, item)) == [place], repr(item)
            assert place not in places(store, negate(has(s.tags, item))), repr(item)
        assert places(store, has(s.tags, "-")) == list(range(len(ITEMS)))
        assert places(store, has(s.tags, "-,")) == []

    def test_finds_ids(self, store: Store) -> None:
        """``has`` finds a record by an id in its list."""
        put(store, sample(1, members=(number(5), number(6))), sample(2, members=(number(6),)), sample(3))
        assert places(store, has(s.members, number(5))) == [1]
        assert places(store, has(s.members, number(6))) == [1, 2]
        assert places(store, negate(has(s.members, number(5)))) == [2, 3]

    def test_changes_lists(self, store: Store) -> None:
        """A changed list is found by its new items only."""
        put(store, sample(1, tags=("a", "b")))
        with writing(store) as session:
            assert session.replace(sample(1, tags=("b", "c"), version=2), 1)
            assert [one.tags for one in session.find(query(Sample).where(has(s.tags, "c")))] == [("b", "c")]
        assert places(store, has(s.tags, "a")) == []
        assert places(store, has(s.tags, "b")) == [1]
