"""Who sees a saved report, and who may change it (requirement X-ANA-05, chapter 9)."""

from typing import Final

from attrs import fields

from crmcore.access.actor import Actor, System
from crmcore.access.scope import Scope
from crmcore.base.errors import Refused
from crmcore.query import EVERYTHING, Condition, any_of, eq, one_of
from crmcore.saved_reports.entity import SavedReport

__all__ = ["READERS", "SCOPES", "SavedByAnother", "check_keeper"]

_s = fields(SavedReport)
READERS: Final = (
    "forecast.read_all",
    "target.read_all",
    "target.manage",
    "service.read_all",
    "survey.read_all",
    "order.read_all",
    "customer.read_all",
    "report.contribution",
    "report.composition",
    "report.service",
    "report.churn",
    "forecast.read",
    "target.read",
    "service.read",
    "survey.read",
    "order.read",
    "customer.read",
    "report.read",
)
"""Rights of which one is enough to see a report at all; what is behind its numbers is narrowed to what he may see."""


class SavedByAnother(Refused):
    """Somebody else keeps this report; he shows it, and changes it himself."""

    code = "report.saved_by_another"


def check_keeper(actor: Actor, kept: SavedReport) -> None:
    """Refuse who would change or remove what somebody else keeps.

    Raises:
        SavedByAnother: He is another; scripts that run for nobody in particular may.
    """
    if not (actor.is_user(kept.created_by) or isinstance(actor, System)):
        raise SavedByAnother


def _own_or_shown(actor: Actor) -> Condition:
    """His own, and what is shown to people with a right that he has; the figures are another matter, each time."""
    if isinstance(actor, System):
        return EVERYTHING
    own = eq(_s.created_by, actor.id)
    return any_of(own, one_of(_s.shared_with, actor.permissions)) if actor.permissions else own


SCOPES: Final = (Scope(entity=SavedReport, read=frozenset(READERS), own=_own_or_shown),)
"""Saved reports are names and filters. What they come to, only who may see a report of that kind is told."""
