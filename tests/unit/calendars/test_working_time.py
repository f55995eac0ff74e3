"""Working time as laws, against a walker that looks at every minute (requirements X-SRV-05, SVC)."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from crmcore.base.errors import Invalid
from crmcore.calendars.working_time import NoWorkingTime, Span, Timetable, read_spans
from walking import MINUTE, walked

ZONES = ("Asia/Shanghai", "Europe/Berlin", "America/New_York", "America/Havana", "Australia/Lord_Howe", "Asia/Kolkata")
OFFICE = (((9 * 60, 17 * 60),),) * 5 + ((),) * 2
SHANGHAI = Timetable(zone=ZoneInfo("Asia/Shanghai"), week=OFFICE)


def local(text: str, zone: str = "Asia/Shanghai") -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))


@st.composite
def spans(draw: st.DrawFn) -> tuple[Span, ...]:
    edges = draw(st.lists(st.integers(0, 1440), max_size=6, unique=True).map(sorted))
    return tuple((edges[i], edges[i + 1]) for i in range(0, len(edges) - 1, 2))


# Around days on which clocks are changed somewhere, holidays, and the end of a year.
BEGINNINGS = [
    dt.datetime(2026, month, day, hour, tzinfo=dt.UTC)
    for month, day in ((3, 7), (3, 28), (4, 4), (10, 24), (10, 31), (12, 30), (2, 13))
    for hour in (0, 6, 17)
]
instants = st.builds(lambda at, minutes: at + minutes * MINUTE, st.sampled_from(BEGINNINGS), st.integers(0, 4 * 1440))


@st.composite
def timetables(draw: st.DrawFn) -> Timetable:
    days = st.dates(dt.date(2026, 1, 1), dt.date(2027, 1, 31))
    return Timetable(
        zone=ZoneInfo(draw(st.sampled_from(ZONES))),
        week=tuple(draw(spans()) for _ in range(7)),
        special=draw(st.dictionaries(days, spans(), max_size=5)),
    )


@given(timetables(), instants, st.integers(0, 5 * 1440))
@pytest.mark.requirement("X-SRV-05")
def test_it_counts_what_a_walker_counts(table: Timetable, start: dt.datetime, minutes: int) -> None:
    end = start + minutes * MINUTE
    assert table.between(start, end) == walked(table, start, end)


@given(timetables(), instants, st.integers(0, 20_000))
@pytest.mark.requirement("X-SRV-05")
def test_adding_and_then_measuring_is_the_identity(table: Timetable, start: dt.datetime, minutes: int) -> None:
    try:
        end = table.add(start, minutes * MINUTE)
    except NoWorkingTime:
        assert table.between(start, start + dt.timedelta(days=20 * 366)) < minutes * MINUTE
        return
    assert table.between(start, end) == minutes * MINUTE
    assert not minutes or table.between(start, end - MINUTE) < minutes * MINUTE, "there was an earlier instant"


@given(timetables(), instants, st.integers(0, 8_000), st.integers(0, 8_000))
@pytest.mark.requirement("X-SRV-05")
def test_intervals_add_up(table: Timetable, start: dt.datetime, first: int, second: int) -> None:
    middle, end = start + first * MINUTE, start + (first + second) * MINUTE
    assert table.between(start, middle) + table.between(middle, end) == table.between(start, end)
    assert table.between(end, start) == (table.between(end, end)) == dt.timedelta()


@given(timetables(), instants, st.integers(1, 3_000), st.integers(0, 4_000), st.integers(0, 4_000))
@pytest.mark.requirement("X-SRV-05")
def test_a_pause_moves_what_is_due_by_the_working_time_paused(
    table: Timetable, start: dt.datetime, promised: int, until_pause: int, paused: int
) -> None:
    try:
        due = table.add(start, promised * MINUTE)
    except NoWorkingTime:
        return
    pause = min(start + until_pause * MINUTE, due)
    resumed = pause + paused * MINUTE
    waited = table.between(pause, resumed)
    try:
        moved = table.add(due, waited)
    except NoWorkingTime:
        return
    assert table.between(start, moved) - waited == promised * MINUTE


@pytest.mark.parametrize(
    ("hours", "due"),
    [(8, "2026-11-23 16:00"), (2, "2026-11-23 10:00"), (1, "2026-11-20 17:00"), (0, "2026-11-20 16:00")],
)
@pytest.mark.requirement("X-SRV-05")
def test_known_answers(hours: int, due: str) -> None:
    friday = local("2026-11-20 16:00")
    assert SHANGHAI.add(friday, dt.timedelta(hours=hours)) == local(due)


@pytest.mark.requirement("X-SRV-05")
def test_a_saturday_worked_instead_counts_and_a_holiday_does_not() -> None:
    table = Timetable(
        zone=ZoneInfo("Asia/Shanghai"),
        week=OFFICE,
        special={dt.date(2026, 2, 14): ((540, 1020),), dt.date(2026, 2, 16): (), dt.date(2026, 2, 17): ()},
    )
    assert table.add(local("2026-02-13 16:00"), dt.timedelta(hours=9)) == local("2026-02-14 17:00")
    assert table.add(local("2026-02-13 16:00"), dt.timedelta(hours=10)) == local("2026-02-18 10:00")


@pytest.mark.requirement("X-SRV-05")
def test_a_night_shift_is_as_long_as_the_clocks_make_it() -> None:
    always = Timetable(zone=ZoneInfo("Europe/Berlin"), week=(((0, 360),),) * 7)
    for day, hours in (("2026-03-29", 5), ("2026-10-25", 7), ("2026-11-01", 6)):
        midnight = local(f"{day} 00:00", "Europe/Berlin")
        assert always.between(midnight, local(f"{day} 12:00", "Europe/Berlin")) == dt.timedelta(hours=hours)
    closing = local("2026-11-01 06:00", "Europe/Berlin")
    minute = dt.timedelta(minutes=1)
    assert always.between(closing - minute, closing) == minute
    assert always.between(closing, closing + minute) == dt.timedelta(0)


@pytest.mark.requirement("X-SRV-05")
def test_a_calendar_without_hours_is_refused_and_ends() -> None:
    never = Timetable(zone=ZoneInfo("UTC"), week=((),) * 7, special={dt.date(2026, 5, 1): ((0, 60),)})
    assert never.add(local("2026-04-01 00:00"), dt.timedelta(hours=1)) == dt.datetime(2026, 5, 1, 1, tzinfo=dt.UTC)
    with pytest.raises(NoWorkingTime):
        never.add(local("2026-04-01 00:00"), dt.timedelta(hours=2))
    with pytest.raises(ValueError, match="-1 day"):
        never.add(local("2026-04-01 00:00"), dt.timedelta(days=-1))
    with pytest.raises(ValueError, match=r"\(\)"):
        Timetable(zone=ZoneInfo("UTC"), week=())


def test_hours_of_a_far_day_are_not_looked_for_for_ever() -> None:
    far = dt.date(9989, 12, 31)
    minute = Timetable(zone=ZoneInfo("UTC"), week=(((0, 1),), *((),) * 6))
    once = Timetable(zone=ZoneInfo("UTC"), week=((),) * 7, special={far: ((0, 60),)})
    for table, amount in ((once, dt.timedelta(hours=1)), (minute, dt.timedelta(days=30))):
        with pytest.raises(NoWorkingTime):
            table.add(local("2026-04-01 00:00"), amount)
        assert len(table._days) <= 20 * 366 + 1, "days looked at"
    assert once.between(local("2026-04-01 00:00"), dt.datetime.max.replace(tzinfo=dt.UTC)) == dt.timedelta(hours=1)
    assert len(once._days) <= 3
    end_of_days = dt.datetime.max.replace(tzinfo=dt.UTC)
    with pytest.raises(NoWorkingTime):
        minute.add(end_of_days, MINUTE)


@given(spans())
@example(((0, 1440),))
def test_spans_are_read_as_they_are_written(given_spans: tuple[Span, ...]) -> None:
    written = [f"{a // 60:02}:{a % 60:02}-{b // 60:02}:{b % 60:02}" for a, b in given_spans]
    assert read_spans(written) == given_spans


@pytest.mark.parametrize(
    ("texts", "code"),
    [
        (["9-12"], "calendar.span"),
        ([900], "calendar.span"),
        (["25:00-26:00"], "calendar.span"),
        (["09:00-24:30"], "calendar.span_order"),
        (["12:00-09:00"], "calendar.span_order"),
        (["09:00-09:00"], "calendar.span_order"),
        (["09:00-12:00", "11:59-13:00"], "calendar.spans_overlap"),
    ],
)
def test_what_is_no_span_is_refused(texts: list[object], code: str) -> None:
    with pytest.raises(Invalid) as refused:
        read_spans(texts, "monday")
    assert [(one.field, one.code) for one in refused.value.problems] == [("monday", code)]
