"""The list of subjects: every kind of record the core keeps, and who sees which; a new subject adds its lines."""

from typing import Any, Final

from crmcore.access.entity import Credential, Role, User
from crmcore.access.rules import SCOPES as ACCESS_SCOPES
from crmcore.access.scope import Scope
from crmcore.customers.entity import Contact, Customer
from crmcore.customers.rules import SCOPES as CUSTOMER_SCOPES
from crmcore.dictionary.entity import DictionaryEntry, SystemParameter
from crmcore.dictionary.rules import SCOPES as DICTIONARY_SCOPES
from crmcore.opportunities.entity import Opportunity, PlanItem
from crmcore.opportunities.rules import SCOPES as OPPORTUNITY_SCOPES
from crmcore.storage.records import RECORDS

__all__ = ["ENTITIES", "SCOPES"]

ENTITIES: Final[tuple[type[Any], ...]] = (
    User,
    Role,
    Credential,
    DictionaryEntry,
    SystemParameter,
    Opportunity,
    PlanItem,
    Customer,
    Contact,
    *RECORDS,
)
"""Everything a store keeps for the core."""

SCOPES: Final[dict[type[Any], Scope]] = {
    scope.entity: scope for scope in (*ACCESS_SCOPES, *DICTIONARY_SCOPES, *OPPORTUNITY_SCOPES, *CUSTOMER_SCOPES)
}
"""Record scope of each kind that people read; a kind without one is read by the core alone."""
