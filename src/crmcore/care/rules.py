"""Who sees which care activities (requirements X-CAR-01 to 03)."""

from typing import Final

from attrs import fields

from crmcore.access.scope import Scope
from crmcore.care.entity import CareActivity
from crmcore.customers.rules import of_own

__all__ = ["SCOPES"]

SCOPES: Final = (
    Scope(
        entity=CareActivity,
        read=frozenset({"care.read"}),
        read_all=frozenset({"care.read_all"}),
        own=of_own(fields(CareActivity).customer),
    ),
)
