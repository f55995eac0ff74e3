"""The meaning of queries obeys the laws that people rely on without thinking of them."""

from typing import Any

import attrs
import pytest
from attrs import fields
from hypothesis import given
from hypothesis import strategies as st

from crmcore.query import (
    EVERYTHING,
    All,
    AnyOf,
    Condition,
    Not,
    Order,
    Query,
    Tally,
    Top,
    count,
    eq,
    in_query,
    is_null,
    largest,
    query,
    smallest,
    tally,
    total,
)
from crmcore.query.meaning import predicate, run, tally_rows, value_at
from crmcore.testing.questions import conditions, orders, queries, tallies
from crmcore.testing.samples import Colour, Part, Sample, number, part, sample
from crmcore.testing.strategies import entities

s: Any = fields(Sample)
p: Any = fields(Part)
ROWS = st.lists(entities(Sample), max_size=8, unique_by=lambda one: one.id)
CONDITIONS = conditions(Sample, (Sample,))


def meets(condition: Condition, rows: list[Sample]) -> list[Sample]:
    return list(filter(predicate(condition, lambda _: rows), rows))


@given(ROWS, CONDITIONS)
def test_a_record_meets_a_condition_or_its_negation(rows: list[Sample], condition: Condition) -> None:
    yes, no = meets(condition, rows), meets(Not(condition), rows)
    assert len(yes) + len(no) == len(rows)
    assert not {one.id for one in yes} & {one.id for one in no}
    assert meets(Not(Not(condition)), rows) == yes


@given(ROWS, CONDITIONS, CONDITIONS)
def test_de_morgan(rows: list[Sample], one: Condition, other: Condition) -> None:
    assert meets(Not(All((one, other))), rows) == meets(AnyOf((Not(one), Not(other))), rows)
    assert meets(Not(AnyOf((one, other))), rows) == meets(All((Not(one), Not(other))), rows)


@given(ROWS, orders(Sample))
def test_one_direction_is_the_other_one_reversed(rows: list[Sample], order: tuple[Order, ...]) -> None:
    there = Query(entity=Sample, order=order)
    back = Query(entity=Sample, order=tuple(Order(key.path, not key.descending) for key in there.full_order))
    assert run(rows, back, lambda _: rows) == list(reversed(run(rows, there, lambda _: rows)))


@given(ROWS, queries(Sample), st.integers(1, 4))
def test_pages_and_positions_lead_through_the_same_records(rows: list[Sample], asked: Query[Any], size: int) -> None:
    asked = attrs.evolve(asked, limit=None, offset=0, after=None)
    whole = run(rows, asked, lambda _: rows)
    by_offset = [one for start in range(0, 9, size) for one in run(rows, asked.page(size, start), lambda _: rows)]
    by_position: list[Sample] = []
    step = asked.page(size)
    while page := run(rows, step, lambda _: rows):
        by_position += page
        step = attrs.evolve(step, after=tuple(value_at(page[-1], key.path) for key in step.full_order))
    assert by_offset == by_position == whole


@given(ROWS, tallies(Sample))
def test_groups_add_up(rows: list[Sample], asked: Tally) -> None:
    """Every record is in exactly one group: the counts of all groups are the count of all records."""
    counted = attrs.evolve(asked, measures=(count(), total(s.count)), top=None)
    groups = tally_rows(rows, counted, lambda _: rows)
    everything = meets(asked.of.condition, rows)
    assert sum(row.values[0] for row in groups) == len(everything)
    assert sum(row.values[1] or 0 for row in groups) == sum(one.count for one in everything)
    assert len({row.key for row in groups}) == len(groups)


@given(ROWS, tallies(Sample), st.integers(1, 3))
def test_the_top_is_the_top(rows: list[Sample], asked: Tally, limit: int) -> None:
    measured = attrs.evolve(asked, measures=(count("n"),), top=None)
    groups = tally_rows(rows, measured, lambda _: rows)
    top = tally_rows(rows, attrs.evolve(measured, top=Top("n", limit)), lambda _: rows)
    assert [row.values[0] for row in top] == sorted((row.values[0] for row in groups), reverse=True)[:limit]
    assert all(row in groups for row in top)


@given(ROWS)
def test_least_and_greatest_are_of_the_group(rows: list[Sample]) -> None:
    (row,) = tally_rows(rows, tally(query(Sample), measures=(smallest(s.colour), largest(s.colour))), lambda _: rows)
    codes = sorted(one.colour.value for one in rows)
    assert row.values == ((Colour(codes[0]), Colour(codes[-1])) if codes else (None, None))


def test_a_value_is_followed_until_something_is_missing() -> None:
    assert value_at(sample(1), ("price", "currency")) == "CNY"
    assert value_at(sample(1), ("deposit", "currency")) is None


@pytest.mark.parametrize(
    ("condition", "places"), [(EVERYTHING, [1, 2]), (eq(s.colour, Colour.RED), [1]), (is_null(s.rank), [1, 2])]
)
def test_the_inner_question_is_about_other_records(condition: Condition, places: list[int]) -> None:
    samples = [sample(1, colour=Colour.RED), sample(2, colour=Colour.BLUE)]
    parts = [part(place, number(place)) for place in (1, 2, 3)]
    asked = query(Part).where(in_query(p.sample, query(Sample).where(condition)))
    found = run(parts, asked, lambda cls: samples if cls is Sample else parts)
    assert [one.id for one in found] == [number(place) for place in places]
