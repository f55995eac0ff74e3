"""The hours in which the time of a request is measured: those promised, else the company's (X-SRV-05, X-SRV-14)."""

from crmcore.calendars.timetables import company_hours, timetable
from crmcore.calendars.working_time import Timetable
from crmcore.service.entity import ServiceRequest
from crmcore.storage.work import Work

__all__ = ["hours_of"]


def hours_of(work: Work, request: ServiceRequest) -> Timetable | None:
    """Answer the hours that are counted for a request: those of its target's calendar, else the company's.

    Where nothing was promised, it is still worth knowing how long a customer waited. Without any calendar, nobody has
    said what working time is: None.
    """
    return company_hours(work) if request.calendar is None else timetable(work, request.calendar)
