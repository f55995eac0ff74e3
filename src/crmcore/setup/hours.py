"""Office hours: when the people of the sample data do what they do."""

import datetime as dt
import random
from typing import Final
from zoneinfo import ZoneInfo

from crmcore.base.clock import cut

__all__ = ["OfficeHours"]

_FRIDAY: Final = 4
_BEFORE_NOON: Final = 0.45
_MORNING: Final = (8 * 60 + 30, 12 * 60)
_AFTERNOON: Final = (13 * 60 + 30, 18 * 60)
_NIGHT: Final = dt.timedelta(hours=2)
_MOMENT: Final = dt.timedelta(seconds=97, milliseconds=31)


class OfficeHours:
    """Answers plausible instants: on weekdays, between half past eight and six, and never in the future."""

    def __init__(self, now: dt.datetime, zone: ZoneInfo, rng: random.Random) -> None:
        """Look back from *now* in the company's zone."""
        self.now, self._zone, self._rng = cut(now), zone, rng
        self._midnights: dict[dt.date, dt.datetime] = {}
        self.today = now.astimezone(zone).date()

    def by(self, rng: random.Random) -> "OfficeHours":
        """Answer the same hours, chosen from by somebody else."""
        other = OfficeHours(self.now, self._zone, rng)
        other._midnights = self._midnights
        return other

    def ago(self, days: float) -> dt.datetime:
        """Answer an instant about *days* days ago; before the present in any case."""
        day = workday(self.today - dt.timedelta(days=int(days)))
        found = self._on(day)
        while found >= self.now:
            day = workday(day - dt.timedelta(days=1))
            found = self._on(day)
        return found

    def between(self, earliest: dt.datetime, latest: dt.datetime) -> dt.datetime:
        """Answer an instant after *earliest* and before *latest*, in office hours if those two leave any."""
        span = latest - earliest
        for _ in range(4):
            wish = earliest + span * self._rng.random()
            found = self._on(workday(wish.astimezone(self._zone).date()))
            if earliest < found < latest:
                return found
        return cut(earliest + min(_MOMENT, span / 2))

    def after(self, earliest: dt.datetime, least: float, most: float, *, until: dt.datetime) -> dt.datetime:
        """Answer an instant between *least* and *most* days after *earliest*, before *until*."""
        start = min(earliest + dt.timedelta(days=least), earliest + (until - earliest) / 2)
        return self.between(max(start, earliest), min(earliest + dt.timedelta(days=most), until))

    def day_of(self, instant: dt.datetime) -> dt.date:
        """Answer the day *instant* is in the company's zone."""
        return instant.astimezone(self._zone).date()

    def start_of(self, day: dt.date) -> dt.datetime:
        """Answer when work begins on *day*."""
        return self._midnight(day) + dt.timedelta(minutes=_MORNING[0])

    def night_of(self, day: dt.date) -> dt.datetime:
        """Answer when the nightly jobs run on *day*."""
        return self._midnight(day) + _NIGHT

    def _on(self, day: dt.date) -> dt.datetime:
        first, last = _MORNING if self._rng.random() < _BEFORE_NOON else _AFTERNOON
        minutes = first + (last - first) * self._rng.random()
        return self._midnight(day) + dt.timedelta(milliseconds=int(minutes * 60_000))

    def _midnight(self, day: dt.date) -> dt.datetime:
        """Answer when *day* begins; there are few days and many questions."""
        known = self._midnights.get(day)
        if known is None:
            known = self._midnights[day] = cut(dt.datetime.combine(day, dt.time(), self._zone))
        return known


def workday(day: dt.date) -> dt.date:
    """Answer *day*, or the Friday before if it is at a weekend."""
    return day - dt.timedelta(days=max(0, day.weekday() - _FRIDAY))
