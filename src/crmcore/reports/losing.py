"""Which customers were lost and why (RPT-04, menu L0404)."""

import attrs
from attrs import fields

from crmcore.access.directory import names
from crmcore.access.entity import User
from crmcore.base.clock import local_date
from crmcore.base.paging import Page
from crmcore.churn.entity import ChurnCase, ChurnStatus
from crmcore.customers.entity import Customer
from crmcore.query import Query, any_of, desc, eq, ge, in_query, lt, one_of, query
from crmcore.reports.asking import is_period, narrowed
from crmcore.reports.years import years_of_instants
from crmcore.statistics.figures import Figure, counted
from crmcore.statistics.periods import Period, instants
from crmcore.storage.action import action
from crmcore.storage.listing import page_of, partly
from crmcore.storage.work import Work

__all__ = ["Loss", "LossFilter", "LossReport", "loss_years", "losses", "losses_confirmed"]

_n = fields(ChurnCase)
_c = fields(Customer)
_u = fields(User)


@attrs.frozen(kw_only=True)
class LossFilter:
    """Which losses a report lists (requirement RPT-04); what is empty does not narrow it."""

    customer_name: str = ""
    """Part of the customer's name, now or when the warning came."""
    manager: str = ""
    """Part of the account manager's name."""
    period: Period | None = None
    """Days of the confirmation, in the company's zone; None for all time."""


_ALL = LossFilter()


@attrs.frozen(kw_only=True)
class Loss:
    """A customer who was lost."""

    case: ChurnCase
    year: int
    """Of the confirmation, in the company's zone (年份)."""
    manager_name: str
    """Of the account manager when the warning came."""


@attrs.frozen(kw_only=True)
class LossReport:
    """A page of the customer churn analysis, the latest confirmation first."""

    losses: Figure[int]
    """All losses that the filters leave."""
    page: Page[Loss]


@action("report.churn")
def losses(work: Work, only: LossFilter = _ALL, *, page: int = 1, size: int | None = None) -> LossReport:
    """List the customers who were lost, and why, the latest confirmation first (requirement RPT-04).

    Args:
        work: The unit of work.
        only: Which losses.
        page: Which page, from 1.
        size: Most losses on a page; None for the company's setting.

    Raises:
        Invalid: A filter or the page is none.
    """
    wanted = _losses(work, only)
    found = page_of(work, work.churn_cases, wanted.sort(desc(_n.closed_at)), page=page, size=size)
    called = names(work, (one.manager for one in found.rows))
    rows = tuple(
        Loss(
            case=one,
            year=local_date(one.closed_at or one.opened_at, work.zone).year,
            manager_name=called.get(one.manager, ""),
        )
        for one in found.rows
    )
    return LossReport(
        losses=counted(found.total, wanted, "churn_case"), page=Page(rows, found.total, found.number, found.size)
    )


@action("report.churn")
def loss_years(work: Work) -> tuple[int, ...]:
    """Answer the years in which losses were confirmed, the latest first: the choices of a filter (RPT-04)."""
    return years_of_instants(work.churn_cases, losses_confirmed(), _n.closed_at, work.zone)


def losses_confirmed() -> Query[ChurnCase]:
    """Answer the cases whose loss was confirmed."""
    return query(ChurnCase).where(eq(_n.status, ChurnStatus.LOST))


def _losses(work: Work, only: LossFilter) -> Query[ChurnCase]:
    narrowed(only, LossFilter)
    wanted = losses_confirmed()
    for part in partly((_c.name, only.customer_name)):
        called_so_now = in_query(_n.customer, query(Customer).where(part))
        wanted = wanted.where(any_of(*partly((_n.customer_name, only.customer_name)), called_so_now))
    if named := partly((_u.name, only.manager), (_u.full_name, only.manager)):
        # asked by itself: within the question, users would be narrowed to those whom the reader may list, often nobody
        managers = work.unscoped(User).find(query(User).where(any_of(*named)))
        wanted = wanted.where(one_of(_n.manager, [one.id for one in managers]))
    period = is_period(only.period)
    if period is None:
        return wanted
    start, end = instants(period, work.zone)
    return wanted.where(ge(_n.closed_at, start), lt(_n.closed_at, end))
