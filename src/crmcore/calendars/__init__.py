"""Working calendars: the hours in which work is done, and working time counted in them (requirement X-SRV-05).

::

    with crm.work(as_user="zhaomin") as work:
        office = calendars.create_calendar(work, name="总部")
        calendars.import_holidays(work, office.id, [2026])
"""

from typing import TYPE_CHECKING

from crmcore.base.lazy import exports

if TYPE_CHECKING:
    from crmcore.calendars.actions import (
        calendars,
        create_calendar,
        edit_calendar,
        remove_special_day,
        restore_calendar,
        retire_calendar,
        set_special_day,
        special_days,
    )
    from crmcore.calendars.entity import SpecialDay, SpecialDayId, WorkingCalendar, WorkingCalendarId
    from crmcore.calendars.holidays import import_holidays
    from crmcore.calendars.working_time import NoWorkingTime, Timetable

__all__ = [
    "NoWorkingTime",
    "SpecialDay",
    "SpecialDayId",
    "Timetable",
    "WorkingCalendar",
    "WorkingCalendarId",
    "calendars",
    "create_calendar",
    "edit_calendar",
    "import_holidays",
    "remove_special_day",
    "restore_calendar",
    "retire_calendar",
    "set_special_day",
    "special_days",
]

_HERE = "crmcore.calendars"
_ACTIONS = (
    "calendars",
    "create_calendar",
    "edit_calendar",
    "remove_special_day",
    "restore_calendar",
    "retire_calendar",
    "set_special_day",
    "special_days",
)
__getattr__, __dir__ = exports(
    __name__,
    {
        **dict.fromkeys(_ACTIONS, f"{_HERE}.actions"),
        **dict.fromkeys(("SpecialDay", "SpecialDayId", "WorkingCalendar", "WorkingCalendarId"), f"{_HERE}.entity"),
        "import_holidays": f"{_HERE}.holidays",
        **dict.fromkeys(("NoWorkingTime", "Timetable"), f"{_HERE}.working_time"),
    },
)
