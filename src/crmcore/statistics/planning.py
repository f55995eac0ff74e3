"""How a sales plan goes on: the targets of its parts, what was won, and both so far (销售计划; X-TGT-02)."""

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Final
from zoneinfo import ZoneInfo

import attrs

from crmcore.base.numbers import EXACT
from crmcore.query import Tally, TallyRow, records_behind
from crmcore.statistics.chances import Owner, won_from
from crmcore.statistics.figures import PERCENT, Figure, measured, percent
from crmcore.statistics.periods import Period, starts
from crmcore.statistics.sums import amount_of, number_of, rows_with
from crmcore.targets.entity import SalesTarget

__all__ = ["PlanStep", "sales_plan"]

_NOTHING: Final = Decimal(0)
_UNIT: Final = "opportunity"


@attrs.frozen(kw_only=True)
class PlanStep:
    """One part of a plan."""

    period: Period
    target: SalesTarget | None
    """None if none was set for it."""
    won: Figure[int]
    """Opportunities won within it."""
    amount: Figure[Decimal]
    """What these brought."""
    amount_share: Figure[Decimal]
    """How many percent of its target's amount that is."""
    planned: Decimal | None
    """The amounts of the targets up to its end; None if none of them says an amount."""
    so_far: Figure[Decimal]
    """What was won from the first part to this one."""
    so_far_share: Figure[Decimal]
    """How many percent of what was planned up to here that is."""


def sales_plan(
    parts: tuple[Period, ...],
    targets: Mapping[dt.date, SalesTarget],
    won: tuple[Tally, Sequence[TallyRow]],
    zone: ZoneInfo,
    currency: str,
    owner: Owner = None,
) -> tuple[PlanStep, ...]:
    """Answer how far each part of a plan is reached, and the plan up to there (requirements X-TGT-02, X-TGT-03).

    Definition: what was won in each part, by whom the plan is for, beside the target of that part; and both added up
        from the first part on.
    Formula: 100 × amount won / amount of the target, rounded half up to one decimal place; the same of the sums.
    Unit: opportunities, the company's currency, percent.
    Undefined when: there is no target, or none that says an amount above 0; what was won, if nothing won has an amount.
        Then None, never 0. Nothing won for a target that says an amount is 0 % of it.
    Source: requirements X-TGT-02, X-TGT-03; as in :mod:`crmcore.statistics.attainment`.

    Args:
        parts: The parts of the plan, in their order and without a gap.
        targets: The target of each, by its first day.
        won: What :func:`crmcore.statistics.forecasting.brought` asked, and the answer.
        zone: The company's zone.
        currency: The company's currency.
        owner: The one given to these.
    """
    asked, rows = won
    edges = starts(parts, zone)
    found: list[PlanStep] = []
    planned: Decimal | None = None
    for place, period in enumerate(parts, start=1):
        target = targets.get(period.first)
        to_sell = None if target is None else target.amount
        if to_sell is not None:
            planned = EXACT.add(planned or _NOTHING, to_sell)
        of = records_behind(asked, TallyRow((place,), ()))
        his = rows_with(rows, lambda band, here=place: band == here)
        until = rows_with(rows, lambda band, here=place: 1 <= band <= here)
        amount = amount_of(his, of, currency)
        so_far = amount_of(until, won_from(edges[0], edges[place], owner), currency)
        found.append(
            PlanStep(
                period=period,
                target=target,
                won=number_of(his, of, _UNIT),
                amount=amount,
                amount_share=_share(amount, to_sell),
                planned=planned,
                so_far=so_far,
                so_far_share=_share(so_far, planned),
            )
        )
    return tuple(found)


def _share(amount: Figure[Decimal], to_sell: Decimal | None) -> Figure[Decimal]:
    value = None if to_sell is None else percent(amount.value or _NOTHING, to_sell)
    return measured(value, amount.of, PERCENT, amount.records)
