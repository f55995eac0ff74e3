"""Sales activities: demonstrations, visits, promotions; planned, followed, done or called off (X-OPP-07, X-OPP-09)."""

from collections.abc import Callable, Iterable, Mapping
from typing import Final
from uuid import UUID

from attrs import fields
from flask import flash, redirect, request

from crmcore import Conflict, CrmError, Invalid, Refused
from crmcore.base.errors import Problem
from crmcore.opportunities import (
    activities,
    cancel_activity,
    complete_activity,
    detail,
    edit_activity,
    plan_activity,
    record_progress,
)
from crmcore.opportunities.entity import (
    OPEN_ACTIVITY,
    ActivityProgress,
    Opportunity,
    OpportunityId,
    SalesActivity,
    SalesActivityId,
)
from crmcore.opportunities.rules import may_change_activity, may_develop
from crmcore.query import one_of, query
from crmcore.views import form_for
from crmcore.views.reading import Unreadable, read
from crmcore_demo.actions import Action
from crmcore_demo.addresses import back_to, carry, onward
from crmcore_demo.answers import Answer, form_page, pages_of
from crmcore_demo.display import entry_words, label, t, today
from crmcore_demo.entries import Entry, entry_pages
from crmcore_demo.forms import VERSION, Form, Shown, posted_version, with_dictionary
from crmcore_demo.listing import chosen_colleague, codes, colleagues, list_page, read_filter, states
from crmcore_demo.possible import allowed
from crmcore_demo.selling_page import beside, day_in, entries_of, people_in
from crmcore_demo.session import names_of, perform, person, reading, settings

pages = pages_of("activities", "L0103", "/activities")
ASKED_FOR: Final = ("kind", "planned_on", "content")
LONGEST: Final = 1000
FIELD: Final = {"progress": "progress", "complete": "result", "cancel": "reason"}
"""What is written down at each step."""
STEPS: Final[Mapping[str, Callable[..., SalesActivity]]] = {
    "progress": record_progress,
    "complete": complete_activity,
    "cancel": cancel_activity,
}


def _answers(it: SalesActivity) -> Iterable[Action]:
    if it.state in OPEN_ACTIVITY and person().may("plan.develop", "plan.develop_all"):
        for step in FIELD:
            yield Action(words=t(f"activities.{step}"), address=onward("activities.step_form", id=it.id, step=step))
        yield Action(words=t("activities.edit"), address=onward("activities.edit_form", id=it.id))


@pages.get("")
def index() -> str:
    """Show what is planned and was done, the earliest first (X-OPP-07)."""
    work = reading()
    sees_all = person().may("opportunity.read_all")
    who = fields(SalesActivity).responsible
    people = people_in("activities", work.sales_activities, who, all_of_them=sees_all)
    asked = read_filter(
        codes("kind", label("sales_activity.kind"), entries_of("sales_activity_kind")),
        states("sales_activity", ActivityProgress, "state"),
        codes("due", t("activities.due"), [("overdue", t("plan.overdue"))]),
        *(colleagues("responsible", label("sales_activity.responsible"), people) if sees_all else ()),
        Shown(name="planned_from", label=t("activities.from"), kind="date", seldom=True),
        Shown(name="planned_to", label=t("activities.to"), kind="date", seldom=True),
    )
    found = activities(
        work,
        kind=asked["kind"],
        state=asked.chosen("state", ActivityProgress),
        responsible=chosen_colleague(asked, "responsible"),
        planned_from=day_in(asked, "planned_from"),
        planned_to=day_in(asked, "planned_to"),
        overdue=asked["due"] == "overdue",
        **asked.part,
    )
    wanted = one_of(fields(Opportunity).id, [one.opportunity for one in found.rows])
    chances = {one.id: one for one in work.opportunities.find(query(Opportunity).where(wanted))} if found.rows else {}
    return list_page(
        "selling/activities.html",
        "activities",
        found,
        asked,
        lambda it: _answers(it) if _is_his(chances.get(it.opportunity)) else (),
        beside=beside("activities"),
        chances=chances,
        sees_all=sees_all,
        names=names_of(*(one.responsible for one in found.rows)) if sees_all else {},
        today=today(),
        open_states=OPEN_ACTIVITY,
    )


def _is_his(chance: Opportunity | None) -> bool:
    """Whether the person develops that opportunity."""
    return chance is not None and allowed(may_develop, chance, person().actor)


def _found(id: UUID) -> tuple[SalesActivity, Opportunity]:  # noqa: A002
    """Return an activity that the person may change."""
    work = reading()
    it = work.sales_activities.get(SalesActivityId(id))
    chance = detail(work, it.opportunity)
    may_change_activity(it, chance, person().actor)
    return it, chance


def _new(id: UUID) -> Entry[SalesActivity]:  # noqa: A002
    """Ask what is planned for an opportunity."""
    chance = detail(reading(), OpportunityId(id))
    may_develop(chance, person().actor)
    asked = form_for(SalesActivity, zone=settings().zone, names=ASKED_FOR)
    return Entry(
        words="activities",
        topic="activities",
        asked=with_dictionary(asked),
        action=plan_activity,
        before=(chance.id,),
        known={"planned_on": today()},
        lead=f"{chance.customer_name} · {chance.title}",
        back=carry("progress.show", id=id),
    )


def _kept(id: UUID) -> Entry[SalesActivity]:  # noqa: A002
    """Ask what should be different, or to which day it is put off."""
    it, chance = _found(id)
    asked = form_for(SalesActivity, zone=settings().zone, names=ASKED_FOR, changing=True)
    return Entry(
        it=it,
        name=chance.customer_name,
        words="activities",
        topic="activities",
        asked=with_dictionary(asked, kind=it.kind),
        action=edit_activity,
        lead=chance.title,
        back=back_to("progress.show", id=chance.id),
    )


def _written(step: str) -> Shown:
    name = FIELD[step]
    words = t("activities.reason") if name == "reason" else label(f"sales_activity.{name}")
    value = request.form.get(name, "")
    return Shown(name=name, label=words, kind="long", value=value, longest=LONGEST, required=True)


def _step_page(id: UUID, step: str, problem: CrmError | None = None) -> Answer:  # noqa: A002
    it, chance = _found(id)
    shown = [_written(step)]
    if step == "complete":
        day = request.form.get("done_on") if request.method == "POST" else today().isoformat()
        shown.append(Shown(name="done_on", label=label("sales_activity.done_on"), kind="date", value=day or ""))
    return form_page(
        "form.html",
        Form(fields=tuple(shown), hidden={VERSION: str(it.version)}),
        problem,
        title=t(f"activities.{step}_title", name=chance.customer_name),
        topic="activities",
        lead=f"{entry_words('sales_activity_kind', it.kind)} · {it.content}",
        button=t(f"activities.{step}_button"),
        back=back_to("progress.show", id=chance.id),
    )


@pages.get("/<uuid:id>/<any(progress, complete, cancel):step>")
def step_form(id: UUID, step: str) -> Answer:  # noqa: A002
    """Ask how it goes, what came of it, or why it is called off (X-OPP-07)."""
    return _step_page(id, step)


def _said(step: str) -> dict[str, object]:
    """Read what was written down."""
    said: dict[str, object] = {FIELD[step]: request.form.get(FIELD[step], "").replace("\r\n", "\n")}
    day = request.form.get("done_on", "").strip()
    if step == "complete" and day:
        try:
            said["done_on"] = read("date", day, settings().zone)
        except Unreadable as error:
            raise Invalid(Problem("done_on", error.code, "sales_activity", {"got": day[:40]})) from None
    return said


@pages.post("/<uuid:id>/<any(progress, complete, cancel):step>")
def keep_step(id: UUID, step: str) -> Answer:  # noqa: A002
    """Write it down."""
    _, chance = _found(id)
    try:
        perform(STEPS[step], None, SalesActivityId(id), expected=posted_version(), **_said(step))
    except (Conflict, Invalid, Refused) as error:
        return _step_page(id, step, error)
    flash(t("done.saved"), "done")
    return redirect(back_to("progress.show", id=chance.id))


entry_pages(pages, _new, _kept, under="/of/<uuid:id>")
