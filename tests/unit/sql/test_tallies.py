"""How tallies are said in SQL: in the order that is quick, and once for each shape."""

from typing import Any

from attrs import fields

from crmcore.query import (
    Tally,
    banded,
    count,
    distinct,
    eq,
    ge,
    in_query,
    negate,
    query,
    smallest,
    tally,
    through,
    total,
)
from crmcore.testing.samples import Part, Sample, number, sample
from crmcore.testing.sessions import put, reading, tally_of
from crmcore_sql.plans import Plans
from crmcore_sql.products import POSTGRESQL

s: Any = fields(Sample)
p: Any = fields(Part)
NAME = through(p.sample, Sample, s.name)


def steps(store: Any, asked: Tally) -> list[str]:
    """What SQLite does for a tally, step by step."""
    plan, values = store.plans.tally(asked, wide=False)
    with reading(store) as session:
        statements: Any = session
        return [row[-1] for row in statements.rows(f"EXPLAIN QUERY PLAN {plan.text}", values)]


def test_groups_before_it_joins(sqlite_url: str, opened: Any) -> None:
    store = opened(sqlite_url)
    done = steps(store, tally(query(Part).where(ge(p.name, "a")), by=(NAME,), measures=(total(p.number), count("n"))))
    assert done[:3] == ["CO-ROUTINE grouped", "SCAN part", "USE TEMP B-TREE FOR GROUP BY"]
    assert [step for step in done if "through_0" in step] == [
        "SEARCH through_0 USING INDEX sqlite_autoindex_sample_1 (id=?) LEFT-JOIN"
    ]


def test_joins_at_once_where_values_are_counted_that_groups_may_share(sqlite_url: str, opened: Any) -> None:
    done = steps(opened(sqlite_url), tally(query(Part), by=(NAME,), measures=(distinct(p.name),)))
    assert done[0] == "SCAN part"
    assert not [step for step in done if "grouped" in step]


def test_counts_by_an_index_that_has_everything(sqlite_url: str, opened: Any) -> None:
    done = steps(opened(sqlite_url), tally(query(Part), by=(p.sample,), measures=(count(),)))
    assert len(done) == 1
    assert done[0].startswith("SCAN part USING COVERING INDEX")
    numbered = query(Part).where(ge(p.number, 1))
    assert steps(opened(sqlite_url), tally(numbered, by=(p.sample,), measures=(total(p.number),))) == done
    done = steps(opened(sqlite_url), tally(numbered, by=(p.sample,), measures=(smallest(p.name),)))
    assert done == ["SCAN part", "USE TEMP B-TREE FOR GROUP BY"]


def test_finds_by_an_index_what_it_then_groups(sqlite_url: str, opened: Any) -> None:
    one = query(Part).where(eq(p.sample, number(1)))
    done = steps(opened(sqlite_url), tally(one, by=(p.sample,), measures=(total(p.number),)))
    assert done[0].startswith("SEARCH part USING COVERING INDEX")
    done = steps(opened(sqlite_url), tally(one.where(ge(p.name, "a")), by=(p.sample,), measures=(total(p.number),)))
    assert done[0].startswith("SEARCH part USING INDEX")


def test_keeps_one_statement_for_all_edges(sqlite_url: str, opened: Any) -> None:
    """Other edges are other values; another number of them is another statement, but for PostgreSQL."""
    store = opened(sqlite_url)
    asked = [tally(query(Part), by=(banded(p.number, edges),), measures=(count(),)) for edges in ([1, 5], [2, 9], [7])]
    plans = [store.plans.tally(one, wide=False) for one in asked]
    assert plans[0][0] is plans[1][0]
    assert plans[0][0] is not plans[2][0]
    assert [values for _, values in plans] == [[5, 1], [9, 2], [7]]
    elsewhere = Plans(POSTGRESQL, store.maps)
    assert len({elsewhere.tally(one, wide=False)[0].text for one in asked}) == 1


def test_joins_once_for_several_fields_of_the_same_record(sqlite_url: str, opened: Any) -> None:
    store = opened(sqlite_url)
    colour = through(p.sample, Sample, s.colour)
    parent = through(p.sample, Sample, through(s.parent, Sample, s.name))
    plan, _ = store.plans.tally(tally(query(Part), by=(NAME, colour, parent), measures=(count(),)), wide=False)
    assert plan.text.count("JOIN sample AS") == 2


def test_sums_of_groups_do_not_overflow(sqlite_url: str, opened: Any) -> None:
    store = opened(sqlite_url)
    put(store, *(sample(n, name="a", count=2**62) for n in range(3)), sample(9, name="b", count=-(2**62)))
    put(store, *(sample(10 + n, name=f"c{n}", parent=number(n), count=2**62) for n in range(3)))
    by_parent = through(s.parent, Sample, s.name)
    rows = tally_of(store, tally(query(Sample), by=(by_parent,), measures=(total(s.count),)))
    assert [(row.key[0], row.values[0]) for row in rows] == [(None, 2 * 2**62), ("a", 3 * 2**62)]


def test_postgresql_joins_what_has_no_partner(sqlite_url: str, opened: Any) -> None:
    """``NOT IN`` would search its whole list for each row, as soon as that is too long to be kept as a hash table."""
    plans = Plans(POSTGRESQL, opened(sqlite_url).maps)
    alone = query(Sample).where(negate(in_query(s.id, query(Part).where(ge(p.number, 1)), on=p.sample)))
    plan, values = plans.tally(tally(alone, measures=(count(),)), wide=False)
    assert "NOT (EXISTS" in plan.text
    assert " IN (" not in plan.text
    assert len(values) == 1
