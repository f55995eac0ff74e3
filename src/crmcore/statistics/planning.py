"""How a sales plan goes on: the targets of its parts, what was won, and both so far (销售计划; X-TGT-02)."""

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal
from itertools import accumulate
from typing import Any
from zoneinfo import ZoneInfo

import attrs

from crmcore.query import Query, Tally, TallyRow, records_behind
from crmcore.statistics.chances import Owner, won_from
from crmcore.statistics.figures import Figure
from crmcore.statistics.goals import reached
from crmcore.statistics.periods import Period, starts
from crmcore.statistics.sums import amount_of, number_of, rows_with, together
from crmcore.targets.entity import SalesTarget

__all__ = ["PlanStep", "sales_plan"]


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
    plan = _Plan(won=won, edges=starts(parts, zone), currency=currency, owner=owner)
    set_for = [targets.get(period.first) for period in parts]
    goals = accumulate((None if one is None else one.amount for one in set_for), together)
    steps = enumerate(zip(parts, set_for, goals, strict=True), start=1)
    return tuple(plan.step(place, *step) for place, step in steps)


@attrs.frozen(kw_only=True)
class _Plan:
    """What was asked and answered of what was won in the parts of a plan."""

    won: tuple[Tally, Sequence[TallyRow]]
    edges: Sequence[dt.datetime]
    """Where each part begins, and where the last one ends."""
    currency: str
    owner: Owner

    def step(self, place: int, period: Period, target: SalesTarget | None, planned: Decimal | None) -> PlanStep:
        """Answer how one part goes on, and the plan up to its end; parts are counted from 1."""
        here = records_behind(self.won[0], TallyRow((place,), ()))
        number, amount = self._won(place, place, here)
        _, so_far = self._won(1, place, won_from(self.edges[0], self.edges[place], self.owner))
        return PlanStep(
            period=period,
            target=target,
            won=number,
            amount=amount,
            amount_share=reached(amount, None if target is None else target.amount),
            planned=planned,
            so_far=so_far,
            so_far_share=reached(so_far, planned),
        )

    def _won(self, first: int, last: int, of: Query[Any]) -> tuple[Figure[int], Figure[Decimal]]:
        """Answer how many opportunities were won from one part to another, and what these brought."""
        some = rows_with(self.won[1], lambda band: first <= band <= last)
        return number_of(some, of, "opportunity"), amount_of(some, of, self.currency)
