"""Periods of targets, how a year is split, and who sees whose (requirements X-TGT-01, X-TGT-02)."""

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import Any, Final

from attrs import fields

from crmcore.access.actor import Actor
from crmcore.access.entity import UserId
from crmcore.access.scope import Scope
from crmcore.base.checked import FIRST_YEAR, LAST_YEAR
from crmcore.base.errors import Invalid, Problem, Refused
from crmcore.query import Condition, eq
from crmcore.targets.entity import SalesTarget, TargetSpan

__all__ = ["SCOPES", "TargetHasParts", "check_target", "check_year", "first_days", "last_day", "slot_of", "split"]

_MONTHS: Final = {TargetSpan.MONTH: 1, TargetSpan.QUARTER: 3, TargetSpan.YEAR: 12}
_YEAR: Final = 12
_CENT: Final = Decimal("0.01")


def _own(actor: Actor) -> Condition:
    return eq(fields(SalesTarget).user, actor.id)


SCOPES: Final = (
    Scope(
        entity=SalesTarget,
        read=frozenset({"target.read"}),
        read_all=frozenset({"target.read_all", "target.manage"}),
        own=_own,
    ),
)


class TargetHasParts(Refused):
    """The year was split: its parts have to go first, or with it."""

    code = "target.has_parts"


def check_target(target: SalesTarget) -> None:
    """Refuse a target that nobody could reach or miss (requirement X-TGT-01).

    Raises:
        Invalid: It lies where no report has a period, does not begin with its period, is a person's and a territory's
            at once, says neither amount nor number, or a negative amount; all problems are listed.
    """
    problems = []
    if not FIRST_YEAR < target.starts_on.year < LAST_YEAR:
        years: dict[str, object] = {"min": FIRST_YEAR + 1, "max": LAST_YEAR - 1}
        problems.append(Problem("starts_on", "value.year", "sales_target", years))
    if target.starts_on != _first_day(target.starts_on, target.span):
        problems.append(Problem(field="starts_on", code="target.no_first_day", entity="sales_target"))
    if target.user is not None and target.territory:
        problems.append(Problem(field="territory", code="target.two_owners", entity="sales_target"))
    if target.amount is None and target.number is None:
        problems.append(Problem(field="amount", code="target.nothing", entity="sales_target"))
    if target.amount is not None and target.amount < 0:
        problems.append(Problem(field="amount", code="opportunity.negative", entity="sales_target"))
    if problems:
        raise Invalid(problems)


def last_day(starts_on: dt.date, span: TargetSpan) -> dt.date:
    """Answer the last day of a period that begins on a day."""
    months = starts_on.year * _YEAR + starts_on.month - 1 + _MONTHS[span]
    return dt.date(months // _YEAR, months % _YEAR + 1, 1) - dt.timedelta(days=1)


def first_days(year: int, span: TargetSpan) -> list[dt.date]:
    """Answer the first days of the periods of a year: twelve months, four quarters or the year."""
    return [dt.date(year, month, 1) for month in range(1, _YEAR + 1, _MONTHS[span])]


def check_year(year: Any) -> int:
    """Answer a year that targets can be set for.

    Raises:
        Invalid: It is no whole number, or no year that reports have periods of.
    """
    if type(year) is not int or not FIRST_YEAR < year < LAST_YEAR:
        raise Invalid(Problem("year", "value.range", params={"min": FIRST_YEAR + 1, "max": LAST_YEAR - 1, "got": year}))
    return year


def slot_of(span: TargetSpan, starts_on: dt.date, user: UserId | None, territory: str) -> str:
    """Answer what only one target has: its period and whose it is."""
    return f"{span.value} {starts_on.isoformat()} {user or territory or 'company'}"


def split(whole: Decimal, weights: Sequence[int], unit: Decimal = _CENT) -> list[Decimal]:
    """Split an amount by weights so that the parts add up to it exactly, each a multiple of *unit*.

    Formula: each part is ``whole * weight / sum(weights)`` rounded down to the unit; what is left goes, a unit each, to
    the parts that lost most by rounding, the earlier one of equal ones first.

    Args:
        whole: What is split, a multiple of the unit, not negative.
        weights: One for each part, not negative, not all of them 0.
        unit: The smallest part.

    Returns:
        The parts in the order of the weights; their sum is *whole*.
    """
    units, total = int(whole / unit), sum(weights)
    shares = [divmod(units * weight, total) for weight in weights]
    left = units - sum(share for share, _ in shares)
    by_loss = sorted(range(len(weights)), key=lambda place: -shares[place][1])
    more = set(by_loss[:left])
    return [(share + (place in more)) * unit for place, (share, _) in enumerate(shares)]


def _first_day(day: dt.date, span: TargetSpan) -> dt.date:
    months = _MONTHS[span]
    return dt.date(day.year, (day.month - 1) // months * months + 1, 1)
