"""The sales funnel, what becomes of opportunities, and how old they are (X-OPP-04, X-OPP-05, X-ANA-07).

An account manager gets the figures of the opportunities that he sees; a supervisor and an executive those of all.
"""

from attrs import fields

from crmcore.access.entity import UserId
from crmcore.dictionary.parameters import CURRENCY
from crmcore.opportunities.entity import Opportunity
from crmcore.pipeline.entity import SalesStage
from crmcore.pipeline.standing import StagePassage
from crmcore.query import asc, query
from crmcore.reports.asking import chosen, needed_period
from crmcore.reports.seeing import counted_for
from crmcore.statistics.ageing import Ageing, ageing, by_age, by_both, by_due, parted
from crmcore.statistics.compared_periods import compared_periods
from crmcore.statistics.comparing import OutcomesCompared, compared, compared_edges, compared_tallies
from crmcore.statistics.funnel import Funnel, funnel, leaving, standing
from crmcore.statistics.periods import Period, Span, instants, starts, steps
from crmcore.statistics.winning import Outcomes, OutcomesBy, closed, outcomes, recorded
from crmcore.storage.action import action
from crmcore.storage.work import Work

__all__ = ["opportunity_ageing", "opportunity_outcomes", "outcomes_compared", "sales_funnel"]

_s = fields(SalesStage)


@action("forecast.read_all", "forecast.read")
def sales_funnel(work: Work, period: Period, *, owner: UserId | None = None) -> Funnel:
    """Answer what stands in each stage of the sales process, and how much of it went on in a period (X-OPP-04).

    Five questions to the store.

    Args:
        work: The unit of work.
        period: The days in which passages ended that conversion and stay are reckoned from.
        owner: One account manager's; None for all that the actor may see.

    Raises:
        Invalid: The period is none.
    """
    start, end = instants(needed_period(period), work.zone)
    here, gone = standing(owner), leaving(start, end, owner)
    process = work.sales_stages.find(query(SalesStage).sort(asc(_s.position), asc(_s.id)))
    return funnel(
        process,
        (here, counted_for(work, Opportunity).groups(here)),
        (gone, counted_for(work, StagePassage).groups(gone)),
        work.parameter(CURRENCY),
    )


@action("forecast.read_all", "forecast.read")
def opportunity_outcomes(
    work: Work, period: Period, *, by: OutcomesBy | None = None, span: Span = Span.MONTH
) -> Outcomes:
    """Answer what was recorded, won and lost in a period: number, amount, win rate, conversion, cycle (X-OPP-05).

    Four questions to the store.

    Args:
        work: The unit of work.
        period: Which days.
        by: Told apart by account manager, by source, or as a trend; None for all together only.
        span: Days, months, quarters or years of a trend.

    Raises:
        Invalid: Period, choice or span is none.
    """
    given = needed_period(period)
    start, end = instants(given, work.zone)
    kind: OutcomesBy | None = None if by is None else chosen(by, OutcomesBy, "by")
    parts = steps(given, chosen(span, Span, "span")) if kind is OutcomesBy.STEP else ()
    edges = starts(parts, work.zone) if parts else []
    over, new = closed(start, end, kind, edges), recorded(start, end, kind, edges)
    groups = counted_for(work, Opportunity).groups
    return outcomes((over, groups(over)), (new, groups(new)), work.parameter(CURRENCY), kind, parts, edges)


@action("forecast.read_all", "forecast.read")
def outcomes_compared(work: Work, period: Period) -> OutcomesCompared:
    """Answer what was recorded, won and lost in a period, the period before and the same of last year (X-OPP-05).

    A period that is not over is compared with as many days of them. Four questions to the store.

    Args:
        work: The unit of work.
        period: Which days.

    Raises:
        Invalid: The period is none.
    """
    given = compared_periods(needed_period(period), work.today)
    edges = compared_edges(given, work.zone)
    over, new = compared_tallies(edges)
    groups = counted_for(work, Opportunity).groups
    return compared(given, work.zone, edges, (over, groups(over)), (new, groups(new)), work.parameter(CURRENCY))


@action("forecast.read_all", "forecast.read")
def opportunity_ageing(work: Work, *, owner: UserId | None = None) -> Ageing:
    """Answer how old the open opportunities are, and how many are past the day they were expected on (X-OPP-05).

    One question to the store, beside settings.

    Args:
        work: The unit of work.
        owner: One account manager's; None for all that the actor may see.
    """
    aged, due = parted(counted_for(work, Opportunity).groups(by_both(work.today, work.zone, owner)))
    of_age, of_day = by_age(work.today, work.zone, owner), by_due(work.today, owner)
    return ageing((of_age, aged), (of_day, due), work.parameter(CURRENCY))
