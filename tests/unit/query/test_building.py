"""Conditions, queries and tallies are plain values, built by functions over the fields of an entity."""

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

import attrs
import pytest
from attrs import fields
from hypothesis import given
from hypothesis import strategies as st

from crmcore.base.values import Money
from crmcore.query import (
    EVERYTHING,
    NOTHING,
    All,
    AnyOf,
    Banded,
    Fn,
    InQuery,
    Measure,
    Not,
    Op,
    Order,
    Path,
    Query,
    Tally,
    TallyRow,
    Test,
    Through,
    Top,
    all_of,
    any_of,
    asc,
    banded,
    contains,
    count,
    desc,
    distinct,
    elapsed,
    eq,
    ge,
    gt,
    has,
    in_query,
    is_null,
    largest,
    le,
    lt,
    negate,
    one_of,
    query,
    records_behind,
    smallest,
    starts_with,
    tally,
    through,
    total,
    within,
)
from crmcore.testing.questions import orders
from crmcore.testing.samples import Colour, Part, Sample

s: Any = fields(Sample)
FINE = dt.datetime(2026, 1, 1, 8, 0, 0, 1_999, ZoneInfo("Asia/Shanghai"))
CUT = dt.datetime(2026, 1, 1, 0, 0, 0, 1_000, dt.UTC)


def test_functions_build_nodes() -> None:
    assert eq(s.name, "a") == Test(("name",), Op.EQ, "a")
    assert eq(s.label, None) == is_null(s.label) == Test(("label",), Op.NULL)
    assert lt(s.count, 1) == Test(("count",), Op.LT, 1)
    assert le(s.count, 1) == Test(("count",), Op.LE, 1)
    assert gt(s.count, 1) == Test(("count",), Op.GT, 1)
    assert ge(s.count, 1) == Test(("count",), Op.GE, 1)
    assert one_of(s.count, iter([1, 2])) == Test(("count",), Op.ONE_OF, (1, 2))
    assert contains(s.name, "a") == Test(("name",), Op.CONTAINS, "a")
    assert starts_with(s.name, "a") == Test(("name",), Op.STARTS, "a")
    assert has(s.tags, "a") == Test(("tags",), Op.HAS, "a")
    assert in_query(s.parent, query(Part)) == InQuery(("parent",), query(Part))
    assert negate(is_null(s.rank)) == Not(is_null(s.rank))
    assert all_of(EVERYTHING, NOTHING) == All((EVERYTHING, NOTHING))
    assert any_of(EVERYTHING) == AnyOf((EVERYTHING,))
    assert all_of() == EVERYTHING
    assert any_of() == NOTHING


def test_a_path_leads_into_a_value_object() -> None:
    amount = within(s.price, fields(Money).amount)
    assert amount == Path(("price", "amount"))
    assert gt(amount, 1).path == ("price", "amount")  # type: ignore[arg-type, union-attr]
    assert asc(amount) == Order(("price", "amount"))


@pytest.mark.parametrize("build", [eq, lt, le, gt, ge])
def test_instants_are_cut_as_entities_cut_them(build: Any) -> None:
    """Otherwise a store that keeps milliseconds and one that keeps microseconds would answer differently."""
    assert build(s.at, FINE).value == CUT
    assert build(s.day, FINE.date()).value == FINE.date()


def test_listed_instants_are_cut_too() -> None:
    assert one_of(s.at, [FINE]).value == (CUT,)  # type: ignore[union-attr]


def test_where_narrows() -> None:
    one, two, three = eq(s.count, 1), eq(s.count, 2), eq(s.count, 3)
    assert query(Sample).condition == EVERYTHING
    assert query(Sample).where(one).where(two, three).condition == All((one, two, three))
    assert query(Sample).where().condition == EVERYTHING


def test_where_keeps_a_condition_that_is_no_list() -> None:
    either = any_of(eq(s.count, 1), eq(s.count, 2))
    from_outside = query(Sample).__class__(entity=Sample, condition=either)
    assert from_outside.where(eq(s.count, 3)).condition == All((either, eq(s.count, 3)))


def test_sort_adds_keys_and_page_cuts() -> None:
    wanted = query(Sample).sort(asc(s.name)).sort(desc(s.count)).page(20, 40)
    assert wanted.order == (Order(("name",)), Order(("count",), descending=True))
    assert (wanted.limit, wanted.offset) == (20, 40)
    assert query(Sample).page(5).offset == 0


def test_a_query_is_a_value() -> None:
    assert hash(query(Sample).where(eq(s.count, 1))) == hash(query(Sample).where(eq(s.count, 1)))
    assert query(Sample).page(1) != query(Sample)


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        ((), (Order(("id",)),)),
        ((asc(s.name),), (asc(s.name), asc(s.id))),
        ((desc(s.name),), (desc(s.name), desc(s.id))),
        ((desc(s.name), asc(s.count)), (desc(s.name), asc(s.count), asc(s.id))),
        ((desc(s.id),), (desc(s.id),)),
        ((asc(s.name), desc(s.id), asc(s.count)), (asc(s.name), desc(s.id))),
    ],
)
def test_every_order_ends_with_the_id(order: tuple[Order, ...], expected: tuple[Order, ...]) -> None:
    assert query(Sample).sort(*order).full_order == expected


@given(orders(Sample))
def test_no_two_answers_differ_by_chance(order: tuple[Order, ...]) -> None:
    assert query(Sample).sort(*order).full_order[-1].path == ("id",)


def test_tallies_name_groups_and_measures() -> None:
    asked = tally(
        query(Sample),
        by=(s.colour, within(s.price, fields(Money).currency)),
        measures=(count(), total(s.count), smallest(s.at, "first"), largest(s.at, "last")),
        top=Top("count", 3),
    )
    assert asked == Tally(
        of=query(Sample),
        by=(("colour",), ("price", "currency")),
        measures=(
            Measure("count", Fn.COUNT),
            Measure("total", Fn.SUM, ("count",)),
            Measure("first", Fn.MIN, ("at",)),
            Measure("last", Fn.MAX, ("at",)),
        ),
        top=Top("count", 3),
    )


def test_tallies_name_bands_references_and_further_measures() -> None:
    edge = dt.datetime(2026, 1, 1, 5, 30, 0, 1, tzinfo=dt.timezone(dt.timedelta(hours=5, minutes=30)))
    over = through(s.parent, Sample, through(s.parent, Sample, within(s.price, fields(Money).currency)))
    asked = tally(
        query(Sample),
        by=(banded(s.at, [edge]), over, banded(through(s.parent, Sample, s.count), range(2))),
        measures=(distinct(s.owner), elapsed(s.at, s.seen, "took")),
    )
    assert asked.by == (
        Banded(("at",), (dt.datetime(2026, 1, 1, tzinfo=dt.UTC),)),
        Through(("parent",), Sample, Through(("parent",), Sample, ("price", "currency"))),
        Banded(Through(("parent",), Sample, ("count",)), (0, 1)),
    )
    assert asked.measures == (
        Measure("distinct", Fn.DISTINCT, ("owner",)),
        Measure("took", Fn.ELAPSED, ("at",), ("seen",)),
    )
    assert hash(asked) == hash(attrs.evolve(asked))


def test_a_row_opens_as_the_query_that_people_would_write() -> None:
    red = query(Sample).where(eq(s.colour, Colour.RED)).sort(desc(s.at))
    parent = through(s.parent, Sample, s.name)
    keys = (s.shade, banded(s.count, [1, 5]), parent)
    asked = tally(red.page(3, 1), by=keys, measures=(count(),))

    def behind(*key: Any) -> Query[Any]:
        return records_behind(asked, TallyRow(key, (1,)))

    named = in_query(s.parent, query(Sample).where(EVERYTHING, eq(s.name, "a")))
    assert behind(Colour.BLUE, 1, "a") == red.where(
        eq(s.shade, Colour.BLUE), all_of(ge(s.count, 1), lt(s.count, 5)), named
    )
    there = in_query(s.parent, query(Sample).where(EVERYTHING, negate(is_null(s.name))))
    assert behind(None, None, None) == red.where(is_null(s.shade), negate(negate(is_null(s.count))), negate(there))
    assert behind(None, 0, "a").condition.parts[2] == all_of(lt(s.count, 1))  # type: ignore[union-attr]
    assert behind(None, 2, "a").condition.parts[2] == all_of(ge(s.count, 5))  # type: ignore[union-attr]
    whole = tally(red.page(3, 1), measures=(count(),))
    assert records_behind(whole, TallyRow((), (1,))) == red
    with pytest.raises(ValueError, match="argument 2"):
        records_behind(asked, TallyRow((), (1,)))


@given(st.sampled_from([Test, Tally]))
def test_nodes_are_no_test_classes_of_pytest(cls: Any) -> None:
    assert not cls.__name__.startswith("Test") or cls.__test__ is False
