"""Instants are kept in UTC to the millisecond; dates are days and belong to no zone."""

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

from attrs import fields

from crmcore.query import asc, count, eq, ge, largest, lt, query, smallest, tally
from crmcore.storage.ports import Store
from crmcore.testing.checks.conditions import places
from crmcore.testing.fixtures import StoreFixtures
from crmcore.testing.samples import Sample, number, sample
from crmcore.testing.sessions import find, load, put, tally_of

__all__ = ["TimeChecks"]

s: Any = fields(Sample)
INSTANTS = (
    dt.datetime(1000, 1, 1, tzinfo=dt.UTC),
    dt.datetime(1899, 12, 31, 23, 59, 59, 999_000, dt.UTC),
    dt.datetime(1969, 12, 31, 23, 59, 59, 999_000, dt.UTC),
    dt.datetime(1970, 1, 1, tzinfo=dt.UTC),
    dt.datetime(2026, 2, 28, 15, 59, 59, 999_000, dt.UTC),
    dt.datetime(2026, 2, 28, 16, 0, tzinfo=dt.UTC),
    dt.datetime(2026, 3, 29, 1, 30, 0, 1_000, dt.UTC),
    dt.datetime(2038, 1, 19, 3, 14, 8, tzinfo=dt.UTC),
    dt.datetime(9998, 12, 31, 23, 59, 59, 999_000, dt.UTC),
)
DAYS = (dt.date(1000, 1, 1), dt.date(1900, 2, 28), dt.date(1969, 12, 31), dt.date(2024, 2, 29), dt.date(9998, 12, 31))


class TimeChecks(StoreFixtures):
    """Instants and dates."""

    def test_keeps_instants(self, store: Store) -> None:
        """An instant comes back aware, in UTC, to the millisecond, from the year 1000 to 9998."""
        put(store, *(sample(place, at=at, seen=at) for place, at in enumerate(INSTANTS)))
        for place, at in enumerate(INSTANTS):
            found = load(store, Sample, number(place))
            assert found is not None
            assert (found.at, found.seen) == (at, at)
            assert found.at.tzinfo is not None
            assert found.at.utcoffset() == dt.timedelta(0)
            assert found.at.microsecond == at.microsecond

    def test_compares_instants_to_the_millisecond(self, store: Store) -> None:
        """A millisecond makes a difference, and order is the order of time."""
        put(store, *(sample(place, at=at) for place, at in enumerate(INSTANTS)))
        for place, at in enumerate(INSTANTS):
            assert places(store, eq(s.at, at)) == [place]
            assert places(store, lt(s.at, at)) == list(range(place))
            assert places(store, ge(s.at, at)) == list(range(place, len(INSTANTS)))
        assert [one.at for one in find(store, query(Sample).sort(asc(s.at)))] == list(INSTANTS)

    def test_takes_instants_of_any_zone(self, store: Store) -> None:
        """A filter may name an instant in the company's zone."""
        put(store, *(sample(place, at=at) for place, at in enumerate(INSTANTS)))
        midnight = dt.datetime(2026, 3, 1, tzinfo=ZoneInfo("Asia/Shanghai"))
        assert places(store, eq(s.at, midnight)) == [5]
        assert places(store, lt(s.at, midnight)) == [0, 1, 2, 3, 4]

    def test_keeps_days(self, store: Store) -> None:
        """A date comes back as that date, whatever zone the server or this process is in."""
        put(store, *(sample(place, day=day, until=day) for place, day in enumerate(DAYS)))
        for place, day in enumerate(DAYS):
            found = load(store, Sample, number(place))
            assert found is not None
            assert (found.day, found.until) == (day, day)
            assert type(found.day) is dt.date
            assert places(store, eq(s.day, day)) == [place]
            assert places(store, lt(s.until, day)) == list(range(place))

    def test_measures_and_groups_times(self, store: Store) -> None:
        """Least and greatest instants and dates, and groups of them, have the types of their fields."""
        put(store, *(sample(place, at=at, day=DAYS[place % 2]) for place, at in enumerate(INSTANTS)))
        measures = (smallest(s.at, "first"), largest(s.at, "last"), smallest(s.day), largest(s.day))
        (row,) = tally_of(store, tally(query(Sample), measures=measures))
        assert row.values == (INSTANTS[0], INSTANTS[-1], DAYS[0], DAYS[1])
        assert [type(value) for value in row.values] == [dt.datetime, dt.datetime, dt.date, dt.date]
        rows = tally_of(store, tally(query(Sample), by=(s.day,), measures=(count(),)))
        assert [(row.key, row.values) for row in rows] == [((DAYS[0],), (5,)), ((DAYS[1],), (4,))]
        rows = tally_of(store, tally(query(Sample), by=(s.at,), measures=(count(),)))
        assert [row.key for row in rows] == [(at,) for at in INSTANTS]
