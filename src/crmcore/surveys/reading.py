"""What counts as an answer to a question of a survey (requirement X-SRV-04)."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import attrs

from crmcore.base.constraints import Length
from crmcore.base.errors import Invalid, Problem
from crmcore.base.schema import describe
from crmcore.base.text import is_storable, is_visible
from crmcore.surveys.entity import QuestionKind, SurveyAnswer, SurveyQuestion, SurveyQuestionId
from crmcore.surveys.inputs import AnswerInput

__all__ = ["Said", "read_answers", "scores_of"]

_TEXT: Final = describe(SurveyAnswer).by_name["text"].constraint(Length) or Length(0, 0)


@attrs.frozen
class Said:
    """A good answer to one question."""

    question: SurveyQuestionId
    score: int | None
    text: str


def scores_of(question: SurveyQuestion) -> range:
    """Answer what can be said by number: 1 to 5, 0 to 10, or the places of the choices; nothing for a text."""
    match question.kind:
        case QuestionKind.SATISFACTION:
            return range(1, 6)
        case QuestionKind.RECOMMENDATION:
            return range(11)
        case QuestionKind.CHOICE:
            return range(1, len(question.choices) + 1)
    return range(0)


def read_answers(questions: Sequence[SurveyQuestion], given: Mapping[SurveyQuestionId, AnswerInput]) -> list[Said]:
    """Answer what a customer said to each question that he answered.

    Args:
        questions: The questions of the survey, in their order.
        given: Question to answer.

    Raises:
        Invalid: A required answer is missing, one is out of range, no text, or too long, or nothing is answered at
            all; every problem is listed, under ``question_1`` and so on.
    """
    if not isinstance(given, Mapping):
        raise Invalid(Problem(field="answers", code="survey.answers_form"))
    problems: list[Problem] = []
    if given.keys() - {one.id for one in questions}:
        problems.append(Problem(field="answers", code="survey.unknown_question"))
    said: list[Said] = []
    for question in questions:
        answer = given.get(question.id)
        if answer is None or (isinstance(answer, str) and not is_visible(answer)):
            if question.required:
                problems.append(_problem(question, "survey.answer_missing"))
        elif question.kind is QuestionKind.TEXT:
            problems += _wrong_text(question, answer)
            said.append(Said(question.id, None, str(answer).strip()))
        else:
            problems += _wrong_score(question, answer)
            said.append(Said(question.id, answer if isinstance(answer, int) else None, ""))
    if not problems and not said:
        problems.append(Problem(field="answers", code="survey.nothing_answered"))
    if problems:
        raise Invalid(problems)
    return said


def _wrong_score(question: SurveyQuestion, answer: object) -> list[Problem]:
    possible = scores_of(question)
    if type(answer) is int and answer in possible:  # True is no score
        return []
    return [_problem(question, "survey.answer_range", min=possible[0], max=possible[-1])]


def _wrong_text(question: SurveyQuestion, answer: object) -> list[Problem]:
    if not isinstance(answer, str):
        return [_problem(question, "survey.answer_text")]
    if len(answer.strip()) > _TEXT.max:
        return [_problem(question, "survey.answer_long", max=_TEXT.max)]
    return [] if is_storable(answer) else [_problem(question, "survey.answer_characters")]


def _problem(question: SurveyQuestion, code: str, **params: Any) -> Problem:
    named = {"number": question.number, "text": question.text, **params}
    return Problem(field=f"question_{question.number}", code=code, entity="survey_answer", params=named)
