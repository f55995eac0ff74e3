"""Defining the sales process: its stages, their order, what they ask for (X-OPP-03)."""

from collections.abc import Callable, Iterable, Sequence
from typing import Final
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for

from crmcore.access.entity import Validity
from crmcore.pipeline import (
    SalesStage,
    SalesStageId,
    arrange_stages,
    create_stage,
    edit_stage,
    restore_stage,
    retire_stage,
    stage_loads,
    stages,
)
from crmcore.pipeline.rules import NEEDABLE
from crmcore.setup import standard_process
from crmcore.views import Choice, form_for
from crmcore.views import Form as Asked
from crmcore_demo.actions import Action
from crmcore_demo.addresses import back_to, onward
from crmcore_demo.answers import Answer, pages_of
from crmcore_demo.display import label, language, t
from crmcore_demo.entries import Entry, entry_pages
from crmcore_demo.listing import possible_with
from crmcore_demo.possible import steps_of
from crmcore_demo.questions import DONE, Question, step_pages
from crmcore_demo.selling_page import beside
from crmcore_demo.session import perform, person, reading, settings

pages = pages_of("stages", "L0103", "/stages")
STEPS: Final = {"retire": retire_stage, "restore": restore_stage}
ASKED_FOR: Final = ("name", "probability", "category", "needed")
CLOSED: Final = "closed"
"""The category of what is won: no stage has it."""


def _answers(it: SalesStage) -> Iterable[Action]:
    yield Action(words=t("stages.edit"), address=onward("stages.edit_form", id=it.id))
    yield from steps_of("stages", it)


@pages.get("")
def index() -> str:
    """Show the stages in their order, with how many opportunities stand in each; retired ones last."""
    person().require("process.configure")
    work = reading()
    known = stages(work, retired=True)
    rows = sorted(known, key=lambda one: one.status is Validity.RETIRED)
    new = Action(words=t("stages.new"), address=url_for("stages.new"), primary=True)
    return render_template(
        "selling/stages.html",
        rows=rows,
        loads=stage_loads(work),
        used=[one.id for one in rows if one.status is Validity.VALID],
        actions=(new,),
        beside=beside("stages"),
        possible=possible_with(rows, _answers),
        needed_words=needed_words,
    )


def needed_words(it: SalesStage) -> str:
    """Say what has to be filled in before an opportunity enters."""
    return t("punctuation.and").join(label(f"opportunity.{name}") for name in it.needed)


def without_closed(asked: Asked) -> Asked:
    """Offer every forecast category but that of what is won."""
    (control,) = (one for one in asked if one.name == "category")
    return asked.with_choices("category", (one for one in control.choices or () if one.value != CLOSED))


def _offered(asked: Asked) -> Asked:
    return without_closed(asked).with_choices("needed", (Choice(name, f"opportunity.{name}") for name in NEEDABLE))


def _entry(action: Callable[..., SalesStage], it: SalesStage | None = None) -> Entry[SalesStage]:
    return Entry(
        it=it,
        name=it.name if it else "",
        words="stages",
        topic="stages",
        asked=_offered(form_for(SalesStage, zone=settings().zone, names=ASKED_FOR, changing=it is not None)),
        action=action,
        lead=t("stages.form_lead"),
        back=back_to("stages.index"),
    )


def _found(id: UUID) -> SalesStage:  # noqa: A002
    person().require("process.configure")
    return reading().sales_stages.get(SalesStageId(id))


def _new() -> Entry[SalesStage]:
    """Ask for a new stage; it comes last."""
    person().require("process.configure")
    return _entry(create_stage)


def _kept(id: UUID) -> Entry[SalesStage]:  # noqa: A002
    """Ask what should be different about a stage."""
    return _entry(edit_stage, _found(id))


def _asked(id: UUID, step: str) -> Question:  # noqa: A002
    """Ask before nothing enters a stage any more, or before it is used again (GEN-13)."""
    it = _found(id)
    return Question(
        id=it.id,
        words=f"stages.{step}",
        topic="stages",
        back=back_to("stages.index"),
        version=it.version,
        gaps={"name": it.name},
        done=DONE[step],
    )


def _moved_up(order: Sequence[SalesStageId], id_: UUID) -> tuple[SalesStageId, ...]:
    """Return the order in which a stage stands one place earlier."""
    places = list(order)
    place = places.index(SalesStageId(id_))
    if place:
        places[place - 1 : place + 1] = places[place], places[place - 1]
    return tuple(places)


@pages.post("/order")
def move_up() -> Answer:
    """Put a stage before the one before it."""
    person().require("process.configure")
    order = [one.id for one in stages(reading())]
    chosen = next((one for one in order if str(one) == request.form.get("up", "")), None)
    if chosen is not None:
        perform(arrange_stages, None, _moved_up(order, chosen))
        flash(t("done.saved"), "done")
    return redirect(url_for("stages.index"))


@pages.post("/standard")
def begin() -> Answer:
    """Begin with the stages that many companies use, if there is none yet."""
    perform(standard_process, None, language=language())
    flash(t("stages.begun"), "done")
    return redirect(url_for("stages.index"))


entry_pages(pages, _new, _kept)
step_pages(pages, STEPS, _asked)
