"""Giving a request to an account manager, with who is proposed and why (服务分配; requirement 4.2, X-SRV-02)."""

from typing import Final
from uuid import UUID

from flask import flash, redirect, request

from crmcore import Conflict, Invalid
from crmcore.access.entity import UserId
from crmcore.access.rules import NotAnAccountManager
from crmcore.agreements import proposals
from crmcore.service import ServiceRequestId, assign, detail, hand_over
from crmcore_demo.addresses import back_to, carry
from crmcore_demo.answers import Answer, Problem, pages_of
from crmcore_demo.display import label, language, t
from crmcore_demo.forms import VERSION, Form, Option, Shown, Trouble, posted_version
from crmcore_demo.service_page import request_page
from crmcore_demo.service_possible import check
from crmcore_demo.session import names_of, perform, reading

pages = pages_of("service_assign", "L0302", "/service")
ACTS: Final = {"assign": assign, "hand_over": hand_over}
MOST_CARDS: Final = 16


def _options(id_: ServiceRequestId) -> tuple[Option, ...]:
    """Return everybody who can treat it, the best first, and why he stands there."""
    return tuple(
        Option(value=str(one.user), words=one.name, note=one.explain(language())) for one in proposals(reading(), id_)
    )


@pages.get("/<uuid:id>/<any(assign, hand_over):step>")
def ask(id: UUID, step: str, problem: Problem = None) -> Answer:  # noqa: A002
    """Ask to whom the request goes; the reasons stand under each name (X-SRV-02)."""
    it = detail(reading(), ServiceRequestId(id))
    check(step, it.request)
    options = _options(it.request.id)
    few = len(options) <= MOST_CARDS
    field = Shown(
        name="assignee",
        label=label("service_request.assignee"),
        kind="pick" if few else "choice",
        required=True,
        value=request.form.get("assignee", ""),
        options=options if few else (Option(value="", words=t("form.choose")), *options),
    )
    form = Form(fields=(field,) if options else (), hidden={VERSION: str(it.request.version)})
    return request_page("service/step.html", it, form, problem, step=step)


@pages.post("/<uuid:id>/<any(assign, hand_over):step>")
def give(id: UUID, step: str) -> Answer:  # noqa: A002
    """Give it to whom was chosen, in the row of the list or on its page (SVC-03)."""
    try:
        chosen = UserId(UUID(request.form.get("assignee", "")))
    except ValueError:
        return ask(id, step, Trouble(words=t("requests.choose_whom"), field="assignee"))
    try:
        perform(ACTS[step], None, ServiceRequestId(id), to=chosen, expected=posted_version())
    except (Conflict, Invalid, NotAnAccountManager) as error:
        return ask(id, step, error)
    flash(t(f"requests.{step}_done", name=names_of(chosen).get(chosen, "")), "done")
    return redirect(back_to("service.assignment_list") if step == "assign" else carry("service.show", id=id))
