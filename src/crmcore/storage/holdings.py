"""The kinds of records of a unit of work, each by a name and with its type; what a new subject keeps is listed here."""

from typing import TYPE_CHECKING, Generic, Self, TypeVar, cast, overload

from crmcore.access.entity import Role, User
from crmcore.agreements.entity import ServiceContract, ServiceTarget, StaffSkill
from crmcore.base.schema import Entity
from crmcore.calendars.entity import SpecialDay, WorkingCalendar
from crmcore.care.entity import CareActivity
from crmcore.churn.entity import ChurnCase
from crmcore.customers.entity import Contact, Customer, Interaction
from crmcore.customers.grouping import CustomerGroup
from crmcore.dictionary.entity import DictionaryEntry, SystemParameter
from crmcore.escalation.entity import Escalation, EscalationPolicy, EscalationStep
from crmcore.knowledge.entity import Article, ArticleDraft, ArticleEdition, ArticleUse, ArticleVote
from crmcore.opportunities.entity import Opportunity, PlanItem, SalesActivity
from crmcore.pipeline.entity import SalesStage
from crmcore.pipeline.standing import PipelinePosition, PipelineSnapshot, StagePassage
from crmcore.sales.entity import Order, OrderLine, OrderSummary, Product, StockItem
from crmcore.saved_reports.entity import SavedReport
from crmcore.service.entity import RequestAttachment, RequestNote, ServiceRequest, ServiceRound
from crmcore.service.merge_record import RequestMerge
from crmcore.storage.collection import Collection
from crmcore.surveys.entity import Invitation, Survey, SurveyAnswer, SurveyQuestion
from crmcore.targets.entity import SalesTarget
from crmcore.window.entity import SignInLink, WindowGuest

if TYPE_CHECKING:
    from crmcore.storage.work import Work

__all__ = ["Holdings"]

E = TypeVar("E", bound=Entity)


class _Of(Generic[E]):
    """A typed collection as an attribute of a unit of work."""

    def __init__(self, entity: type[E]) -> None:
        self._entity = entity

    @overload
    def __get__(self, work: None, owner: type) -> Self: ...
    @overload
    def __get__(self, work: "Holdings", owner: type) -> Collection[E]: ...
    def __get__(self, work: "Holdings | None", owner: type) -> "Self | Collection[E]":
        return self if work is None else Collection(cast("Work", work), self._entity)


class Holdings:
    """What a unit of work has: a collection of each kind of record, as far as its actor may see them."""

    users = _Of(User)
    roles = _Of(Role)
    dictionary = _Of(DictionaryEntry)
    parameters = _Of(SystemParameter)
    opportunities = _Of(Opportunity)
    plan_items = _Of(PlanItem)
    sales_activities = _Of(SalesActivity)
    sales_stages = _Of(SalesStage)
    stage_passages = _Of(StagePassage)
    pipeline_positions = _Of(PipelinePosition)
    pipeline_snapshots = _Of(PipelineSnapshot)
    sales_targets = _Of(SalesTarget)
    saved_reports = _Of(SavedReport)
    customers = _Of(Customer)
    contacts = _Of(Contact)
    interactions = _Of(Interaction)
    customer_groups = _Of(CustomerGroup)
    orders = _Of(Order)
    order_lines = _Of(OrderLine)
    order_summaries = _Of(OrderSummary)
    products = _Of(Product)
    stock = _Of(StockItem)
    churn_cases = _Of(ChurnCase)
    working_calendars = _Of(WorkingCalendar)
    special_days = _Of(SpecialDay)
    service_requests = _Of(ServiceRequest)
    service_rounds = _Of(ServiceRound)
    request_notes = _Of(RequestNote)
    request_attachments = _Of(RequestAttachment)
    request_merges = _Of(RequestMerge)
    service_targets = _Of(ServiceTarget)
    service_contracts = _Of(ServiceContract)
    staff_skills = _Of(StaffSkill)
    escalation_policies = _Of(EscalationPolicy)
    escalation_steps = _Of(EscalationStep)
    escalations = _Of(Escalation)
    articles = _Of(Article)
    article_drafts = _Of(ArticleDraft)
    article_editions = _Of(ArticleEdition)
    article_votes = _Of(ArticleVote)
    article_uses = _Of(ArticleUse)
    surveys = _Of(Survey)
    survey_questions = _Of(SurveyQuestion)
    invitations = _Of(Invitation)
    survey_answers = _Of(SurveyAnswer)
    care_activities = _Of(CareActivity)
    window_guests = _Of(WindowGuest)
    sign_in_links = _Of(SignInLink)
