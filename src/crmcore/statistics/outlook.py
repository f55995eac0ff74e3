"""How far a target will be reached: what is won already, and what is open for its period by its chance (X-TGT-03)."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

import attrs
from attrs import fields

from crmcore.access.entity import UserId
from crmcore.opportunities.entity import Opportunity
from crmcore.pipeline.entity import SalesStageId
from crmcore.query import Condition, Query, Tally, TallyRow, any_of, count, ge, le, query, tally, total
from crmcore.statistics.chances import Owner, open_now
from crmcore.statistics.figures import Figure, measured
from crmcore.statistics.goals import lacking, reached
from crmcore.statistics.periods import Period
from crmcore.statistics.sums import amount_of, number_of, rows_with, together, weighted_of

__all__ = ["Ahead", "TargetOutlook", "outlook", "to_come"]

_o = fields(Opportunity)


@attrs.frozen(kw_only=True)
class TargetOutlook:
    """What may be reached of a target by the end of its period."""

    open: Figure[int]
    """Open opportunities that are expected in the period."""
    expected: Figure[Decimal]
    """What they are expected to bring."""
    weighted: Figure[Decimal]
    """The same, each amount times its chance."""
    forecast: Figure[Decimal]
    """Won and weighted together."""
    forecast_share: Figure[Decimal]
    """How many percent of the target's amount that is."""
    gap: Figure[Decimal]
    """What will be missing if it comes so; 0 if the target will be reached."""


@attrs.frozen
class Ahead:
    """What was asked and answered of the open opportunities of a period."""

    asked: Tally
    rows: Sequence[TallyRow]
    chances: Mapping[SalesStageId, int]
    """The chance of each stage in percent."""

    def chance(self, row: TallyRow) -> int | None:
        """Answer the chance of the opportunities of a row: that of their stage; of those in none, their own."""
        _, stage, rate = row.key
        return rate if stage is None else self.chances.get(stage)

    def owners(self) -> list[UserId | None]:
        """Answer who has open ones that are expected to bring something in the period."""
        return [*dict.fromkeys(row.key[0] for row in self.rows)]


def to_come(period: Period, owner: Owner = None) -> Tally:
    """Ask for the open opportunities expected in a period by account manager, stage and success rate."""
    days = ge(_o.expected_on, period.first), le(_o.expected_on, period.last)
    keys = (_o.assignee, _o.stage, _o.success_rate)
    return tally(open_now(owner).where(*days), by=keys, measures=(count(), total(_o.expected_amount)))


def outlook(
    ahead: Ahead,
    people: frozenset[UserId | None] | None,
    whose: Sequence[Condition],
    won: Figure[Decimal],
    to_sell: Decimal | None,
) -> TargetOutlook:
    """Answer what may be reached of one target (quota attainment with forecast; requirements X-TGT-01, X-TGT-03).

    Definition: forecast: what was won in the period, and of the open opportunities expected in it, each amount times
        the chance of its stage; of one in no stage, its own. That is what
        :func:`crmcore.statistics.forecasting.forecast` says of that period.
    Formula: won + sum of amount × chance / 100; 100 × forecast / amount of the target, rounded half up to one decimal
        place; gap = amount of the target − forecast, 0 at least.
    Unit: opportunities, the company's currency, percent.
    Undefined when: forecast: nothing won or open has an amount; share and gap: the target says no amount, share also if
        it is 0. Nothing to come for a target that says an amount is 0 % of it.
    Source: requirements X-TGT-01, X-TGT-03; as in :mod:`crmcore.statistics.attainment`.

    Args:
        ahead: What :func:`to_come` asked, and the answer.
        people: Whose opportunities count; None for everybody's.
        whose: What these opportunities meet.
        won: What was won by these people in the period.
        to_sell: The target's amount.
    """
    his = ahead.rows if people is None else rows_with(ahead.rows, lambda owner, *_: owner in people)
    of: Query[Opportunity] = ahead.asked.of.where(*whose)
    number = number_of(his, of, "opportunity")
    weighted = measured(weighted_of(his, ahead.chance), of, won.unit, number.records)
    forecast = _joined(won, weighted)
    return TargetOutlook(
        open=number,
        expected=amount_of(his, of, won.unit),
        weighted=weighted,
        forecast=forecast,
        forecast_share=reached(forecast, to_sell),
        gap=lacking(forecast, to_sell),
    )


def _joined(won: Figure[Decimal], weighted: Figure[Decimal]) -> Figure[Decimal]:
    """Answer what is won and what is still to come as one figure; no opportunity is in both."""
    both = query(Opportunity).where(any_of(weighted.of.condition, won.of.condition))
    return measured(together(won.value, weighted.value), both, won.unit, won.records + weighted.records)
