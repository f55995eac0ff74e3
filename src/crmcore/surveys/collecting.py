"""The steps of answering a survey, which only the core takes (requirement X-SRV-04)."""

import datetime as dt
from collections.abc import Mapping, Sequence

import attrs

from crmcore.customers.entity import Contact, Customer, CustomerStatus
from crmcore.service.entity import ServiceRequest
from crmcore.storage.action import SYSTEM_ONLY, action
from crmcore.storage.secrets import by_digest
from crmcore.storage.work import Work
from crmcore.surveys.entity import (
    Invitation,
    Survey,
    SurveyAnswer,
    SurveyAnswerId,
    SurveyQuestion,
    SurveyQuestionId,
)
from crmcore.surveys.events import SurveyAnswered
from crmcore.surveys.inputs import AnswerInput
from crmcore.surveys.questions import questions_of
from crmcore.surveys.reading import read_answers
from crmcore.surveys.rules import TokenRefused, is_usable

__all__ = ["Questionnaire", "asked_by", "take_answers", "take_down", "usable"]


@attrs.frozen(kw_only=True)
class Questionnaire:
    """What somebody who was invited sees: no name and no number of anybody."""

    title: str
    introduction: str
    about: str
    """Title of the service request it is about; empty for the customer's opinion in general."""
    questions: Sequence[SurveyQuestion]
    expires_at: dt.datetime


@action(SYSTEM_ONLY)
def asked_by(work: Work, digest: str) -> Questionnaire | None:
    """Answer what the holder of a token is asked; None if the token is of no use."""
    invitation = by_digest(work, Invitation, digest)
    return None if invitation is None else usable(work, invitation)


@action(SYSTEM_ONLY)
def take_answers(work: Work, digest: str, answers: Mapping[SurveyQuestionId, AnswerInput]) -> bool:
    """Store what the holder of a token answers; tell whether the token was of any use."""
    invitation = by_digest(work, Invitation, digest)
    if invitation is None:
        return False
    try:
        take_down(work, invitation, answers)
    except TokenRefused:  # no record of a refusal: a link that was used says nothing about an attack
        return False
    return True


def usable(work: Work, invitation: Invitation) -> Questionnaire | None:
    """Answer what an invitation asks; None if it can't be answered. For actions, which know whose it is."""
    survey = work.unscoped(Survey).get(invitation.survey)
    if not _can_be_answered(work, invitation, survey):
        return None
    request = None if invitation.request is None else work.session.load(ServiceRequest, invitation.request)
    return Questionnaire(
        title=survey.title,
        introduction=survey.introduction,
        about="" if request is None else request.title,
        questions=questions_of(work, survey.id),
        expires_at=invitation.expires_at,
    )


def take_down(work: Work, invitation: Invitation, answers: Mapping[SurveyQuestionId, AnswerInput]) -> Invitation:
    """Store what a customer answers to an invitation, once; for actions, which know that it is his.

    The answers share one change record: each belongs to the invitation, is never changed, and says what was said.

    Raises:
        TokenRefused: The invitation can't be answered any more.
        Invalid: Answers are missing or out of range; all problems are listed.
        Contention: Somebody answered it at the same time.
    """
    survey = work.unscoped(Survey).get(invitation.survey)
    if not _can_be_answered(work, invitation, survey):
        raise TokenRefused
    said = read_answers(questions_of(work, survey.id), answers)
    stored = work.unscoped(Invitation).save(attrs.evolve(invitation, answered_at=work.now))
    work.bulk.add(
        [
            SurveyAnswer(
                id=SurveyAnswerId(work.new_id()),
                invitation=invitation.id,
                question=one.question,
                survey=survey.id,
                customer=invitation.customer,
                score=one.score,
                text=one.text,
                answered_at=work.now,
            )
            for one in said
        ]
    )
    work.bulk.note(SurveyAnswer, invitation.id, {"answers": [None, len(said)]})
    work.record(SurveyAnswered(invitation.id, survey.id, invitation.customer), about=invitation.id)
    return stored


def _can_be_answered(work: Work, invitation: Invitation, survey: Survey) -> bool:
    """Tell whether an invitation can be answered now, and whoever was asked is still a customer's contact."""
    if not is_usable(invitation, survey, work.now):
        return False
    customer = work.session.load(Customer, invitation.customer)
    gone = invitation.contact is not None and work.session.load(Contact, invitation.contact) is None
    return customer is not None and customer.status is not CustomerStatus.DELETED and not gone
