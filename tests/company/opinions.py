"""Surveys for tests: one with a question of each kind, invitations, and answers."""

import datetime as dt
from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from crmcore import surveys
from crmcore.access.entity import UserId
from crmcore.base.schema import Entity
from crmcore.base.tokens import digest_of
from crmcore.customers.entity import Customer
from crmcore.storage.crm import Crm
from crmcore.surveys import (
    Invitation,
    InvitationId,
    Invited,
    QuestionKind,
    Survey,
    SurveyAnswer,
    SurveyAnswerId,
    SurveyDetail,
    SurveyId,
    SurveyQuestion,
    SurveyQuestionId,
    SurveyStatus,
)

OPEN_SURVEY: Final = SurveyId(UUID("01900000-0000-7000-8000-000000000071"))
ASKED_QUESTION: Final = SurveyQuestionId(UUID("01900000-0000-7000-8000-000000000072"))
DRAFT_SURVEY: Final = SurveyId(UUID("01900000-0000-7000-8000-000000000073"))
DRAFT_QUESTION: Final = SurveyQuestionId(UUID("01900000-0000-7000-8000-000000000074"))
"""Of the surveys that :func:`two_surveys` makes."""

QUESTIONS: tuple[dict[str, Any], ...] = (
    {"kind": QuestionKind.SATISFACTION, "text": "您对这次服务满意吗？"},
    {"kind": QuestionKind.RECOMMENDATION, "text": "您会向朋友推荐我们吗？", "required": False},
    {"kind": QuestionKind.CHOICE, "text": "您希望怎样联系？", "choices": ("电话", "邮件"), "required": False},
    {"kind": QuestionKind.TEXT, "text": "还有什么要说的？", "required": False},
)


def drafted(crm: Crm, questions: tuple[dict[str, Any], ...] = QUESTIONS, **given: Any) -> Survey:
    """A draft with its questions."""
    made = crm.perform(surveys.create, as_user="zhaomin", **{"title": "服务满意度", **given})
    for one in questions:
        crm.perform(surveys.add_question, made.id, as_user="zhaomin", **one)
    return detail(crm, made.id).survey


def opened(crm: Crm, **given: Any) -> SurveyDetail:
    """A survey to which customers can be invited, with its questions."""
    survey = drafted(crm, **given)
    crm.perform(surveys.open_survey, survey.id, as_user="zhaomin")
    return detail(crm, survey.id)


def detail(crm: Crm, survey: SurveyId) -> SurveyDetail:
    """The survey as it is stored now."""
    return crm.perform(surveys.detail, survey, as_user="zhaomin")


def invited(crm: Crm, asked: SurveyDetail, customer: Customer, by: str = "lihua", **given: Any) -> Invited:
    """An invitation of a customer, with its token."""
    return crm.perform(surveys.invite, asked.survey.id, customer=customer.id, as_user=by, **given)


def said(asked: SurveyDetail, *answers: Any) -> Mapping[Any, Any]:
    """Answers to the first questions of a survey, in their order; None for those that are left out."""
    return {one.id: answer for one, answer in zip(asked.questions, answers, strict=False) if answer is not None}


def answered(crm: Crm, asked: SurveyDetail, customer: Customer, *answers: Any, by: str = "lihua") -> Invited:
    """An invitation that the customer has answered."""
    sent = invited(crm, asked, customer, by)
    surveys.answer(crm, sent.token, said(asked, *answers))
    return sent


def two_surveys(crm: Crm, by: UserId) -> dict[str, Entity]:
    """A draft and an open survey with a question each, as they are stored."""
    found: dict[str, Entity] = {}
    for name, survey, question, status in (
        ("draft", DRAFT_SURVEY, DRAFT_QUESTION, SurveyStatus.DRAFT),
        ("open", OPEN_SURVEY, ASKED_QUESTION, SurveyStatus.OPEN),
    ):
        found[f"{name}_survey"] = Survey(
            id=survey, title="满意度", status=status, created_by=by, created_at=crm.clock(), version=1
        )
        found[f"{name}_question"] = SurveyQuestion(
            id=question, survey=survey, number=1, kind=QuestionKind.SATISFACTION, text="满意吗？", version=1
        )
    return found


def asked_of(crm: Crm, customer: Customer) -> dict[str, Entity]:
    """An invitation to the open one of :func:`two_surveys` that waits, and an answer to an earlier one, as stored."""
    now, id_ = crm.clock(), InvitationId(crm.ids())
    invitation = Invitation(
        id=id_,
        survey=OPEN_SURVEY,
        customer=customer.id,
        token_digest=digest_of(str(id_)),
        invited_by=customer.manager,
        invited_at=now,
        expires_at=now + dt.timedelta(days=14),
        version=1,
    )
    answer = SurveyAnswer(
        id=SurveyAnswerId(crm.ids()),
        invitation=InvitationId(crm.ids()),
        question=ASKED_QUESTION,
        survey=OPEN_SURVEY,
        customer=customer.id,
        score=5,
        answered_at=now,
        version=1,
    )
    return {"invitation": invitation, "survey_answer": answer}
