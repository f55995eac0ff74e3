"""Treating a request: handled, judged, asked back about, spoken of, opened again (requirement 4.2, X-SRV-05, 09)."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final
from uuid import UUID

import attrs
from flask import flash, redirect, request

from crmcore import Conflict, Invalid
from crmcore.base.errors import Problem as Wrong
from crmcore.service import (
    RequestNote,
    ServiceRequest,
    ServiceRequestId,
    ServiceRound,
    ServiceStatus,
    delete,
    detail,
    feedback,
    handle,
    note,
    reopen,
    resume,
    wait_for_customer,
)
from crmcore.views import form_for
from crmcore_demo.addresses import back_to, carry
from crmcore_demo.answers import Answer, Problem, pages_of
from crmcore_demo.display import label, stars, t
from crmcore_demo.forms import (
    VERSION,
    Form,
    Option,
    Shown,
    fresh_key,
    kept_key,
    posted_key,
    posted_version,
    shown_field,
)
from crmcore_demo.questions import DONE, Question, step_pages
from crmcore_demo.service_page import request_page
from crmcore_demo.service_possible import check
from crmcore_demo.session import perform, reading, settings
from crmcore_demo.words import has

pages = pages_of("service_steps", "L0303", "/service")
FIELDS: Final[Mapping[str, Sequence[tuple[type[Any], str]]]] = {
    "handle": ((ServiceRequest, "handling"),),
    "feedback": ((ServiceRequest, "result"),),
    "note": ((RequestNote, "text"),),
    "wait": ((RequestNote, "text"),),
    "reopen": ((ServiceRound, "reason"),),
    "resume": (),
}
"""Which text each step asks for; length and label are those of the library."""
STEPS: Final = "handle, feedback, note, wait, reopen, resume"
INTERNAL, SHOWN = "internal", "shown"
SCORES: Final = ("1", "2", "3", "4", "5")


def _text_field(step: str, entity: type[Any], name: str) -> Shown:
    system = form_for(entity, zone=settings().zone, names=(name,))
    (control,) = system
    words = label("service_request.question") if step == "wait" else label(control.label)
    shown = shown_field(control, request.form.get(name, ""))
    return attrs.evolve(shown, label=words, kind="long", required=True)


def _score() -> Shown:
    """Ask for the stars; what they mean stands beside them (SVC-07)."""
    options = tuple(Option(value=one, words=stars(int(one)), note=t(f"requests.stars_{one}")) for one in SCORES)
    return Shown(
        name="satisfaction",
        label=label("service_request.satisfaction"),
        kind="pick",
        required=True,
        value=request.form.get("satisfaction", ""),
        options=options,
        help=t("requests.satisfaction_help"),
    )


def _audience() -> Shown:
    """Ask for whom a note is: colleagues, or the customer, to whom it is an answer (X-SRV-11)."""
    options = tuple(
        Option(value=one, words=t(f"requests.note_{one}"), note=t(f"requests.note_{one}_help"))
        for one in (INTERNAL, SHOWN)
    )
    sent = request.form.get("audience", "")
    value = sent if sent in {INTERNAL, SHOWN} else INTERNAL
    return Shown(
        name="audience", label=t("requests.note_for"), kind="pick", required=True, value=value, options=options
    )


def _form(step: str, it: ServiceRequest, key: Mapping[str, str]) -> Form:
    fields = [_text_field(step, entity, name) for entity, name in FIELDS[step]]
    if step == "feedback":
        fields.append(_score())
    elif step == "note":
        fields.append(_audience())
    if fields and has("zh", f"requests.{step}_help"):
        fields[0] = attrs.evolve(fields[0], help=t(f"requests.{step}_help"))
    hidden = key if step == "note" else {VERSION: str(it.version)}
    return Form(fields=tuple(fields), hidden=hidden)


@pages.get(f"/<uuid:id>/<any({STEPS}):step>")
def form(id: UUID, step: str, problem: Problem = None) -> Answer:  # noqa: A002
    """Ask what is entered in this phase; all that was before stands above it (SVC-04)."""
    it = detail(reading(), ServiceRequestId(id))
    check(step, it.request)
    key = kept_key(problem) if isinstance(problem, Invalid) else fresh_key()
    return request_page("service/step.html", it, _form(step, it.request, key), problem, step=step)


def _sent(name: str) -> str:
    return request.form.get(name, "").replace("\r\n", "\n")


def _judge(id_: ServiceRequestId) -> ServiceRequest:
    """Record what the customer says; anything but one to five stars is no score."""
    sent = request.form.get("satisfaction", "")
    score: Any = int(sent) if sent in SCORES else None
    return perform(feedback, None, id_, result=_sent("result"), satisfaction=score, expected=posted_version())


def _say(id_: ServiceRequestId) -> RequestNote:
    """Keep a note; without a word whom it is for, nothing is shown to the customer."""
    audience = request.form.get("audience", "")
    if audience not in {INTERNAL, SHOWN}:
        raise Invalid(Wrong(field="audience", code="value.missing", entity="request_note"))
    return perform(note, posted_key(), id_, _sent("text"), internal=audience == INTERNAL)


_ACTS: Final[Mapping[str, Callable[[ServiceRequestId], object]]] = {
    "handle": lambda id_: perform(handle, None, id_, _sent("handling"), expected=posted_version()),
    "feedback": _judge,
    "note": _say,
    "wait": lambda id_: perform(wait_for_customer, None, id_, _sent("text"), expected=posted_version()),
    "reopen": lambda id_: perform(reopen, None, id_, _sent("reason"), expected=posted_version()),
    "resume": lambda id_: perform(resume, None, id_, expected=posted_version()),
}


@pages.post(f"/<uuid:id>/<any({STEPS}):step>")
def keep(id: UUID, step: str) -> Answer:  # noqa: A002
    """Store what was entered; a customer who is not satisfied gets his request treated again (requirement 4.2)."""
    try:
        done = _ACTS[step](ServiceRequestId(id))
    except (Conflict, Invalid) as error:
        return form(id, step, error)
    again = step == "feedback" and isinstance(done, ServiceRequest) and done.status is ServiceStatus.ASSIGNED
    flash(t("requests.feedback_returned" if again else f"requests.{step}_done"), "done")
    return redirect(carry("service.show", id=id))


def _asked(id: UUID, step: str) -> Question:  # noqa: A002
    """Ask before a request that nobody was given is removed (GEN-13)."""
    it = reading().service_requests.get(ServiceRequestId(id))
    check(step, it)
    return Question(
        id=it.id,
        words=f"requests.{step}",
        topic="request",
        back=carry("service.show", id=id),
        version=it.version,
        gaps={"number": it.number, "title": it.title},
        then=back_to("service.assignment_list"),
        done=DONE[step],
    )


step_pages(pages, {"delete": delete}, _asked)
