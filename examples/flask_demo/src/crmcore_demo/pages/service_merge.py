"""Making one of two requests that say the same, and taking that back (requirement X-SRV-09)."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from flask import flash, redirect, request

from crmcore import Conflict, Invalid
from crmcore.service import (
    OPEN,
    RequestFilter,
    RequestMergeId,
    ServiceRequest,
    ServiceRequestId,
    archive,
    detail,
    merge,
    undo_merge,
)
from crmcore_demo.addresses import carry
from crmcore_demo.answers import Answer, Problem, pages_of
from crmcore_demo.display import day, label, t
from crmcore_demo.forms import VERSION, Form, Option, Shown, Trouble, posted_version
from crmcore_demo.paging import whole_number
from crmcore_demo.questions import Question, step_pages
from crmcore_demo.service_page import request_page
from crmcore_demo.service_possible import check
from crmcore_demo.session import perform, reading

pages = pages_of("service_merge", "L0302", "/service")
SEEN: Final = "seen-"
"""Starts the hidden field with the version of a request as the person saw it."""
LARGEST: Final = 2**31
MOST_OFFERED: Final = 100


def _others(it: ServiceRequest) -> Sequence[ServiceRequest]:
    """Return the other open requests of the same customer, the newest first."""
    found = archive(reading(), RequestFilter(customer=it.customer), status=None, size=MOST_OFFERED)
    return [one for one in found.rows if one.id != it.id and one.status in OPEN]


@pages.get("/<uuid:id>/merge")
def choose(id: UUID, problem: Problem = None) -> Answer:  # noqa: A002
    """Ask which open request of the customer says the same and goes into this one."""
    it = detail(reading(), ServiceRequestId(id))
    check("merge", it.request)
    others = _others(it.request)
    options = tuple(
        Option(value=str(one.id), words=one.number, note=f"{one.title} · {label(one.status)} · {day(one.created_at)}")
        for one in others
    )
    field = Shown(
        name="absorbed",
        label=t("requests.merge_field"),
        kind="pick",
        required=True,
        value=request.form.get("absorbed", ""),
        options=options,
        help=t("requests.merge_help"),
    )
    seen = {f"{SEEN}{one.id}": str(one.version) for one in others}
    form = Form(fields=(field,) if options else (), hidden={VERSION: str(it.request.version), **seen})
    return request_page("service/step.html", it, form, problem, step="merge")


@pages.post("/<uuid:id>/merge")
def join(id: UUID) -> Answer:  # noqa: A002
    """Make one request of the two; notes, files and treatments of both stay."""
    try:
        absorbed = ServiceRequestId(UUID(request.form.get("absorbed", "")))
    except ValueError:
        return choose(id, Trouble(words=t("requests.choose_same"), field="absorbed"))
    seen = whole_number(request.form.get(f"{SEEN}{absorbed}"), 0, largest=LARGEST)
    try:
        perform(merge, None, ServiceRequestId(id), absorbed, kept_expected=posted_version(), absorbed_expected=seen)
    except (Conflict, Invalid) as error:
        return choose(id, error)
    flash(t("requests.merge_done"), "done")
    return redirect(carry("service.show", id=id))


def _asked(id: UUID, step: str) -> Question:  # noqa: A002
    """Ask before two requests are made of one again."""
    record = reading().request_merges.get(RequestMergeId(id))
    kept = reading().service_requests.get(record.kept)
    absorbed = reading().service_requests.get(record.absorbed)
    check("merge", kept)
    return Question(
        id=record.id,
        words=f"requests.{step}",
        topic="request",
        back=carry("service.show", id=kept.id),
        gaps={"number": absorbed.number, "kept": kept.number},
    )


step_pages(pages, {"undo": undo_merge}, _asked, at="/merges")
