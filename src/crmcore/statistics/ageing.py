"""How old the open opportunities are, and how far past their day: what somebody should look at again (X-OPP-05)."""

import datetime as dt
import enum
from collections.abc import Sequence
from decimal import Decimal
from typing import Final
from zoneinfo import ZoneInfo

import attrs
from attrs import fields

from crmcore.access.entity import UserId
from crmcore.base.clock import cut
from crmcore.opportunities.entity import Opportunity
from crmcore.query import (
    Measure,
    Tally,
    TallyRow,
    banded,
    count,
    records_behind,
    tally,
    total,
)
from crmcore.statistics.chances import open_now
from crmcore.statistics.figures import Figure
from crmcore.statistics.sums import amount_of, number_of, rows_with

__all__ = ["AGES", "Age", "Ageing", "Due", "DueGroup", "ageing", "by_age", "by_both", "by_due", "parted"]

AGES: Final = (30, 60, 90, 180)
"""Days up to which opportunities are taken together, as a company usually looks at them."""
SOON: Final = 30
"""Days within which what is due soon is due, and after which what is overdue is long so."""
_o = fields(Opportunity)


class Due(enum.Enum):
    """When an open opportunity should be won, seen from today."""

    LONG_OVERDUE = "long_overdue"
    """More than 30 days ago."""
    OVERDUE = "overdue"
    """In the last 30 days."""
    SOON = "soon"
    """Today, or within the next 30 days."""
    LATER = "later"
    UNKNOWN = "unknown"
    """Nobody has said when."""


@attrs.frozen(kw_only=True)
class Age:
    """The open opportunities of an age."""

    over: int | None
    """Older than so many days; None for the youngest."""
    up_to: int | None
    """At most so many days old; None for the oldest."""
    number: Figure[int]
    amount: Figure[Decimal]


@attrs.frozen(kw_only=True)
class DueGroup:
    """The open opportunities that should be won at some time."""

    due: Due
    number: Figure[int]
    amount: Figure[Decimal]


@attrs.frozen(kw_only=True)
class Ageing:
    """The open opportunities by their age, the youngest first, and by the day on which they should be won."""

    ages: tuple[Age, ...]
    due: tuple[DueGroup, ...]
    number: Figure[int]
    amount: Figure[Decimal]


def by_age(today: dt.date, zone: ZoneInfo, owner: UserId | None = None) -> Tally:
    """Ask for the open opportunities by bands of the day on which they were recorded."""
    ago = [today - dt.timedelta(days=age) for age in reversed(AGES)]
    begin = [cut(dt.datetime.combine(day, dt.time(), zone)) for day in ago]
    return tally(open_now(owner), by=(banded(_o.created_at, begin),), measures=_measures())


def by_due(today: dt.date, owner: UserId | None = None) -> Tally:
    """Ask for the open opportunities by bands of the day on which they are expected to be won."""
    return tally(open_now(owner), by=(banded(_o.expected_on, _days(today)),), measures=_measures())


def by_both(today: dt.date, zone: ZoneInfo, owner: UserId | None = None) -> Tally:
    """Ask what :func:`by_age` and :func:`by_due` ask, in one pass; :func:`parted` tells the answers apart."""
    aged = by_age(today, zone, owner)
    return attrs.evolve(aged, by=(*aged.by, *by_due(today, owner).by))


def parted(rows: Sequence[TallyRow]) -> tuple[Sequence[TallyRow], Sequence[TallyRow]]:
    """Answer the rows of :func:`by_age` and those of :func:`by_due`, of what :func:`by_both` was answered."""
    return [TallyRow(row.key[:1], row.values) for row in rows], [TallyRow(row.key[1:], row.values) for row in rows]


def ageing(
    aged: tuple[Tally, Sequence[TallyRow]],
    due: tuple[Tally, Sequence[TallyRow]],
    currency: str,
) -> Ageing:
    """Answer how old the open opportunities are, and when they should be won (requirement X-OPP-05).

    Definition: age: calendar days in the company's zone from the day of recording to today; 30 days old is whatever
        was recorded on the day 30 days ago. Overdue: expected to be won before today, and still open.
    Formula: count and sum of expected amounts by bands of the two days.
    Unit: opportunities, the company's currency.
    Undefined when: the amount if no opportunity of the group has one; then None, never 0.
    Source: requirements X-OPP-01, X-OPP-05; the bands are ours.

    Args:
        aged: What :func:`by_age` asked, and the answer.
        due: What :func:`by_due` asked, and the answer.
        currency: The company's currency.
    """
    bounds: tuple[int | None, ...] = (None, *reversed(AGES), None)
    ages = [
        Age(over=bounds[place + 1], up_to=bounds[place], number=number, amount=amount)
        for place in range(len(AGES), -1, -1)
        for number, amount in [_group(aged, place, currency)]
    ]
    groups = [
        DueGroup(due=kind, number=number, amount=amount)
        for place, kind in enumerate(Due)
        for number, amount in [_group(due, None if kind is Due.UNKNOWN else place, currency)]
    ]
    of = aged[0].of
    return Ageing(
        ages=tuple(ages),
        due=tuple(groups),
        number=number_of(aged[1], of, "opportunity"),
        amount=amount_of(aged[1], of, currency),
    )


def _measures() -> tuple[Measure, ...]:
    return count(), total(_o.expected_amount)


def _days(today: dt.date) -> list[dt.date]:
    return [today - dt.timedelta(days=SOON), today, today + dt.timedelta(days=SOON + 1)]


def _group(
    asked: tuple[Tally, Sequence[TallyRow]], place: int | None, currency: str
) -> tuple[Figure[int], Figure[Decimal]]:
    """Answer number and amount of one band, which may have no row."""
    of = records_behind(asked[0], TallyRow((place,), ()))
    rows = rows_with(asked[1], lambda band: band == place)
    return number_of(rows, of, "opportunity"), amount_of(rows, of, currency)
