"""Files of a request: what they are called, how large they are and where they are kept (X-SRV-09)."""

from typing import Final
from uuid import UUID

from crmcore.service import RequestAttachment, ServiceRequestId, attach
from crmcore.views import form_for
from crmcore_demo.addresses import carry
from crmcore_demo.answers import Answer, pages_of
from crmcore_demo.entries import Entry
from crmcore_demo.service_possible import check
from crmcore_demo.session import reading, settings

pages = pages_of("service_files", "L0303", "/service")
ASKED_FOR: Final = ("file_name", "size", "location", "internal")


def _entry(id: UUID) -> Entry[RequestAttachment]:  # noqa: A002
    """Ask for a file that belongs to a request; the file itself stays where it is kept."""
    it = reading().service_requests.get(ServiceRequestId(id))
    check("attach", it)
    show = carry("service.show", id=it.id)
    return Entry(
        words="service_files",
        topic="request",
        asked=form_for(RequestAttachment, zone=settings().zone, names=ASKED_FOR),
        action=attach,
        before=(it.id,),
        lead=f"{it.number} · {it.title}",
        back=show,
        then=lambda _: show,
    )


@pages.get("/<uuid:id>/files/new")
def new(id: UUID) -> Answer:  # noqa: A002
    """Ask for a file that belongs to a request."""
    return _entry(id).ask()


@pages.post("/<uuid:id>/files/new")
def add(id: UUID) -> Answer:  # noqa: A002
    """Note that a file belongs to a request."""
    return _entry(id).add()
