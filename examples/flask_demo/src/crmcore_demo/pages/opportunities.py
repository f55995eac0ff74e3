"""Opportunities that nobody is working on yet: list, form, record and delete (OPP-01 to 05)."""

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from attrs import fields
from flask import render_template, url_for

from crmcore.access.entity import Validity
from crmcore.customers import Customer
from crmcore.opportunities import create, delete, detail, edit, unassigned
from crmcore.opportunities.entity import (
    OPEN_ACTIVITY,
    Opportunity,
    OpportunityId,
    OpportunityStatus,
    PlanItem,
    SalesActivity,
)
from crmcore.opportunities.rules import may_delete, may_edit
from crmcore.pipeline import SalesStage
from crmcore.query import asc, eq, one_of, query
from crmcore.views import form_for
from crmcore_demo import possible
from crmcore_demo.actions import Action
from crmcore_demo.addresses import back_to, carry
from crmcore_demo.answers import pages_of
from crmcore_demo.display import t, today
from crmcore_demo.entries import Entry, entry_pages
from crmcore_demo.listing import list_page, read_filter, texts
from crmcore_demo.questions import DONE, Question, step_pages
from crmcore_demo.selling_page import currency, every_stage, export_button, is_large
from crmcore_demo.session import names_of, person, reading, settings

pages = pages_of("opportunities", "L0101", "/opportunities")
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
AHEAD = 3
"""So many of the next activities stand on its page; all of them on that of its progress."""


@pages.get("")
def index() -> str:
    """Show what waits to be dispatched (OPP-03, OPP-04)."""
    asked = read_filter(*texts("opportunity", *FILTERS))
    found = unassigned(reading(), **asked.typed)
    new = Action(words=t("opportunities.new"), address=url_for("opportunities.new"), primary=True)
    return list_page(
        "opportunities/list.html",
        "opportunities",
        found,
        asked,
        possible.in_opportunity_list,
        actions=(*([new] if person().may("opportunity.create") else []), *export_button(found)),
    )


def _entry(action: Callable[..., Opportunity], it: Opportunity | None = None, **more: Any) -> Entry[Opportunity]:
    return Entry(
        it=it,
        name=it.customer_name if it else "",
        words="opportunities",
        topic="opportunity",
        asked=form_for(Opportunity, zone=settings().zone, names=ASKED_FOR, changing=it is not None),
        action=action,
        **more,
    )


def _new() -> Entry[Opportunity]:
    """Ask for a new opportunity (OPP-01)."""
    person().require("opportunity.create")
    return _entry(
        create,
        lead=t("opportunities.new_lead"),
        back=back_to("opportunities.index"),
        then=lambda it: url_for("opportunities.show", id=it.id),
    )


def _kept(id: UUID) -> Entry[Opportunity]:  # noqa: A002
    """Ask what should be different while nobody is assigned."""
    it = detail(reading(), OpportunityId(id))
    may_edit(it, person().actor)
    return _entry(edit, it, lead=it.number, back=carry("opportunities.show", id=id), show="opportunities.show")


def _asked(id: UUID, step: str) -> Question:  # noqa: A002
    """Ask before an opportunity that nobody was ever assigned to is removed (GEN-13)."""
    it = detail(reading(), OpportunityId(id))
    may_delete(it, person().actor)
    return Question(
        id=it.id,
        words=f"opportunities.{step}",
        topic="opportunity",
        back=back_to("opportunities.show", id=id),
        version=it.version,
        gaps={"name": it.customer_name, "title": it.title},
        then=back_to("opportunities.index"),
        done=DONE[step],
    )


@pages.get("/<uuid:id>")
def show(id: UUID) -> str:  # noqa: A002
    """Show one opportunity, its plan, and what can be done with it."""
    work = reading()
    it = detail(work, OpportunityId(id))
    developed = it.status is not OpportunityStatus.UNASSIGNED
    steps = plan_of(it) if developed and person().may("plan.read") else None
    stages = stages_for(it) if developed else ()
    return render_template(
        "opportunities/show.html",
        it=it,
        module="L0102" if developed else "L0101",
        names=names_of(it.created_by, it.assignee),
        plan=steps,
        plan_done=sum(bool(step.result) for step in steps or ()),
        running=it.status is OpportunityStatus.ASSIGNED,
        today=today(),
        stages=stages,
        stands=next((one for one in stages if one.id == it.stage), None),
        activities=activities_ahead(it) if steps is not None and it.status is OpportunityStatus.ASSIGNED else (),
        currency=currency(),
        customer=_customer(it),
        is_large=is_large,
        possibilities=possible.with_opportunity(it),
        back=back_to("development.index" if developed and steps is not None else "opportunities.index"),
    )


def plan_of(it: Opportunity) -> Sequence[PlanItem]:
    """Return the steps of an opportunity that was just read, by date (PLN-02)."""
    p = fields(PlanItem)
    return reading().plan_items.find(query(PlanItem).where(eq(p.opportunity, it.id)).sort(asc(p.plan_date)))


def stages_for(it: Opportunity) -> Sequence[SalesStage]:
    """Return the stages that are used, and the one it stands in, in the order of the process (X-OPP-03)."""
    return [one for one in every_stage().values() if one.id == it.stage or one.status is Validity.VALID]


def activities_ahead(it: Opportunity) -> Sequence[SalesActivity]:
    """Return the next sales activities for an opportunity that was just read, the earliest first (X-OPP-07)."""
    a = fields(SalesActivity)
    open_ones = query(SalesActivity).where(eq(a.opportunity, it.id), one_of(a.state, OPEN_ACTIVITY))
    return reading().sales_activities.find(open_ones.sort(asc(a.planned_on), asc(a.id)).page(AHEAD))


def _customer(it: Opportunity) -> Customer | None:
    """Return the customer it was won as, if the person may see him."""
    if it.customer is None or not person().may("customer.read", "customer.read_all"):
        return None
    return reading().customers.first(eq(fields(Customer).id, it.customer))


entry_pages(pages, _new, _kept)
step_pages(pages, {"delete": delete}, _asked)
