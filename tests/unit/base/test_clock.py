"""Time as the core sees it."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmcore.base.clock import as_kept, cut, day_range, instant_of, local_date, month_before
from crmcore.base.errors import Invalid

SHANGHAI = ZoneInfo("Asia/Shanghai")
BERLIN = ZoneInfo("Europe/Berlin")
INSTANTS = st.datetimes(
    min_value=dt.datetime(1000, 1, 2),  # noqa: DTZ001  # Hypothesis adds the zone
    max_value=dt.datetime(9998, 12, 30),  # noqa: DTZ001
    timezones=st.timezones(),
)
DAYS = st.dates(min_value=dt.date(1900, 1, 1), max_value=dt.date(2200, 12, 31))


@given(INSTANTS)
def test_cut_keeps_the_instant_to_the_millisecond(instant: dt.datetime) -> None:
    kept = cut(instant)
    assert kept.utcoffset() == dt.timedelta(0)
    assert kept.microsecond % 1000 == 0
    assert dt.timedelta(0) <= instant.astimezone(dt.UTC) - kept < dt.timedelta(milliseconds=1)
    assert cut(kept) == kept


def test_cut_leaves_a_kept_instant_untouched() -> None:
    kept = dt.datetime(2026, 1, 2, 3, 4, 5, 678_000, dt.UTC)
    assert cut(kept) is kept


@pytest.mark.parametrize(
    "value",
    [
        None,
        "2026-01-01",
        dt.date(2026, 1, 1),
        dt.datetime(2026, 1, 1),  # noqa: DTZ001
        dt.datetime(1, 1, 1, tzinfo=SHANGHAI),
    ],
)
def test_as_kept_leaves_to_the_checks_what_it_cant_cut(value: object) -> None:
    assert as_kept(value) is value


def test_as_kept_cuts_an_aware_instant() -> None:
    assert as_kept(dt.datetime(2026, 1, 1, 8, 0, 0, 1_999, SHANGHAI)) == dt.datetime(2026, 1, 1, 0, 0, 0, 1_000, dt.UTC)


def test_an_instant_that_is_given_is_cut_or_refused_by_name() -> None:
    given_ = dt.datetime(2026, 1, 1, 8, 0, 0, 1_999, SHANGHAI)
    assert instant_of(given_, "now") == cut(given_)
    wrong: list[tuple[object, str]] = [
        (None, "value.type"),
        ("2026-01-01T00:00Z", "value.type"),
        (dt.date(2026, 1, 1), "value.type"),
        (dt.datetime(2026, 1, 1), "value.naive"),  # noqa: DTZ001
        (dt.datetime(1, 1, 1, tzinfo=SHANGHAI), "value.instant"),
    ]
    for value, code in wrong:
        with pytest.raises(Invalid) as refused:
            instant_of(value, "now")
        assert [(one.field, one.code) for one in refused.value.problems] == [("now", code)]


@pytest.mark.requirement("16.8")
def test_local_date_is_the_companys_day() -> None:
    evening = dt.datetime(2026, 2, 28, 16, 0, tzinfo=dt.UTC)
    assert local_date(evening, SHANGHAI) == dt.date(2026, 3, 1)
    assert local_date(evening - dt.timedelta(milliseconds=1), SHANGHAI) == dt.date(2026, 2, 28)


@pytest.mark.requirement("16.8")
@given(INSTANTS.filter(lambda one: 1900 < one.year < 2200), st.sampled_from([SHANGHAI, BERLIN]))
def test_day_range_holds_exactly_the_instants_of_its_days(instant: dt.datetime, zone: ZoneInfo) -> None:
    day = local_date(instant, zone)
    start, end = day_range(day, day, zone)
    assert start <= instant < end
    before, after = day_range(day - dt.timedelta(days=1), day - dt.timedelta(days=1), zone)
    assert after == start
    assert not before <= instant < after


def test_day_range_knows_that_days_differ_in_length() -> None:
    start, end = day_range(dt.date(2026, 3, 29), dt.date(2026, 3, 29), BERLIN)
    assert end - start == dt.timedelta(hours=23)
    start, end = day_range(dt.date(2026, 10, 24), dt.date(2026, 10, 25), BERLIN)
    assert end - start == dt.timedelta(hours=49)


@pytest.mark.requirement("16.3")
@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (dt.date(2026, 8, 31), 6, dt.date(2026, 2, 28)),
        (dt.date(2024, 8, 31), 6, dt.date(2024, 2, 29)),
        (dt.date(2026, 3, 30), 1, dt.date(2026, 2, 28)),
        (dt.date(2026, 1, 31), 1, dt.date(2025, 12, 31)),
        (dt.date(2026, 1, 15), 12, dt.date(2025, 1, 15)),
        (dt.date(2026, 1, 15), 13, dt.date(2024, 12, 15)),
        (dt.date(2026, 1, 15), 0, dt.date(2026, 1, 15)),
        (dt.date(2025, 12, 31), -2, dt.date(2026, 2, 28)),
    ],
)
def test_month_before_stays_within_the_month(day: dt.date, months: int, expected: dt.date) -> None:
    assert month_before(day, months) == expected


@given(DAYS, st.integers(0, 240))
def test_month_before_goes_back_exactly_that_many_months(day: dt.date, months: int) -> None:
    gone = month_before(day, months)
    assert (day.year - gone.year) * 12 + day.month - gone.month == months
    assert gone.day <= day.day
    assert gone.day == day.day or (gone + dt.timedelta(days=1)).day == 1


@given(DAYS, DAYS, st.integers(0, 240))
def test_month_before_keeps_the_order_of_days(one: dt.date, other: dt.date, months: int) -> None:
    early, late = sorted((one, other))
    assert month_before(early, months) <= month_before(late, months)
