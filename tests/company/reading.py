"""Who reads reports, and what each of them may see: worked out from the records alone, beside what the core says."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from typing import Any, Final
from uuid import UUID

import attrs

from company.clock import SetClock
from company.install import fresh_crm, people_of
from company.past import Past, Size, make_past
from company.process import stages_of
from company.staff import People
from crmcore import SYSTEM, access
from crmcore.access.delivered import delivered_role_id
from crmcore.access.entity import UserId
from crmcore.access.permissions import DELIVERED_ROLES
from crmcore.churn.entity import ChurnCase
from crmcore.customers.entity import Contact, Customer, Interaction
from crmcore.dictionary import set_parameter
from crmcore.opportunities.entity import Opportunity, SalesActivity
from crmcore.pipeline.standing import PipelinePosition, StagePassage
from crmcore.sales.entity import Order, OrderLine, OrderSummary
from crmcore.service.entity import ServiceRequest, ServiceRound
from crmcore.storage.crm import Crm
from crmcore.storage.ports import Store
from crmcore.surveys import SurveyAnswer

__all__ = ["READERS", "Reader", "company_with_past", "readers_of", "seen_by"]

_REPORTS: Final = tuple(f"report.{one}" for one in ("contribution", "composition", "service", "churn", "read"))
READERS: Final = ("zhaomin", "chengang", "lihua", "mixed")
"""Supervisor, executive, an account manager, and somebody who sees all orders and requests but few customers."""


@attrs.frozen
class Reader:
    """Somebody who reads reports."""

    name: str
    id: UserId
    permissions: frozenset[str]


def readers_of(crm: Crm, people: People) -> Mapping[str, Reader]:
    """Let account managers read all reports, and hire who sees orders but few customers, and who sees nothing else."""
    manager = frozenset((*DELIVERED_ROLES["account_manager"], *_REPORTS))
    crm.perform(access.set_permissions, delivered_role_id("account_manager"), sorted(manager), as_user="admin")
    mixed = frozenset(("customer.read", "order.read_all", "service.read_all", "churn.read", *_REPORTS))
    return {
        "zhaomin": Reader("zhaomin", people.supervisor.id, frozenset(DELIVERED_ROLES["sales_supervisor"])),
        "chengang": Reader("chengang", people.executive.id, frozenset(DELIVERED_ROLES["executive"])),
        "lihua": Reader("lihua", people.lihua.id, manager),
        "mixed": _hired(crm, "mixed", mixed),
        "reports": _hired(crm, "reports", frozenset(_REPORTS)),
        "admin": Reader("admin", people.administrator.id, frozenset(DELIVERED_ROLES["administrator"])),
    }


def _hired(crm: Crm, name: str, permissions: frozenset[str]) -> Reader:
    role = crm.perform(access.create_role, name=name, permissions=sorted(permissions), as_user=SYSTEM)
    user = crm.perform(access.create_user, name=name, roles=[role.id], as_user=SYSTEM)
    return Reader(name, user.id, permissions)


def seen_by(past: Past, reader: Reader) -> Mapping[type[Any], AbstractSet[UUID]]:
    """Answer the ids of what a reader may see of each kind that reports are made of (chapters 8 and 9, decision 16.1).

    Executives have no list of opportunities and stages, but reports show them all of these.
    """
    may, his = reader.permissions, {one.id for one in past.customers if one.manager == reader.id}
    everybody = {one.id for one in past.customers}
    known = everybody if "customer.read_all" in may else his
    buyers = everybody if "order.read_all" in may else his
    orders = {one.id for one in past.orders if one.customer in buyers}
    sold = past.dealings.seen_by(None if "forecast.read_all" in may else reader.id)
    sells = {one.id: one.assignee for one in past.dealings.opportunities}
    done = {one.id for one in past.activities if "opportunity.read_all" in may or sells[one.opportunity] == reader.id}
    requests = {
        one.id
        for one in past.requests
        if "service.read_all" in may
        or one.customer in his
        or reader.id in {one.created_by, one.assignee, one.handled_by}
    }
    return {
        Customer: known,
        Contact: {one.id for one in past.contacts if one.customer in known},
        Interaction: {one.id for one in past.interactions if one.customer in known},
        Order: orders,
        OrderLine: {one.id for one in past.lines if one.order in orders},
        OrderSummary: {one.id for one in past.summaries if one.id in buyers},
        ChurnCase: {one.id for one in past.cases if "churn.read_all" in may or one.customer in his},
        ServiceRequest: requests,
        ServiceRound: {one.id for one in past.rounds if one.request in requests},
        SurveyAnswer: {one.id for one in past.answers if "survey.read_all" in may or one.customer in his},
        Opportunity: {one.id for one in sold.opportunities},
        SalesActivity: done,
        StagePassage: {one.id for one in sold.passages},
        PipelinePosition: {one.id for one in sold.positions},
    }


def company_with_past(store: Store, seed: int, size: Size, zone: str) -> tuple[Crm, Past, Mapping[str, Reader]]:
    """A company with a past, and who reads its reports."""
    crm = fresh_crm(store, SetClock())
    people = people_of(crm)
    crm.perform(set_parameter, "company.zone", zone, as_user="admin")
    readers, process = readers_of(crm, people), stages_of(crm)
    owners = (people.lihua.id, people.wangwei.id, readers["mixed"].id)
    return crm, make_past(crm, people, (process.contact, process.offer), seed, owners, size), readers
