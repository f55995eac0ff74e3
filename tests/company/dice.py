"""The dice of a company's past: days and instants at which something is likely to be reckoned to the wrong day."""

import datetime as dt
import random
from collections.abc import Sequence
from typing import Final
from zoneinfo import ZoneInfo

import attrs

from company.staff import People
from crmcore.access.entity import UserId
from crmcore.base.clock import cut
from crmcore.storage.crm import Crm

__all__ = ["DAYS", "ZONE", "Dice"]

ZONE: Final = "Australia/Lord_Howe"
"""Half an hour off the hour, and half an hour of daylight saving: which day an instant belongs to is never plain."""
DAYS: Final = ((2024, 2, 29), (2025, 1, 1), (2025, 3, 31), (2025, 4, 5), (2025, 12, 31), (2026, 1, 1), (2026, 2, 28))
_MOMENT: Final = dt.timedelta(milliseconds=1)


@attrs.frozen(kw_only=True)
class Dice:
    """Rolled for one company."""

    crm: Crm
    people: People
    owners: Sequence[UserId]
    """Account managers of the customers."""
    roll: random.Random

    @property
    def sellers(self) -> tuple[UserId, UserId]:
        """Who develops opportunities and treats requests."""
        return self.people.lihua.id, self.people.wangwei.id

    def instant(self) -> dt.datetime:
        """At or near a midnight of the company's, some of them on days that have another length than others."""
        day = dt.datetime(*self.roll.choice(DAYS), tzinfo=ZoneInfo(ZONE)).astimezone(dt.UTC)
        hours = dt.timedelta(hours=self.roll.choice((0, 0, 0, 13, 24)))
        return cut(day + hours - self.roll.choice((0, 1)) * _MOMENT)
