"""How far sales targets are reached: by person, territory and company (业绩指标统计; requirement X-TGT-03)."""

import datetime as dt
from collections.abc import Mapping, Sequence

from attrs import fields

from crmcore.access.entity import User, UserId
from crmcore.dictionary.parameters import CURRENCY
from crmcore.opportunities.entity import Opportunity
from crmcore.query import count, eq, one_of, query
from crmcore.reports.asking import chosen
from crmcore.reports.seeing import counted_for
from crmcore.statistics.attainment import Attainment, attainment, sold
from crmcore.statistics.periods import Span, check_period, instants, period_of
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
    at = work.today if day is None else day
    period = period_of(check_period(at, at).first, Span(kind.value))
    start, end = instants(period, work.zone)
    wanted = query(SalesTarget).where(eq(_t.span, kind), eq(_t.starts_on, period.first))
    targets = work.sales_targets.find(wanted)
    sees_all = work.actor.may("target.read_all") or work.actor.may("target.manage")
    won = sold(start, end, None if sees_all else work.user_id)
    return attainment(
        targets, _teams(work, targets), (won, counted_for(work, Opportunity).groups(won)), work.parameter(CURRENCY)
    )


def _teams(work: Work, targets: Sequence[SalesTarget]) -> Mapping[str, frozenset[UserId]]:
    """Answer who works in the territories that have a target; nothing else of these people is read."""
    wanted = {one.territory for one in targets if one.territory}
    if not wanted:
        return {}
    there = query(User).where(one_of(_u.territory, sorted(wanted)))
    rows = work.unscoped(User).tally(there, by=(_u.territory, _u.id), measures=(count(),))
    return {one: frozenset(row.key[1] for row in rows if row.key[0] == one) for one in wanted}
