"""Service and its calendars in the tables of who may do what (``test_matrix``): from chapters 4, 8, 9 and 16."""

import datetime as dt
from collections.abc import Callable
from typing import Any, Final

from attrs import fields

from company.desk import ASKED
from company.world import MISSING
from crmcore import calendars, service
from crmcore.calendars.entity import SpecialDay, WorkingCalendar
from crmcore.customers.entity import Customer
from crmcore.query import eq, negate, one_of
from crmcore.service.entity import OPEN, RequestAttachment, RequestNote, ServiceRequest, ServiceRound
from crmcore.service.merge_record import RequestMerge
from crmcore.storage import history
from crmcore.storage.work import Work

__all__ = ["CALLS", "KINDS", "READING", "TAKE_THE_CRM", "WITHOUT_TARGET", "WITH_TARGET"]

WITHOUT_TARGET: Final = """
action                              administrator manager supervisor executive

service.create                            P          +        P         P
service.creation                          P          +        P         P
service.for_assignment                    P          P        +         P
service.for_handling                      P          +        P         P
service.for_feedback                      P          +        P         P
service.archive                           P          +        +         +
service.overdue                           P          +        +         +
calendars.calendars                       +          +        +         +
calendars.create_calendar                 +          P        +         P
"""
WITH_TARGET: Final = """
action                              administrator manager supervisor executive

service.detail                           PPP        +NN      ++N       ++N
service.notes                            PPP        +NN      ++N       ++N
service.attachments                      PPP        +NN      ++N       ++N
service.edit                             PPP        PPP      PPP       PPP
service.delete                           PPP        PPP      ++N       PPP
service.assign                           PPP        PPP      ++N       PPP
service.handle                           PPP        +NN      PPP       PPP
service.feedback                         PPP        +NN      PPP       PPP
service.note                             PPP        +NN      ++N       PPP
service.attach                           PPP        +NN      ++N       PPP
service.wait_for_customer                PPP        +NN      PPP       PPP
service.resume                           PPP        +NN      PPP       PPP
service.hand_over                        PPP        PPP      ++N       PPP
service.reopen                           PPP        +NN      ++N       PPP
service.merge                            PPP        PPP      ++N       PPP
service.merges_of                        PPP        PPP      ++N       PPP
service.undo_merge                       PPP        PPP      ++N       PPP
calendars.edit_calendar                  ++N        PPP      ++N       PPP
calendars.retire_calendar                ++N        PPP      ++N       PPP
calendars.restore_calendar               ++N        PPP      ++N       PPP
calendars.special_days                   ++N        ++N      ++N       ++N
calendars.set_special_day                ++N        PPP      ++N       PPP
calendars.remove_special_day             ++N        PPP      ++N       PPP
calendars.import_holidays                ++N        PPP      ++N       PPP
storage.history[service_request]         PPP        +NN      ++N       ++N
storage.history[request_note]            PPP        +NN      ++N       ++N
"""
READING: Final = """
WorkingCalendar                          all        all      all       all
SpecialDay                               all        all      all       all
ServiceRequest                            P         own      all       all
ServiceRound                              P         own      all       all
RequestNote                               P         own      all       all
RequestAttachment                         P         own      all       all
RequestMerge                              P          P       all        P
"""
"""Below the heading of the table it is added to."""
KINDS: Final[tuple[type[Any], ...]] = (
    WorkingCalendar,
    SpecialDay,
    ServiceRequest,
    ServiceRound,
    RequestNote,
    RequestAttachment,
    RequestMerge,
)
TAKE_THE_CRM: Final[set[str]] = set()
_DAY: Final = dt.date(2026, 10, 1)


def _own_customer(work: Work) -> Any:
    found = work.unscoped(Customer).first(eq(fields(Customer).manager, work.actor.id))
    return MISSING if found is None else found.id


def _twin(work: Work, id_: Any) -> Any:
    """An open request of the same customer, which says the same."""
    known, r = work.session.load(ServiceRequest, id_), fields(ServiceRequest)
    if known is None:
        return MISSING
    found = work.unscoped(ServiceRequest).first(
        eq(r.customer, known.customer), negate(eq(r.id, id_)), one_of(r.status, OPEN)
    )
    return MISSING if found is None else found.id


CALLS: Final[dict[str, tuple[str, Callable[[Work, Any], Any]]]] = {
    "service.create": ("", lambda work, _: service.create(work, **{**ASKED, "customer": _own_customer(work)})),
    "service.creation": ("", lambda work, _: service.creation(work)),
    "service.for_assignment": ("", lambda work, _: service.for_assignment(work)),
    "service.for_handling": ("", lambda work, _: service.for_handling(work)),
    "service.for_feedback": ("", lambda work, _: service.for_feedback(work)),
    "service.archive": ("", lambda work, _: service.archive(work)),
    "service.overdue": ("", lambda work, _: service.overdue(work)),
    "service.detail": ("new_request", service.detail),
    "service.notes": ("new_request", service.notes),
    "service.attachments": ("new_request", service.attachments),
    "service.edit": ("new_request", lambda work, id_: service.edit(work, id_, title="n")),
    "service.delete": ("new_request", service.delete),
    "service.assign": ("new_request", lambda work, id_: service.assign(work, id_, to="lihua")),
    "service.handle": ("given_request", lambda work, id_: service.handle(work, id_, "h")),
    "service.feedback": ("handled_request", lambda work, id_: service.feedback(work, id_, result="r", satisfaction=1)),
    "service.note": ("given_request", lambda work, id_: service.note(work, id_, "n")),
    "service.attach": ("given_request", lambda work, id_: service.attach(work, id_, file_name="f", size=1)),
    "service.wait_for_customer": ("given_request", lambda work, id_: service.wait_for_customer(work, id_, "?")),
    "service.resume": ("given_request", service.resume),
    "service.hand_over": ("given_request", lambda work, id_: service.hand_over(work, id_, to="lihua")),
    "service.reopen": ("closed_request", lambda work, id_: service.reopen(work, id_, "r")),
    "service.merge": ("new_request", lambda work, id_: service.merge(work, id_, _twin(work, id_))),
    "service.merges_of": ("new_request", service.merges_of),
    "service.undo_merge": ("request_merge", service.undo_merge),
    "calendars.calendars": ("", lambda work, _: calendars.calendars(work)),
    "calendars.create_calendar": ("", lambda work, _: calendars.create_calendar(work, name="n")),
    "calendars.edit_calendar": ("working_calendar", lambda work, id_: calendars.edit_calendar(work, id_, name="n")),
    "calendars.retire_calendar": ("working_calendar", calendars.retire_calendar),
    "calendars.restore_calendar": ("working_calendar", calendars.restore_calendar),
    "calendars.special_days": ("working_calendar", lambda work, id_: calendars.special_days(work, id_, 2026)),
    "calendars.set_special_day": (
        "working_calendar",
        lambda work, id_: calendars.set_special_day(work, id_, day=_DAY),
    ),
    "calendars.remove_special_day": ("special_day", calendars.remove_special_day),
    "calendars.import_holidays": ("working_calendar", lambda work, id_: calendars.import_holidays(work, id_, [2025])),
    "storage.history[service_request]": (
        "given_request",
        lambda work, id_: history.history(work, ServiceRequest, id_),
    ),
    "storage.history[request_note]": ("request_note", lambda work, id_: history.history(work, RequestNote, id_)),
}
