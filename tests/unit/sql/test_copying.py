"""Very many new rows on PostgreSQL go in by COPY: the same values, the same errors, and the connection goes on."""

import itertools
from decimal import Decimal
from typing import Any

import pytest

from crmcore.base.errors import Contention, Transient
from crmcore.query import query
from crmcore.testing.samples import Colour, Mark, Part, Sample, mark, number, part, sample
from crmcore.testing.sessions import put, reading, writing

MANY = 600
TEXTS = ("\\", "\\N", "\\.", "a\tb", "a\nb", "a\r\nb", '"', "{}", "", "NULL", "😀 \u202eabc", "\\\\t", "'; --")
"""What COPY takes for its own, and what other formats do."""


def _hostile(place: int) -> Sample:
    text = TEXTS[place % len(TEXTS)]
    return sample(
        place,
        name=f"n{text}",
        note=text * 3,
        label=None if place % 3 else text,
        tags=(text or "x", f"{text}x") if place % 4 else (),
        aliases=None if place % 2 else (text, "b"),
        ratio=Decimal(place) / 10000,
        weight=None if place % 5 else Decimal(-place),
        shade=None if place % 2 else Colour.DARK_BLUE,
        active=bool(place % 2),
    )


def _kept(store: Any, kind: type[Any]) -> list[Any]:
    with reading(store) as session:
        return list(session.find(query(kind)))


def test_every_value_comes_back_as_it_went_in(pg_url: str, opened: Any) -> None:
    store = opened(pg_url)
    given = [_hostile(place) for place in range(1, MANY)]
    with writing(store) as session:
        session.append(given)
    assert _kept(store, Sample) == given


def test_other_statements_come_before_and_after(pg_url: str, opened: Any) -> None:
    """And what was appended is found in the same transaction's other records' company, all or nothing of it."""
    store = opened(pg_url)
    with writing(store) as session:
        assert session.insert(sample(1))
        session.append([part(place, number(1), number=place) for place in range(10, 10 + 2_500)])
        assert session.count(query(Part)) >= 2_000
        session.append([mark(place) for place in range(5_000, 5_010)])
        assert session.load(Sample, number(1)) == sample(1)
    assert (len(_kept(store, Part)), len(_kept(store, Mark))) == (2_500, 10)


def test_a_taken_value_is_a_lost_race_and_leaves_nothing(pg_url: str, opened: Any) -> None:
    store = opened(pg_url)
    put(store, sample(1), part(2, number(1), series=1, number=700))
    rows = [part(place, number(1), series=1, number=place) for place in range(100, 100 + 2_500)]
    with pytest.raises(Contention), writing(store) as session:
        session.append(rows)
    assert len(_kept(store, Part)) == 1
    (link,) = store.pool._idle
    with writing(store) as session:
        session.append([one for one in rows if one.number != 700])
    assert len(_kept(store, Part)) == 2_500
    assert list(store.pool._idle) == [link]


def test_a_connection_that_breaks_is_not_used_again(pg_url: str, opened: Any) -> None:
    """Nothing was committed, so the work may simply be run again."""
    store = opened(pg_url)
    put(store, sample(1))
    rows = [part(place, number(1), number=place) for place in range(100, 100 + 2_500)]
    session = store.begin(write=True)
    assert session.count(query(Part)) == 0
    link = session._link
    with store.connect() as other:
        other.execute("SELECT pg_terminate_backend(%s, 5000)", (link.raw.info.backend_pid,))
    with pytest.raises(Transient):
        session.append(rows)
    session.close()
    assert link not in store.pool._idle
    with writing(store) as session:
        session.append(rows)
    assert len(_kept(store, Part)) == len(rows)


def test_rows_are_written_in_parts(pg_url: str, opened: Any) -> None:
    """However many rows there are, only some of them are in memory twice."""
    store = opened(pg_url)
    way = store.copying(store.maps[Mark])
    rows = [store.maps[Mark].write(mark(place, text="a\tb")) for place in range(2_500)]
    parts = list(way.parts(rows))
    assert [one.count(b"\n") for one in parts] == [1_000, 1_000, 500]
    assert all(b"a\\tb" in line for line in itertools.chain.from_iterable(one.splitlines() for one in parts))
