"""Many records at once: new ones, next versions, and questions that name many."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any, Final

import attrs
import pytest
from attrs import fields

from crmcore.base.errors import Contention
from crmcore.base.values import Money
from crmcore.query import contains, negate, one_of, query
from crmcore.storage.ports import Session, Store
from crmcore.testing.checks.conditions import places
from crmcore.testing.fixtures import StoreFixtures
from crmcore.testing.rivals import Background, attempt, changing, commit_if
from crmcore.testing.samples import Colour, Mark, Part, Sample, mark, number, part, sample
from crmcore.testing.sessions import committed, count_of, find, load, put, writing

__all__ = ["ManyChecks"]

s: Any = fields(Sample)
k: Any = fields(Mark)
MANY: Final = 1_100
"""More than any store takes in one statement."""
AWKWARD: Final = (
    *("NULL", "null", "{}", '{"a"}', '"', '""', "\\", "\\N", "a\\", ",", "a,b", "'", "''", "(", "%s", "$1", ":a", "?"),
    *(
        "\t",
        "\n",
        "\r\n",
        " ",
        "  a  ",
        "\x01",
        "\x7f",
        "\u2028",
        "华",
        "😀",
        "é",
        "e\u0301",
        "--",
        ";",
        "/*",
        "a" * 80,
    ),
)


def many_samples(first: int, last: int, **values: Any) -> list[Sample]:
    """Make samples of which every one is another in everything that many rows could confuse."""
    return [
        sample(
            place,
            name=f"n{place} {AWKWARD[place % len(AWKWARD)]}",
            note=AWKWARD[place % len(AWKWARD)],
            label=None if place % 3 else AWKWARD[place % len(AWKWARD)][:40],
            code=f"c{place}",
            rank=None if place % 2 else place % 10,
            ratio=Decimal(place) / 4,
            weight=None if place % 5 else Decimal(place) * 10**9,
            checked=(None, True, False)[place % 3],
            parent=number(place + 1) if place % 2 else None,
            shade=None if place % 4 else Colour.DARK_BLUE,
            tags=tuple(one[:40] for one in AWKWARD[place % 7 : place % 11]),
            members=tuple(number(one) for one in range(place % 3)),
            aliases=None if place % 2 else ("a", AWKWARD[place % len(AWKWARD)]),
            deposit=Money(amount=Decimal("0.01") * place, currency="EUR") if place % 2 else None,
            **values,
        )
        for place in range(first, last)
    ]


def appended(store: Store, *records: Any) -> None:
    """Store many new records in one transaction."""
    committed(store, lambda session: session.append(records))


def lost(store: Store, records: list[Any]) -> bool:
    """Tell whether storing the next versions of *records* lost a race."""
    return not changing(store, renewing(records))()


def renewing(records: list[Any]) -> Callable[[Session], bool]:
    """Make the change that stores the next versions of records."""

    def change(session: Session) -> bool:
        session.renew(records)
        return True

    return change


class ManyChecks(StoreFixtures):
    """``append`` and ``renew`` of many records, and ``one_of`` many values."""

    def test_appends_large_texts(self, store: Store) -> None:
        """Many records of large texts fit, however they are sent."""
        records = [mark(place, text=chr(0x4E00 + place) * 200_000) for place in range(12)]
        appended(store, *records)
        assert find(store, query(Mark)) == records

    def test_appends_many_or_none(self, store: Store) -> None:
        """One id that is taken among thousands: nothing of the transaction stays."""
        put(store, mark(MANY - 1, text="first"))

        def work(session: Session) -> None:
            assert session.insert(sample(1))
            session.append([mark(place) for place in range(MANY)])

        with pytest.raises(Contention):
            committed(store, work)
        assert find(store, query(Mark)) == [mark(MANY - 1, text="first")]
        assert count_of(store, query(Sample)) == 0

    def test_appends_and_renews_many(self, store: Store) -> None:
        """Many records with all kinds of values, missing ones and awkward texts come back exactly, old and renewed."""
        before = many_samples(0, MANY)
        appended(store, *before)
        assert find(store, query(Sample)) == before
        assert places(store, contains(s.note, "{}")) == [one.id.int & 0xFFFF for one in before if one.note == "{}"]
        renewed = [
            attrs.evolve(one, id=old.id, code=old.code, name=f"new {one.name}", version=2)
            for old, one in zip(before[1:], many_samples(MANY, 2 * MANY), strict=False)
        ]
        with writing(store) as session:
            session.renew(renewed)
            assert session.load(Sample, number(MANY - 1)) == renewed[-1]
        assert find(store, query(Sample)) == [before[0], *renewed]
        assert places(store, contains(s.name, "NEW n")) == list(range(1, MANY))

    def test_renews_several_kinds(self, store: Store) -> None:
        """``renew`` takes records of different kinds, and none at all."""
        put(store, sample(1), part(1, number(1)), mark(1), mark(2))
        renewed = (mark(1, text="x", version=2), part(1, number(1), name="y", version=2), mark(2, text="z", version=2))
        with writing(store) as session:
            session.renew([])
            session.renew(renewed)
        assert find(store, query(Mark)) == [renewed[0], renewed[2]]
        assert load(store, Part, number(1)) == renewed[1]
        assert load(store, Sample, number(1)) == sample(1)

    def test_renews_only_the_version_before(self, store: Store) -> None:
        """``renew`` raises ``Contention`` if one of the records is stored in another version; none is changed."""
        records = [mark(place) for place in range(20)]
        appended(store, *records)
        with writing(store) as session:
            assert session.replace(mark(7, text="ahead", version=2), 1)
        assert lost(store, [mark(place, text="new", version=2) for place in range(20)])
        assert lost(store, [mark(place, text="new", version=4) for place in range(3)])
        records[7] = mark(7, text="ahead", version=2)
        assert find(store, query(Mark)) == records

    def test_renews_no_missing_record(self, store: Store) -> None:
        """``renew`` raises ``Contention`` if one of the records is not there; it makes none."""
        put(store, mark(1), mark(2))
        assert lost(store, [mark(place, text="new", version=2) for place in (1, 2, 3)])
        assert find(store, query(Mark)) == [mark(1), mark(2)]

    def test_renews_to_no_taken_value(self, store: Store) -> None:
        """``renew`` or ``commit`` raises ``Contention`` for a unique value that another record has."""
        records = [sample(place, code=f"c{place}") for place in range(12)]
        appended(store, *records)
        assert lost(store, [attrs.evolve(one, code=f"d{one.code}", version=2) for one in records[:10]]) is False
        assert lost(store, [sample(place, code=f"c{place + 1}", version=2) for place in (10,)])
        assert load(store, Sample, number(10)) == records[10]

    def test_renews_nothing_that_others_changed(self, store: Store) -> None:
        """A session that read before another one committed can't renew what that one changed."""
        records = [mark(place) for place in range(10)]
        appended(store, *records)
        early = store.begin(write=True)
        try:
            renewed = [attrs.evolve(one, text="new", version=2) for one in early.find(query(Mark))]
            ahead = mark(3, text="ahead", version=2)
            other = Background(changing(store, lambda session: session.replace(ahead, 1)))
            other.done_within(0.5)
            won = attempt(lambda: commit_if(early, renewing(renewed)))
        finally:
            early.close()
        assert other.result() is not won
        records[3] = ahead
        assert find(store, query(Mark)) == (renewed if won else records)

    def test_looks_for_many_values(self, store: Store) -> None:
        """``one_of`` takes thousands of values of every kind, and ``negate`` of it too."""
        records = many_samples(0, 30)
        appended(store, *records)
        wanted = range(5, 5_005)
        there = list(range(5, 30))
        assert places(store, one_of(s.id, [number(place) for place in wanted])) == there
        assert places(store, one_of(s.code, [f"c{place}" for place in wanted])) == there
        assert places(store, negate(one_of(s.code, [f"c{place}" for place in wanted]))) == list(range(5))
        assert places(store, one_of(s.ratio, [Decimal(place) / 4 for place in wanted])) == there
        awkward = [one.note for one in records[3:6]] + [f"x{place}" for place in wanted]
        assert places(store, one_of(s.note, awkward)) == [3, 4, 5]
