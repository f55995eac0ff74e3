"""What a customer is asked, as a form: the same for who has a link and for who is in the customer window (X-SRV-04)."""

from typing import Any, Final

from flask import request

from crmcore import CrmError
from crmcore.surveys import QuestionKind, Questionnaire, SurveyQuestion, SurveyQuestionId
from crmcore.surveys.reading import scores_of
from crmcore_demo.display import t
from crmcore_demo.forms import Form, Option, Shown

LONGEST: Final = 2000
ROWS: Final = 4
SHORTEST_SCORE: Final = 2


def questions_form(asked: Questionnaire, error: CrmError | None = None) -> Form:
    """Return the questions as a form with what was filled in, and what was wrong with it."""
    form = Form(fields=tuple(map(_field, asked.questions)))
    return form if error is None else form.with_error(error)


def given(asked: Questionnaire) -> dict[SurveyQuestionId, Any]:
    """Read the answers; what is no number stays what it is, and is refused with everything else that is wrong."""
    said: dict[SurveyQuestionId, Any] = {}
    for one in asked.questions:
        typed = request.form.get(f"question_{one.number}", "").replace("\r\n", "\n")
        number = one.kind is not QuestionKind.TEXT and typed.isascii() and typed.isdecimal()
        said[one.id] = int(typed) if number and len(typed) <= SHORTEST_SCORE else typed
    return said


def _options(question: SurveyQuestion) -> tuple[Option, ...]:
    """Offer the scores or the choices; the ends of a scale say what they mean."""
    if question.kind is QuestionKind.CHOICE:
        return tuple(Option(value=str(place), words=words) for place, words in enumerate(question.choices, 1))
    scale = question.kind.value
    return tuple(
        Option(value=str(score), words=t(f"answering.{scale}_{score}") if _said(question, score) else str(score))
        for score in scores_of(question)
    )


def _said(question: SurveyQuestion, score: int) -> bool:
    """Whether a score is said in words: all of a short scale, the ends of a long one."""
    possible = scores_of(question)
    return question.kind is QuestionKind.SATISFACTION or score in {possible[0], possible[-1]}


def _field(question: SurveyQuestion) -> Shown:
    name = f"question_{question.number}"
    text = question.kind is QuestionKind.TEXT
    return Shown(
        name=name,
        label=f"{question.number}. {question.text}",
        kind="long" if text else "pick",
        required=question.required,
        value=request.form.get(name, ""),
        longest=LONGEST if text else None,
        rows=ROWS,
        options=() if text else _options(question),
    )
