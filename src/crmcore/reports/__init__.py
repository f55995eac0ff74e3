"""Reports: figures about customers, sales and service, each with the records behind it (requirements chapter 5, X-ANA).

::

    with crm.work(as_user="zhaomin", readonly=True) as work:
        report = reports.contribution(work, OrderFilter(period=year_of(2026)))
        for row in report.page.rows:
            print(report.names[row.key], row.amount.value, row.amount.unit)
        orders = reports.drill_down(work, report.page.rows[0].amount)  # as many as the figure says

Nothing is stored: the store sums up, :mod:`crmcore.statistics` computes. What a reader's lists do not show, no report
counts for him.
"""

from typing import TYPE_CHECKING

from crmcore.base.lazy import exports

if TYPE_CHECKING:
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
    from crmcore.reports.learning import Learnt, learn, prediction_model
    from crmcore.reports.losing import Loss, LossFilter, LossReport, loss_years, losses
    from crmcore.reports.opening import drill_down
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
    from crmcore.reports.trading import ProductMix, products_sold
    from crmcore.reports.trusting import TrustCurve, trust_curve

__all__ = [
    "BuyingHabits",
    "CapturedData",
    "CompositionReport",
    "ContributionReport",
    "ContributionTable",
    "Costs",
    "CurrencyTotal",
    "CustomerCards",
    "CustomerOutlook",
    "Learnt",
    "Loss",
    "LossFilter",
    "LossReport",
    "OrderFilter",
    "OutlookReport",
    "ProductCost",
    "ProductEarnings",
    "ProductMix",
    "Screening",
    "SegmentsReport",
    "ServiceFilter",
    "ServicesReport",
    "TrustCurve",
    "buying_habits",
    "captured_data",
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
    "drill_down",
    "export_report",
    "forecast_accuracy",
    "learn",
    "loss_years",
    "losses",
    "opportunity_ageing",
    "opportunity_outcomes",
    "outcomes_compared",
    "pipeline_waterfall",
    "plan_attainment",
    "prediction_model",
    "product_earnings",
    "products_sold",
    "sales_compared",
    "sales_forecast",
    "sales_funnel",
    "sales_performance",
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

_HERE = "crmcore.reports"
_NAMES = {
    "capturing": ("CapturedData", "captured_data"),
    "carding": ("CustomerCards", "customer_cards"),
    "costing": ("Costs", "ProductCost"),
    "earning": ("ProductEarnings", "product_earnings"),
    "learning": ("Learnt", "learn", "prediction_model"),
    "predicting": ("CustomerOutlook", "OutlookReport", "churn_outlooks", "customer_outlook", "customer_outlooks"),
    "preferring": ("BuyingHabits", "buying_habits"),
    "screening": ("Screening", "customer_screening"),
    "segmenting": ("SegmentsReport", "customer_segments"),
    "trusting": ("TrustCurve", "trust_curve"),
    "asking": ("OrderFilter",),
    "attaining": ("plan_attainment", "sales_performance", "target_attainment"),
    "composing": ("CompositionReport", "composition"),
    "contributing": (
        "ContributionReport",
        "CurrencyTotal",
        "contribution",
        "contribution_years",
        "sales_compared",
    ),
    "dividing": ("ContributionTable", "contribution_by"),
    "expecting": ("forecast_accuracy", "pipeline_waterfall", "sales_forecast"),
    "exporting": ("export_report",),
    "growing": ("customer_growth",),
    "handling": (
        "customer_opinions",
        "service_backlog",
        "service_backlog_trend",
        "service_handling",
        "service_promises",
    ),
    "losing": ("Loss", "LossFilter", "LossReport", "loss_years", "losses"),
    "opening": ("drill_down",),
    "returning": ("customer_cohorts", "customer_concentration", "customer_retention"),
    "selling": ("opportunity_ageing", "opportunity_outcomes", "outcomes_compared", "sales_funnel"),
    "serving": ("ServiceFilter", "ServicesReport", "service_years", "services", "services_compared"),
    "trading": ("ProductMix", "products_sold"),
}
__getattr__, __dir__ = exports(
    __name__, {name: f"{_HERE}.{module}" for module, names in _NAMES.items() for name in names}
)
