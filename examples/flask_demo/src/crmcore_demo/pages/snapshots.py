"""Snapshots of the pipeline, which forecasts are compared with later (X-TGT-01)."""

from collections.abc import Sequence
from uuid import UUID

from attrs import fields
from flask import flash, redirect, request, url_for

from crmcore import Invalid
from crmcore.opportunities.entity import Opportunity, OpportunityStatus
from crmcore.pipeline import (
    ForecastCategory,
    PipelinePosition,
    PipelineSnapshotId,
    SalesStageId,
    positions,
    snapshot,
    take_snapshot,
)
from crmcore.pipeline import snapshots as all_snapshots
from crmcore.query import one_of, query
from crmcore_demo.actions import Action
from crmcore_demo.addresses import back_to
from crmcore_demo.answers import Answer, form_page, pages_of
from crmcore_demo.display import day, label, t
from crmcore_demo.forms import Form, Shown
from crmcore_demo.listing import codes, list_page, read_filter, states
from crmcore_demo.selling_page import SEES_OPPORTUNITIES, beside, currency, day_in
from crmcore_demo.session import crm, names_of, person, reading, stop_reading

pages = pages_of("snapshots", "L0103", "/snapshots")
LONGEST_NAME = 50


@pages.get("")
def index() -> str:
    """Show the snapshots, the newest first, and the name a new one gets."""
    asked = read_filter(
        Shown(name="day_from", label=t("snapshots.from"), kind="date"),
        Shown(name="day_to", label=t("snapshots.to"), kind="date"),
    )
    found = all_snapshots(reading(), day_from=day_in(asked, "day_from"), day_to=day_in(asked, "day_to"), **asked.part)
    new = Action(words=t("snapshots.take"), address=url_for("snapshots.ask_take"), primary=True, dialog=True)
    return list_page(
        "selling/snapshots.html",
        "snapshots",
        found,
        asked,
        actions=(new,) if person().may("process.configure") else (),
        beside=beside("snapshots"),
    )


def _take_page(problem: Invalid | None = None) -> Answer:
    name = Shown(
        name="name",
        label=label("pipeline_snapshot.name"),
        value=request.form.get("name", ""),
        longest=LONGEST_NAME,
        help=t("snapshots.name_help"),
    )
    return form_page(
        "form.html",
        Form(fields=(name,)),
        problem,
        title=t("snapshots.take"),
        topic="snapshots",
        lead=t("snapshots.take_lead"),
        button=t("snapshots.take_button"),
        back=back_to("snapshots.index" if _sees_snapshots() else "stages.index"),
    )


def _sees_snapshots() -> bool:
    """Whether the person may look at what he takes: who only arranges the process may take one, and sees none."""
    return person().may("forecast.read", "forecast.read_all")


@pages.get("/take")
def ask_take() -> Answer:
    """Ask what the snapshot is called."""
    person().require("process.configure")
    return _take_page()


@pages.post("/take")
def take() -> Answer:
    """Fix how everything stands at this moment; of each name there is one a day."""
    user = person().id
    stop_reading()
    try:
        taken = take_snapshot(crm(), request.form.get("name", ""), as_user=user)
    except Invalid as problem:
        return _take_page(problem)
    words = "snapshots.taken" if taken.new else "snapshots.there_is_one"
    flash(t(words, day=day(taken.snapshot.day)), "done" if taken.new else "warn")
    if not _sees_snapshots():
        return redirect(url_for("stages.index"))
    return redirect(url_for("snapshots.show", id=taken.snapshot.id))


@pages.get("/<uuid:id>")
def show(id: UUID) -> str:  # noqa: A002
    """Show how the opportunities stood at a snapshot."""
    work = reading()
    detail = snapshot(work, PipelineSnapshotId(id))
    asked = read_filter(
        codes("stage", label("opportunity.stage"), [(str(one.stage), one.name) for one in detail.stages]),
        states("opportunity", ForecastCategory, "category"),
        states("opportunity", OpportunityStatus),
    )
    found = positions(
        work,
        detail.snapshot,
        stage=SalesStageId(UUID(asked["stage"])) if asked["stage"] else None,
        category=asked.chosen("category", ForecastCategory),
        status=asked.chosen("status", OpportunityStatus),
        **asked.part,
    )
    name = detail.snapshot.name
    return list_page(
        "selling/positions.html",
        "snapshots",
        found,
        asked,
        title=t("positions.title", day=day(detail.snapshot.day)) + (f" · {name}" if name else ""),
        lead=t("positions.lead", n=detail.snapshot.open_opportunities),
        nothing=t("positions.none_found" if asked.active else "positions.none"),
        back=back_to("snapshots.index"),
        stages={one.stage: one.name for one in detail.stages},
        chances=_chances(found.rows),
        names=names_of(*(one.owner for one in found.rows)),
        currency=currency(),
    )


def _chances(rows: Sequence[PipelinePosition]) -> dict[UUID, Opportunity]:
    """Return the opportunities of these positions as they are called now, if the person may see opportunities."""
    if not rows or not person().may(*SEES_OPPORTUNITIES):
        return {}
    wanted = [one.opportunity for one in rows]
    found = reading().opportunities.find(query(Opportunity).where(one_of(fields(Opportunity).id, wanted)))
    return {one.id: one for one in found}
