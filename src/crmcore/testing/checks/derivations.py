"""``derive``: the store makes records of records, each once."""

from decimal import Decimal
from typing import Any, Final

import attrs
from attrs import fields

from crmcore.query import (
    Derivation,
    FromJoined,
    FromSource,
    Op,
    Prior,
    any_of,
    contains,
    eq,
    ge,
    in_query,
    negate,
    one_of,
    query,
)
from crmcore.storage.ports import Session, Store
from crmcore.testing.fixtures import StoreFixtures
from crmcore.testing.notices import NOW, notices
from crmcore.testing.rivals import all_results, attempt, insisting
from crmcore.testing.samples import Colour, Notice, Part, Sample, number, part, sample
from crmcore.testing.sessions import committed, count_of, find, load, put, writing

__all__ = ["DerivationChecks"]

s: Any = fields(Sample)
p: Any = fields(Part)
n: Any = fields(Notice)
SAME: Final = Prior(("about",), Op.EQ, ("sample",))
LATER: Final = Prior(("number",), Op.GE, ("number",))


def family(store: Store) -> None:
    """Store two samples, parts of them, and a part of none."""
    put(
        store,
        sample(1, name="Große Straße", label="Ｘ", rank=3, weight=Decimal("0.10"), tags=("a", 'b"'), shade=Colour.RED),
        sample(2, name="華", active=True, ratio=Decimal("-0.0001"), parent=number(1)),
        part(11, number(1), number=1, name="x"),
        part(12, number(1), series=7, number=2, name="y"),
        part(13, number(2), number=3, name="x"),
        part(14, number(99), number=4, name="x"),
    )


def run(store: Store, derivation: Derivation) -> int:
    """Derive in a transaction of its own."""
    return committed(store, lambda session: session.derive(derivation))


def made(store: Store) -> list[int]:
    """Answer the places of the notices that are there."""
    return [one.id.int & 0xFFFF for one in find(store, query(Notice))]


class DerivationChecks(StoreFixtures):
    """New records of joined ones, in the store."""

    def test_makes_records_of_joined_records(self, store: Store) -> None:
        """Every value is the source's, the joined record's, or the one that was given, exactly."""
        family(store)
        assert run(store, notices()) == 3
        first = Notice(
            id=number(11),
            about=number(1),
            number=1,
            name="Große Straße",
            label="Ｘ",
            title="Überfällig ＡＢＣ",
            rank=3,
            weight=Decimal("0.10"),
            day=sample(1).day,
            at=NOW,
            colour=Colour.DARK_BLUE,
            shade=Colour.RED,
            tags=("a", 'b"'),
            members=(number(1), number(2)),
        )
        bare: dict[str, Any] = {"label": None, "rank": None, "weight": None, "shade": None, "tags": ()}
        second = attrs.evolve(first, id=number(12), series=7, number=2)
        third = attrs.evolve(
            first, id=number(13), about=number(2), number=3, name="華", ratio=Decimal("-0.0001"), active=True, **bare
        )
        assert find(store, query(Notice)) == [first, second, attrs.evolve(third, parent=number(1))]

    def test_finds_what_it_made(self, store: Store) -> None:
        """Made records are found by every kind of question, text search too, and changed like others."""
        family(store)
        run(store, notices())
        for wanted, places in (
            (contains(n.name, "GROSSE STRASSE"), [11, 12]),
            (contains(n.label, "x"), [11, 12]),
            (contains(n.title, "überfällig abc"), [11, 12, 13]),
            (eq(n.at, NOW), [11, 12, 13]),
            (eq(n.ratio, Decimal("-0.0001")), [13]),
            (eq(n.colour, Colour.BLUE), []),
        ):
            assert [one.id.int & 0xFFFF for one in find(store, query(Notice).where(wanted))] == places, wanted
        known = load(store, Notice, number(11))
        assert known is not None
        changed = attrs.evolve(known, name="new", version=2)
        with writing(store) as session:
            assert session.replace(changed, 1)
            session.renew([attrs.evolve(one, name="more", version=2) for one in session.find(query(Notice).page(2, 1))])
        assert [one.name for one in find(store, query(Notice))] == ["new", "more", "more"]

    def test_makes_nothing_twice(self, store: Store) -> None:
        """An id that is taken stays as it is, and what is made again is only what is missing."""
        family(store)
        put(store, Notice(id=number(12), about=number(5), name="first", day=sample(1).day, at=NOW))
        assert run(store, notices()) == 2
        assert run(store, notices()) == 0
        put(store, part(15, number(2), number=5))
        assert run(store, notices()) == 1
        assert [one.name for one in find(store, query(Notice))] == ["Große Straße", "first", "華", "華"]

    def test_makes_one_of_several_with_one_id(self, store: Store) -> None:
        """Where several sources would make the same id, one record is made."""
        family(store)
        assert run(store, notices(id=FromSource(("sample",)))) == 2
        assert made(store) == [1, 2]

    def test_looks_at_both_sides(self, store: Store) -> None:
        """Only sources that meet their condition, and whose joined record is there and meets its own."""
        family(store)
        assert run(store, notices(eq(p.name, "x"), where=contains(s.name, "STRASSE"))) == 1
        assert made(store) == [11]
        assert run(store, notices(eq(p.name, "z"))) == 0
        assert run(store, notices(where=negate(any_of(eq(s.rank, 3), eq(s.active, value=True))))) == 0
        assert run(store, notices(ge(p.number, 3), where=eq(s.shade, None))) == 1
        assert made(store) == [11, 13]

    def test_asks_more_of_both_sides(self, store: Store) -> None:
        """The conditions may look for long texts, many values and records of another kind."""
        family(store)
        put(store, sample(3, note="a$b" * 500), part(16, number(3), number=6), part(17, number(3), number=7))
        long = contains(s.note, "A$B" * 400)
        parents = in_query(s.id, query(Sample), on=s.parent)
        many = one_of(p.id, [number(place) for place in range(16, 3_000)])
        assert run(store, notices(many, where=any_of(long, parents))) == 2
        assert run(store, notices(in_query(p.sample, query(Sample)), where=parents)) == 2
        assert made(store) == [11, 12, 16, 17]

    def test_leaves_out_what_was_made_before(self, store: Store) -> None:
        """Nothing is made where an earlier record meets all of ``unless``; a part of it is not enough."""
        family(store)
        before = Notice(id=number(50), about=number(1), number=1, name="before", day=sample(1).day, at=NOW)
        put(store, before)
        assert run(store, notices(unless=(SAME, LATER))) == 2
        assert made(store) == [12, 13, 50]
        assert run(store, notices(unless=(SAME,))) == 0
        put(store, part(18, number(2), number=2), part(19, number(2), number=9))
        assert run(store, notices(unless=(LATER, SAME))) == 1
        assert made(store) == [12, 13, 19, 50]

    def test_never_compares_missing_values_with_earlier_ones(self, store: Store) -> None:
        """An earlier record without a value is like no source, least of all like one without a value."""
        family(store)
        put(store, Notice(id=number(50), about=number(1), number=1, name="before", day=sample(1).day, at=NOW))
        series = Prior(("series",), Op.EQ, ("series",))
        assert run(store, notices(unless=(series,))) == 3
        put(store, part(18, number(1), series=7, number=8), part(19, number(1), series=8, number=9))
        assert run(store, notices(unless=(series,))) == 1
        later = Prior(("series",), Op.GE, ("series",))
        put(store, part(20, number(2), series=8, number=8), part(21, number(1), series=9, number=10))
        assert run(store, notices(ge(p.number, 8), unless=(SAME, later))) == 2
        assert made(store) == [11, 12, 13, 19, 20, 21, 50]

    def test_makes_nothing_without_what_must_be_there(self, store: Store) -> None:
        """Nothing is made where the value of a field that must have one is missing."""
        family(store)
        assert run(store, notices(about=FromJoined(("parent",)))) == 1
        assert run(store, notices(number=FromSource(("series",)))) == 1
        assert made(store) == [12, 13]

    def test_makes_many(self, store: Store) -> None:
        """Hundreds of records, in one go."""
        with writing(store) as session:
            session.append([sample(place) for place in range(10)])
            session.append([part(1_000 + place, number(place % 20), number=place) for place in range(800)])
        assert run(store, notices(unless=(SAME, LATER))) == 400
        assert run(store, notices(unless=(SAME, LATER))) == 0
        assert count_of(store, query(Notice)) == 400

    def test_makes_each_once_at_the_same_time(self, store: Store) -> None:
        """Sessions that derive the same at once make each record once; one may have to be run again."""
        family(store)

        def work() -> bool:
            run(store, notices(unless=(SAME, LATER)))
            return True

        assert all_results([insisting(lambda: attempt(work))] * 4) == [True] * 4
        assert made(store) == [11, 12, 13]
        assert run(store, notices(unless=(SAME, LATER))) == 0

    def test_keeps_whole_records_of_a_session_that_is_given_up(self, store: Store) -> None:
        """A store keeps all or nothing of a derivation that is not committed, and can make the rest afterwards."""
        family(store)
        session: Session = store.begin(write=True)
        try:
            assert session.derive(notices()) == 3
        finally:
            session.close()
        assert made(store) in ([], [11, 12, 13])
        run(store, notices())
        assert made(store) == [11, 12, 13]
