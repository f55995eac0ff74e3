"""Who sees surveys, when they change, and what counts as an answer (requirement X-SRV-04)."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any, Final

import attrs
from attrs import fields

from crmcore.access.actor import Actor
from crmcore.access.rules import may
from crmcore.access.scope import Scope
from crmcore.base.constraints import Length
from crmcore.base.errors import Invalid, Problem, Refused
from crmcore.base.schema import describe
from crmcore.base.text import is_storable, is_visible
from crmcore.customers.entity import Customer, CustomerStatus
from crmcore.customers.rules import CustomerDeleted, NotTheManager, of_own
from crmcore.surveys.entity import (
    Invitation,
    QuestionKind,
    Survey,
    SurveyAnswer,
    SurveyQuestion,
    SurveyQuestionId,
    SurveyStatus,
)
from crmcore.surveys.inputs import AnswerInput

__all__ = [
    "MOST_QUESTIONS",
    "SCOPES",
    "InvitationEnded",
    "NoQuestions",
    "NotDraft",
    "NotOpen",
    "Said",
    "TokenRefused",
    "TooManyQuestions",
    "check_order",
    "check_question",
    "is_usable",
    "may_change",
    "may_close",
    "may_invite",
    "may_open",
    "may_withdraw",
    "read_answers",
    "scores_of",
]

_READ: Final = frozenset({"survey.read"})
_READ_ALL: Final = frozenset({"survey.read_all"})
SCOPES: Final = (
    Scope(entity=Survey, read=frozenset({"survey.read", "survey.manage", "survey.invite"})),
    Scope(entity=SurveyQuestion, read=frozenset({"survey.read", "survey.manage", "survey.invite"})),
    Scope(entity=Invitation, read=_READ, read_all=_READ_ALL, own=of_own(fields(Invitation).customer)),
    Scope(entity=SurveyAnswer, read=_READ, read_all=_READ_ALL, own=of_own(fields(SurveyAnswer).customer)),
)
MOST_QUESTIONS: Final = 100
_FEWEST_CHOICES: Final = 2
_TEXT: Final = describe(SurveyAnswer).by_name["text"].constraint(Length) or Length(0, 0)


class NotDraft(Refused):
    """Customers were asked these questions, or are about to be; make a new survey instead."""

    code = "survey.not_draft"


class NotOpen(Refused):
    """Only an open survey is sent to customers, and closed."""

    code = "survey.not_open"


class NoQuestions(Refused):
    """A survey without a question asks nothing."""

    code = "survey.no_questions"


class TooManyQuestions(Refused):
    """Nobody answers more questions than a survey may have."""

    code = "survey.too_many_questions"


class InvitationEnded(Refused):
    """It was answered or withdrawn already."""

    code = "survey.invitation_ended"


class TokenRefused(Refused):
    """The link can't be used: unknown, used, expired and withdrawn ones get this one answer (requirement X-SRV-04)."""

    code = "survey.token_refused"


@attrs.frozen
class Said:
    """A good answer to one question."""

    question: SurveyQuestionId
    score: int | None
    text: str


def may_change(survey: Survey, actor: Actor) -> None:
    """Refuse unless *actor* keeps surveys, and nobody can have been asked yet."""
    may(actor, "survey.manage")
    if survey.status is not SurveyStatus.DRAFT:
        raise NotDraft(title=survey.title)


def may_open(survey: Survey, actor: Actor, questions: int) -> None:
    """Refuse unless *actor* may change the survey, and it asks something."""
    may_change(survey, actor)
    if not questions:
        raise NoQuestions(title=survey.title)


def may_close(survey: Survey, actor: Actor) -> None:
    """Refuse unless *actor* keeps surveys, and this one is open."""
    may(actor, "survey.manage")
    _is_open(survey)


def may_invite(survey: Survey, customer: Customer, actor: Actor) -> None:
    """Refuse unless *actor* invites, the survey is open, and the customer is his own or he sees all answers."""
    may(actor, "survey.invite")
    _is_open(survey)
    if not actor.is_user(customer.manager) and not actor.may("survey.read_all"):
        raise NotTheManager(name=customer.name)
    if customer.status is CustomerStatus.DELETED:
        raise CustomerDeleted(name=customer.name)


def may_withdraw(invitation: Invitation, actor: Actor) -> None:
    """Refuse unless *actor* invites, and the invitation still waits for an answer."""
    may(actor, "survey.invite")
    if invitation.answered_at is not None or invitation.withdrawn_at is not None:
        raise InvitationEnded


def is_usable(invitation: Invitation, survey: Survey, now: dt.datetime) -> bool:
    """Tell whether an invitation can be answered: once, in its time, unless it was withdrawn or the survey closed."""
    waiting = invitation.answered_at is None and invitation.withdrawn_at is None
    return waiting and now < invitation.expires_at and survey.status is SurveyStatus.OPEN


def check_question(question: SurveyQuestion) -> None:
    """Refuse a choice between fewer than two different things, and choices where nothing is chosen.

    Raises:
        Invalid: The choices do not suit the kind of question.
    """
    choices = [one.strip() for one in question.choices]
    if question.kind is not QuestionKind.CHOICE:
        bad = "survey.choices_unused" if choices else ""
    elif len(choices) < _FEWEST_CHOICES:
        bad = "survey.choices_few"
    elif len({*choices}) < len(choices) or not all(map(is_visible, choices)):
        bad = "survey.choices_alike"
    else:
        bad = ""
    if bad:
        raise Invalid(Problem(field="choices", code=bad, entity="survey_question", params={"min": _FEWEST_CHOICES}))


def check_order(known: Sequence[SurveyQuestion], wanted: Sequence[SurveyQuestionId]) -> None:
    """Refuse an order that does not name every question of a survey once.

    Raises:
        Invalid: A question is missing, named twice, or another survey's.
    """
    if len(wanted) != len(known) or {*wanted} != {one.id for one in known}:
        raise Invalid(Problem(field="order", code="survey.order", params={"count": len(known)}))


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


def _is_open(survey: Survey) -> None:
    if survey.status is not SurveyStatus.OPEN:
        raise NotOpen(title=survey.title)
