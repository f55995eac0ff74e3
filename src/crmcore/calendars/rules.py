"""Who sees calendars, and what a good one is."""

from typing import Final

from crmcore.access.scope import Scope
from crmcore.calendars.entity import SpecialDay, WorkingCalendar

__all__ = ["SCOPES"]

SCOPES: Final = (
    Scope(entity=WorkingCalendar, read=frozenset({"service.read", "service.configure"})),
    Scope(entity=SpecialDay, read=frozenset({"service.read", "service.configure"})),
)
