"""Who sees surveys, when they change, and who is invited (requirement X-SRV-04)."""

import datetime as dt
from collections.abc import Sequence
from typing import Final
from uuid import UUID

from attrs import fields

from crmcore.access.actor import Actor
from crmcore.access.rules import may
from crmcore.access.scope import Scope
from crmcore.base.errors import Invalid, Problem, Refused
from crmcore.base.text import is_visible
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

__all__ = [
    "MOST_QUESTIONS",
    "SCOPES",
    "InvitationEnded",
    "NoQuestions",
    "NotDraft",
    "NotOpen",
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


def check_order(known: Sequence[SurveyQuestion], order: object) -> list[SurveyQuestionId]:
    """Answer the order in which somebody wants the questions of a survey; it has to name each of them once.

    Raises:
        Invalid: A question is missing, named twice, or another survey's, or it is no list of questions.
    """
    given = order if isinstance(order, list | tuple) else ()
    wanted = [SurveyQuestionId(one) for one in given if isinstance(one, UUID)]
    if len(given) != len(known) or {*wanted} != {one.id for one in known}:
        raise Invalid(Problem(field="order", code="survey.order", params={"count": len(known)}))
    return wanted


def _is_open(survey: Survey) -> None:
    if survey.status is not SurveyStatus.OPEN:
        raise NotOpen(title=survey.title)
