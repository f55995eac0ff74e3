"""Filters and sorts in the forms that are right on every server, and that an index can serve."""

import sys
from decimal import Decimal, localcontext
from typing import Any

import attrs
import pytest
from attrs import fields
from bson import Decimal128

from crmcore.query import (
    NOTHING,
    Condition,
    all_of,
    any_of,
    asc,
    contains,
    count,
    desc,
    eq,
    ge,
    gt,
    in_query,
    le,
    lt,
    negate,
    one_of,
    query,
    starts_with,
    tally,
)
from crmcore.query.meaning import run
from crmcore.testing.samples import SCHEMAS, Part, Sample, number, part, sample
from crmcore.testing.sessions import count_of, find, put, reading
from crmcore_mongo import session as session_module
from crmcore_mongo.codec import Codec, number_of
from crmcore_mongo.find import Translation
from crmcore_mongo.store import MongoStore

s: Any = fields(Sample)
TRANSLATION = Translation(Codec(SCHEMAS), Sample, lambda *_: [number(7)])


@pytest.mark.parametrize(
    ("condition", "document"),
    [
        (all_of(), {}),
        (all_of(all_of(), eq(s.count, 1)), {"count": 1}),
        (any_of(), {"_id": {"$in": []}}),
        (NOTHING, {"_id": {"$in": []}}),
        (any_of(eq(s.count, 1)), {"count": 1}),
        (any_of(all_of(), NOTHING), {"$or": [{}, {"_id": {"$in": []}}]}),
        (negate(all_of()), {"$nor": [{}]}),
        (one_of(s.count, []), {"count": {"$in": []}}),
        (eq(s.label, None), {"label": {"$eq": None}}),
        (contains(s.note, "Ａ.$"), {"note_fold": {"$regex": r"a\.\$"}}),
        (contains(s.name, "$"), {"name_fold": {"$regex": r"\$"}}),
        (
            contains(s.name, "Ａ.$"),
            {"name_fragments": {"$all": [number_of(".$"), number_of("a.")]}, "name_fold": {"$regex": r"a\.\$"}},
        ),
        (starts_with(s.name, "Ａz"), {"name_fold": {"$gte": "az", "$lt": "a{"}}),
        (starts_with(s.name, "\ud7ff"), {"name_fold": {"$gte": "\ud7ff", "$lt": "\ue000"}}),
        (
            starts_with(s.name, "a" + chr(sys.maxunicode)),
            {"name_fold": {"$gte": "a" + chr(sys.maxunicode), "$lt": "b"}},
        ),
        (starts_with(s.name, chr(sys.maxunicode)), {"name_fold": {"$gte": chr(sys.maxunicode)}}),
        (starts_with(s.name, ""), {"name_fold": {"$gte": ""}}),
        (in_query(s.parent, query(Part)), {"parent": {"$in": [number(7)]}}),
        (in_query(s.id, query(Part)), {"_id": {"$in": [number(7)]}}),
    ],
)
def test_filters(condition: Condition, document: dict[str, Any]) -> None:
    assert TRANSLATION.condition(condition) == document


@pytest.mark.parametrize(
    ("order", "after", "document"),
    [
        ((), (number(1),), {"$and": [{"_id": {"$gte": number(1)}}, {"_id": {"$gt": number(1)}}]}),
        (
            (asc(s.count),),
            (1, number(1)),
            {
                "count": {"$gte": 1},
                "$or": [{"count": {"$gt": 1}}, {"count": {"$eq": 1}, "_id": {"$gt": number(1)}}],
            },
        ),
        (
            (desc(s.rank),),
            (1, number(1)),
            {
                "rank": {"$not": {"$gt": 1}},
                "$or": [{"rank": {"$not": {"$gte": 1}}}, {"rank": {"$eq": 1}, "_id": {"$lt": number(1)}}],
            },
        ),
        (
            (desc(s.rank),),
            (None, number(1)),
            {"$and": [{"rank": {"$eq": None}}, {"rank": {"$eq": None}, "_id": {"$lt": number(1)}}]},
        ),
        (
            (asc(s.rank),),
            (None, number(1)),
            {"$or": [{"rank": {"$ne": None}}, {"rank": {"$eq": None}, "_id": {"$gt": number(1)}}]},
        ),
    ],
)
def test_continues_after_a_position(order: Any, after: tuple[Any, ...], document: dict[str, Any]) -> None:
    asked = attrs.evolve(query(Sample).sort(*order), after=after)
    assert TRANSLATION.matching(asked) == document


def test_sorts_by_the_first_of_two_orders_for_a_key() -> None:
    asked = query(Sample).sort(desc(s.day), asc(s.count), asc(s.day))
    assert TRANSLATION.sort(asked.full_order) == [("day", -1), ("count", 1), ("_id", 1)]


@pytest.mark.requirement("GEN-16")
def test_finds_texts_longer_than_any_pattern(store: MongoStore) -> None:
    put(store, sample(1, note="." * 2000), sample(2, note="\ufdfa" * 1999), sample(3, label=None))
    assert find(store, query(Sample).where(contains(s.note, "." * 1001))) == [sample(1, note="." * 2000)]
    assert find(store, query(Sample).where(contains(s.note, "\ufdfa" * 1999))) == [sample(2, note="\ufdfa" * 1999)]
    assert find(store, query(Sample).where(negate(contains(s.label, "x" * 1001)), eq(s.id, number(3)))) == [sample(3)]


LONG = Decimal("1." + "3" * 50)
BELOW, ABOVE = Decimal("1." + "3" * 33), Decimal("1." + "3" * 32 + "4")


@pytest.mark.parametrize("sign", [1, -1])
def test_compares_decimals_of_more_digits_than_mongodb_has(store: MongoStore, sign: int) -> None:
    with localcontext(prec=60):
        wanted = LONG * sign
        below, above = sorted((BELOW * sign, ABOVE * sign))
    put(store, sample(1, ratio=Decimal(sign)), sample(2, ratio=Decimal(sign) * 2), sample(3))
    for compare in (lt, le, gt, ge, eq):
        asked = query(Sample).where(compare(s.ratio, wanted))
        assert find(store, asked) == run(
            [sample(1, ratio=Decimal(sign)), sample(2, ratio=Decimal(sign) * 2), sample(3)], asked, lambda *_: []
        )
    assert TRANSLATION.condition(lt(s.ratio, wanted)) == {"ratio": {"$lte": Decimal128(below)}}
    assert TRANSLATION.condition(ge(s.ratio, wanted)) == {"ratio": {"$gte": Decimal128(above)}}
    assert TRANSLATION.condition(eq(s.ratio, wanted)) == {"_id": {"$in": []}}
    assert TRANSLATION.condition(one_of(s.ratio, [wanted, Decimal(1)])) == {"ratio": {"$in": [Decimal128("1")]}}


def test_takes_thousands_of_values(store: MongoStore) -> None:
    put(store, sample(1, count=4999))
    assert len(find(store, query(Sample).where(one_of(s.count, range(20_000))))) == 1


@pytest.mark.parametrize(("key", "value"), [("name_fragments", number_of("华建")), ("tags", "展会")])
def test_a_keyword_and_an_item_are_found_by_an_index(store: MongoStore, key: str, value: object) -> None:
    put(store, sample(1, name="北京华建", tags=("展会",)), sample(2))
    asked = {"find": "sample", "filter": {key: value}}
    plan = store.database.command("explain", asked, verbosity="queryPlanner")["queryPlanner"]["winningPlan"]
    assert "IXSCAN" in str(plan)
    assert "COLLSCAN" not in str(plan)


def _asked() -> list[Condition]:
    p: Any = fields(Part)
    own = in_query(s.id, query(Part).where(gt(p.number, 0)), on=p.sample)
    nested = in_query(s.id, query(Part).where(in_query(p.sample, query(Sample))), on=p.sample)
    return [
        own,
        negate(own),
        any_of(own, eq(s.count, 1)),
        all_of(own, eq(s.count, 1)),
        nested,
        negate(any_of(own, own)),
    ]


@pytest.mark.parametrize("place", range(6))
def test_looks_up_what_would_be_too_many_ids_for_a_statement(
    store: MongoStore, commands_sent: Any, monkeypatch: pytest.MonkeyPatch, place: int
) -> None:
    """A statement has 16 MB, and a semi-join may find more ids than that."""
    samples = [sample(n, count=n % 2) for n in range(1, 8)]
    parts = [part(n, number(n - 10), number=n % 3) for n in range(11, 16)]
    put(store, *samples, *parts)
    wanted = query(Sample).where(_asked()[place]).sort(desc(s.count))
    pages = [wanted, wanted.page(2), attrs.evolve(wanted, limit=2, offset=1)]
    known: dict[type[Any], list[Any]] = {Sample: samples, Part: parts}
    expected = [run(samples, page, known.__getitem__) for page in pages]
    monkeypatch.setattr(session_module, "_MOST_IDS", 1)
    with commands_sent() as sent:
        assert [find(store, page) for page in pages] == expected
        assert count_of(store, wanted) == len(expected[0])
        assert count_of(store, wanted, 2) == min(2, len(expected[0]))
        with reading(store) as session:
            assert session.tally(tally(wanted, measures=(count(),)))[0].values == (len(expected[0]),)
    asked = [command for name, command in sent if name == "aggregate"]
    assert len(asked) == len(pages) + 3, "all of them are pipelines"
    assert not any(len(str(command)) > 100_000 for command in asked)
