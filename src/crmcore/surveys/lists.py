"""Surveys, whom they were sent to, and what each customer said (requirement X-SRV-04)."""

import enum
from collections.abc import Sequence

import attrs
from attrs import fields

from crmcore.base.errors import Invalid, Problem
from crmcore.base.paging import Page
from crmcore.customers.entity import CustomerId
from crmcore.query import Condition, asc, desc, eq, is_null, le, negate, query
from crmcore.query import gt as after
from crmcore.service.entity import ServiceRequestId
from crmcore.storage.action import action
from crmcore.storage.listing import exactly, page_of
from crmcore.storage.work import Work
from crmcore.surveys.entity import (
    Invitation,
    InvitationId,
    Survey,
    SurveyAnswer,
    SurveyId,
    SurveyQuestion,
    SurveyStatus,
)
from crmcore.surveys.questions import questions_of

__all__ = ["InvitationDetail", "InvitationState", "SurveyDetail", "detail", "invitation", "invitations", "listing"]

_s = fields(Survey)
_i = fields(Invitation)
_a = fields(SurveyAnswer)


class InvitationState(enum.Enum):
    """What became of an invitation."""

    WAITING = "waiting"
    ANSWERED = "answered"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"


@attrs.frozen(kw_only=True)
class SurveyDetail:
    """A survey with its questions."""

    survey: Survey
    questions: Sequence[SurveyQuestion]


@attrs.frozen(kw_only=True)
class InvitationDetail:
    """One invitation, and what was answered."""

    invitation: Invitation
    state: InvitationState
    questions: Sequence[SurveyQuestion]
    answers: Sequence[SurveyAnswer]


@action("survey.read", "survey.invite", "survey.manage")
def listing(work: Work, *, status: SurveyStatus | None = None, page: int = 1, size: int | None = None) -> Page[Survey]:
    """List the surveys, the newest first.

    Args:
        work: The unit of work.
        status: One state; None for all.
        page: Which page, from 1.
        size: Most records on a page; None for the company's setting.
    """
    wanted = query(Survey).where(*exactly((_s.status, status))).sort(desc(_s.created_at))
    return page_of(work, work.surveys, wanted, page=page, size=size)


@action("survey.read", "survey.invite", "survey.manage")
def detail(work: Work, id: SurveyId) -> SurveyDetail:  # noqa: A002
    """Answer one survey with its questions, in their order."""
    return SurveyDetail(survey=work.surveys.get(id), questions=questions_of(work, id))


@action("survey.read")
def invitations(
    work: Work,
    *,
    survey: SurveyId | None = None,
    customer: CustomerId | None = None,
    request: ServiceRequestId | None = None,
    state: InvitationState | None = None,
    page: int = 1,
    size: int | None = None,
) -> Page[Invitation]:
    """List whom was asked, the latest first; an account manager sees his own customers.

    Args:
        work: The unit of work.
        survey: One survey's; None for all.
        customer: One customer's; None for all.
        request: Those about one service request; None for all.
        state: What became of them; None for all.
        page: Which page, from 1.
        size: Most records on a page; None for the company's setting.

    Raises:
        Invalid: A filter is of the wrong type.
    """
    wanted = (
        query(Invitation)
        .where(*exactly((_i.survey, survey), (_i.customer, customer), (_i.request, request)), *_in(work, state))
        .sort(desc(_i.invited_at))
    )
    return page_of(work, work.invitations, wanted, page=page, size=size)


@action("survey.read")
def invitation(work: Work, id: InvitationId) -> InvitationDetail:  # noqa: A002
    """Answer one invitation, with what was asked and answered."""
    found = work.invitations.get(id)
    said = query(SurveyAnswer).where(eq(_a.invitation, id)).sort(asc(_a.answered_at))
    return InvitationDetail(
        invitation=found,
        state=_state(work, found),
        questions=questions_of(work, found.survey),
        answers=work.unscoped(SurveyAnswer).find(said),
    )


def _state(work: Work, found: Invitation) -> InvitationState:
    if found.answered_at is not None:
        return InvitationState.ANSWERED
    if found.withdrawn_at is not None:
        return InvitationState.WITHDRAWN
    return InvitationState.WAITING if work.now < found.expires_at else InvitationState.EXPIRED


def _in(work: Work, state: object) -> tuple[Condition, ...]:
    unanswered, kept = is_null(_i.answered_at), is_null(_i.withdrawn_at)
    match state:
        case InvitationState.ANSWERED:
            return (negate(unanswered),)
        case InvitationState.WITHDRAWN:
            return (negate(kept),)
        case InvitationState.WAITING:
            return unanswered, kept, after(_i.expires_at, work.now)
        case InvitationState.EXPIRED:
            return unanswered, kept, le(_i.expires_at, work.now)
        case None:
            return ()
    raise Invalid(Problem(field="state", code="value.choice", params={"got": str(state)[:50]}))
