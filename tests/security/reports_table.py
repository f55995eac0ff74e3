"""Reports in the tables of who may do what (``test_matrix``): chapters 5, 8 and 9."""

from collections.abc import Callable
from typing import Any, Final

from attrs import fields

from crmcore import reports
from crmcore.customers.entity import Customer, CustomerId
from crmcore.query import eq, query
from crmcore.reports import exporting, managing, saving
from crmcore.reports.dashboards import dashboard
from crmcore.saved_reports.entity import SavedReport
from crmcore.statistics.contribution import ContributionBy
from crmcore.statistics.figures import counted
from crmcore.statistics.periods import month_of
from crmcore.storage.work import Work

__all__ = ["CALLS", "KINDS", "READING", "WITHOUT_TARGET", "WITH_TARGET"]

WITHOUT_TARGET: Final = """
action                              administrator manager supervisor executive

reports.contribution                      P          P        +         +
reports.contribution_by                   P          P        +         +
reports.contribution_years                P          P        +         +
reports.sales_compared                    P          P        +         +
reports.composition                       P          P        +         +
reports.services                          P          P        +         +
reports.service_years                     P          P        +         +
reports.services_compared                 P          P        +         +
reports.losses                            P          P        +         +
reports.loss_years                        P          P        +         +
reports.customer_growth                   P          P        +         +
reports.customer_retention                P          P        +         +
reports.customer_cohorts                  P          P        +         +
reports.customer_concentration            P          P        +         +
reports.products_sold                     P          P        +         +
reports.management_report                 P          P        +         +
reports.customers_compared                P          P        +         +
reports.note_report_export                P          P        +         +
reports.dashboard                         P          +        +         +
reports.save_report                       P          P        +         +
reports.saved_reports                     P          +        +         +
"""
WITH_TARGET: Final = """
action                              administrator manager supervisor executive

reports.drill_down                       PPP        +++      +++       +++
reports.referred                         PPP        +++      +++       +++
reports.saved_report                     PPP        +NN      +NN       +NN
reports.edit_saved_report                PPP        +NN      +NN       +NN
reports.delete_saved_report              PPP        +NN      +NN       +NN
"""
"""A number opens to what the reader sees: to nothing, for a record that is not there.

What somebody saved stays his to rename and to remove while he may see any report; what it comes to is another matter.
"""
READING: Final = """
SavedReport                               P         own      own       own
"""
KINDS: Final[tuple[type[Any], ...]] = (SavedReport,)
_MARCH: Final = month_of(2026, 3)
_ORDERS: Final = reports.OrderFilter(period=_MARCH)


def _opened(work: Work, id_: CustomerId) -> Any:
    one = query(Customer).where(eq(fields(Customer).id, id_))
    return reports.drill_down(work, counted(1, one, "customer"))


CALLS: Final[dict[str, tuple[str, Callable[[Work, Any], Any]]]] = {
    "reports.contribution": ("", lambda work, _: reports.contribution(work)),
    "reports.contribution_by": ("", lambda work, _: reports.contribution_by(work, ContributionBy.REGION)),
    "reports.contribution_years": ("", lambda work, _: reports.contribution_years(work)),
    "reports.sales_compared": ("", lambda work, _: reports.sales_compared(work, _ORDERS)),
    "reports.composition": ("", lambda work, _: reports.composition(work)),
    "reports.services": ("", lambda work, _: reports.services(work)),
    "reports.service_years": ("", lambda work, _: reports.service_years(work)),
    "reports.services_compared": (
        "",
        lambda work, _: reports.services_compared(work, reports.ServiceFilter(period=_MARCH)),
    ),
    "reports.losses": ("", lambda work, _: reports.losses(work)),
    "reports.loss_years": ("", lambda work, _: reports.loss_years(work)),
    "reports.customer_growth": ("", lambda work, _: reports.customer_growth(work, _MARCH)),
    "reports.customer_retention": ("", lambda work, _: reports.customer_retention(work, _ORDERS)),
    "reports.customer_cohorts": ("", lambda work, _: reports.customer_cohorts(work, _MARCH)),
    "reports.customer_concentration": ("", lambda work, _: reports.customer_concentration(work)),
    "reports.products_sold": ("", lambda work, _: reports.products_sold(work)),
    "reports.management_report": ("", lambda work, _: managing.management_report(work, _MARCH)),
    "reports.customers_compared": ("", lambda work, _: managing.customers_compared(work, _MARCH)),
    "reports.note_report_export": ("", lambda work, _: exporting.note_report_export(work, "losses", "csv", {})),
    "reports.dashboard": ("", lambda work, _: dashboard(work)),
    "reports.save_report": ("", lambda work, _: saving.save_report(work, name="new", kind="contribution")),
    "reports.saved_reports": ("", lambda work, _: saving.saved_reports(work)),
    "reports.saved_report": ("saved_report", saving.saved_report),
    "reports.edit_saved_report": ("saved_report", lambda work, id_: saving.edit_saved_report(work, id_, name="n")),
    "reports.delete_saved_report": ("saved_report", saving.delete_saved_report),
    "reports.drill_down": ("customer", _opened),
    "reports.referred": ("customer", lambda work, id_: reports.referred(work, Customer, [id_])),
}
