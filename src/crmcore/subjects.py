"""The list of subjects: every kind of record the core keeps, and who sees which; a new subject adds its lines."""

from typing import Any, Final

from crmcore.access.entity import Credential, Role, User
from crmcore.access.rules import SCOPES as ACCESS_SCOPES
from crmcore.access.scope import Scope
from crmcore.agreements.entity import ServiceContract, ServiceTarget, StaffSkill
from crmcore.calendars.entity import SpecialDay, WorkingCalendar
from crmcore.calendars.rules import SCOPES as CALENDAR_SCOPES
from crmcore.care.entity import CareActivity
from crmcore.care.rules import SCOPES as CARE_SCOPES
from crmcore.churn.entity import ChurnCase
from crmcore.churn.rules import SCOPES as CHURN_SCOPES
from crmcore.customers.entity import Contact, Customer, Interaction
from crmcore.customers.grouping import CustomerGroup, CustomField, CustomValue
from crmcore.customers.merging import CustomerMerge
from crmcore.customers.rules import SCOPES as CUSTOMER_SCOPES
from crmcore.dictionary.entity import DictionaryEntry, SystemParameter
from crmcore.dictionary.rules import SCOPES as DICTIONARY_SCOPES
from crmcore.escalation.entity import Escalation, EscalationPolicy, EscalationStep
from crmcore.escalation.rules import SCOPES as ESCALATION_SCOPES
from crmcore.exchange.entity import ExportRecord, ImportBatch, ImportChunk
from crmcore.exchange.rules import SCOPES as EXCHANGE_SCOPES
from crmcore.knowledge.entity import Article, ArticleDraft, ArticleEdition, ArticleUse, ArticleVote
from crmcore.knowledge.rules import SCOPES as KNOWLEDGE_SCOPES
from crmcore.opportunities.entity import Opportunity, PlanItem, SalesActivity
from crmcore.opportunities.rules import SCOPES as OPPORTUNITY_SCOPES
from crmcore.pipeline.entity import SalesStage
from crmcore.pipeline.rules import SCOPES as PIPELINE_SCOPES
from crmcore.pipeline.standing import (
    PipelinePosition,
    PipelineSnapshot,
    SnapshotStage,
    StagePassage,
)
from crmcore.prediction.entity import PredictionModel
from crmcore.prediction.rules import SCOPES as PREDICTION_SCOPES
from crmcore.sales.entity import Order, OrderLine, OrderSummary, Product, StockItem, UnmatchedOrder
from crmcore.sales.rules import SCOPES as SALES_SCOPES
from crmcore.saved_reports.entity import SavedReport
from crmcore.saved_reports.rules import SCOPES as SAVED_REPORT_SCOPES
from crmcore.service.entity import RequestAttachment, RequestNote, ServiceRequest, ServiceRound
from crmcore.service.merge_record import RequestMerge
from crmcore.service.scopes import SCOPES as SERVICE_SCOPES
from crmcore.storage.records import RECORDS
from crmcore.surveys.entity import Invitation, Survey, SurveyAnswer, SurveyQuestion
from crmcore.surveys.rules import SCOPES as SURVEY_SCOPES
from crmcore.targets.entity import SalesTarget
from crmcore.targets.rules import SCOPES as TARGET_SCOPES
from crmcore.window.entity import SignInLink, WindowGuest

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
    WorkingCalendar,
    SpecialDay,
    ServiceTarget,
    ServiceContract,
    StaffSkill,
    ServiceRequest,
    ServiceRound,
    RequestNote,
    RequestAttachment,
    RequestMerge,
    EscalationPolicy,
    EscalationStep,
    Escalation,
    Article,
    ArticleDraft,
    ArticleEdition,
    ArticleVote,
    ArticleUse,
    Survey,
    SurveyQuestion,
    Invitation,
    SurveyAnswer,
    CareActivity,
    WindowGuest,
    SignInLink,
    SalesActivity,
    SalesStage,
    StagePassage,
    PipelinePosition,
    PipelineSnapshot,
    SnapshotStage,
    SalesTarget,
    PredictionModel,
    SavedReport,
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
        *CALENDAR_SCOPES,
        *SERVICE_SCOPES,
        *ESCALATION_SCOPES,
        *KNOWLEDGE_SCOPES,
        *SURVEY_SCOPES,
        *CARE_SCOPES,
        *PIPELINE_SCOPES,
        *TARGET_SCOPES,
        *PREDICTION_SCOPES,
        *SAVED_REPORT_SCOPES,
    )
}
"""Record scope of each kind that people read; a kind without one is read by the core alone."""
