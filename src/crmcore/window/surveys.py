"""What a guest is asked for his opinion of: his own invitations, answered without a link (X-SRV-04, X-SLF-01)."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Final
from uuid import UUID

import attrs
from attrs import fields

from crmcore.base.errors import NotFound
from crmcore.query import desc as latest
from crmcore.query import eq, gt, in_query, is_null, one_of, query
from crmcore.service.entity import ServiceRequest
from crmcore.storage.action import action
from crmcore.storage.work import Work
from crmcore.surveys.collecting import Questionnaire, take_down, usable
from crmcore.surveys.entity import Invitation, InvitationId, Survey, SurveyQuestionId, SurveyStatus
from crmcore.surveys.inputs import AnswerInput
from crmcore.surveys.rules import InvitationEnded
from crmcore.window.visitors import present_guest

__all__ = ["OwnSurvey", "answer_survey", "my_survey", "my_surveys"]

_i = fields(Invitation)
_MOST: Final = 20
"""So many open invitations are shown, the latest; nobody has more."""


@attrs.frozen(kw_only=True)
class OwnSurvey:
    """Something the guest is asked and has not answered yet."""

    id: InvitationId
    title: str
    about: str
    """Title of the service request it is about; empty for his opinion in general."""
    expires_at: dt.datetime


@action("window.use")
def my_surveys(work: Work) -> Sequence[OwnSurvey]:
    """List what the guest himself is asked and can answer now, the latest first (requirements X-SRV-04, X-SLF-01).

    Raises:
        WindowClosed: The company has no customer window.
        NotAGuest: The actor is nobody's contact, or contact or customer were deleted.
    """
    guest = present_guest(work)
    opened = query(Survey).where(eq(fields(Survey).status, SurveyStatus.OPEN))
    waiting = query(Invitation).where(
        eq(_i.customer, guest.customer.id),
        eq(_i.contact, guest.contact.id),
        is_null(_i.answered_at),
        is_null(_i.withdrawn_at),
        gt(_i.expires_at, work.now),
        in_query(_i.survey, opened),
    )
    found = work.unscoped(Invitation).find(waiting.sort(latest(_i.invited_at)).page(_MOST))
    surveys = _titles(work, Survey, {one.survey for one in found})
    requests = _titles(work, ServiceRequest, {one.request for one in found if one.request is not None})
    return [
        OwnSurvey(
            id=one.id,
            title=surveys[one.survey],
            about="" if one.request is None else requests.get(one.request, ""),
            expires_at=one.expires_at,
        )
        for one in found
    ]


@action("window.use")
def my_survey(work: Work, id: InvitationId) -> Questionnaire:  # noqa: A002
    """Show the guest what he is asked, until he has answered (requirement X-SRV-04).

    Raises:
        NotFound: There is no such invitation, or it is somebody else's.
        InvitationEnded: It can't be answered any more.
        WindowClosed, NotAGuest: As for :func:`my_surveys`.
    """
    asked = usable(work, _own(work, id))
    if asked is None:
        raise InvitationEnded
    return asked


@action("window.use")
def answer_survey(work: Work, id: InvitationId, answers: Mapping[SurveyQuestionId, AnswerInput]) -> None:  # noqa: A002
    """Take down what the guest says, once; his link is of no use from then on (requirement X-SRV-04).

    Args:
        work: The unit of work.
        id: Which of his invitations.
        answers: Question to answer, as for :func:`crmcore.surveys.answer`.

    Raises:
        NotFound, InvitationEnded, WindowClosed, NotAGuest: As for :func:`my_survey`.
        Invalid: Answers are missing or out of range; all problems are listed, and nothing was written.
    """
    invitation = _own(work, id)
    if usable(work, invitation) is None:
        raise InvitationEnded
    take_down(work, invitation, answers)


def _own(work: Work, id_: InvitationId) -> Invitation:
    """Answer an invitation of the guest himself; of another's he does not learn that it is there."""
    guest = present_guest(work)
    known = work.unscoped(Invitation).get(id_)
    if (known.customer, known.contact) != (guest.customer.id, guest.contact.id):
        work.changes.denied("invitation", id_, "access.out_of_scope")
        raise NotFound(entity="invitation", id=id_)
    return known


def _titles(work: Work, kind: type[Survey] | type[ServiceRequest], ids: set[UUID]) -> dict[UUID, str]:
    """Answer what surveys or requests are called."""
    found = work.unscoped(kind).find(query(kind).where(one_of(fields(kind).id, ids))) if ids else ()
    return {one.id: one.title for one in found}
