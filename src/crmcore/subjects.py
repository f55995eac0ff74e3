"""The list of subjects: every kind of record the core keeps, and who sees which; a new subject adds its lines."""

from typing import Any, Final

from crmcore.access.entity import Credential, Role, User
from crmcore.access.rules import SCOPES as ACCESS_SCOPES
from crmcore.access.scope import Scope
from crmcore.churn.entity import ChurnCase
from crmcore.churn.rules import SCOPES as CHURN_SCOPES
from crmcore.customers.entity import Contact, Customer, Interaction
from crmcore.customers.grouping import CustomerGroup, CustomField, CustomValue
from crmcore.customers.merging import CustomerMerge
from crmcore.customers.rules import SCOPES as CUSTOMER_SCOPES
from crmcore.dictionary.entity import DictionaryEntry, SystemParameter
from crmcore.dictionary.rules import SCOPES as DICTIONARY_SCOPES
from crmcore.exchange.entity import ExportRecord, ImportBatch, ImportChunk
from crmcore.exchange.rules import SCOPES as EXCHANGE_SCOPES
from crmcore.opportunities.entity import Opportunity, PlanItem
from crmcore.opportunities.rules import SCOPES as OPPORTUNITY_SCOPES
from crmcore.sales.entity import Order, OrderLine, OrderSummary, Product, StockItem, UnmatchedOrder
from crmcore.sales.rules import SCOPES as SALES_SCOPES
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
    Interaction,
    CustomerGroup,
    CustomField,
    CustomValue,
    CustomerMerge,
    Order,
    OrderLine,
    OrderSummary,
    UnmatchedOrder,
    Product,
    StockItem,
    ChurnCase,
    ImportBatch,
    ImportChunk,
    ExportRecord,
    *RECORDS,
)
"""Everything a store keeps for the core."""

SCOPES: Final[dict[type[Any], Scope]] = {
    scope.entity: scope
    for scope in (
        *ACCESS_SCOPES,
        *DICTIONARY_SCOPES,
        *OPPORTUNITY_SCOPES,
        *CUSTOMER_SCOPES,
        *SALES_SCOPES,
        *CHURN_SCOPES,
        *EXCHANGE_SCOPES,
    )
}
"""Record scope of each kind that people read; a kind without one is read by the core alone."""
