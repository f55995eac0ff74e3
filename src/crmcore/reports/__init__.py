"""Reports: figures about customers, sales and service, each with the records behind it (requirements chapter 5, X-ANA).

::

    with crm.work(as_user="zhaomin", readonly=True) as work:
        report = reports.contribution(work, reports.OrderFilter(period=reports.year_of(2026)))
        for row in report.page.rows:
            print(report.names[row.key], row.amount.value, row.amount.unit)
        orders = reports.drill_down(work, report.page.rows[0].amount)  # as many as the figure says

What a report is asked for (periods, choices) and what it answers with is here, too; :mod:`crmcore.reports.catalogue`
has every report as tables, :mod:`crmcore.reports.dashboards` what people look at first.

Nothing is stored: the store sums up, :mod:`crmcore.statistics` computes. What a reader's lists do not show, no report
counts for him.
"""

from typing import TYPE_CHECKING

from crmcore.base.lazy import exports

if TYPE_CHECKING:
    from crmcore.pipeline.flow import Pipeline
    from crmcore.reports import catalogue, dashboards, saving
    from crmcore.reports.asking import OrderFilter
    from crmcore.reports.attaining import plan_attainment, sales_performance, target_attainment
    from crmcore.reports.capturing import CapturedData, captured_data
    from crmcore.reports.carding import CustomerCards, customer_cards
    from crmcore.reports.composing import CompositionReport, composition
    from crmcore.reports.contributing import (
        ContributionReport,
        CurrencyTotal,
        contribution,
        contribution_years,
        sales_compared,
    )
    from crmcore.reports.costing import Costs, ProductCost
    from crmcore.reports.dashboards.board import Dashboard, Section
    from crmcore.reports.dashboards.showing import dashboard
    from crmcore.reports.dividing import ContributionTable, contribution_by
    from crmcore.reports.earning import ProductEarnings, product_earnings
    from crmcore.reports.expecting import forecast_accuracy, pipeline_waterfall, sales_forecast
    from crmcore.reports.exporting import export_report
    from crmcore.reports.growing import customer_growth
    from crmcore.reports.handling import (
        customer_opinions,
        service_backlog,
        service_backlog_trend,
        service_handling,
        service_promises,
    )
    from crmcore.reports.kinds import ReportKind
    from crmcore.reports.learning import Learnt, learn, prediction_model
    from crmcore.reports.losing import Loss, LossFilter, LossReport, loss_years, losses
    from crmcore.reports.managing import customers_compared, management_report
    from crmcore.reports.opening import drill_down, referred
    from crmcore.reports.predicting import (
        CustomerOutlook,
        OutlookReport,
        churn_outlooks,
        customer_outlook,
        customer_outlooks,
    )
    from crmcore.reports.preferring import BuyingHabits, buying_habits
    from crmcore.reports.returning import customer_cohorts, customer_concentration, customer_retention
    from crmcore.reports.screening import Screening, customer_screening
    from crmcore.reports.segmenting import SegmentsReport, customer_segments
    from crmcore.reports.selling import opportunity_ageing, opportunity_outcomes, outcomes_compared, sales_funnel
    from crmcore.reports.serving import ServiceFilter, ServicesReport, service_years, services, services_compared
    from crmcore.reports.tables import Report, Table
    from crmcore.reports.trading import ProductMix, products_sold
    from crmcore.reports.trusting import TrustCurve, trust_curve
    from crmcore.statistics.accuracy import Accuracy
    from crmcore.statistics.ageing import Ageing
    from crmcore.statistics.appraisal import Appraised
    from crmcore.statistics.attainment import Attainment
    from crmcore.statistics.backlog import Backlog
    from crmcore.statistics.backlog_trend import BacklogStep
    from crmcore.statistics.cards import CardKind, Colour
    from crmcore.statistics.cohorts import Cohort
    from crmcore.statistics.comparing import OutcomesCompared
    from crmcore.statistics.concentration import Concentration
    from crmcore.statistics.contribution import AmountBand, ContributionBy
    from crmcore.statistics.explaining import Outlook
    from crmcore.statistics.figures import Comparison, Figure
    from crmcore.statistics.forecasting import Chances, Forecast
    from crmcore.statistics.funnel import Funnel
    from crmcore.statistics.growth import GrowthStep
    from crmcore.statistics.handling import Handling
    from crmcore.statistics.lifetime_value import Terms
    from crmcore.statistics.opinions import Opinions
    from crmcore.statistics.parts import CompositionBy, ServicesBy
    from crmcore.statistics.periods import Period, Span
    from crmcore.statistics.periods import day_of as day_of  # not in __all__, which offers use cases and types
    from crmcore.statistics.periods import month_of as month_of
    from crmcore.statistics.periods import quarter_of as quarter_of
    from crmcore.statistics.periods import year_of as year_of
    from crmcore.statistics.planning import PlanStep
    from crmcore.statistics.promises import Promises
    from crmcore.statistics.requested import HandlingBy
    from crmcore.statistics.retention import Retention
    from crmcore.statistics.rfm import RfmSegment
    from crmcore.statistics.screening import Verdict
    from crmcore.statistics.waterfall import Waterfall
    from crmcore.statistics.winning import Outcomes, OutcomesBy
    from crmcore.targets.entity import TargetSpan

__all__ = [
    "Costs",
    "LossFilter",
    "OrderFilter",
    "ProductCost",
    "ServiceFilter",
    "buying_habits",
    "captured_data",
    "catalogue",
    "churn_outlooks",
    "composition",
    "contribution",
    "contribution_by",
    "contribution_years",
    "customer_cards",
    "customer_cohorts",
    "customer_concentration",
    "customer_growth",
    "customer_opinions",
    "customer_outlook",
    "customer_outlooks",
    "customer_retention",
    "customer_screening",
    "customer_segments",
    "customers_compared",
    "dashboard",
    "dashboards",
    "drill_down",
    "export_report",
    "forecast_accuracy",
    "learn",
    "loss_years",
    "losses",
    "management_report",
    "opportunity_ageing",
    "opportunity_outcomes",
    "outcomes_compared",
    "pipeline_waterfall",
    "plan_attainment",
    "prediction_model",
    "product_earnings",
    "products_sold",
    "referred",
    "sales_compared",
    "sales_forecast",
    "sales_funnel",
    "sales_performance",
    "saving",
    "service_backlog",
    "service_backlog_trend",
    "service_handling",
    "service_promises",
    "service_years",
    "services",
    "services_compared",
    "target_attainment",
    "trust_curve",
]
# what a report is asked for
__all__ += ["AmountBand", "CardKind", "Chances", "Colour", "CompositionBy", "ContributionBy", "HandlingBy"]
__all__ += ["OutcomesBy", "Pipeline", "RfmSegment", "Section", "ServicesBy", "TargetSpan", "Terms", "Verdict"]
__all__ += ["Period", "Span"]
# what it answers with
__all__ += ["Accuracy", "Ageing", "Appraised", "Attainment", "Backlog", "BacklogStep", "BuyingHabits", "CapturedData"]
__all__ += ["Cohort", "Comparison", "CompositionReport", "Concentration", "ContributionReport", "ContributionTable"]
__all__ += ["CurrencyTotal", "CustomerCards", "CustomerOutlook", "Dashboard", "Figure", "Forecast", "Funnel"]
__all__ += ["GrowthStep", "Handling", "Learnt", "Loss", "LossReport", "Opinions", "Outcomes", "OutcomesCompared"]
__all__ += ["Outlook", "OutlookReport", "PlanStep", "ProductEarnings", "ProductMix", "Promises", "Report", "ReportKind"]
__all__ += ["Retention", "Screening", "SegmentsReport", "ServicesReport", "Table", "TrustCurve", "Waterfall"]

_HERE = "crmcore.reports"
_NAMES = {
    "reports.asking": "OrderFilter",
    "reports.attaining": "plan_attainment sales_performance target_attainment",
    "reports.capturing": "CapturedData captured_data",
    "reports.carding": "CustomerCards customer_cards",
    "reports.composing": "CompositionReport composition",
    "reports.contributing": "ContributionReport CurrencyTotal contribution contribution_years sales_compared",
    "reports.costing": "Costs ProductCost",
    "reports.dashboards.board": "Dashboard Section",
    "reports.dashboards.showing": "dashboard",
    "reports.dividing": "ContributionTable contribution_by",
    "reports.earning": "ProductEarnings product_earnings",
    "reports.expecting": "forecast_accuracy pipeline_waterfall sales_forecast",
    "reports.exporting": "export_report",
    "reports.growing": "customer_growth",
    "reports.handling": "customer_opinions service_backlog service_backlog_trend service_handling service_promises",
    "reports.kinds": "ReportKind",
    "reports.learning": "Learnt learn prediction_model",
    "reports.losing": "Loss LossFilter LossReport loss_years losses",
    "reports.managing": "customers_compared management_report",
    "reports.opening": "drill_down referred",
    "reports.predicting": "CustomerOutlook OutlookReport churn_outlooks customer_outlook customer_outlooks",
    "reports.preferring": "BuyingHabits buying_habits",
    "reports.returning": "customer_cohorts customer_concentration customer_retention",
    "reports.screening": "Screening customer_screening",
    "reports.segmenting": "SegmentsReport customer_segments",
    "reports.selling": "opportunity_ageing opportunity_outcomes outcomes_compared sales_funnel",
    "reports.serving": "ServiceFilter ServicesReport service_years services services_compared",
    "reports.tables": "Report Table",
    "reports.trading": "ProductMix products_sold",
    "reports.trusting": "TrustCurve trust_curve",
    "statistics.accuracy": "Accuracy",
    "statistics.ageing": "Ageing",
    "statistics.appraisal": "Appraised",
    "statistics.attainment": "Attainment",
    "statistics.backlog": "Backlog",
    "statistics.backlog_trend": "BacklogStep",
    "statistics.cards": "CardKind Colour",
    "statistics.cohorts": "Cohort",
    "statistics.comparing": "OutcomesCompared",
    "statistics.concentration": "Concentration",
    "statistics.contribution": "AmountBand ContributionBy",
    "statistics.explaining": "Outlook",
    "statistics.figures": "Comparison Figure",
    "statistics.forecasting": "Chances Forecast",
    "statistics.funnel": "Funnel",
    "statistics.growth": "GrowthStep",
    "statistics.handling": "Handling",
    "statistics.lifetime_value": "Terms",
    "statistics.opinions": "Opinions",
    "statistics.parts": "CompositionBy ServicesBy",
    "statistics.periods": "Period Span day_of month_of quarter_of year_of",
    "statistics.planning": "PlanStep",
    "statistics.promises": "Promises",
    "statistics.requested": "HandlingBy",
    "statistics.retention": "Retention",
    "statistics.rfm": "RfmSegment",
    "statistics.screening": "Verdict",
    "statistics.waterfall": "Waterfall",
    "statistics.winning": "Outcomes OutcomesBy",
    "targets.entity": "TargetSpan",
}
__getattr__, __dir__ = exports(
    __name__,
    {
        **{name: f"crmcore.{module}" for module, names in _NAMES.items() for name in names.split()},
        **{name: f"{_HERE}.{name}" for name in ("catalogue", "dashboards", "saving")},
        "Pipeline": "crmcore.pipeline.flow",
    },
)
