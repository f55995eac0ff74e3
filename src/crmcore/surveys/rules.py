"""Who sees surveys and what customers answered (requirement X-SRV-04)."""

from typing import Final

from attrs import fields

from crmcore.access.scope import Scope
from crmcore.customers.rules import of_own
from crmcore.surveys.entity import Invitation, Survey, SurveyAnswer, SurveyQuestion

__all__ = ["SCOPES"]

_READ: Final = frozenset({"survey.read"})
_READ_ALL: Final = frozenset({"survey.read_all"})
SCOPES: Final = (
    Scope(entity=Survey, read=frozenset({"survey.read", "survey.manage", "survey.invite"})),
    Scope(entity=SurveyQuestion, read=frozenset({"survey.read", "survey.manage", "survey.invite"})),
    Scope(entity=Invitation, read=_READ, read_all=_READ_ALL, own=of_own(fields(Invitation).customer)),
    Scope(entity=SurveyAnswer, read=_READ, read_all=_READ_ALL, own=of_own(fields(SurveyAnswer).customer)),
)
