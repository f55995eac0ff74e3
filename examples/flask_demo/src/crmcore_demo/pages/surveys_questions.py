"""The questions of a survey that is still a draft (X-SRV-04)."""

from collections.abc import Callable
from typing import Any, Final
from uuid import UUID

from crmcore.surveys import (
    Survey,
    SurveyId,
    SurveyQuestion,
    SurveyQuestionId,
    add_question,
    edit_question,
    remove_question,
)
from crmcore.surveys.rules import may_change
from crmcore.views import form_for
from crmcore_demo.addresses import carry
from crmcore_demo.answers import pages_of
from crmcore_demo.entries import Entry, entry_pages
from crmcore_demo.questions import DONE, Question, step_pages
from crmcore_demo.session import person, reading, settings

pages = pages_of("survey_questions", "L0307")
ASKED_FOR: Final = ("kind", "text", "choices", "required")


def _entry(
    action: Callable[..., SurveyQuestion], survey: Survey, it: SurveyQuestion | None = None, **more: Any
) -> Entry[SurveyQuestion]:
    return Entry(
        it=it,
        name=str(it.number) if it else "",
        words="survey_questions",
        topic="survey",
        asked=form_for(SurveyQuestion, zone=settings().zone, names=ASKED_FOR, changing=it is not None),
        action=action,
        lead=survey.title,
        back=carry("surveys.show", id=survey.id),
        **more,
    )


def _draft(id: UUID) -> Survey:  # noqa: A002
    """Return the survey whose questions are changed, if the person may change them."""
    it = reading().surveys.get(SurveyId(id))
    may_change(it, person().actor)
    return it


def _new(id: UUID) -> Entry[SurveyQuestion]:  # noqa: A002
    """Ask for one question more."""
    survey = _draft(id)
    return _entry(add_question, survey, before=(survey.id,))


def _kept(id: UUID) -> Entry[SurveyQuestion]:  # noqa: A002
    """Ask what should be different about a question."""
    it = reading().survey_questions.get(SurveyQuestionId(id))
    return _entry(edit_question, _draft(it.survey), it)


def _asked(id: UUID, step: str) -> Question:  # noqa: A002
    """Ask before a question is taken out (GEN-13)."""
    it = reading().survey_questions.get(SurveyQuestionId(id))
    survey = _draft(it.survey)
    return Question(
        id=it.id,
        words=f"survey_questions.{step}",
        topic="survey",
        back=carry("surveys.show", id=survey.id),
        version=it.version,
        gaps={"number": it.number, "text": it.text},
        done=DONE[step],
    )


entry_pages(pages, _new, _kept, under="/surveys/<uuid:id>/questions", at="/survey-questions")
step_pages(pages, {"delete": remove_question}, _asked, at="/survey-questions")
