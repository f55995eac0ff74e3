"""Surveys for tests: one with a question of each kind, invitations, and answers."""

from collections.abc import Mapping
from typing import Any

from crmcore import surveys
from crmcore.customers.entity import Customer
from crmcore.storage.crm import Crm
from crmcore.surveys import Invited, QuestionKind, Survey, SurveyDetail, SurveyId

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
