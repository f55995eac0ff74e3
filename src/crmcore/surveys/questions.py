"""The questions of a draft: added, changed, put in order, taken away (requirement X-SRV-04).

Every change stores the survey anew as well, so that it is not opened at the same moment.
"""

from collections.abc import Sequence
from typing import Any, Unpack

import attrs
from attrs import fields

from crmcore.base.building import build, change
from crmcore.query import asc, eq, query
from crmcore.storage.action import action
from crmcore.storage.work import Work
from crmcore.surveys.entity import Survey, SurveyId, SurveyQuestion, SurveyQuestionId
from crmcore.surveys.inputs import QuestionChanges, QuestionFields
from crmcore.surveys.rules import MOST_QUESTIONS, TooManyQuestions, check_order, check_question, may_change

__all__ = ["add_question", "edit_question", "questions_of", "remove_question", "reorder"]

_q = fields(SurveyQuestion)


@action("survey.manage")
def add_question(work: Work, survey: SurveyId, **fields: Unpack[QuestionFields]) -> SurveyQuestion:
    """Ask one thing more, behind the other questions.

    Args:
        work: The unit of work.
        survey: Which draft.
        fields: ``kind`` and ``text`` (1–500 characters); ``choices``, 2 to 20 different ones, for a choice and for
            nothing else; ``required``, unless told otherwise.

    Raises:
        NotDraft: The survey was opened.
        TooManyQuestions: It has 100.
        Invalid: A field is missing, unknown or of the wrong type, or the choices do not suit.
    """
    draft = _draft(work, survey)
    number = work.survey_questions.count(query(SurveyQuestion).where(eq(_q.survey, survey))) + 1
    if number > MOST_QUESTIONS:
        raise TooManyQuestions(max=MOST_QUESTIONS)
    given: dict[str, Any] = dict(fields)
    made = build(SurveyQuestion, given, id=SurveyQuestionId(work.new_id()), survey=survey, number=number)
    check_question(made)
    work.surveys.touch(draft)
    return work.unscoped(SurveyQuestion).add(made)


@action("survey.manage")
def edit_question(
    work: Work,
    id: SurveyQuestionId,  # noqa: A002
    *,
    expected: int | None = None,
    **changes: Unpack[QuestionChanges],
) -> SurveyQuestion:
    """Change a question of a draft.

    Raises:
        NotDraft: The survey was opened.
        Conflict: Somebody changed it since the person saw it.
        Invalid: A value breaks a constraint, or the choices do not suit.
    """
    question = work.survey_questions.get(id, expected=expected)
    draft = _draft(work, question.survey)
    changed = change(question, changes)
    check_question(changed)
    work.surveys.touch(draft)
    return work.survey_questions.save(changed)


@action("survey.manage")
def remove_question(work: Work, id: SurveyQuestionId, *, expected: int | None = None) -> None:  # noqa: A002
    """Take a question out of a draft; those behind it move up.

    Raises:
        NotDraft: The survey was opened.
        Conflict: Somebody changed it since the person saw it.
    """
    question = work.survey_questions.get(id, expected=expected)
    work.surveys.touch(_draft(work, question.survey))
    behind = [one for one in questions_of(work, question.survey) if one.number > question.number]
    work.survey_questions.remove(question)
    work.bulk.change([(one, attrs.evolve(one, number=one.number - 1)) for one in behind])


@action("survey.manage")
def reorder(work: Work, survey: SurveyId, order: Sequence[SurveyQuestionId]) -> Sequence[SurveyQuestion]:
    """Put the questions of a draft in another order; answer them in it.

    A question that moves is stored anew and gets a new id: nobody has been asked yet, and two questions of a survey
    never have the same number, not even for a moment.

    Args:
        work: The unit of work.
        survey: Which draft.
        order: Every question of it, once.

    Raises:
        NotDraft: The survey was opened.
        Invalid: A question is missing, named twice, or another survey's.
    """
    draft = _draft(work, survey)
    known = questions_of(work, survey)
    wanted = check_order(known, order)
    by_id = {one.id: one for one in known}
    moved = [(number, by_id[id_]) for number, id_ in enumerate(wanted, 1) if by_id[id_].number != number]
    if moved:
        work.surveys.touch(draft)
    for _, question in moved:
        work.survey_questions.remove(question)
    for number, question in moved:
        new = SurveyQuestionId(work.new_id())
        work.unscoped(SurveyQuestion).add(attrs.evolve(question, id=new, number=number))
    return questions_of(work, survey)


def questions_of(work: Work, survey: SurveyId) -> Sequence[SurveyQuestion]:
    """Answer the questions of a survey in their order; for actions, which have checked who may see them."""
    return work.unscoped(SurveyQuestion).find(query(SurveyQuestion).where(eq(_q.survey, survey)).sort(asc(_q.number)))


def _draft(work: Work, id_: SurveyId) -> Survey:
    survey = work.surveys.get(id_)
    may_change(survey, work.actor)
    return survey
