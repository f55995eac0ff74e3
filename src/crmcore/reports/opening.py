"""From any number of a report to the records behind it, and to what these refer to."""

from collections.abc import Collection, Sequence
from typing import Any, TypeVar
from uuid import UUID

from attrs import fields

from crmcore.base.errors import Invalid, Problem
from crmcore.base.paging import Page
from crmcore.base.schema import Entity
from crmcore.query import Query, one_of, query
from crmcore.reports.seeing import behind, shown_any
from crmcore.saved_reports.rules import READERS
from crmcore.statistics.figures import Figure
from crmcore.storage.action import action
from crmcore.storage.listing import page_of
from crmcore.storage.work import Work

__all__ = ["drill_down", "referred"]

E = TypeVar("E", bound=Entity)


@action(*READERS)
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
    of: object = getattr(figure, "of", None)
    if not isinstance(of, Query):
        raise Invalid(Problem(field="figure", code="report.figure", entity="report"))
    records, found = behind(work, of)
    return page_of(work, records, found, page=page, size=size)


@action(*READERS)
def referred(work: Work, kind: type[E], ids: Collection[UUID]) -> Sequence[E]:
    """Answer records that those behind a number refer to, so that these can be shown by name.

    What reports do not show to the reader is left out, as what is not there: he has asked for a number, not for these.

    Args:
        work: The unit of work.
        kind: Their kind.
        ids: Which ones; as many as there are on a page.

    Raises:
        Invalid: The CRM keeps no such records.
    """
    if not work.crm.keeps(kind):
        raise Invalid(Problem("kind", "value.type", params={"wanted": "entity", "got": str(kind)[:50]}))
    if not ids or not shown_any(work, kind):
        return ()
    records, found = behind(work, query(kind).where(one_of(fields(kind).id, ids)))
    return records.find(found)
