"""What people give to keep working calendars; sizes and meaning are those of the entities."""

import datetime as dt
from typing import NotRequired, Required, TypedDict

__all__ = ["CalendarChanges", "CalendarFields", "SpecialDayFields"]


class CalendarChanges(TypedDict, total=False):
    """What may change about a calendar."""

    name: str
    zone: str
    monday: tuple[str, ...]
    tuesday: tuple[str, ...]
    wednesday: tuple[str, ...]
    thursday: tuple[str, ...]
    friday: tuple[str, ...]
    saturday: tuple[str, ...]
    sunday: tuple[str, ...]


class CalendarFields(TypedDict):
    """What somebody gives to make a calendar."""

    name: Required[str]
    zone: NotRequired[str]
    monday: NotRequired[tuple[str, ...]]
    tuesday: NotRequired[tuple[str, ...]]
    wednesday: NotRequired[tuple[str, ...]]
    thursday: NotRequired[tuple[str, ...]]
    friday: NotRequired[tuple[str, ...]]
    saturday: NotRequired[tuple[str, ...]]
    sunday: NotRequired[tuple[str, ...]]


class SpecialDayFields(TypedDict):
    """What somebody gives to say that a day differs."""

    day: Required[dt.date]
    name: NotRequired[str]
    spans: NotRequired[tuple[str, ...]]
