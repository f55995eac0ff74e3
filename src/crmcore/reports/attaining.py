"""How far sales targets are reached, and what each person has done for it (业绩指标统计, 绩效考核; X-TGT-03)."""

import datetime as dt
from collections.abc import Mapping, Sequence

from attrs import fields

from crmcore.access.entity import User, UserId
from crmcore.dictionary.parameters import CURRENCY, ZONE
from crmcore.opportunities.entity import Opportunity, SalesActivity
from crmcore.query import count, eq, one_of, query
from crmcore.reports.asking import chosen, customers_there, needed_period
from crmcore.reports.seeing import counted_for
from crmcore.statistics.appraisal import Appraised, appraisals, asked_of
from crmcore.statistics.attainment import Attainment, attainment, sold, sold_beside, sold_in
from crmcore.statistics.forecasting import brought
from crmcore.statistics.outlook import Ahead, to_come
from crmcore.statistics.periods import Period, Span, before, check_period, instants, period_of, steps
from crmcore.statistics.planning import PlanStep, sales_plan
from crmcore.statistics.sums import Answered
from crmcore.storage.action import action
from crmcore.storage.work import Work
from crmcore.targets.entity import SalesTarget, TargetSpan

__all__ = ["plan_attainment", "sales_performance", "target_attainment"]

_t = fields(SalesTarget)
_u = fields(User)


@action("target.read_all", "target.manage", "target.read")
def target_attainment(work: Work, span: TargetSpan, day: dt.date | None = None) -> Attainment:
    """Answer how far the targets of a month, a quarter or a year are reached, and will be (requirement X-TGT-03).

    Each beside its forecast, what is won and what is open by its chance, and beside the period before. An account
    manager gets his own target, and what he has won. Six questions to the store at most.

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
    past = before(period)
    targets = work.sales_targets.find(
        query(SalesTarget).where(eq(_t.span, kind), one_of(_t.starts_on, (past.first, period.first)))
    )
    now = [one for one in targets if one.starts_on == period.first]
    owner = None if _sees_all(work) else work.user_id
    open_ = to_come(period, owner)
    won, then = _won(work, period, past, owner)
    chances = {one.id: one.probability for one in work.sales_stages.find()}
    return attainment(
        now,
        _teams(work, now),
        won,
        work.parameter(CURRENCY),
        ahead=Ahead(open_, counted_for(work, Opportunity).groups(open_), chances),
        earlier=([one for one in targets if one.starts_on == past.first], then),
    )


@action("target.read_all", "target.manage", "target.read")
def sales_performance(work: Work, period: Period) -> tuple[Appraised, ...]:
    """Answer what each account manager has done and reached, beside the period before (绩效考核; requirement X-TGT-03).

    Won opportunities and what they brought, win rate, sales activities, new customers, service requests handled and in
    time, satisfaction. An account manager gets his own figures. Six questions to the store.

    Args:
        work: The unit of work.
        period: Which days.

    Raises:
        Invalid: The period is none.
    """
    now = needed_period(period)
    past = before(now)
    settings = work.settings(ZONE, CURRENCY)
    edges = (instants(past, settings[ZONE])[0], *instants(now, settings[ZONE]))
    asked = asked_of(now, past, edges, customers_there(), None if _sees_all(work) else work.user_id)
    answers = (
        counted_for(work, Opportunity).groups(asked.chances),
        counted_for(work, SalesActivity).groups(asked.activities),
        work.customers.groups(asked.customers),
        work.service_requests.groups(asked.requests),
        work.service_rounds.groups(asked.treatments),
    )
    return appraisals(asked, answers, settings[CURRENCY])


def _won(work: Work, period: Period, past: Period, owner: UserId | None) -> tuple[Answered, Answered]:
    """Answer what was won in a period and in the one before it, in one question to the store."""
    (start, _), (now, end) = (instants(one, work.zone) for one in (past, period))
    rows = counted_for(work, Opportunity).groups(sold_beside(start, now, end, owner))
    return (sold(now, end, owner), sold_in(rows, 1)), (sold(start, now, owner), sold_in(rows, 0))


@action("target.read_all", "target.manage", "target.read")
def plan_attainment(
    work: Work, period: Period, *, span: TargetSpan = TargetSpan.MONTH, owner: UserId | None = None
) -> tuple[PlanStep, ...]:
    """Answer how a sales plan goes on, part by part and up to each (销售计划; requirements X-TGT-02, X-TGT-03).

    An account manager gets his own plan. Four questions to the store.

    Args:
        work: The unit of work.
        period: The days of the plan, as a year.
        span: Its parts: months, quarters or years.
        owner: Whose plan; None for the company's.

    Raises:
        Invalid: Period or span is none.
    """
    kind: TargetSpan = chosen(span, TargetSpan, "span")
    parts = steps(needed_period(period), Span(kind.value))
    whose = owner if _sees_all(work) else work.user_id
    firsts = {one.first: one for one in parts}
    wanted = query(SalesTarget).where(
        eq(_t.span, kind),
        one_of(_t.starts_on, sorted(firsts)),
        eq(_t.user, whose),
        eq(_t.territory, ""),
    )
    targets = {one.starts_on: one for one in work.sales_targets.find(wanted)}
    won = brought(parts, work.zone, whose)
    return sales_plan(
        parts,
        {day: one for day, one in targets.items() if one.ends_on == firsts[day].last},
        (won, counted_for(work, Opportunity).groups(won)),
        work.zone,
        work.parameter(CURRENCY),
        whose,
    )


def _sees_all(work: Work) -> bool:
    return work.actor.may("target.read_all") or work.actor.may("target.manage")


def _teams(work: Work, targets: Sequence[SalesTarget]) -> Mapping[str, frozenset[UserId]]:
    """Answer who works in the territories that have a target; nothing else of these people is read."""
    wanted = {one.territory for one in targets if one.territory}
    if not wanted:
        return {}
    there = query(User).where(one_of(_u.territory, sorted(wanted)))
    rows = work.unscoped(User).tally(there, by=(_u.territory, _u.id), measures=(count(),))
    return {one: frozenset(row.key[1] for row in rows if row.key[0] == one) for one in wanted}
