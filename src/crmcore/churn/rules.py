"""Who sees which churn cases (requirements CHN-09, decision 16.1)."""

from typing import Final

from attrs import fields

from crmcore.access.scope import Scope
from crmcore.churn.entity import ChurnCase
from crmcore.customers.rules import of_own

__all__ = ["SCOPES"]

SCOPES: Final = (
    Scope(
        entity=ChurnCase,
        read=frozenset({"churn.read"}),
        read_all=frozenset({"churn.read_all"}),
        own=of_own(fields(ChurnCase).customer),
    ),
)
