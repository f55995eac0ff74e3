"""How the number of customers grows (X-ANA-05, menu L0405)."""

from crmcore.reports.asking import chosen, customers_there, needed_period
from crmcore.reports.losing import losses_confirmed
from crmcore.statistics.growth import GrowthStep, growth, lost_by_step, new_by_step
from crmcore.statistics.periods import Period, Span, steps
from crmcore.storage.action import action
from crmcore.storage.work import Work

__all__ = ["customer_growth", "growth_in"]


@action("report.read")
def customer_growth(work: Work, period: Period, *, span: Span = Span.MONTH) -> tuple[GrowthStep, ...]:
    """Answer how many customers were won and lost in each step of a period, and how many there were (X-ANA-05).

    Args:
        work: The unit of work.
        period: Which days, in the company's zone.
        span: Days, months, quarters or years; the first and last step may be cut short.

    Raises:
        Invalid: Period or span is none, or there would be more steps than anybody looks at.
    """
    return growth_in(work, steps(needed_period(period), chosen(span, Span, "span")))


def growth_in(work: Work, parts: tuple[Period, ...]) -> tuple[GrowthStep, ...]:
    """Answer how the number of customers grew in days that follow each other, step by step. Two questions."""
    new = new_by_step(customers_there(), parts, work.zone)
    lost = lost_by_step(losses_confirmed(), parts, work.zone)
    return growth(new, work.customers.groups(new), lost, work.churn_cases.groups(lost), parts, work.zone)
