"""How far sales targets are reached: per person, territory and company (业绩指标统计, 绩效考核; requirement X-TGT-03)."""

import datetime as dt

from attrs import fields

from crmcore.access.entity import User, UserId
from crmcore.dictionary.parameters import CURRENCY
from crmcore.query import eq, one_of, query
from crmcore.reports.asking import chosen, needed_period
from crmcore.statistics.attainment import Attainment, attainment, sold
from crmcore.statistics.periods import Span, instants, period_of
from crmcore.storage.action import action
from crmcore.storage.work import Work
from crmcore.targets.entity import SalesTarget, TargetSpan

__all__ = ["target_attainment"]

_t = fields(SalesTarget)
_u = fields(User)


@action("target.read_all", "target.manage", "target.read")
def target_attainment(work: Work, span: TargetSpan, day: dt.date | None = None) -> Attainment:
    """Answer how far the targets of a month, a quarter or a year are reached (requirement X-TGT-03).

    An account manager gets his own target, and what he has won. Five questions to the store at most.

    Args:
        work: The unit of work.
        span: Whether the targets of a month, a quarter or a year.
        day: A day of that period; None for today.

    Raises:
        Invalid: Span or day is none.
    """
    kind: TargetSpan = chosen(span, TargetSpan, "span")
    at = needed_period(day_of(work.today if day is None else day))
    period = period_of(at.first, Span(kind.value))
    start, end = instants(period, work.zone)
    wanted = query(SalesTarget).where(eq(_t.span, kind), eq(_t.starts_on, period.first))
    targets = work.sales_targets.find(wanted)
    won = sold(start, end, own_of(work))
    return attainment(targets, teams(work, targets), (won, work.opportunities.groups(won)), work.parameter(CURRENCY))
