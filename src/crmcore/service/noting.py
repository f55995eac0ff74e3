"""What is said about a request, by colleagues and by the customer (requirements X-SRV-09, X-SRV-11, X-SLF-03)."""

from crmcore.access.entity import UserId
from crmcore.base.building import build, written
from crmcore.service.entity import RequestNote, RequestNoteId, ServiceRequest
from crmcore.storage.work import Work

__all__ = ["add_note"]


def add_note(work: Work, request: ServiceRequest, text: object, *, internal: bool, by: UserId) -> RequestNote:
    """Keep what was said about a request; for actions that have checked who says it, and then store the request.

    Args:
        work: The unit of work.
        request: Which request.
        text: 1 to 3000 characters.
        internal: For colleagues alone; otherwise the customer window shows it.
        by: Who says it.

    Raises:
        Invalid: The text is missing or too long.
    """
    made = build(
        RequestNote,
        {"text": written(text, "text", "request_note"), "internal": internal},
        id=RequestNoteId(work.new_id()),
        request=request.id,
        written_by=by,
        written_at=work.now,
    )
    return work.unscoped(RequestNote).add(made)
