"""Dispatched opportunities and the making of their plans (OPP-07, OPP-08, PLN-01, PLN-02)."""

from collections.abc import Mapping, Sequence
from uuid import UUID

import attrs
from attrs import fields
from flask import flash, redirect, render_template

from crmcore import Conflict, CrmError, Invalid, NotFound
from crmcore.opportunities import add_plan_item, delete_plan_item, detail, developments, edit_plan_item
from crmcore.opportunities.entity import DISPATCHED, Opportunity, OpportunityId, OpportunityStatus, PlanItem, PlanItemId
from crmcore.opportunities.rules import may_develop
from crmcore.views import Form as Asked
from crmcore.views import form_for
from crmcore_demo import possible
from crmcore_demo.actions import Action, Possibilities
from crmcore_demo.addresses import back_to, carry
from crmcore_demo.answers import Answer, form_page, pages_of
from crmcore_demo.display import day, label, t, today
from crmcore_demo.errors import status_of
from crmcore_demo.forms import (
    VERSION,
    Form,
    fresh_key,
    kept_key,
    posted,
    posted_key,
    posted_version,
    shown_form,
)
from crmcore_demo.listing import chosen_colleague, colleagues, list_page, read_filter, states, tally_by, texts
from crmcore_demo.pages.opportunities import plan_of
from crmcore_demo.questions import Question
from crmcore_demo.selling_page import export_button
from crmcore_demo.session import names_of, perform, person, reading, settings

pages = pages_of("development", "L0102", "/development")


@pages.get("")
def index() -> str:
    """Show what was dispatched, to an account manager only his own (OPP-07)."""
    by_customer, by_title, by_contact = texts("opportunity", "customer_name", "title", "contact_name")
    sees_all = person().may("opportunity.read_all")
    work = reading()
    people = tally_by(work.opportunities, fields(Opportunity).assignee) if sees_all else ()
    asked = read_filter(
        by_customer,
        by_title,
        states("opportunity", DISPATCHED),
        *(colleagues("assignee", label("opportunity.assignee"), people) if sees_all else ()),
        attrs.evolve(by_contact, seldom=True),
    )
    found = developments(
        work,
        status=asked.chosen("status", OpportunityStatus),
        assignee=chosen_colleague(asked, "assignee"),
        **asked.typed,
    )
    whose = "all" if sees_all else "own"
    return list_page(
        "development/list.html",
        "development",
        found,
        asked,
        possible.in_development_list,
        actions=export_button(found),
        lead=t(f"development.lead_{whose}"),
        nothing=t("development.none_found" if asked.active else f"development.none_{whose}"),
        sees_all=sees_all,
        names=names_of(*(row.assignee for row in found.rows)) if sees_all else {},
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


def _step_page(id: UUID, step: PlanItem, form: Form, problem: CrmError | None = None) -> Answer:  # noqa: A002
    return form_page(
        "form.html",
        form,
        problem,
        title=t("plan.edit_title", day=day(step.plan_date)),
        topic="plan",
        lead=t("plan.edit_lead"),
        button=t("form.save"),
        back=carry("development.make", id=id),
    )


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
        return _step_page(id, found, form, error)
    flash(t("done.saved"), "done")
    return redirect(carry("development.make", id=id))


def _asked_about(id: UUID, step: UUID) -> Question:  # noqa: A002
    """Ask before a step is taken out of the plan (GEN-13)."""
    _, found = _step(id, step)
    return Question(
        id=found.id,
        words="plan.delete",
        topic="plan",
        back=carry("development.make", id=id),
        version=found.version,
        gaps={"day": day(found.plan_date), "content": found.content},
        done="done.deleted",
    )


@pages.get("/<uuid:id>/plan/<uuid:step>/delete")
def ask_delete_step(id: UUID, step: UUID) -> Answer:  # noqa: A002
    """Ask before a step is taken out of the plan."""
    return _asked_about(id, step).page()


@pages.post("/<uuid:id>/plan/<uuid:step>/delete")
def remove_step(id: UUID, step: UUID) -> Answer:  # noqa: A002
    """Take a step out of the plan."""
    return _asked_about(id, step).carry_out(delete_plan_item, lambda: _asked_about(id, step))
