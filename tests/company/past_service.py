"""What a company was asked, and what was said of it, by chance."""

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import Any

from company.dice import Dice
from crmcore.base.clock import cut
from crmcore.base.tokens import digest_of
from crmcore.customers.entity import Customer
from crmcore.service.deriving import with_derived
from crmcore.service.entity import (
    Priority,
    ServiceRequest,
    ServiceRequestId,
    ServiceRound,
    ServiceRoundId,
    ServiceStatus,
)
from crmcore.surveys import (
    Invitation,
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

__all__ = ["opinions", "request", "rounds"]


def request(dice: Dice, place: int, customers: Sequence[Customer]) -> ServiceRequest:
    roll, customer, created = dice.roll, dice.roll.choice(customers), dice.instant()
    status = roll.choice((*ServiceStatus, ServiceStatus.ARCHIVED))
    treated = status in {ServiceStatus.HANDLED, ServiceStatus.ARCHIVED}
    handled = cut(created + dt.timedelta(hours=90 * roll.random())) if treated else None
    answers = treated or roll.random() < 0.5
    return with_derived(
        ServiceRequest(
            id=ServiceRequestId(dice.crm.ids()),
            number=f"FW{place}",
            type=roll.choice(("complaint", "inquiry")),
            title="t",
            request="r",
            customer=customer.id,
            customer_name=customer.name,
            channel=roll.choice(("", "phone")),
            priority=roll.choice((*Priority,)),
            status=status,
            created_by=roll.choice(dice.owners),
            created_at=created,
            assignee=None if status is ServiceStatus.NEW else roll.choice(dice.sellers),
            round=roll.choice((1, 1, 2)),
            handled_by=roll.choice(dice.sellers) if treated else None,
            handled_at=handled,
            satisfaction=roll.choice((3, 4, 5)) if status is ServiceStatus.ARCHIVED else None,
            archived_at=handled if status is ServiceStatus.ARCHIVED else None,
            responded_at=cut(created + dt.timedelta(hours=9 * roll.random())) if answers else None,
            respond_by=roll.choice((None, created, created + dt.timedelta(hours=5))),
            resolve_by=roll.choice((None, created + dt.timedelta(hours=40))),
            waiting_since=roll.choice((None, created)) if status is ServiceStatus.ASSIGNED else None,
            version=1,
        )
    )


def rounds(dice: Dice, requests: Sequence[ServiceRequest]) -> Iterator[ServiceRound]:
    for one in requests:
        for number in range(dice.roll.choice((0, 0, 1, 2))):
            reason = dice.roll.choice(("", "又坏了"))
            handled = cut(one.created_at + dt.timedelta(hours=60 * dice.roll.random()))
            yield ServiceRound(
                id=ServiceRoundId(dice.crm.ids()),
                request=one.id,
                number=number + 1,
                assignee=dice.roll.choice(dice.sellers),
                handled_by=dice.roll.choice(dice.sellers),
                handled_at=handled,
                satisfaction=dice.roll.choice((3, 4, 5) if reason else (1, 2)),
                resolved_in=dice.roll.choice((None, 0, 9000)),
                resolve_met=dice.roll.choice((None, True, False)),
                reason=reason,
                ended_by=one.created_by,
                ended_at=cut(handled + dt.timedelta(days=20 * dice.roll.random())),
                version=1,
            )


def opinions(
    dice: Dice, customers: Sequence[Customer], number: int
) -> tuple[tuple[Any, ...], tuple[SurveyQuestion, ...], tuple[SurveyAnswer, ...]]:
    crm, now = dice.crm, dice.crm.clock()
    survey = Survey(
        id=SurveyId(crm.ids()),
        title="满意度",
        status=SurveyStatus.OPEN,
        created_by=dice.people.supervisor.id,
        created_at=now,
        version=1,
    )
    questions = tuple(
        SurveyQuestion(id=SurveyQuestionId(crm.ids()), survey=survey.id, number=place, kind=kind, text="？", version=1)
        for place, kind in enumerate(QuestionKind, start=1)
    )
    answers = [
        _answer(dice, survey, dice.roll.choice(questions), dice.roll.choice(customers))
        for _ in range(number if customers else 0)
    ]
    invitations = [one for one, _ in answers]
    return (survey, *questions, *invitations), questions, tuple(one for _, one in answers)


def _answer(
    dice: Dice, survey: Survey, question: SurveyQuestion, customer: Customer
) -> tuple[Invitation, SurveyAnswer]:
    at, id_ = dice.instant(), InvitationId(dice.crm.ids())
    scores = {QuestionKind.SATISFACTION: range(1, 6), QuestionKind.RECOMMENDATION: range(11)}
    known = scores.get(question.kind)
    invitation = Invitation(
        id=id_,
        survey=survey.id,
        customer=customer.id,
        token_digest=digest_of(str(id_)),
        invited_by=customer.manager,
        invited_at=at,
        expires_at=at + dt.timedelta(days=14),
        answered_at=at,
        version=1,
    )
    answer = SurveyAnswer(
        id=SurveyAnswerId(dice.crm.ids()),
        invitation=id_,
        question=question.id,
        survey=survey.id,
        customer=customer.id,
        score=None if known is None else dice.roll.choice((*known,)),
        text="好" if known is None else "",
        answered_at=at,
        version=1,
    )
    return invitation, answer
