"""When a company works: the hours of its weekdays, and the days that differ (for deadlines, requirement X-SRV-05)."""

import datetime as dt
from typing import Final, NewType
from uuid import UUID

import attrs
from attrs import field

from crmcore.access.entity import Validity
from crmcore.base.checked import checked
from crmcore.base.constraints import Items, Length
from crmcore.base.kinds import hint

__all__ = ["WEEKDAYS", "SpecialDay", "SpecialDayId", "WorkingCalendar", "WorkingCalendarId"]

WEEKDAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

WorkingCalendarId = NewType("WorkingCalendarId", UUID)
SpecialDayId = NewType("SpecialDayId", UUID)


@attrs.frozen(kw_only=True, field_transformer=checked)
class WorkingCalendar:
    """The hours in which work is done, so that deadlines count those alone (requirements X-SRV-05, SVC)."""

    id: WorkingCalendarId = field(metadata=hint(system=True))
    name: str = field(validator=Length(1, 50), metadata=hint(searchable=True))
    name_key: str = field(validator=Length(1, 1000), metadata=hint(system=True, unique=True))
    zone: str = field(default="", validator=Length(0, 64))
    """Name of a time zone, ``Asia/Shanghai``; empty for the company's."""
    monday: tuple[str, ...] = field(default=(), validator=Items(6, 11))
    """Spans of local time, ``09:00-12:00``, in order, none overlapping; ``24:00`` ends a day."""
    tuesday: tuple[str, ...] = field(default=(), validator=Items(6, 11))
    wednesday: tuple[str, ...] = field(default=(), validator=Items(6, 11))
    thursday: tuple[str, ...] = field(default=(), validator=Items(6, 11))
    friday: tuple[str, ...] = field(default=(), validator=Items(6, 11))
    saturday: tuple[str, ...] = field(default=(), validator=Items(6, 11))
    sunday: tuple[str, ...] = field(default=(), validator=Items(6, 11))
    status: Validity = field(default=Validity.VALID, metadata=hint(system=True))
    version: int = field(default=0, metadata=hint(system=True))


@attrs.frozen(kw_only=True, field_transformer=checked)
class SpecialDay:
    """A day on which a calendar differs from its weekday: a holiday, or a day worked instead of another."""

    id: SpecialDayId = field(metadata=hint(system=True))
    calendar: WorkingCalendarId = field(metadata=hint(system=True, ref="working_calendar"))
    day: dt.date = field(metadata=hint(unique=True, within=("calendar",)))
    name: str = field(default="", validator=Length(0, 100))
    spans: tuple[str, ...] = field(default=(), validator=Items(6, 11))
    """Hours worked that day; none on a holiday."""
    source: str = field(default="", validator=Length(0, 20), metadata=hint(system=True))
    """Code of the country whose public holidays it was taken from, ``CN``; empty when entered by hand."""
    version: int = field(default=0, metadata=hint(system=True))
