"""What happened to surveys, for other systems to hear of. None of it says a token."""

import datetime as dt

import attrs

from crmcore.customers.entity import ContactId, CustomerId
from crmcore.service.entity import ServiceRequestId
from crmcore.surveys.entity import InvitationId, SurveyId

__all__ = ["CustomerInvited", "InvitationWithdrawn", "SurveyAnswered", "SurveyClosed", "SurveyOpened"]


@attrs.frozen
class SurveyOpened:
    """Customers can be asked from now on."""

    survey: SurveyId
    title: str


@attrs.frozen
class SurveyClosed:
    """Nobody is asked any more, and nobody answers."""

    survey: SurveyId


@attrs.frozen
class CustomerInvited:
    """A customer is asked for his opinion."""

    invitation: InvitationId
    survey: SurveyId
    customer: CustomerId
    contact: ContactId | None
    request: ServiceRequestId | None
    expires_at: dt.datetime


@attrs.frozen
class InvitationWithdrawn:
    """A customer who was asked can't answer any more."""

    invitation: InvitationId


@attrs.frozen
class SurveyAnswered:
    """A customer has said what he thinks."""

    invitation: InvitationId
    survey: SurveyId
    customer: CustomerId
