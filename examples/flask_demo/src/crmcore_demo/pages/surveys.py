"""Surveys: what customers are asked, opened to them and closed (X-SRV-04)."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for

from crmcore import Conflict, Invalid, Refused
from crmcore.access.actor import Actor
from crmcore.surveys import (
    Survey,
    SurveyDetail,
    SurveyId,
    SurveyQuestionId,
    SurveyStatus,
    close_survey,
    create,
    delete,
    detail,
    edit,
    listing,
    open_survey,
    reorder,
)
from crmcore.surveys.rules import may_change, may_close, may_open
from crmcore.views import form_for
from crmcore_demo.actions import Action, Possibilities, Refusal
from crmcore_demo.addresses import back_to, carry
from crmcore_demo.answers import Answer, pages_of
from crmcore_demo.display import label, language, t
from crmcore_demo.entries import Entry, entry_pages
from crmcore_demo.listing import list_page, read_filter, states
from crmcore_demo.possible import answer
from crmcore_demo.questions import Question, step_pages
from crmcore_demo.session import names_of, perform, person, reading, settings

pages = pages_of("surveys", "L0307", "/surveys")
STEPS: Final[Mapping[str, Callable[..., object]]] = {"open": open_survey, "close": close_survey, "delete": delete}
ASKED_FOR: Final = ("title", "introduction", "valid_days")


def _rule(it: SurveyDetail, step: str) -> Callable[[object, Actor], None]:
    def rule(_: object, actor: Actor) -> None:
        if step == "open":
            may_open(it.survey, actor, len(it.questions))
        elif step == "close":
            may_close(it.survey, actor)
        else:
            may_change(it.survey, actor)

    return rule


def _answers(it: SurveyDetail) -> Iterable[Action | Refusal]:
    if person().may("survey.read"):
        results = Action(words=t("surveys.results"), address=carry("survey_results.show", id=it.survey.id))
        yield from (results,) if it.survey.status is not SurveyStatus.DRAFT else ()
    if not person().may("survey.manage"):
        return
    id_, draft = it.survey.id, it.survey.status is SurveyStatus.DRAFT
    if draft:
        yield Action(words=t("surveys.edit"), address=carry("surveys.edit_form", id=id_))
    for step in ("open", "delete") if draft else ("close",) if it.survey.status is SurveyStatus.OPEN else ():
        address = carry("surveys.ask", id=id_, step=step)
        shown = {"primary": step == "open", "danger": step == "delete"}
        yield answer(_rule(it, step), it, Action(words=t(f"surveys.{step}"), address=address, dialog=True, **shown))


@pages.get("")
def index() -> str:
    """Show the surveys, the newest first (X-SRV-04)."""
    asked = read_filter(states("survey", SurveyStatus))
    found = listing(reading(), status=asked.chosen("status", SurveyStatus), **asked.part)
    new = Action(words=t("surveys.new"), address=url_for("surveys.new"), primary=True)
    return list_page(
        "surveys/list.html",
        "surveys",
        found,
        asked,
        title=label("menu.L0307"),
        actions=(new,) if person().may("survey.manage") else (),
        names=names_of(*(one.created_by for one in found.rows)),
    )


@pages.get("/<uuid:id>")
def show(id: UUID) -> str:  # noqa: A002
    """Show what a survey asks, and what can be done with it."""
    it = detail(reading(), SurveyId(id))
    return render_template(
        "surveys/show.html",
        it=it,
        changing=it.survey.status is SurveyStatus.DRAFT and person().may("survey.manage"),
        possibilities=Possibilities.of(_answers(it)),
        names=names_of(it.survey.created_by),
        back=back_to("surveys.index"),
    )


@pages.post("/<uuid:id>/order")
def move(id: UUID) -> Answer:  # noqa: A002
    """Move a question of a draft up."""
    numbers = [one.id for one in detail(reading(), SurveyId(id)).questions]
    place = next((place for place, one in enumerate(numbers) if str(one) == request.form.get("up")), 0)
    order: list[SurveyQuestionId] = numbers
    if place:
        order[place - 1], order[place] = order[place], order[place - 1]
    try:
        perform(reorder, None, SurveyId(id), order)
    except (Conflict, Invalid, Refused) as error:
        flash(error.explain(language()), "warn")
    return redirect(carry("surveys.show", id=id) + "#questions")


def _entry(action: Callable[..., Survey], it: Survey | None = None, **more: Any) -> Entry[Survey]:
    return Entry(
        it=it,
        name=it.title if it else "",
        words="surveys",
        topic="survey",
        asked=form_for(Survey, zone=settings().zone, names=ASKED_FOR, changing=it is not None),
        action=action,
        then=lambda survey: carry("surveys.show", id=survey.id),
        show="surveys.show",
        **more,
    )


def _new() -> Entry[Survey]:
    """Ask for a new survey, and go on to its questions."""
    person().require("survey.manage")
    return _entry(create, lead=t("surveys.new_lead"), back=back_to("surveys.index"))


def _kept(id: UUID) -> Entry[Survey]:  # noqa: A002
    """Ask what should be different about a draft."""
    it = detail(reading(), SurveyId(id)).survey
    may_change(it, person().actor)
    return _entry(edit, it, back=carry("surveys.show", id=id))


def _asked(id: UUID, step: str) -> Question:  # noqa: A002
    """Ask before a survey is opened, closed or removed (GEN-13)."""
    it = detail(reading(), SurveyId(id))
    _rule(it, step)(it, person().actor)
    show = carry("surveys.show", id=id)
    return Question(
        id=it.survey.id,
        words=f"surveys.{step}",
        topic="survey",
        back=show,
        version=it.survey.version,
        gaps={"title": it.survey.title},
        then=url_for("surveys.index") if step == "delete" else show,
        kind="primary" if step == "open" else "",
        done="done.deleted" if step == "delete" else "done.done",
    )


entry_pages(pages, _new, _kept)
step_pages(pages, STEPS, _asked)
