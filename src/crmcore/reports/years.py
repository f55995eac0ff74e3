"""The years in which there is anything, which a report's filter offers; for the actions of this package."""

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

from attrs import Attribute

from crmcore.base.clock import local_date
from crmcore.query import Query, banded, count, ge, largest, smallest, tally
from crmcore.statistics.contribution import years_in
from crmcore.statistics.periods import Period, latest_years, starts
from crmcore.storage.collection import Collection

__all__ = ["years_of_days", "years_of_instants"]


def years_of_days(records: Collection[Any], of: Query[Any], day: "Attribute[Any]") -> tuple[int, ...]:
    """Answer the years in which records have a day, the latest first. Two questions to the store at most."""
    ((first, last),) = (row.values for row in records.tally(of, measures=(smallest(day), largest(day))))
    if first is None:
        return ()
    years = latest_years(Period(first, last))
    return _years(records, of, day, years, [*(one.first for one in years), years[-1].last + dt.timedelta(days=1)])


def years_of_instants(
    records: Collection[Any], of: Query[Any], at: "Attribute[Any]", zone: ZoneInfo
) -> tuple[int, ...]:
    """Answer the years of a zone in which records have an instant, the latest first. Two questions at most."""
    ((first, last),) = (row.values for row in records.tally(of, measures=(smallest(at), largest(at))))
    if first is None:
        return ()
    years = latest_years(Period(local_date(first, zone), local_date(last, zone)))
    return _years(records, of, at, years, starts(years, zone))


def _years(
    records: Collection[Any], of: Query[Any], field: "Attribute[Any]", years: tuple[Period, ...], edges: list[Any]
) -> tuple[int, ...]:
    """Ask which of some years have a record; *edges* are their beginnings, and the end of the last."""
    asked = tally(of.where(ge(field, edges[0])), by=(banded(field, edges[1:]),), measures=(count(),))
    return years_in(records.groups(asked), years)
