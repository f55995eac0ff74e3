"""What all groups come to beside each: added up once, and not once for each group."""

from decimal import Decimal
from typing import Any

import pytest
from attrs import fields

from crmcore.query import Top, count, group_count, overall, query, tally, total
from crmcore.testing.samples import Sample, sample
from crmcore.testing.sessions import put, reading
from crmcore_mongo.store import MongoStore

s: Any = fields(Sample)
MEASURES = (total(s.count, "own"), group_count(), overall(count(), "all"), overall(total(s.weight), "weight"))


@pytest.mark.parametrize(("most", "asked"), [(None, 1), (9, 1), (2, 2), (1, 2), (0, 2)])
def test_groups_that_are_left_out_are_asked_for_once(
    store: MongoStore, commands_sent: Any, most: int | None, asked: int
) -> None:
    """A window over the groups would go through all of them for each: a thousand took a server a minute."""
    put(store, *(sample(n, name="abc"[n % 3], count=n, weight=Decimal(n) / 4 if n else None) for n in range(9)))
    top = None if most is None else Top("own", most)
    with commands_sent() as sent, reading(store) as session:
        rows = session.tally(tally(query(Sample), by=(s.name,), measures=MEASURES, top=top))
    every = [("c", 15), ("b", 12), ("a", 9)]
    wanted = sorted(every) if most is None else every[:most]
    assert [(*row.key, *row.values) for row in rows] == [(*one, 3, 9, Decimal(9)) for one in wanted]
    pipelines = [command["pipeline"] for name, command in sent if name == "aggregate"]
    assert len(pipelines) == asked
    assert "$setWindowFields" not in str(pipelines)


def test_nothing_at_all_stays_undefined(store: MongoStore) -> None:
    put(store, *(sample(n, name="ab"[n % 2]) for n in range(4)))
    for top in (None, Top("own", 1)):
        with reading(store) as session:
            rows = session.tally(tally(query(Sample), by=(s.name,), measures=MEASURES, top=top))
        assert {row.values[1:] for row in rows} == {(2, 4, None)}
