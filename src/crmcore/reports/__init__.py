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
    from crmcore.reports.composing import CompositionReport, composition
    from crmcore.reports.contributing import (
        ContributionReport,
        CurrencyTotal,
        contribution,
        contribution_by,
        contribution_years,
        sales_compared,
    )
    from crmcore.reports.growing import customer_growth
    from crmcore.reports.losing import Loss, LossFilter, LossReport, loss_years, losses
    from crmcore.reports.opening import drill_down
    from crmcore.reports.serving import ServiceFilter, ServicesReport, service_years, services, services_compared

__all__ = [
    "CompositionReport",
    "ContributionReport",
    "CurrencyTotal",
    "Loss",
    "LossFilter",
    "LossReport",
    "OrderFilter",
    "ServiceFilter",
    "ServicesReport",
    "composition",
    "contribution",
    "contribution_by",
    "contribution_years",
    "customer_growth",
    "drill_down",
    "loss_years",
    "losses",
    "sales_compared",
    "service_years",
    "services",
    "services_compared",
]

_HERE = "crmcore.reports"
_NAMES = {
    "asking": ("OrderFilter",),
    "composing": ("CompositionReport", "composition"),
    "contributing": (
        "ContributionReport",
        "CurrencyTotal",
        "contribution",
        "contribution_by",
        "contribution_years",
        "sales_compared",
    ),
    "growing": ("customer_growth",),
    "losing": ("Loss", "LossFilter", "LossReport", "loss_years", "losses"),
    "opening": ("drill_down",),
    "serving": ("ServiceFilter", "ServicesReport", "service_years", "services", "services_compared"),
}
__getattr__, __dir__ = exports(
    __name__, {name: f"{_HERE}.{module}" for module, names in _NAMES.items() for name in names}
)
