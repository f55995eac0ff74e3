"""My work: what waits for this person today, each with a way to its list; figures come second."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence

from attrs import fields
from flask import Blueprint, render_template, url_for

from crmcore.access import audit_trail
from crmcore.churn import ChurnCase, ChurnStatus
from crmcore.customers.entity import Customer
from crmcore.opportunities.entity import Opportunity, OpportunityId, OpportunityStatus, PlanItem
from crmcore.query import asc, eq, in_query, one_of, query
from crmcore_demo.actions import Action
from crmcore_demo.display import day, minute, t, today
from crmcore_demo.figures import figures
from crmcore_demo.pages.audit import REFUSED, line_of
from crmcore_demo.service_waiting import service_waiting
from crmcore_demo.session import person, reading
from crmcore_demo.waiting import SHOWN, Task, Waiting, ago, day_of

pages = Blueprint("home", __name__)
IN_HAND = 200
OPEN_STEPS = 2000
SOON = dt.timedelta(days=7)
o, p, h = fields(Opportunity), fields(PlanItem), fields(ChurnCase)


def _in_hand() -> Mapping[OpportunityId, Opportunity]:
    """Return what the person is developing, by id, the longest first."""
    asked = query(Opportunity).where(eq(o.assignee, person().id), eq(o.status, OpportunityStatus.ASSIGNED))
    return {it.id: it for it in reading().opportunities.find(asked.sort(asc(o.assigned_at)).page(IN_HAND))}


def _open_steps(mine: Mapping[OpportunityId, Opportunity]) -> Sequence[PlanItem]:
    """Return what is planned and has no result yet, the most urgent first."""
    asked = query(PlanItem).where(one_of(p.opportunity, mine), eq(p.result, "")).sort(asc(p.plan_date))
    return reading().plan_items.find(asked.page(OPEN_STEPS)) if mine else ()


def _developing(title: str, tasks: Sequence[Task], nothing: str) -> Waiting:
    address = url_for("development.index", status=OpportunityStatus.ASSIGNED.value)
    return Waiting(title=title, address=address, nothing=nothing, items=tasks[:SHOWN], more=len(tasks) > SHOWN)


def _due(mine: Mapping[OpportunityId, Opportunity], steps: Iterable[PlanItem]) -> Waiting:
    """List the steps that are due, overdue first."""
    now = today()
    tasks = tuple(
        Task(
            address=url_for("execution.show", id=step.opportunity, _anchor=f"s-{step.id}"),
            on=step.plan_date,
            when=day(step.plan_date),
            name=mine[step.opportunity].customer_name,
            words=step.content,
            late=step.plan_date < now,
        )
        for step in steps
        if step.plan_date <= now + SOON
    )
    return _developing(t("home.due"), tasks, t("home.due_nothing"))


def _without_next_step(mine: Mapping[OpportunityId, Opportunity], steps: Iterable[PlanItem]) -> Waiting:
    """List what is being developed with nothing planned next, the longest first."""
    planned = {step.opportunity for step in steps}
    tasks = tuple(
        Task(
            address=url_for("development.make", id=it.id),
            on=day_of(it.assigned_at),
            when=ago("given", it.assigned_at),
            name=it.customer_name,
            words=it.title,
        )
        for it in mine.values()
        if it.id not in planned and it.assigned_at is not None
    )
    return _developing(t("home.unplanned"), tasks, t("home.unplanned_nothing"))


def _undispatched() -> Waiting:
    """List what waits to be dispatched, the longest waiting first."""
    asked = query(Opportunity).where(eq(o.status, OpportunityStatus.UNASSIGNED)).sort(asc(o.created_at))
    found = reading().opportunities.find(asked.page(SHOWN + 1))
    tasks = tuple(
        Task(
            address=url_for("dispatch.ask", id=it.id),
            on=day_of(it.created_at),
            when=ago("waiting", it.created_at),
            name=it.customer_name,
            words=it.title,
        )
        for it in found
    )
    return Waiting(
        title=t("home.waiting"),
        address=url_for("opportunities.index"),
        nothing=t("home.waiting_nothing"),
        items=tasks[:SHOWN],
        more=len(tasks) > SHOWN,
    )


def _waiting() -> Iterable[Waiting]:
    who = person()
    if who.may("opportunity.dispatch"):
        yield _undispatched()
    yield from service_waiting()
    if who.may("plan.develop"):
        mine = _in_hand()
        steps = _open_steps(mine)
        yield _due(mine, steps)
        yield _without_next_step(mine, steps)
    if who.may("churn.decide", "churn.read_all"):
        yield _warnings()
    if who.may("audit.read"):
        yield _refusals()


def _warnings() -> Waiting:
    """List the new churn warnings, the oldest first: about the person's own customers, if he decides (CHN-11)."""
    new = eq(h.status, ChurnStatus.WARNING)
    asked, whose = query(ChurnCase).where(new), "home.warnings_all"
    if person().may("churn.decide"):
        mine = in_query(h.customer, query(Customer).where(eq(fields(Customer).manager, person().id)))
        asked, whose = asked.where(mine), "home.warnings"
    found = reading().churn_cases.find(asked.sort(asc(h.opened_at)).page(SHOWN + 1))
    tasks = tuple(
        Task(
            address=url_for("churn.show", id=it.id),
            on=day_of(it.opened_at),
            when=ago("warned", it.opened_at),
            name=it.customer_name,
            words=t("home.last_order", day=day(it.last_order_on)) if it.last_order_on else t("churn.never"),
        )
        for it in found
    )
    return Waiting(
        title=t(whose),
        address=url_for("churn.index", status=ChurnStatus.WARNING.value),
        nothing=t(f"{whose}_nothing"),
        items=tasks[:SHOWN],
        more=len(tasks) > SHOWN,
    )


def _refusals() -> Waiting:
    """List what was refused lately, for whoever looks after rights (X-ADM-09)."""
    found = audit_trail(reading(), denied=True, size=SHOWN + 1).rows
    address = url_for("audit.index", outcome=REFUSED)
    tasks = tuple(
        Task(
            address=address,
            on=day_of(it.record.at),
            when=minute(it.record.at),
            name=it.who or t("home.nobody"),
            words=t("home.refused_what", kind=it.kind, why=it.why),
        )
        for it in map(line_of, found)
    )
    return Waiting(
        title=t("home.refused"),
        address=address,
        nothing=t("home.refused_nothing"),
        items=tasks[:SHOWN],
        more=len(tasks) > SHOWN,
    )


@pages.get("/")
def home() -> str:
    """Show what waits for the person, and the few numbers that tell how things stand."""
    actions: tuple[Action, ...] = ()
    if person().may("opportunity.create"):
        actions = (Action(words=t("opportunities.new"), address=url_for("opportunities.new"), primary=True),)
    return render_template(
        "home.html",
        module="home",
        today=today(),
        actions=actions,
        waitings=tuple(_waiting()),
        figures=tuple(figures()),
    )
