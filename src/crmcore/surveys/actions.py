"""Making a survey: drafted, opened to customers, closed (requirement X-SRV-04)."""

from typing import Any, Unpack

import attrs
from attrs import fields

from crmcore.base.building import build, change
from crmcore.query import eq, query
from crmcore.storage.action import action
from crmcore.storage.work import Work
from crmcore.surveys.entity import Survey, SurveyId, SurveyQuestion, SurveyStatus
from crmcore.surveys.events import SurveyClosed, SurveyOpened
from crmcore.surveys.inputs import SurveyChanges, SurveyFields
from crmcore.surveys.rules import may_change, may_close, may_open

__all__ = ["close_survey", "create", "delete", "edit", "open_survey"]


@action("survey.manage")
def create(work: Work, **fields: Unpack[SurveyFields]) -> Survey:
    """Begin a survey as a draft; questions are added next.

    Args:
        work: The unit of work.
        fields: ``title`` (1–200 characters); optionally ``introduction`` (up to 2000), and ``valid_days``, how long an
            invitation can be answered (1–365, else 14).

    Raises:
        Invalid: A field is missing, unknown, too long or of the wrong type; all problems are listed.
    """
    given: dict[str, Any] = dict(fields)
    made = build(Survey, given, id=SurveyId(work.new_id()), created_by=work.user_id, created_at=work.now)
    return work.unscoped(Survey).add(made)


@action("survey.manage")
def edit(work: Work, id: SurveyId, *, expected: int | None = None, **changes: Unpack[SurveyChanges]) -> Survey:  # noqa: A002
    """Change title, introduction or validity of a draft.

    Raises:
        NotDraft: Customers can have been asked already.
        Conflict: Somebody changed it since the person saw it.
        Invalid: A value breaks a constraint.
    """
    survey = work.surveys.get(id, expected=expected)
    may_change(survey, work.actor)
    return work.surveys.save(change(survey, changes))


@action("survey.manage")
def delete(work: Work, id: SurveyId, *, expected: int | None = None) -> None:  # noqa: A002
    """Remove a draft with its questions.

    Raises:
        NotDraft: Customers can have been asked already.
        Conflict: Somebody changed it since the person saw it.
    """
    survey = work.surveys.get(id, expected=expected)
    may_change(survey, work.actor)
    for one in work.survey_questions.find(query(SurveyQuestion).where(eq(fields(SurveyQuestion).survey, id))):
        work.survey_questions.remove(one)
    work.surveys.remove(survey)


@action("survey.manage")
def open_survey(work: Work, id: SurveyId, *, expected: int | None = None) -> Survey:  # noqa: A002
    """Let customers be invited; from now on the questions stay as they are.

    Raises:
        NotDraft: It was opened before.
        NoQuestions: It asks nothing yet.
        Conflict: Somebody changed it since the person saw it.
    """
    survey = work.surveys.get(id, expected=expected)
    asked = query(SurveyQuestion).where(eq(fields(SurveyQuestion).survey, id))
    may_open(survey, work.actor, work.survey_questions.count(asked, at_most=1))
    stored = work.surveys.save(attrs.evolve(survey, status=SurveyStatus.OPEN))
    work.record(SurveyOpened(id, survey.title), about=id)
    return stored


@action("survey.manage")
def close_survey(work: Work, id: SurveyId, *, expected: int | None = None) -> Survey:  # noqa: A002
    """End a survey: nobody is invited any more, and links that were sent are of no use from now on.

    Raises:
        NotOpen: It is a draft, or was closed before.
        Conflict: Somebody changed it since the person saw it.
    """
    survey = work.surveys.get(id, expected=expected)
    may_close(survey, work.actor)
    stored = work.surveys.save(attrs.evolve(survey, status=SurveyStatus.CLOSED))
    work.record(SurveyClosed(id), about=id)
    return stored
