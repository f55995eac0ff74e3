"""Where customers stand, from the first hint to the loss (requirement 10.2, X-LIF)."""

import enum
from typing import Final

import attrs
from attrs import fields

from crmcore.base.paging import Page
from crmcore.customers.entity import Customer, CustomerStatus
from crmcore.opportunities.entity import Opportunity, OpportunityStatus
from crmcore.query import Query, count, desc, one_of, query
from crmcore.storage.action import action
from crmcore.storage.listing import page_of
from crmcore.storage.work import Work

__all__ = ["LifeCycle", "Stage", "life_cycle", "prospects", "stage_of"]

_POTENTIAL: Final = (OpportunityStatus.UNASSIGNED, OpportunityStatus.ASSIGNED)


class Stage(enum.Enum):
    """A customer's stage of life."""

    POTENTIAL = "potential"
    """潜在客户: an opportunity that is neither won nor given up."""
    EXISTING = "existing"
    """现有客户"""
    LOST = "lost"
    """流失客户"""


@attrs.frozen
class LifeCycle:
    """How many there are at each stage, of those the actor may see; None where he may see none at all."""

    potential: int | None
    existing: int
    lost: int


def stage_of(customer: Customer) -> Stage | None:
    """Tell a customer's stage; a deleted one has none."""
    return {CustomerStatus.NORMAL: Stage.EXISTING, CustomerStatus.LOST: Stage.LOST}.get(customer.status)


@action("customer.read_all", "customer.read")
def life_cycle(work: Work) -> LifeCycle:
    """Count potential, existing and lost customers (requirement 10.2)."""
    rows = work.customers.tally(by=(fields(Customer).status,), measures=(count(),))
    by_status = {row.key[0]: int(row.values[0]) for row in rows}
    seen = work.crm.scope_of(Opportunity, work.actor) is not None
    potential = work.opportunities.count(_prospects()) if seen else None
    return LifeCycle(potential, by_status.get(CustomerStatus.NORMAL, 0), by_status.get(CustomerStatus.LOST, 0))


@action("opportunity.read")
def prospects(work: Work, *, page: int = 1, size: int | None = None) -> Page[Opportunity]:
    """List the potential customers: opportunities neither won nor given up, newest first (requirement 10.2).

    Existing and lost customers are those of the customer list with that status.

    Args:
        work: The unit of work.
        page: Which page, from 1.
        size: Most records on a page; None for the company's setting.
    """
    wanted = _prospects().sort(desc(fields(Opportunity).created_at))
    return page_of(work, work.opportunities, wanted, page=page, size=size)


def _prospects() -> Query[Opportunity]:
    return query(Opportunity).where(one_of(fields(Opportunity).status, _POTENTIAL))
