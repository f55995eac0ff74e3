"""Every report there is: what web pages, files, printed pages and the command line show them from (RPT-06, X-ANA-05).

::

    for kind in catalogue.offered(work.actor):
        print(kind.name, kind.title("en"), [one.name for one in kind.filters])
    report = catalogue.kind_named("contribution").run(work, {"period": "2026-Q3"}, "en")
    for row in report.tables[0].rows:
        ...
    cell = report.cell("customers", row.key, "amount")
    reports.drill_down(work, cell.figure)

A report of its own kind is a :class:`crmcore.reports.kinds.ReportKind` in :mod:`crmcore.reports.presenting`, named in
:data:`KINDS`, with its texts beside the others.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from crmcore.access.actor import Actor
from crmcore.access.scope import Scope
from crmcore.base.errors import NotFound
from crmcore.reports.kinds import ReportKind
from crmcore.reports.managing import MANAGEMENT
from crmcore.reports.presenting.composition import COMPOSITION, LOSSES
from crmcore.reports.presenting.contribution import CONTRIBUTION, CONTRIBUTION_BY, PRODUCTS_SOLD
from crmcore.reports.presenting.developing import (
    CUSTOMER_COHORTS,
    CUSTOMER_CONCENTRATION,
    CUSTOMER_GROWTH,
    CUSTOMER_RETENTION,
    SALES_COMPARED,
)
from crmcore.reports.presenting.earning import PRODUCT_EARNINGS
from crmcore.reports.presenting.forecasts import FORECAST, FORECAST_ACCURACY, WATERFALL
from crmcore.reports.presenting.knowing import BUYING_HABITS, CAPTURED_DATA, TRUST_CURVE
from crmcore.reports.presenting.opportunities import AGEING, OUTCOMES, OUTCOMES_COMPARED, SALES_FUNNEL
from crmcore.reports.presenting.plans import SALES_PLAN
from crmcore.reports.presenting.promises import SERVICE_BACKLOG_TREND, SERVICE_PROMISES
from crmcore.reports.presenting.screening import CUSTOMER_CARDS, CUSTOMER_SCREENING
from crmcore.reports.presenting.service import (
    CUSTOMER_OPINIONS,
    SERVICE_BACKLOG,
    SERVICE_HANDLING,
    SERVICES,
    SERVICES_COMPARED,
)
from crmcore.reports.presenting.targets import ATTAINMENT, SALES_PERFORMANCE
from crmcore.reports.presenting.valuing import CUSTOMER_OUTLOOKS, CUSTOMER_SEGMENTS
from crmcore.subjects import SCOPES

__all__ = ["KINDS", "kind_named", "offered"]

KINDS: Final[tuple[ReportKind, ...]] = (
    MANAGEMENT,
    CONTRIBUTION,
    CONTRIBUTION_BY,
    COMPOSITION,
    LOSSES,
    CUSTOMER_GROWTH,
    CUSTOMER_RETENTION,
    CUSTOMER_COHORTS,
    CUSTOMER_CONCENTRATION,
    CUSTOMER_SEGMENTS,
    CUSTOMER_SCREENING,
    CUSTOMER_CARDS,
    BUYING_HABITS,
    TRUST_CURVE,
    CAPTURED_DATA,
    SALES_COMPARED,
    PRODUCTS_SOLD,
    PRODUCT_EARNINGS,
    SALES_FUNNEL,
    OUTCOMES,
    OUTCOMES_COMPARED,
    AGEING,
    SERVICES,
    SERVICES_COMPARED,
    SERVICE_HANDLING,
    SERVICE_PROMISES,
    SERVICE_BACKLOG,
    SERVICE_BACKLOG_TREND,
    CUSTOMER_OPINIONS,
    FORECAST,
    FORECAST_ACCURACY,
    WATERFALL,
    ATTAINMENT,
    SALES_PLAN,
    SALES_PERFORMANCE,
    CUSTOMER_OUTLOOKS,
)
"""In the order in which they are offered."""
_BY_NAME: Final = {one.name: one for one in KINDS}


def offered(actor: Actor, scopes: Mapping[type[Any], Scope] = SCOPES) -> Sequence[ReportKind]:
    """Answer the reports that somebody may see, in the order of the menu.

    Args:
        actor: Who.
        scopes: Who sees which records, where an application has its own (``crm.scopes``).
    """
    return [one for one in KINDS if one.is_for(actor, scopes)]


def kind_named(name: str) -> ReportKind:
    """Answer a report by its name; whether somebody may see it is decided when it is run.

    Raises:
        NotFound: There is none of that name.
    """
    found = _BY_NAME.get(name)
    if found is None:
        raise NotFound(entity="report", id=name[:50])
    return found
