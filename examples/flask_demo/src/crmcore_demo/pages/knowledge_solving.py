"""Which requests an article has solved: said, and taken back (X-SRV-03)."""

from uuid import UUID

from attrs import fields
from flask import flash, redirect, request

from crmcore import Invalid, Refused
from crmcore.knowledge import ArticleId, link, unlink
from crmcore.query import eq
from crmcore.service.entity import ServiceRequest, ServiceRequestId
from crmcore_demo.addresses import back_to
from crmcore_demo.answers import Answer, pages_of
from crmcore_demo.display import language, t
from crmcore_demo.listing import typed
from crmcore_demo.pages.knowledge import show
from crmcore_demo.session import perform, person, reading

pages = pages_of("knowledge_solving", "L0306", "/knowledge")


def _meant(said: str) -> ServiceRequestId | None:
    """Return the request that somebody named by its number, or a page by its id; None if he sees no such one."""
    if not person().may("service.read", "service.read_all"):
        return None
    try:
        return ServiceRequestId(UUID(said))
    except ValueError:
        found = reading().service_requests.first(eq(fields(ServiceRequest).number, said.upper()))
        return None if found is None else found.id


@pages.post("/<uuid:id>/solved")
def add(id: UUID) -> Answer:  # noqa: A002
    """Say that the article solved a request, by its number: "this solved it"."""
    said = typed(request.form.get("request", ""))
    meant = _meant(said) if said else None
    if meant is None:
        return show(id, t("knowledge.no_such_request"), said)
    try:
        perform(link, None, ArticleId(id), meant)
    except (Invalid, Refused) as error:
        return show(id, error.explain(language()), said)
    flash(t("knowledge.linked"), "done")
    return redirect(back_to("knowledge.show", id=id))


@pages.post("/<uuid:id>/solved/<uuid:request_id>/remove")
def remove(id: UUID, request_id: UUID) -> Answer:  # noqa: A002
    """Take back that the article solved a request."""
    perform(unlink, None, ArticleId(id), ServiceRequestId(request_id))
    flash(t("knowledge.unlinked"), "done")
    return redirect(back_to("knowledge.show", id=id))
