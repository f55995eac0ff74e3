"""What can be done with a service request, asked of the rules the library enforces (requirement 4.2, X-SRV-09)."""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final

from crmcore.access.actor import Actor
from crmcore.dictionary.parameters import SERVICE_REOPEN_DAYS, SERVICE_UNUSED
from crmcore.service.entity import ServiceRequest, ServiceStatus
from crmcore.service.rules import (
    may_assign,
    may_change,
    may_delete,
    may_give_feedback,
    may_handle,
    may_note,
    may_reopen,
    may_take_over,
    may_undo_merge,
)
from crmcore_demo.actions import Action, Refusal
from crmcore_demo.display import t
from crmcore_demo.possible import Leads, answer
from crmcore_demo.session import person, reading

Check = Callable[[ServiceRequest, Actor], None]


def _reopening(it: ServiceRequest, actor: Actor) -> None:
    work = reading()
    days = dt.timedelta(days=work.parameter(SERVICE_REOPEN_DAYS))
    may_reopen(it, actor, until=it.archived_at + days if it.archived_at else None, now=work.now)


CHECKS: Final[Mapping[str, Check]] = {
    "assign": may_assign,
    "handle": may_handle,
    "feedback": may_give_feedback,
    "wait": may_handle,
    "resume": may_handle,
    "note": may_note,
    "attach": may_note,
    "hand_over": may_take_over,
    "merge": may_undo_merge,
    "reopen": _reopening,
    "edit": may_change,
    "delete": may_delete,
}
"""The library's rule of each step; what the company does not use is refused by its action."""
_NEEDS: Final[Mapping[str, tuple[str, ...]]] = {
    "wait": ("service.handle",),
    "resume": ("service.handle",),
    "note": ("service.handle", "service.assign"),
    "attach": ("service.handle", "service.assign"),
    "hand_over": ("service.assign",),
}
_PAGES: Final[Mapping[str, str]] = {
    "assign": "service_assign.ask",
    "hand_over": "service_assign.ask",
    "merge": "service_merge.choose",
    "edit": "service_entry.edit_form",
    "attach": "service_files.new",
    "delete": "service_steps.ask",
}
_OF_STATUS: Final[Mapping[ServiceStatus, Sequence[str]]] = {
    ServiceStatus.NEW: ("assign", "edit", "note", "attach", "merge", "delete"),
    ServiceStatus.ASSIGNED: ("handle", "wait", "note", "hand_over", "attach", "edit", "merge"),
    ServiceStatus.HANDLED: ("feedback", "note", "attach", "merge"),
    ServiceStatus.ARCHIVED: ("reopen",),
}
FLOW: Final = ("assign", "handle", "feedback")
"""The steps that bring a request on (requirement 4.2)."""


def check(step: str, it: ServiceRequest) -> None:
    """Refuse to show a form that could not be sent (RBA-13)."""
    CHECKS[step](it, person().actor)


def _steps(it: ServiceRequest) -> Iterable[str]:
    """Name the steps of a state, of those the company uses and the person's roles allow at all."""
    unused = reading().parameter(SERVICE_UNUSED)
    for named in _OF_STATUS[it.status]:
        step = "resume" if named == "wait" and it.waiting_since else named
        needed = _NEEDS.get(step, (f"service.{step}",))
        if step not in unused and person().may(*needed):
            yield step


def with_request(it: ServiceRequest, lead: Leads) -> Iterable[Action | Refusal]:
    """Ask what can be done with a request, and why not the rest of what is usual in its state."""
    for step in _steps(it):
        endpoint = _PAGES.get(step, "service_steps.form")
        where = {} if step in {"merge", "edit", "attach"} else {"step": step}
        address = lead(endpoint, id=it.id, **where)
        gone = step == "delete"
        looks = Action(words=t(f"requests.{step}"), address=address, primary=step in FLOW, dialog=gone, danger=gone)
        yield answer(CHECKS[step], it, looks)
