"""Opportunities that nobody is working on yet: list, form, record and delete (OPP-01 to 05)."""

from collections.abc import Sequence
from uuid import UUID

from attrs import fields
from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from crmcore import Conflict, CrmError, Invalid
from crmcore.customers import Customer
from crmcore.opportunities import create, delete, detail, edit, unassigned
from crmcore.opportunities.entity import Opportunity, OpportunityId, OpportunityStatus, PlanItem
from crmcore.opportunities.rules import may_delete, may_edit
from crmcore.query import asc, eq, query
from crmcore.views import Form as Asked
from crmcore.views import form_for
from crmcore_demo import possible
from crmcore_demo.addresses import back_to, carry
from crmcore_demo.conflicts import both_versions
from crmcore_demo.display import label, t, today
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
from crmcore_demo.listing import read_filter
from crmcore_demo.session import names_of, perform, person, reading, settings

pages = Blueprint("opportunities", __name__, url_prefix="/opportunities")
Answer = str | Response | tuple[str, int]
ASKED_FOR = (
    "customer_name",
    "title",
    "success_rate",
    "source",
    "contact_name",
    "contact_phone",
    "description",
)
FILTERS = ("customer_name", "title", "contact_name")


@pages.context_processor
def _module() -> dict[str, str]:
    return {"module": "L0101"}


@pages.get("")
def index() -> str:
    """Show what waits to be dispatched (OPP-03, OPP-04)."""
    asked = read_filter(*(Shown(name=name, label=label(f"opportunity.{name}")) for name in FILTERS))
    found = unassigned(
        reading(),
        customer_name=asked["customer_name"],
        title=asked["title"],
        contact_name=asked["contact_name"],
        page=asked.paging.page,
        size=asked.paging.size,
    )
    return render_template(
        "opportunities/list.html",
        filter=asked,
        page=found,
        possible=possible.in_opportunity_list(found.rows),
        can_create=person().may("opportunity.create"),
    )


def _asked(*, changing: bool = False) -> Asked:
    return form_for(Opportunity, zone=settings().zone, names=ASKED_FOR, changing=changing)


def _new_page(form: Form, status: int = 200) -> Answer:
    page = render_template(
        "form.html",
        title=t("opportunities.new"),
        topic="opportunity",
        lead=t("opportunities.new_lead"),
        form=form,
        button=t("opportunities.save_new"),
        back=back_to("opportunities.index"),
    )
    return page, status


@pages.get("/new")
def new() -> Answer:
    """Ask for a new opportunity (OPP-01)."""
    person().require("opportunity.create")
    asked = _asked()
    return _new_page(shown_form(asked, asked.fill(), helps="opportunities.help", hidden=fresh_key()))


@pages.post("/new")
def add() -> Answer:
    """Record an opportunity; sending the form twice records it once."""
    asked = _asked()
    values = posted(asked)
    try:
        stored = perform(create, posted_key(), **asked.parse(values))
    except Invalid as invalid:
        form = shown_form(asked, values, helps="opportunities.help", hidden=kept_key(invalid))
        return _new_page(form.with_error(invalid), status_of(invalid))
    flash(t("done.saved"), "done")
    return redirect(url_for("opportunities.show", id=stored.id))


@pages.get("/<uuid:id>")
def show(id: UUID) -> str:  # noqa: A002
    """Show one opportunity, its plan, and what can be done with it."""
    work = reading()
    it = detail(work, OpportunityId(id))
    developed = it.status is not OpportunityStatus.UNASSIGNED
    steps = plan_of(it) if developed and person().may("plan.read") else None
    return render_template(
        "opportunities/show.html",
        it=it,
        module="L0102" if developed else "L0101",
        names=names_of(it.created_by, it.assignee),
        plan=steps,
        plan_done=sum(bool(step.result) for step in steps or ()),
        running=it.status is OpportunityStatus.ASSIGNED,
        today=today(),
        customer=_customer(it),
        possibilities=possible.with_opportunity(it),
        back=back_to("development.index" if developed and steps is not None else "opportunities.index"),
    )


def plan_of(it: Opportunity) -> Sequence[PlanItem]:
    """Return the steps of an opportunity that was just read, by date (PLN-02)."""
    p = fields(PlanItem)
    return reading().plan_items.find(query(PlanItem).where(eq(p.opportunity, it.id)).sort(asc(p.plan_date)))


def _customer(it: Opportunity) -> Customer | None:
    """Return the customer it was won as, if the person may see him."""
    if it.customer is None or not person().may("customer.read", "customer.read_all"):
        return None
    return reading().customers.first(eq(fields(Customer).id, it.customer))


def _edit_page(it: Opportunity, form: Form, status: int = 200) -> Answer:
    page = render_template(
        "form.html",
        title=t("opportunities.edit_title", name=it.customer_name),
        topic="opportunity",
        lead=it.number,
        form=form,
        button=t("form.save"),
        back=carry("opportunities.show", id=it.id),
    )
    return page, status


@pages.get("/<uuid:id>/edit")
def edit_form(id: UUID) -> Answer:  # noqa: A002
    """Ask what should be different while nobody is assigned."""
    it = detail(reading(), OpportunityId(id))
    may_edit(it, person().actor)
    asked = _asked(changing=True)
    hidden = {VERSION: str(it.version)}
    return _edit_page(it, shown_form(asked, asked.fill(it), helps="opportunities.help", hidden=hidden))


@pages.post("/<uuid:id>/edit")
def change(id: UUID) -> Answer:  # noqa: A002
    """Store the changes, or show both versions if somebody else was quicker."""
    chosen = OpportunityId(id)
    asked = _asked(changing=True)
    values, version = posted(asked), posted_version()
    form = shown_form(asked, values, helps="opportunities.help", hidden={VERSION: str(version)})
    try:
        perform(edit, None, chosen, expected=version, **asked.parse(values))
    except Invalid as invalid:
        return _edit_page(detail(reading(), chosen), form.with_error(invalid), status_of(invalid))
    except Conflict:
        it = detail(reading(), chosen)
        may_edit(it, person().actor)
        return both_versions(
            it, it.customer_name, asked, values, show="opportunities.show", edit="opportunities.edit_form"
        )
    flash(t("done.saved"), "done")
    return redirect(carry("opportunities.show", id=id))


@pages.get("/<uuid:id>/delete")
def ask_delete(id: UUID, problem: CrmError | None = None) -> str:  # noqa: A002
    """Ask before an opportunity is removed (GEN-13)."""
    it = detail(reading(), OpportunityId(id))
    may_delete(it, person().actor)
    form = Form(hidden={VERSION: str(it.version)})
    return render_template(
        "confirm.html",
        topic="opportunity",
        title=t("opportunities.delete_title"),
        question=t("opportunities.delete_question", name=it.customer_name, title=it.title),
        consequence=t("opportunities.delete_consequence"),
        form=form.with_error(problem) if problem else form,
        button=t("opportunities.delete_button"),
        kind="solid",
        back=back_to("opportunities.show", id=id),
    )


@pages.post("/<uuid:id>/delete")
def remove(id: UUID) -> Answer:  # noqa: A002
    """Remove an opportunity that nobody was ever assigned to."""
    try:
        perform(delete, None, OpportunityId(id), expected=posted_version())
    except Conflict as conflict:
        return ask_delete(id, conflict), status_of(conflict)
    flash(t("done.deleted"), "done")
    return redirect(back_to("opportunities.index"))
