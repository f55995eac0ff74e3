"""Fills an empty store with service requests since 2023, what customers said of them, and who was lost."""

import datetime as dt
import random
from collections.abc import Iterator, Sequence
from typing import Any

import attrs

from bench.selling import START, moments
from bench.trading import pour
from crmcore.churn.entity import ChurnCase, ChurnCaseId, ChurnStatus
from crmcore.customers.entity import Customer, CustomerId
from crmcore.customers.rules import name_key
from crmcore.service.entity import (
    ServiceRequest,
    ServiceRequestId,
    ServiceRound,
    ServiceRoundId,
    ServiceStatus,
)
from crmcore.storage.crm import Crm
from crmcore.surveys.entity import (
    InvitationId,
    QuestionKind,
    Survey,
    SurveyAnswer,
    SurveyAnswerId,
    SurveyId,
    SurveyQuestion,
    SurveyQuestionId,
    SurveyStatus,
)

__all__ = ["fill_service"]

_DONE = (ServiceStatus.HANDLED, ServiceStatus.ARCHIVED)
_STATES = (*(ServiceStatus.ARCHIVED,) * 8, *ServiceStatus)


def fill_service(crm: Crm, sellers: Sequence[Any], many: int) -> None:
    """Put customers in, five requests of each with earlier treatments, answers to surveys, and cases of churn."""
    customers = [*_customers(crm, sellers, many // 5)]
    known = [one.id for one in customers]
    requests = [*_requests(crm, sellers, known, many)]
    pour(crm.store, (Customer, iter(customers)), (ServiceRequest, iter(requests)))
    pour(crm.store, (ServiceRound, _rounds(crm, requests)), (ChurnCase, _lost_customers(crm, sellers, known, many)))
    survey = SurveyId(crm.ids())
    of = Survey(id=survey, title="回访", status=SurveyStatus.OPEN, created_by=sellers[0], created_at=START, version=1)
    questions = [*_questions(crm, survey)]
    pour(crm.store, (Survey, iter([of])), (SurveyQuestion, iter(questions)))
    pour(crm.store, (SurveyAnswer, _answers(crm, questions, known, many)))


def _customers(crm: Crm, sellers: Sequence[Any], many: int) -> Iterator[Customer]:
    for place, created in enumerate(moments(many)):
        name = f"客户{place}有限公司"
        yield Customer(
            id=CustomerId(crm.ids()),
            number=f"KH{place}",
            name=name,
            name_key=name_key(name),
            manager=sellers[place % len(sellers)],
            created_by=sellers[0],
            created_at=created,
            version=1,
        )


def _requests(crm: Crm, sellers: Sequence[Any], customers: Sequence[CustomerId], many: int) -> Iterator[ServiceRequest]:
    dice = random.Random(8)
    last = ServiceRequestId(crm.ids())
    for place, created in enumerate(moments(many)):
        status = dice.choice(_STATES)
        plain = ServiceRequest(
            id=ServiceRequestId(crm.ids()),
            number=f"FW{place}",
            type=dice.choice(("complaint", "inquiry")),
            title="显示器有亮点",
            customer=dice.choice(customers),
            request="三台显示器有亮点，请更换。",
            status=status,
            created_by=sellers[0],
            created_at=created,
            assignee=None if status is ServiceStatus.NEW else dice.choice(sellers),
            round=dice.choice((1, 1, 2)),
            version=1,
        )
        same = status is ServiceStatus.ARCHIVED and not place % 30
        yield _merged(plain, last) if same else _went_on(plain, dice)
        last = plain.id


def _merged(plain: ServiceRequest, into: ServiceRequestId) -> ServiceRequest:
    """Answer what said the same as another request, found out when it had been handled; it has no say of its own."""
    handled, archived = (plain.created_at + dt.timedelta(hours=hours) for hours in (5, 6))
    return attrs.evolve(plain, handled_by=plain.assignee, handled_at=handled, merged_into=into, archived_at=archived)


def _went_on(plain: ServiceRequest, dice: random.Random) -> ServiceRequest:
    """Answer what came of a request by its state: answered, handled, judged; three of four had promises."""
    created, done = plain.created_at, plain.status in _DONE
    answered = None if plain.assignee is None else created + dt.timedelta(minutes=dice.randrange(1, 90))
    handled = created + dt.timedelta(hours=dice.randrange(2, 99)) if done else None
    promised = dice.randrange(4)
    respond_by, resolve_by = (created + dt.timedelta(hours=hours) if promised else None for hours in (1, 48))
    waits = created + dt.timedelta(hours=1) if not handled and not dice.randrange(5) else None
    left = [by for by, kept in ((respond_by, answered), (resolve_by, handled)) if by and not kept]
    return attrs.evolve(
        plain,
        handled_by=plain.assignee if done else None,
        handled_at=handled,
        satisfaction=dice.randrange(3, 6) if plain.status is ServiceStatus.ARCHIVED else None,
        archived_at=handled + dt.timedelta(days=1) if handled and plain.status is ServiceStatus.ARCHIVED else None,
        respond_by=respond_by,
        responded_at=answered,
        responded_in=(answered - created).seconds if answered and promised != 1 else None,
        respond_met=answered <= respond_by if answered and respond_by else None,
        resolve_by=resolve_by,
        resolved_in=int((handled - created).total_seconds()) if handled and promised != 1 else None,
        resolve_met=handled <= resolve_by if handled and resolve_by else None,
        waiting_since=waits,
        next_due_at=min(left, default=None) if waits is None or promised == 1 else None,
    )


def _rounds(crm: Crm, requests: Sequence[ServiceRequest]) -> Iterator[ServiceRound]:
    """The first treatments of what was treated again: sent back by few stars, or opened again for a reason."""
    dice = random.Random(12)
    for one in requests:
        if one.round == 1:
            continue
        handled = one.created_at + dt.timedelta(hours=dice.randrange(1, 30))
        stars = dice.choice((1, 2, 2, 3, 4, 5, None))
        promised = dice.randrange(3)
        yield ServiceRound(
            id=ServiceRoundId(crm.ids()),
            request=one.id,
            number=1,
            assignee=one.assignee,
            handled_by=one.assignee,
            handled_at=handled if dice.randrange(20) else None,
            satisfaction=stars,
            reason="" if stars in {1, 2} else "又坏了。",
            resolved_in=dice.randrange(100_000) if promised else None,
            resolve_met=dice.choice((True, False)) if promised else None,
            ended_by=one.created_by,
            ended_at=handled + dt.timedelta(hours=5),
            version=1,
        )


def _lost_customers(
    crm: Crm, sellers: Sequence[Any], customers: Sequence[CustomerId], many: int
) -> Iterator[ChurnCase]:
    for place, opened in enumerate(moments(many)):
        yield ChurnCase(
            id=ChurnCaseId(crm.ids()),
            customer=customers[place % len(customers)],
            customer_name=f"客户{place}有限公司",
            manager=sellers[place % len(sellers)],
            status=ChurnStatus.LOST if place % 2 else ChurnStatus.WARNING,
            reason="迁往外地",
            opened_at=opened,
            closed_at=opened + dt.timedelta(days=9) if place % 2 else None,
            version=1,
        )


def _questions(crm: Crm, survey: SurveyId) -> Iterator[SurveyQuestion]:
    for number, kind in enumerate((*QuestionKind, *QuestionKind), 1):
        choices = ("电话", "上门") if kind is QuestionKind.CHOICE else ()
        yield SurveyQuestion(
            id=SurveyQuestionId(crm.ids()), survey=survey, number=number, kind=kind, text="满意吗？", choices=choices
        )


def _answers(
    crm: Crm, questions: Sequence[SurveyQuestion], customers: Sequence[CustomerId], many: int
) -> Iterator[SurveyAnswer]:
    dice = random.Random(13)
    scores = {QuestionKind.SATISFACTION: (1, 6), QuestionKind.RECOMMENDATION: (0, 11), QuestionKind.CHOICE: (1, 3)}
    invitation = InvitationId(crm.ids())
    for place, answered in enumerate(moments(many)):
        of = questions[place % len(questions)]
        if not place % len(questions):
            invitation = InvitationId(crm.ids())
        score = dice.randrange(*scores[of.kind]) if of.kind in scores else None
        yield SurveyAnswer(
            id=SurveyAnswerId(crm.ids()),
            invitation=invitation,
            question=of.id,
            survey=of.survey,
            customer=customers[place % len(customers)],
            score=score,
            text="" if score is not None else "很好",
            answered_at=answered,
            version=1,
        )
