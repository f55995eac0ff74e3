"""Asking a customer for his opinion, and taking that back (requirement X-SRV-04).

The token of an invitation is answered once, to whoever invites, who sends it to the contact as part of a link. The
store keeps its digest alone; whoever loses the token invites again.
"""

import datetime as dt
from collections.abc import Mapping
from typing import Any

import attrs

from crmcore.base.errors import Invalid, Problem
from crmcore.base.tokens import digest_of, new_token
from crmcore.customers.entity import ContactId, Customer, CustomerId
from crmcore.customers.maintaining import contact_problems
from crmcore.service.entity import ServiceRequestId, ServiceStatus
from crmcore.storage.action import action
from crmcore.storage.work import Work
from crmcore.surveys.entity import Invitation, InvitationId, Survey, SurveyId
from crmcore.surveys.events import CustomerInvited, InvitationWithdrawn
from crmcore.surveys.rules import may_invite, may_withdraw

__all__ = ["Invited", "invite", "withdraw"]


@attrs.frozen(kw_only=True)
class Invited:
    """An invitation that was made just now, with what nobody can be told again."""

    invitation: Invitation
    token: str = attrs.field(repr=False)
    """Goes into the link that the contact gets, and nowhere else: neither into a log nor into a record."""


@action("survey.invite")
def invite(
    work: Work,
    survey: SurveyId,
    *,
    customer: CustomerId,
    contact: ContactId | None = None,
    request: ServiceRequestId | None = None,
) -> Invited:
    """Ask a customer of one's own for his opinion; answer the token for the link, once.

    Run under an idempotency key it answers None the second time: nobody kept the token. Invite again then.

    Args:
        work: The unit of work.
        survey: Which open survey.
        customer: Whom: an account manager's own; any, for whoever sees all answers.
        contact: Which person there gets the link; None if that is not known.
        request: Which service request of the customer it is about; None for his opinion in general.

    Raises:
        NotOpen: The survey is a draft or closed.
        NotTheManager: Somebody else is responsible for the customer.
        CustomerDeleted: The customer was deleted.
        NotFound: There is no such survey, customer or request.
        Invalid: Contact or request are another customer's.
    """
    asked = work.surveys.get(survey)
    known = work.customers.get(customer)
    may_invite(asked, known, work.actor)
    _check_his(work, customer, contact, request)
    token = new_token(work.crm.entropy)
    links: dict[str, Any] = {"survey": survey, "customer": customer, "contact": contact, "request": request}
    stored = work.unscoped(Invitation).add(_invitation(work, asked, token, links))
    work.unscoped(Customer).touch(known)  # nobody deletes him, or the contact, at the same moment
    work.record(CustomerInvited(stored.id, survey, customer, contact, request, stored.expires_at), about=stored.id)
    return Invited(invitation=stored, token=token)


@action("survey.invite")
def withdraw(work: Work, id: InvitationId, *, expected: int | None = None) -> Invitation:  # noqa: A002
    """Take an invitation back: its link is of no use from now on.

    Raises:
        InvitationEnded: It was answered or withdrawn already.
        Conflict: Somebody changed it since the person saw it.
        NotFound: There is none, or none of a customer the person sees.
    """
    invitation = work.invitations.get(id, expected=expected)
    may_withdraw(invitation, work.actor)
    stored = work.invitations.save(attrs.evolve(invitation, withdrawn_at=work.now))
    work.record(InvitationWithdrawn(id), about=id)
    return stored


def _invitation(work: Work, asked: Survey, token: str, links: Mapping[str, Any]) -> Invitation:
    return Invitation(
        id=InvitationId(work.new_id()),
        **links,
        token_digest=digest_of(token),
        invited_by=work.user_id,
        invited_at=work.now,
        expires_at=work.now + dt.timedelta(days=asked.valid_days),
    )


def _check_his(work: Work, customer: CustomerId, contact: ContactId | None, request: ServiceRequestId | None) -> None:
    """Refuse a contact and a request of another customer."""
    problems = contact_problems(work, contact, customer, "invitation")
    about = None if request is None else work.service_requests.get(request)
    if about is not None and about.customer != customer:
        problems.append(Problem(field="request", code="survey.not_his_request", entity="invitation"))
    if problems:
        raise Invalid(problems)
    if about is not None and about.status is ServiceStatus.NEW:
        work.service_requests.touch(about)  # nobody deletes it at the same moment
