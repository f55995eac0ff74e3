"""Figures of sales and service in the tables of who may do what (``test_matrix``): X-OPP, X-TGT-03, X-SRV-17.

An account manager gets those of his own records (chapter 9), so he may ask for all of them.
"""

from collections.abc import Callable
from typing import Any, Final

from crmcore import reports
from crmcore.service.upkeep import measure_rounds, measure_some
from crmcore.statistics.periods import month_of
from crmcore.storage.work import Work
from crmcore.targets.entity import TargetSpan

__all__ = ["CALLS", "KINDS", "READING", "WITHOUT_TARGET", "WITH_TARGET"]

WITHOUT_TARGET: Final = """
action                              administrator manager supervisor executive

reports.sales_funnel                      P          +        +         +
reports.opportunity_outcomes              P          +        +         +
reports.outcomes_compared                 P          +        +         +
reports.opportunity_ageing                P          +        +         +
reports.sales_forecast                    P          +        +         +
reports.target_attainment                 P          +        +         +
reports.sales_performance                 P          +        +         +
reports.plan_attainment                   P          +        +         +
reports.service_handling                  P          +        +         +
reports.service_backlog                   P          +        +         +
reports.service_promises                  P          +        +         +
reports.service_backlog_trend             P          +        +         +
reports.customer_opinions                 P          +        +         +
reports.customer_opinions                 P          +        +         +
service.measure_some                      P          P        P         P
service.measure_rounds                    P          P        P         P
"""
WITH_TARGET: Final = """
action                              administrator manager supervisor executive

reports.forecast_accuracy                PPP        ++N      ++N       ++N
reports.pipeline_waterfall               PPP        ++N      ++N       ++N
"""
READING: Final = ""
KINDS: Final[tuple[type[Any], ...]] = ()
_MARCH: Final = month_of(2026, 3)

CALLS: Final[dict[str, tuple[str, Callable[[Work, Any], Any]]]] = {
    "reports.sales_funnel": ("", lambda work, _: reports.sales_funnel(work, _MARCH)),
    "reports.opportunity_outcomes": ("", lambda work, _: reports.opportunity_outcomes(work, _MARCH)),
    "reports.outcomes_compared": ("", lambda work, _: reports.outcomes_compared(work, _MARCH)),
    "reports.opportunity_ageing": ("", lambda work, _: reports.opportunity_ageing(work)),
    "reports.sales_forecast": ("", lambda work, _: reports.sales_forecast(work, _MARCH)),
    "reports.target_attainment": ("", lambda work, _: reports.target_attainment(work, TargetSpan.YEAR)),
    "reports.sales_performance": ("", lambda work, _: reports.sales_performance(work, _MARCH)),
    "reports.plan_attainment": ("", lambda work, _: reports.plan_attainment(work, _MARCH)),
    "reports.service_handling": ("", lambda work, _: reports.service_handling(work, _MARCH)),
    "reports.service_backlog": ("", lambda work, _: reports.service_backlog(work)),
    "reports.service_promises": ("", lambda work, _: reports.service_promises(work, _MARCH)),
    "reports.service_backlog_trend": ("", lambda work, _: reports.service_backlog_trend(work, _MARCH)),
    "service.measure_some": ("", lambda work, _: measure_some(work)),
    "service.measure_rounds": ("", lambda work, _: measure_rounds(work)),
    "reports.customer_opinions": ("", lambda work, _: reports.customer_opinions(work, _MARCH)),
    "reports.forecast_accuracy": ("snapshot", lambda work, id_: reports.forecast_accuracy(work, id_, _MARCH)),
    "reports.pipeline_waterfall": ("snapshot", lambda work, id_: reports.pipeline_waterfall(work, id_, id_)),
}
