"""The lists of sales targets, and the one that holds on a day (requirements X-TGT-01 to 03)."""

import datetime as dt

from attrs import fields

from crmcore.access.entity import UserId
from crmcore.base.paging import Page
from crmcore.query import Condition, asc, desc, eq, ge, is_null, le, query
from crmcore.storage.action import action
from crmcore.storage.listing import exactly, page_of
from crmcore.storage.work import Work
from crmcore.targets.entity import SalesTarget, SalesTargetId, TargetSpan

__all__ = ["target", "target_parts", "targets", "targets_on"]

_t = fields(SalesTarget)


@action("target.read_all", "target.manage", "target.read")
def targets(
    work: Work,
    *,
    user: UserId | None = None,
    territory: str = "",
    company: bool = False,
    span: TargetSpan | None = None,
    starts_from: dt.date | None = None,
    starts_to: dt.date | None = None,
    page: int = 1,
    size: int | None = None,
) -> Page[SalesTarget]:
    """List the sales targets, the latest period first; an account manager sees his own (requirement X-TGT-01).

    Args:
        work: The unit of work.
        user: One person's; None for all that the actor may see, as the other filters.
        territory: One territory's.
        company: Only those of the whole company.
        span: Months, quarters or years.
        starts_from: Periods that begin on this day or later.
        starts_to: Periods that begin on this day or earlier.
        page: Which page, from 1.
        size: Most records on a page; None for the company's setting.
    """
    wanted = query(SalesTarget).where(
        *exactly((_t.user, user), (_t.territory, territory), (_t.span, span)),
        *([is_null(_t.user), eq(_t.territory, "")] if company else []),
        *([] if starts_from is None else [ge(_t.starts_on, starts_from)]),
        *([] if starts_to is None else [le(_t.starts_on, starts_to)]),
    )
    return page_of(work, work.sales_targets, wanted.sort(desc(_t.starts_on)), page=page, size=size)


@action("target.read_all", "target.manage", "target.read")
def target(work: Work, id: SalesTargetId) -> SalesTarget:  # noqa: A002
    """Answer one target."""
    return work.sales_targets.get(id)


@action("target.read_all", "target.manage", "target.read")
def target_parts(work: Work, id: SalesTargetId) -> tuple[SalesTarget, ...]:  # noqa: A002
    """List the parts that a year was split into, in their order; none if it was not (requirement X-TGT-02)."""
    known = work.sales_targets.get(id)
    wanted = query(SalesTarget).where(eq(_t.part_of, known.id)).sort(asc(_t.starts_on))
    return tuple(work.sales_targets.find(wanted))


@action("target.read_all", "target.manage", "target.read")
def targets_on(work: Work, day: dt.date | None = None, *, user: UserId | None = None) -> tuple[SalesTarget, ...]:
    """List the targets that hold on a day, the shortest period first: what attainment is measured by (X-TGT-03).

    Args:
        work: The unit of work.
        day: Which day; None for today.
        user: One person's; None for all that the actor may see.
    """
    at = work.today if day is None else day
    holds: list[Condition] = [le(_t.starts_on, at), ge(_t.ends_on, at), *exactly((_t.user, user))]
    return tuple(work.sales_targets.find(query(SalesTarget).where(*holds).sort(desc(_t.starts_on), asc(_t.ends_on))))
