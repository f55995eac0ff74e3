"""Service: requests of customers from the first call to the archive (requirements chapter 4, 10.10).

::

    with crm.work(as_user="lihua") as work:
        asked = service.create(work, type="complaint", title="Wrong colour", customer=customer.id, request="…")
    crm.perform(service.assign, asked.id, to="wangwei", as_user="zhaomin")
    crm.perform(service.handle, asked.id, "Sent another one.", as_user="wangwei")
    crm.perform(service.feedback, asked.id, result="Arrived.", satisfaction=5, as_user="wangwei")
"""

from typing import TYPE_CHECKING

from crmcore.base.lazy import exports

if TYPE_CHECKING:
    from crmcore.service.actions import assign, create, delete, edit, feedback, handle
    from crmcore.service.clock import Deadline, DeadlineState
    from crmcore.service.details import Reachable, RequestDetail, attachments, detail, notes
    from crmcore.service.entity import (
        OPEN,
        Priority,
        RequestAttachment,
        RequestAttachmentId,
        RequestNote,
        RequestNoteId,
        ServiceRequest,
        ServiceRequestId,
        ServiceRound,
        ServiceRoundId,
        ServiceStatus,
    )
    from crmcore.service.lists import (
        RequestFilter,
        archive,
        creation,
        for_assignment,
        for_feedback,
        for_handling,
        overdue,
    )
    from crmcore.service.merge_record import RequestMerge, RequestMergeId, RequestMergeState
    from crmcore.service.merges import merge, merges_of, undo_merge
    from crmcore.service.treatment import attach, hand_over, note, reopen, resume, wait_for_customer

__all__ = [
    "OPEN",
    "Deadline",
    "DeadlineState",
    "Priority",
    "Reachable",
    "RequestAttachment",
    "RequestAttachmentId",
    "RequestDetail",
    "RequestFilter",
    "RequestMerge",
    "RequestMergeId",
    "RequestMergeState",
    "RequestNote",
    "RequestNoteId",
    "ServiceRequest",
    "ServiceRequestId",
    "ServiceRound",
    "ServiceRoundId",
    "ServiceStatus",
    "archive",
    "assign",
    "attach",
    "attachments",
    "create",
    "creation",
    "delete",
    "detail",
    "edit",
    "feedback",
    "for_assignment",
    "for_feedback",
    "for_handling",
    "hand_over",
    "handle",
    "merge",
    "merges_of",
    "note",
    "notes",
    "overdue",
    "reopen",
    "resume",
    "undo_merge",
    "wait_for_customer",
]

_HOMES: dict[str, tuple[str, ...]] = {
    "actions": ("assign", "create", "delete", "edit", "feedback", "handle"),
    "clock": ("Deadline", "DeadlineState"),
    "details": ("Reachable", "RequestDetail", "attachments", "detail", "notes"),
    "entity": (
        "OPEN",
        "Priority",
        "RequestAttachment",
        "RequestAttachmentId",
        "RequestNote",
        "RequestNoteId",
        "ServiceRequest",
        "ServiceRequestId",
        "ServiceRound",
        "ServiceRoundId",
        "ServiceStatus",
    ),
    "lists": (
        "RequestFilter",
        "archive",
        "creation",
        "for_assignment",
        "for_feedback",
        "for_handling",
        "overdue",
    ),
    "merge_record": ("RequestMerge", "RequestMergeId", "RequestMergeState"),
    "merges": ("merge", "merges_of", "undo_merge"),
    "treatment": ("attach", "hand_over", "note", "reopen", "resume", "wait_for_customer"),
}
__getattr__, __dir__ = exports(
    __name__,
    {name: f"crmcore.service.{module}" for module, names in _HOMES.items() for name in names},
)
