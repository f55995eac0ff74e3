"""The nightly check that opens a case for every customer who may be leaving (CHN-01 to 06, CHN-13, 16.3).

Whatever the number of customers and orders, it asks the store three times: once for the settings, once to open all
cases by a derivation, once to note that it was done. The store makes the cases itself, each once: the id of a
case is made of the customer and the order it is about.
"""

import datetime as dt
from typing import Any, Final
from uuid import NAMESPACE_URL, UUID, uuid5
from zoneinfo import ZoneInfo

import attrs
from attrs import fields

from crmcore.access.actor import SYSTEM
from crmcore.base.clock import day_range, local_date
from crmcore.base.errors import Invalid, Problem
from crmcore.churn.entity import ChurnCase, ChurnStatus
from crmcore.churn.rules import cutoff
from crmcore.customers.entity import Customer, CustomerStatus
from crmcore.dictionary.entity import SystemParameter
from crmcore.dictionary.parameters import CHURN_MONTHS, CHURN_NEVER_ORDERED, CHURN_RUN_AT, ZONE, Parameter
from crmcore.query import (
    Derivation,
    FromJoined,
    FromSource,
    Op,
    Prior,
    eq,
    in_query,
    is_null,
    lt,
    negate,
    one_of,
    query,
)
from crmcore.sales.entity import OrderSummary
from crmcore.storage.action import SYSTEM_ONLY, action, crm_action
from crmcore.storage.crm import Crm
from crmcore.storage.records import ChangeRecord
from crmcore.storage.work import Work

__all__ = ["Swept", "is_due", "open_cases", "sweep"]

_EARLIEST: Final = 1900
_LATEST: Final = 9998
_s = fields(OrderSummary)
_c = fields(Customer)


@attrs.frozen(kw_only=True)
class Swept:
    """What one run of the check did."""

    today: dt.date
    """The day it was made for."""
    cutoff: dt.date
    """Customers whose latest order lies before this day are warned of."""
    opened: int
    """Number of cases opened, all told."""
    never_ordered: int = 0
    """How many of those are about customers that never ordered."""


@attrs.frozen(kw_only=True)
class _Settings:
    zone: ZoneInfo
    months: int
    never_ordered: bool
    run_at: dt.time


@crm_action(SYSTEM_ONLY)
def sweep(crm: Crm, today: dt.date | None = None) -> Swept:
    """Open a case for every customer without an order for more than six months (requirements CHN-01 to 06).

    Safe to run at any time, again, and twice at once: a lapse that was warned of is not warned of again. If it is cut
    off, running it again finishes the work.

    Args:
        crm: An opened CRM.
        today: The day to check for; None for the present day in the company's zone.

    Raises:
        Invalid: *today* is no date.
    """
    return crm.perform(open_cases, today, as_user=SYSTEM)


@action(SYSTEM_ONLY)
def open_cases(work: Work, today: dt.date | None = None) -> Swept:
    """Open the cases in one transaction, and leave one change record for all of them; a step of :func:`sweep`."""
    settings = _settings(work)
    day = local_date(work.now, settings.zone) if today is None else _checked(today)
    before = cutoff(day, settings.months)
    lapsed = work.bulk.derive(_lapsed(before, work.now))
    never = 0
    if settings.never_ordered:
        start, _ = day_range(before, before, settings.zone)
        never = work.bulk.derive(_never_ordered(start, work.now))
    said = {"today": day, "cutoff": before, "opened": lapsed + never, "never_ordered": never}
    work.bulk.note(ChurnCase, _sweep_of(day), {name: [None, str(value)] for name, value in said.items()})
    return Swept(today=day, cutoff=before, opened=lapsed + never, never_ordered=never)


@action(SYSTEM_ONLY)
def is_due(work: Work) -> bool:
    """Tell whether the hour of the nightly check has come and today's was not made yet (CHN-04, CHN-13)."""
    settings = _settings(work)
    now = work.now.astimezone(settings.zone)
    if now.time() < settings.run_at:
        return False
    about_today = query(ChangeRecord).where(eq(fields(ChangeRecord).entity_id, _sweep_of(now.date())))
    return work.session.count(about_today, 1) == 0


def _sweep_of(day: dt.date) -> UUID:
    """Answer what the change records of a day's checks have in common: it is how one finds them."""
    return uuid5(NAMESPACE_URL, f"urn:crmcore:churn:sweep:{day.isoformat()}")


def _lapsed(before: dt.date, now: dt.datetime) -> Derivation:
    """Describe the cases of customers whose latest order lies before a day (requirements CHN-02, CHN-05)."""
    return Derivation(
        into=ChurnCase,
        source=query(OrderSummary).where(lt(_s.last_order_on, before)),
        joined=Customer,
        on=("id",),
        where=eq(_c.status, CustomerStatus.NORMAL),
        unless=(
            Prior(("customer",), Op.EQ, ("id",)),
            Prior(("last_order_on",), Op.GE, ("last_order_on",)),
        ),
        values=_values(FromSource(("lapse",)), FromSource(("last_order_on",)), now),
    )


def _never_ordered(before: dt.datetime, now: dt.datetime) -> Derivation:
    """Describe the cases of customers who were recorded before an instant and never ordered (requirement CHN-03)."""
    ordered = query(OrderSummary).where(negate(is_null(_s.last_order_on)))
    source = query(Customer).where(lt(_c.created_at, before), negate(in_query(_c.id, ordered)))
    return Derivation(
        into=ChurnCase,
        source=source,
        joined=Customer,
        on=("id",),
        where=eq(_c.status, CustomerStatus.NORMAL),
        unless=(Prior(("customer",), Op.EQ, ("id",)),),
        values=_values(FromSource(("id",)), None, now),
    )


def _values(id_: FromSource, last_order_on: FromSource | None, now: dt.datetime) -> dict[str, Any]:
    return {
        "id": id_,
        "customer": FromSource(("id",)),
        "customer_name": FromJoined(("name",)),
        "manager": FromJoined(("manager",)),
        "last_order_on": last_order_on,
        "measures": "",
        "reason": "",
        "status": ChurnStatus.WARNING,
        "opened_at": now,
        "closed_at": None,
        "version": 1,
    }


def _settings(work: Work) -> _Settings:
    """Answer everything the company has set about the check, in one question."""
    asked = (ZONE, CHURN_MONTHS, CHURN_NEVER_ORDERED, CHURN_RUN_AT)
    wanted = query(SystemParameter).where(one_of(fields(SystemParameter).id, [one.id for one in asked]))
    kept: dict[UUID, str] = {one.id: one.value for one in work.unscoped(SystemParameter).find(wanted)}

    def setting(parameter: Parameter[Any]) -> Any:
        written = kept.get(parameter.id)
        return parameter.read(written) if written else parameter.default

    return _Settings(
        zone=setting(ZONE),
        months=setting(CHURN_MONTHS),
        never_ordered=setting(CHURN_NEVER_ORDERED),
        run_at=setting(CHURN_RUN_AT),
    )


def _checked(today: object) -> dt.date:
    if not isinstance(today, dt.date) or isinstance(today, dt.datetime):
        raise Invalid(Problem(field="today", code="value.type", params={"wanted": "date", "got": type(today).__name__}))
    if not _EARLIEST <= today.year <= _LATEST:
        raise Invalid(Problem(field="today", code="value.year", params={"min": _EARLIEST, "max": _LATEST}))
    return today
