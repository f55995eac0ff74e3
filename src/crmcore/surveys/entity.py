"""What customers are asked about the service they had, and what they said (requirement X-SRV-04)."""

import datetime as dt
import enum
from typing import ClassVar, NewType
from uuid import UUID

import attrs
from attrs import field

from crmcore.access.entity import UserId
from crmcore.base.checked import checked
from crmcore.base.constraints import Items, Length, Range
from crmcore.base.kinds import hint
from crmcore.customers.entity import ContactId, CustomerId
from crmcore.service.entity import ServiceRequestId

__all__ = [
    "Invitation",
    "InvitationId",
    "QuestionKind",
    "Survey",
    "SurveyAnswer",
    "SurveyAnswerId",
    "SurveyId",
    "SurveyQuestion",
    "SurveyQuestionId",
    "SurveyStatus",
]

SurveyId = NewType("SurveyId", UUID)
SurveyQuestionId = NewType("SurveyQuestionId", UUID)
InvitationId = NewType("InvitationId", UUID)
SurveyAnswerId = NewType("SurveyAnswerId", UUID)


class SurveyStatus(enum.Enum):
    """Whether a survey may be changed, sent, or neither."""

    DRAFT = "draft"
    """Questions may change; nobody is invited yet."""
    OPEN = "open"
    """People are invited; questions stay as they are."""
    CLOSED = "closed"


class QuestionKind(enum.Enum):
    """How a question is answered."""

    SATISFACTION = "satisfaction"
    """1 very dissatisfied … 5 very satisfied; CSAT is the share of 4 and 5."""
    RECOMMENDATION = "recommendation"
    """0 not at all likely … 10 extremely likely to recommend; NPS is the share of 9 and 10 less that of 0 to 6."""
    CHOICE = "choice"
    TEXT = "text"


@attrs.frozen(kw_only=True, field_transformer=checked)
class Survey:
    """A set of questions that customers are asked."""

    id: SurveyId = field(metadata=hint(system=True))
    title: str = field(validator=Length(1, 200), metadata=hint(searchable=True))
    introduction: str = field(default="", validator=Length(0, 2000), metadata=hint(long=True))
    valid_days: int = field(default=14, validator=Range(1, 365), metadata=hint(unit="d"))
    """How many days an invitation can be answered."""
    status: SurveyStatus = field(default=SurveyStatus.DRAFT, metadata=hint(system=True))
    created_by: UserId = field(metadata=hint(system=True, ref="user"))
    created_at: dt.datetime = field(metadata=hint(system=True))
    version: int = field(default=0, metadata=hint(system=True))

    indexes: ClassVar[tuple[tuple[str, ...], ...]] = (("created_at",),)


@attrs.frozen(kw_only=True, field_transformer=checked)
class SurveyQuestion:
    """One question of a survey."""

    id: SurveyQuestionId = field(metadata=hint(system=True))
    survey: SurveyId = field(metadata=hint(system=True, ref="survey"))
    number: int = field(validator=Range(1, 100), metadata=hint(system=True, unique=True, within=("survey",)))
    kind: QuestionKind
    text: str = field(validator=Length(1, 500))
    choices: tuple[str, ...] = field(default=(), validator=Items(20, 100))
    """What can be chosen; for a choice alone."""
    required: bool = True
    version: int = field(default=0, metadata=hint(system=True))


@attrs.frozen(kw_only=True, field_transformer=checked)
class Invitation:
    """That a contact was asked; whoever has its token answers once, until it expires (requirement X-SRV-04)."""

    id: InvitationId = field(metadata=hint(system=True))
    survey: SurveyId = field(metadata=hint(system=True, ref="survey"))
    customer: CustomerId = field(metadata=hint(system=True, ref="customer"))
    contact: ContactId | None = field(default=None, metadata=hint(system=True, ref="contact"))
    request: ServiceRequestId | None = field(default=None, metadata=hint(system=True, ref="service_request"))
    """Which service it is about; None for the customer's opinion in general."""
    token_digest: str = field(validator=Length(64, 64), metadata=hint(system=True, secret=True, unique=True))
    """SHA-256 of the token; the token itself is kept nowhere."""
    invited_by: UserId = field(metadata=hint(system=True, ref="user"))
    invited_at: dt.datetime = field(metadata=hint(system=True))
    expires_at: dt.datetime = field(metadata=hint(system=True))
    answered_at: dt.datetime | None = field(default=None, metadata=hint(system=True))
    withdrawn_at: dt.datetime | None = field(default=None, metadata=hint(system=True))
    version: int = field(default=0, metadata=hint(system=True))

    indexes: ClassVar[tuple[tuple[str, ...], ...]] = (
        ("survey", "invited_at"),
        ("customer", "invited_at"),
        ("request", "invited_at"),
        ("invited_at",),
    )


@attrs.frozen(kw_only=True, field_transformer=checked)
class SurveyAnswer:
    """What was answered to one question."""

    id: SurveyAnswerId = field(metadata=hint(system=True))
    invitation: InvitationId = field(metadata=hint(system=True, ref="invitation"))
    question: SurveyQuestionId = field(
        metadata=hint(system=True, ref="survey_question", unique=True, within=("invitation",))
    )
    survey: SurveyId = field(metadata=hint(system=True, ref="survey"))
    customer: CustomerId = field(metadata=hint(system=True, ref="customer", indexed=True))
    score: int | None = field(default=None, validator=Range(0, 10))
    """For satisfaction 1 to 5, for recommendation 0 to 10, for a choice its place in the list, from 1."""
    text: str = field(default="", validator=Length(0, 2000), metadata=hint(long=True))
    answered_at: dt.datetime = field(metadata=hint(system=True))
    version: int = field(default=0, metadata=hint(system=True))

    indexes: ClassVar[tuple[tuple[str, ...], ...]] = (("question", "answered_at"), ("survey", "answered_at"))
