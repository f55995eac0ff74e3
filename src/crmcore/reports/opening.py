"""From any number of a report to the records behind it."""

from typing import Any

from crmcore.base.errors import Invalid, Problem
from crmcore.base.paging import Page
from crmcore.reports.seeing import behind
from crmcore.statistics.figures import Figure
from crmcore.storage.action import action
from crmcore.storage.listing import page_of
from crmcore.storage.work import Work

__all__ = ["drill_down"]


@action(
    "report.contribution",
    "report.composition",
    "report.service",
    "report.churn",
    "report.read",
    "forecast.read",
    "target.read",
    "service.read",
    "survey.read",
    "order.read",
    "customer.read",
)
def drill_down(work: Work, figure: Figure[Any], *, page: int = 1, size: int | None = None) -> Page[Any]:
    """List the records behind a number of a report: as many as it says, and none that the reader's lists do not show.

    Executives have no list of opportunities; they open those behind their figures all the same, for reports show all
    data (chapter 9).

    Args:
        work: The unit of work.
        figure: Any number of any report.
        page: Which page, from 1.
        size: Most records on a page; None for the company's setting.

    Raises:
        Invalid: That is no figure.
    """
    if not isinstance(figure, Figure):
        raise Invalid(Problem(field="figure", code="report.figure", entity="report"))
    records, found = behind(work, figure.of)
    return page_of(work, records, found, page=page, size=size)
