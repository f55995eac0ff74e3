"""Working time: how much of it lies between two instants, and when an amount of it will have passed.

Pure arithmetic of a timetable and instants; nothing here reads a clock. A span of hours means what a clock on the wall
says: where clocks are put forward over it, it is shorter, and where they are put back, longer.
"""

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final
from zoneinfo import ZoneInfo

import attrs

from crmcore.base.errors import Invalid, Problem, Refused

__all__ = ["NoWorkingTime", "Span", "Timetable", "read_spans"]

Span = tuple[int, int]
"""Minutes from midnight at which work begins and ends; 1440 is the end of the day."""
_Interval = tuple[dt.datetime, dt.datetime]

_DAY: Final = dt.timedelta(days=1)
_WIDEST_OFFSET: Final = dt.timedelta(hours=26)
"""No local day lies farther from the day of the same name in UTC."""
_LAST_DAY: Final = dt.date(9999, 12, 20)
_HORIZON: Final = dt.timedelta(days=20 * 366)
"""Work that is not done in twenty years never will be; who counts further only keeps everybody waiting."""
_WEEKDAYS: Final = 7
_SPAN: Final = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])-([01][0-9]|2[0-4]):([0-5][0-9])")


class NoWorkingTime(Refused):
    """The calendar has no hours left in which so much work could be done."""

    code = "calendar.no_working_time"


def read_spans(texts: Iterable[object], field: str = "spans", entity: str = "working_calendar") -> tuple[Span, ...]:
    """Answer the spans that texts like ``09:00-12:00`` say.

    Args:
        texts: Spans in order of the day; ``24:00`` may end the last.
        field: What the problem is said to be about.
        entity: Whose field that is.

    Raises:
        Invalid: One is no span, ends before it begins, or begins before the one before it ends.
    """
    spans: list[Span] = []
    for text in texts:
        found = _SPAN.fullmatch(text.strip()) if isinstance(text, str) else None
        if found is None:
            raise _wrong(entity, field, "calendar.span", text)
        hour, minute, end_hour, end_minute = map(int, found.groups())
        start, end = hour * 60 + minute, end_hour * 60 + end_minute
        if not start < end <= 24 * 60:
            raise _wrong(entity, field, "calendar.span_order", text)
        if spans and start < spans[-1][1]:
            raise _wrong(entity, field, "calendar.spans_overlap", text)
        spans.append((start, end))
    return tuple(spans)


def _seven_days(_: object, __: object, week: Sequence[object]) -> None:
    if len(week) != _WEEKDAYS:
        raise ValueError(week)


@attrs.frozen(kw_only=True, eq=False)
class Timetable:
    """The hours of a calendar, ready to count with."""

    zone: ZoneInfo
    week: tuple[tuple[Span, ...], ...] = attrs.field(validator=_seven_days)
    """Spans of each weekday, Monday first."""
    special: Mapping[dt.date, tuple[Span, ...]] = attrs.field(factory=dict)
    """Spans of the days that differ from their weekday; none on a holiday."""
    _days: dict[dt.date, tuple[_Interval, ...]] = attrs.field(factory=dict, init=False, repr=False)

    def between(self, start: dt.datetime, end: dt.datetime) -> dt.timedelta:
        """Answer the working time from *start* to *end*; 0 where *end* is not later.

        Formula: the length of the intersection of ``[start, end)`` with the hours of all days.

        Args:
            start: An aware instant.
            end: An aware instant.
        """
        total = dt.timedelta()
        if end > start:
            for opens, closes in self._intervals(start, end):
                total += min(closes, end) - opens
        return total

    def add(self, start: dt.datetime, amount: dt.timedelta) -> dt.datetime:
        """Answer the first instant, in UTC, at which *amount* of working time has passed since *start*.

        For no amount that is *start* itself, in working hours or not; so ``between(start, add(start, x)) == x``.

        Raises:
            NoWorkingTime: There will not be so much within twenty years.
            ValueError: *amount* is negative.
        """
        if amount < dt.timedelta():
            raise ValueError(amount)
        if not amount:
            return start.astimezone(dt.UTC)
        left = amount
        for opens, closes in self._intervals(start, _horizon(start)):
            if closes - opens >= left:
                return opens + left
            left -= closes - opens
        raise NoWorkingTime

    def _intervals(self, start: dt.datetime, end: dt.datetime) -> Iterator[_Interval]:
        """Answer the hours worked between two instants, in UTC and in order; each is at least partly between them."""
        start = start.astimezone(dt.UTC)
        for day in self._worked(start.date(), end.astimezone(dt.UTC).date()):
            for opens, closes in self._on(day):
                if closes > start and opens < end:
                    yield max(opens, start), closes

    def _worked(self, first: dt.date, last: dt.date) -> Iterator[dt.date]:
        """Answer the days of UTC on which work may be done; of a timetable of special days, only those around them."""
        every = range(first.toordinal(), min(last, _LAST_DAY).toordinal() + 1)
        days: Iterable[int] = every
        if not any(self.week):
            worked = [day.toordinal() for day, spans in self.special.items() if spans]
            days = sorted({near for day in worked for near in (day - 1, day, day + 1) if near in every})
        yield from map(dt.date.fromordinal, days)

    def _on(self, day: dt.date) -> tuple[_Interval, ...]:
        """Answer the hours worked on a day of UTC, in order; they may be parts of three local days."""
        known = self._days.get(day)
        if known is None:
            begin = dt.datetime.combine(day, dt.time(), dt.UTC)
            parts = [
                (max(opens, begin), min(closes, begin + _DAY))
                for local in (day - _DAY, day, day + _DAY)
                for opens, closes in self._local(local)
            ]
            known = self._days[day] = tuple(sorted(one for one in parts if one[0] < one[1]))
        return known

    def _local(self, day: dt.date) -> Iterator[_Interval]:
        """Answer when the clocks on the wall show the hours of a local day."""
        spans = self.special.get(day, self.week[day.weekday()])
        if not spans:
            return
        midnight = dt.datetime.combine(day, dt.time(), dt.UTC)
        for begin, end, offset in self._offsets(midnight - _WIDEST_OFFSET, midnight + _DAY + _WIDEST_OFFSET):
            for opens, closes in spans:
                shown_from = midnight + dt.timedelta(minutes=opens) - offset
                shown_to = midnight + dt.timedelta(minutes=closes) - offset
                if max(begin, shown_from) < min(end, shown_to):
                    yield max(begin, shown_from), min(end, shown_to)

    def _offsets(self, begin: dt.datetime, end: dt.datetime) -> Iterator[tuple[dt.datetime, dt.datetime, dt.timedelta]]:
        """Cut a stretch of time where the zone's distance from UTC changes; at most once in six hours."""
        offset, since, at = self._offset(begin), begin, begin
        while at < end:
            following = min(at + dt.timedelta(hours=6), end)
            if self._offset(following) != offset:
                change = self._change(at, following)
                yield since, change, offset
                offset, since = self._offset(change), change
            at = following
        yield since, end, offset

    def _change(self, before: dt.datetime, after: dt.datetime) -> dt.datetime:
        """Answer the second from which on the distance from UTC is that of *after*."""
        wanted = self._offset(after)
        while after - before > dt.timedelta(seconds=1):
            middle = before + dt.timedelta(seconds=int((after - before).total_seconds()) // 2)
            if self._offset(middle) == wanted:
                after = middle
            else:
                before = middle
        return after

    def _offset(self, at: dt.datetime) -> dt.timedelta:
        return at.astimezone(self.zone).utcoffset() or dt.timedelta()


def _wrong(entity: str, field: str, code: str, text: object) -> Invalid:
    return Invalid(Problem(field=field, code=code, entity=entity, params={"got": str(text)[:50]}))


def _horizon(start: dt.datetime) -> dt.datetime:
    """Answer until when work that begins at an instant is looked for."""
    return start + min(_HORIZON, dt.datetime.max.replace(tzinfo=dt.UTC) - start)
