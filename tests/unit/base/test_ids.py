"""Identifiers for programs and numbers for people."""

import datetime as dt
import os
import threading
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmcore.base.ids import NumberSource, TimeOrderedIds, first_id_at, fixed_id, id_after

SHANGHAI = ZoneInfo("Asia/Shanghai")
START = dt.datetime(2026, 11, 21, 12, 30, 55, 123_456, dt.UTC)
EARLIER = START - dt.timedelta(hours=1)
JUMPS = st.lists(st.timedeltas(min_value=dt.timedelta(seconds=-2), max_value=dt.timedelta(seconds=2)), max_size=50)


class Ticking:
    """A clock that shows one instant after another."""

    def __init__(self, *instants: dt.datetime) -> None:
        self.instants = list(instants)

    def __call__(self) -> dt.datetime:
        return self.instants.pop(0) if len(self.instants) > 1 else self.instants[0]


@given(JUMPS, st.binary(min_size=8, max_size=8))
def test_ids_increase_even_when_the_clock_goes_back(jumps: list[dt.timedelta], random: bytes) -> None:
    ids = TimeOrderedIds(Ticking(START, *(START + jump for jump in jumps)), lambda size: random[:size])
    made = [ids() for _ in range(len(jumps) + 1)]
    assert made == sorted(made)
    assert len(set(made)) == len(made)


@pytest.mark.requirement("16.11")
def test_ids_are_version_7_and_carry_the_time() -> None:
    made = TimeOrderedIds(Ticking(START), os.urandom)()
    assert made.version == 7
    assert made.variant == UUID(int=(0x8 << 60)).variant
    assert made == UUID(str(made))
    assert made.int >> 80 == int(START.timestamp() * 1000)


def test_ids_borrow_from_the_next_millisecond_when_one_is_full() -> None:
    ids = TimeOrderedIds(Ticking(START), os.urandom)
    made = [ids() for _ in range(4097)]
    assert made == sorted(made)
    assert made[4096].int >> 80 == (made[0].int >> 80) + 1


@given(st.timedeltas(min_value=dt.timedelta(days=-9999), max_value=dt.timedelta(days=9999)), st.integers(0, 5000))
def test_an_id_that_follows_is_later_whatever_the_clocks_say(difference: dt.timedelta, count: int) -> None:
    there, here = TimeOrderedIds(Ticking(START), os.urandom), TimeOrderedIds(Ticking(START + difference), os.urandom)
    seen = [there() for _ in range(count + 1)][-1]
    made = here()
    follows = id_after(seen, made)
    assert follows > seen
    assert (follows == made) == (made > seen)
    assert (follows.version, follows.variant) == (made.version, made.variant)
    assert follows == UUID(str(follows))


@given(st.datetimes(dt.datetime(1970, 1, 2), dt.datetime(9998, 1, 1), timezones=st.just(dt.UTC)))  # noqa: DTZ001  # Hypothesis adds the zone
def test_the_first_id_of_an_instant_is_between_the_ids_before_and_after(instant: dt.datetime) -> None:
    millisecond = dt.timedelta(milliseconds=1)
    before = TimeOrderedIds(Ticking(instant - millisecond), lambda size: b"\xff" * size)()
    after = TimeOrderedIds(Ticking(instant), bytes)()
    assert before < first_id_at(instant) < after


def test_ids_that_follow_the_same_one_differ() -> None:
    there, here = TimeOrderedIds(Ticking(START), os.urandom), TimeOrderedIds(Ticking(EARLIER), os.urandom)
    seen = there()
    assert len({id_after(seen, here()) for _ in range(100)}) == 100


def test_threads_never_get_the_same_id() -> None:
    ids = TimeOrderedIds(Ticking(START), bytes)
    made: list[list[UUID]] = [[] for _ in range(4)]

    def draw(place: int) -> None:
        made[place] = [ids() for _ in range(500)]

    threads = [threading.Thread(target=draw, args=(place,)) for place in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({one for several in made for one in several}) == 2000


def test_fixed_ids_are_the_same_everywhere_and_older_than_all_others() -> None:
    first, second = fixed_id("role:administrator", 1), fixed_id("role:director", 2)
    assert first == fixed_id("role:administrator", 1)
    assert first < second < TimeOrderedIds(Ticking(dt.datetime(1970, 1, 2, tzinfo=dt.UTC)), bytes)()
    assert first.version == 7


@pytest.mark.requirement("16.11")
def test_numbers_show_the_companys_time() -> None:
    assert NumberSource()("KH", START, SHANGHAI) == "KH261121203055123"


@given(JUMPS)
def test_numbers_never_repeat_or_go_back(jumps: list[dt.timedelta]) -> None:
    source = NumberSource()
    made = [source("KH", START + jump, SHANGHAI) for jump in [dt.timedelta(0), *jumps]]
    assert made == sorted(made)
    assert len(set(made)) == len(made)


def test_numbers_within_a_millisecond_differ() -> None:
    """A clock finer than the number must not make the same number twice."""
    source = NumberSource()
    made = [source("KH", START + dt.timedelta(microseconds=step), SHANGHAI) for step in range(5)]
    assert made == [f"KH261121203055{123 + step}" for step in range(5)]


def test_numbers_go_on_when_summer_time_ends() -> None:
    source, berlin = NumberSource(), ZoneInfo("Europe/Berlin")
    before = source("KH", dt.datetime(2026, 10, 25, 0, 59, 59, 999_000, dt.UTC), berlin)
    after = source("KH", dt.datetime(2026, 10, 25, 1, 0, 0, tzinfo=dt.UTC), berlin)
    assert before == "KH261025025959999"
    assert after == "KH261025030000000"


def test_series_of_different_prefixes_do_not_meet() -> None:
    source = NumberSource()
    assert source("KH", START, SHANGHAI)[2:] == source("XS", START, SHANGHAI)[2:]
