"""How service requests divide over types and customers (RPT-03, menu L0403)."""

from collections.abc import Mapping
from typing import Any

import attrs
from attrs import fields

from crmcore.base.paging import Page
from crmcore.query import Query, eq, ge, lt, query
from crmcore.query.checks import LARGEST_OFFSET
from crmcore.reports.asking import chosen, is_period, names_of, narrowed, needed_period
from crmcore.reports.composing import entries_of, labels_of
from crmcore.reports.years import years_of_instants
from crmcore.service.entity import ServiceRequest, ServiceStatus
from crmcore.statistics.compared_periods import compared_periods
from crmcore.statistics.figures import Comparison, Figure, counted
from crmcore.statistics.parts import Part, ServicesBy, by_service, in_order, parts
from crmcore.statistics.periods import Period, instants
from crmcore.statistics.sums import number_of
from crmcore.storage.action import action
from crmcore.storage.listing import place_of
from crmcore.storage.work import Work

__all__ = ["ServiceFilter", "ServicesReport", "service_years", "services", "services_compared"]

_r = fields(ServiceRequest)


@attrs.frozen(kw_only=True)
class ServiceFilter:
    """Which requests a report counts (requirement RPT-03, decision 16.6); what is empty does not narrow it."""

    period: Period | None = None
    """Days on which they were created, in the company's zone; None for all time."""
    archived_only: bool = False
    """Only those that came to their end."""


_ALL = ServiceFilter()


@attrs.frozen(kw_only=True)
class ServicesReport:
    """The customer service analysis."""

    by: ServicesBy
    requests: Figure[int]
    """All requests that were counted."""
    page: Page[Part]
    """By type, in the order of the dictionary, on one page; by customer, those with the most requests first."""
    labels: Mapping[Any, str]
    """What the types mean in the reader's language, or what the customers are called."""


@action("report.service")
def services(
    work: Work,
    only: ServiceFilter = _ALL,
    *,
    by: ServicesBy = ServicesBy.TYPE,
    page: int = 1,
    size: int | None = None,
) -> ServicesReport:
    """Answer how many service requests there were of each type, or of each customer (RPT-03, decision 16.6).

    Args:
        work: The unit of work.
        only: Which requests count: all that were created in the period, unless asked for archived ones.
        by: Type or customer.
        page: Which page of customers, from 1.
        size: Most customers on a page; None for the company's setting.

    Raises:
        Invalid: A filter, the choice or the page is none.
    """
    kind: ServicesBy = chosen(by, ServicesBy, "by")
    wanted = _requests(work, only)
    if kind is ServicesBy.TYPE:
        return _by_type(work, wanted)
    place, rows = place_of(work, LARGEST_OFFSET, page=page, size=size)
    asked = by_service(wanted, kind, min(place * rows, LARGEST_OFFSET))
    found = work.service_requests.groups(asked)
    _, customers, number = found[0].values if found else (0, 0, 0)
    whole = counted(number, wanted, "service_request")
    place, rows = place_of(work, customers, page=page, size=rows)
    shown = parts(asked, found[(place - 1) * rows : place * rows], whole)
    names = names_of(work, [one.key for one in shown])
    return ServicesReport(by=kind, requests=whole, page=Page(shown, customers, place, rows), labels=names)


@action("report.service")
def service_years(work: Work) -> tuple[int, ...]:
    """Answer the years in which requests were created, the latest first: the choices of a filter (RPT-03)."""
    return years_of_instants(work.service_requests, query(ServiceRequest), _r.created_at, work.zone)


@action("report.service")
def services_compared(work: Work, only: ServiceFilter) -> Comparison[int]:
    """Answer the number of requests of a period, beside the period before and the same of last year (RPT-03).

    A period that is not over is compared with as many days of them.

    Args:
        work: The unit of work.
        only: Which requests count; its period is compared.

    Raises:
        Invalid: There is no period.
    """
    periods = compared_periods(needed_period(narrowed(only, ServiceFilter).period), work.today)
    asked = [_requests(work, attrs.evolve(only, period=one)) for one in periods.all]
    now, then, year_ago = (counted(work.service_requests.count(one), one, "service_request") for one in asked)
    return Comparison(now=now, before=then, last_year=year_ago)


def _by_type(work: Work, wanted: Query[ServiceRequest]) -> ServicesReport:
    asked = by_service(wanted, ServicesBy.TYPE)
    rows = work.service_requests.groups(asked)
    entries = entries_of(work, "service_type", rows)
    whole = number_of(rows, wanted, "service_request")
    shown = parts(asked, in_order(rows, [one.code for one in entries]), whole)
    page = Page(shown, len(shown), 1, max(len(shown), 1))
    return ServicesReport(by=ServicesBy.TYPE, requests=whole, page=page, labels=labels_of(work, entries))


def _requests(work: Work, only: ServiceFilter) -> Query[ServiceRequest]:
    narrowed(only, ServiceFilter)
    wanted = query(ServiceRequest)
    if only.archived_only:
        wanted = wanted.where(eq(_r.status, ServiceStatus.ARCHIVED))
    period = is_period(only.period)
    if period is None:
        return wanted
    start, end = instants(period, work.zone)
    return wanted.where(ge(_r.created_at, start), lt(_r.created_at, end))
