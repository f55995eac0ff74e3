"""Dispatched opportunities and the making of their plans (OPP-07, OPP-08, PLN-01, PLN-02)."""

from collections.abc import Mapping, Sequence
from uuid import UUID

import attrs
from attrs import fields
from flask import Blueprint, flash, redirect, render_template
from werkzeug.wrappers import Response

from crmcore import Conflict, CrmError, Invalid, NotFound
from crmcore.opportunities import add_plan_item, delete_plan_item, detail, developments, edit_plan_item
from crmcore.opportunities.entity import DISPATCHED, Opportunity, OpportunityId, OpportunityStatus, PlanItem, PlanItemId
from crmcore.opportunities.rules import may_develop
from crmcore.views import Form as Asked
from crmcore.views import form_for
from crmcore_demo import possible
from crmcore_demo.actions import Action, Possibilities
from crmcore_demo.addresses import back_to, carry
from crmcore_demo.display import day, label, t, today
from crmcore_demo.errors import status_of
from crmcore_demo.forms import (
    VERSION,
    Form,
    Shown,
    fresh_key,
    kept_key,
    posted,
    posted_key,
    posted_version,
    shown_form,
)
from crmcore_demo.listing import chosen_colleague, codes, colleagues, read_filter, tally_by
from crmcore_demo.pages.opportunities import plan_of
from crmcore_demo.session import names_of, perform, person, reading, settings

pages = Blueprint("development", __name__, url_prefix="/development")
Answer = str | Response | tuple[str, int]
TEXT_FILTERS = ("customer_name", "title", "contact_name")


@pages.context_processor
def _module() -> dict[str, str]:
    return {"module": "L0102"}


@pages.get("")
def index() -> str:
    """Show what was dispatched, to an account manager only his own (OPP-07)."""
    texts = [Shown(name=name, label=label(f"opportunity.{name}")) for name in TEXT_FILTERS]
    states = tuple((status.value, label(status)) for status in DISPATCHED)
    sees_all = person().may("opportunity.read_all")
    work = reading()
    people = tally_by(work.opportunities, fields(Opportunity).assignee) if sees_all else ()
    asked = read_filter(
        *texts[:2],
        codes("status", label("opportunity.status"), states),
        *(colleagues("assignee", label("opportunity.assignee"), people) if sees_all else ()),
        attrs.evolve(texts[2], seldom=True),
    )
    found = developments(
        work,
        customer_name=asked["customer_name"],
        title=asked["title"],
        contact_name=asked["contact_name"],
        status=OpportunityStatus(asked["status"]) if asked["status"] else None,
        assignee=chosen_colleague(asked, "assignee"),
        page=asked.paging.page,
        size=asked.paging.size,
    )
    return render_template(
        "development/list.html",
        filter=asked,
        page=found,
        sees_all=sees_all,
        names=names_of(*(row.assignee for row in found.rows)) if sees_all else {},
        possible=possible.in_development_list(found.rows),
    )


def _asked(*, changing: bool = False) -> Asked:
    wanted = ("content",) if changing else ("plan_date", "content")
    return form_for(PlanItem, zone=settings().zone, names=wanted, changing=changing)


def _row_actions(it: Opportunity, steps: Sequence[PlanItem]) -> Mapping[UUID, Possibilities]:
    found: dict[UUID, Possibilities] = {}
    for step in steps:
        change = Action(words=t("plan.edit"), address=carry("development.edit_step", id=it.id, step=step.id))
        leave = carry("development.ask_delete_step", id=it.id, step=step.id)
        remove = Action(words=t("plan.delete"), address=leave, dialog=True, danger=True)
        found[step.id] = Possibilities.of(possible.answer(may_develop, it, one) for one in (change, remove))
    return found


def _plan_page(id: UUID, form: Form | None = None, status: int = 200) -> Answer:  # noqa: A002
    work = reading()
    it = detail(work, OpportunityId(id))
    steps = plan_of(it)
    asked = _asked()
    blank = form or shown_form(asked, asked.fill(), helps="plan.help", hidden=fresh_key())
    adding = possible.answer(may_develop, it, Action(words=t("plan.add"), address=""))
    page = render_template(
        "development/plan.html",
        it=it,
        names=names_of(it.created_by, it.assignee),
        plan=steps,
        today=today(),
        possible=_row_actions(it, steps),
        form=blank if isinstance(adding, Action) else None,
        refusal=None if isinstance(adding, Action) else adding.why,
        back=back_to("development.index"),
    )
    return page, status


@pages.get("/<uuid:id>/plan")
def make(id: UUID) -> Answer:  # noqa: A002
    """Show the whole opportunity, the steps so far and a form for a new one (PLN-01)."""
    return _plan_page(id)


@pages.post("/<uuid:id>/plan")
def add_step(id: UUID) -> Answer:  # noqa: A002
    """Add a step; sending the form twice adds it once."""
    asked = _asked()
    values = posted(asked)
    try:
        perform(add_plan_item, posted_key(), OpportunityId(id), **asked.parse(values))
    except Invalid as invalid:
        form = shown_form(asked, values, helps="plan.help", hidden=kept_key(invalid))
        return _plan_page(id, form.with_error(invalid), status_of(invalid))
    flash(t("done.saved"), "done")
    return redirect(carry("development.make", id=id))


def _step(id: UUID, step: UUID) -> tuple[Opportunity, PlanItem]:  # noqa: A002
    """Return a step of this opportunity, if the person may change it."""
    work = reading()
    it = detail(work, OpportunityId(id))
    may_develop(it, person().actor)
    found = work.plan_items.get(PlanItemId(step))
    if found.opportunity != it.id:
        raise NotFound(entity="plan_item", id=step)
    return it, found


def _step_page(id: UUID, step: PlanItem, form: Form, status: int = 200) -> Answer:  # noqa: A002
    page = render_template(
        "form.html",
        title=t("plan.edit_title", day=day(step.plan_date)),
        topic="plan",
        lead=t("plan.edit_lead"),
        form=form,
        button=t("form.save"),
        back=carry("development.make", id=id),
    )
    return page, status


@pages.get("/<uuid:id>/plan/<uuid:step>/edit")
def edit_step(id: UUID, step: UUID) -> Answer:  # noqa: A002
    """Ask what a step should say; its date stays (2.2)."""
    _, found = _step(id, step)
    asked = _asked(changing=True)
    return _step_page(id, found, shown_form(asked, asked.fill(found), hidden={VERSION: str(found.version)}))


@pages.post("/<uuid:id>/plan/<uuid:step>/edit")
def change_step(id: UUID, step: UUID) -> Answer:  # noqa: A002
    """Store what a step says now."""
    asked = _asked(changing=True)
    values, version = posted(asked), posted_version()
    try:
        perform(edit_plan_item, None, PlanItemId(step), expected=version, **asked.parse(values))
    except (Invalid, Conflict) as error:
        _, found = _step(id, step)
        seen = version if isinstance(error, Invalid) else found.version
        form = shown_form(asked, values, hidden={VERSION: str(seen)})
        return _step_page(id, found, form.with_error(error), status_of(error))
    flash(t("done.saved"), "done")
    return redirect(carry("development.make", id=id))


@pages.get("/<uuid:id>/plan/<uuid:step>/delete")
def ask_delete_step(id: UUID, step: UUID, problem: CrmError | None = None) -> str:  # noqa: A002
    """Ask before a step is taken out of the plan (GEN-13)."""
    _, found = _step(id, step)
    form = Form(hidden={VERSION: str(found.version)})
    return render_template(
        "confirm.html",
        topic="plan",
        title=t("plan.delete_title"),
        question=t("plan.delete_question", day=day(found.plan_date), content=found.content),
        consequence=t("plan.delete_consequence"),
        form=form.with_error(problem) if problem else form,
        button=t("plan.delete_button"),
        kind="solid",
        back=carry("development.make", id=id),
    )


@pages.post("/<uuid:id>/plan/<uuid:step>/delete")
def remove_step(id: UUID, step: UUID) -> Answer:  # noqa: A002
    """Take a step out of the plan."""
    try:
        perform(delete_plan_item, None, PlanItemId(step), expected=posted_version())
    except Conflict as conflict:
        return ask_delete_step(id, step, conflict), status_of(conflict)
    flash(t("done.deleted"), "done")
    return redirect(carry("development.make", id=id))
