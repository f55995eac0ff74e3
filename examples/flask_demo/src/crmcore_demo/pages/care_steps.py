"""Doing what was planned for a customer, or calling it off (X-CAR-02, X-CAR-03)."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from flask import flash, redirect, request

from crmcore import Conflict, CrmError, Invalid, Refused
from crmcore.base.errors import Problem
from crmcore.care import CareActivity, CareActivityId, cancel, complete
from crmcore.customers.entity import Customer
from crmcore.views.reading import Unreadable, read
from crmcore_demo.addresses import carry
from crmcore_demo.answers import Answer, form_page, pages_of
from crmcore_demo.display import entry_words, label, t, today
from crmcore_demo.forms import VERSION, Form, Shown, posted_version
from crmcore_demo.pages.care import open_activity
from crmcore_demo.session import company, perform, settings

pages = pages_of("care_steps", "L0309", "/care")
LONGEST_RESULT, LONGEST_OPINION = 1000, 2000


def _step(it: CareActivity, customer: Customer, fields: Iterable[Shown], error: CrmError | None, step: str) -> Answer:
    return form_page(
        "form.html",
        Form(fields=tuple(fields), hidden={VERSION: str(it.version)}),
        error,
        title=t(f"care.{step}_title", name=customer.name),
        topic="care",
        lead=f"{entry_words('care_kind', it.kind)} · {it.content}",
        button=t(f"care.{step}_button"),
        back=carry("care.show", id=it.id),
    )


def _long(name: str, longest: int, words: str, *, required: bool = False, explained: str = "") -> Shown:
    value = request.form.get(name, "")
    return Shown(name=name, label=words, kind="long", value=value, longest=longest, required=required, help=explained)


@pages.get("/<uuid:id>/complete")
def ask_complete(id: UUID, error: CrmError | None = None) -> Answer:  # noqa: A002
    """Ask what came of it, and what the customer said (X-CAR-02, X-CAR-03)."""
    it, customer = open_activity(id)
    done = request.form.get("done_on") if request.method == "POST" else today().isoformat()
    result, opinion, done_on = (label(f"care_activity.{name}") for name in ("result", "opinion", "done_on"))
    shown = (
        _long("result", LONGEST_RESULT, result, required=True),
        _long("opinion", LONGEST_OPINION, opinion, explained=t("care.opinion_help")),
        Shown(name="done_on", label=done_on, kind="date", value=done or "", help=t("care.done_on_help")),
    )
    return _step(it, customer, shown, error, "complete")


def _done_on(problems: list[Problem]) -> dt.date | None:
    """Read the day on which it was done; today if none is given."""
    text = request.form.get("done_on", "").strip()
    try:
        return read("date", text, settings().zone) if text else None
    except Unreadable as error:
        problems.append(Problem(field="done_on", code=error.code, entity="care_activity", params={"got": text[:40]}))
        return None


@pages.post("/<uuid:id>/complete")
def finish(id: UUID) -> Answer:  # noqa: A002
    """Record what came of it; what repeats is planned again."""
    result, opinion = (request.form.get(name, "").replace("\r\n", "\n") for name in ("result", "opinion"))
    problems: list[Problem] = []
    done_on = _done_on(problems)
    if problems:
        if not result.strip():
            problems.insert(0, Problem(field="result", code="value.missing", entity="care_activity"))
        return ask_complete(id, Invalid(problems))
    try:
        said: Mapping[str, Any] = {"result": result, "opinion": opinion, "done_on": done_on}
        perform(complete, None, CareActivityId(id), expected=posted_version(), **said)
    except (Conflict, Invalid, Refused) as error:
        return ask_complete(id, error)
    company().forget()
    flash(t("care.completed"), "done")
    return redirect(carry("care.show", id=id))


@pages.get("/<uuid:id>/cancel")
def ask_cancel(id: UUID, error: CrmError | None = None) -> Answer:  # noqa: A002
    """Ask why it is called off (GEN-13)."""
    it, customer = open_activity(id)
    reason = _long("reason", LONGEST_RESULT, t("care.cancel_reason"), explained=t("care.cancel_help"))
    return _step(it, customer, (reason,), error, "cancel")


@pages.post("/<uuid:id>/cancel")
def call_off(id: UUID) -> Answer:  # noqa: A002
    """Call it off; what repeats is not planned again."""
    reason = request.form.get("reason", "").replace("\r\n", "\n")
    try:
        perform(cancel, None, CareActivityId(id), reason, expected=posted_version())
    except (Conflict, Invalid, Refused) as error:
        return ask_cancel(id, error)
    company().forget()
    flash(t("care.cancelled"), "done")
    return redirect(carry("care.show", id=id))
