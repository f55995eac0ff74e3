"""How far targets are reached: what was won in their period, beside what was to be sold (业绩指标统计; X-TGT-03)."""

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Final

import attrs
from attrs import fields

from crmcore.access.entity import UserId
from crmcore.base.numbers import EXACT
from crmcore.opportunities.entity import Opportunity
from crmcore.query import Condition, Tally, TallyRow, count, eq, one_of, tally, total
from crmcore.statistics.chances import won_from
from crmcore.statistics.figures import PERCENT, Figure, measured, percent
from crmcore.statistics.sums import amount_of, number_of, rows_with
from crmcore.targets.entity import SalesTarget

__all__ = ["Attained", "Attainment", "attainment", "sold"]

_o = fields(Opportunity)
_NOTHING: Final = Decimal(0)


@attrs.frozen(kw_only=True)
class Attained:
    """One target, or one person without any, and what was reached."""

    target: SalesTarget | None
    """None for a person who has won something and was set no target."""
    user: UserId | None
    """Whose it is; None for a territory's or the company's, and for what nobody's name stands at."""
    won: Figure[int]
    """Opportunities won in the period."""
    amount: Figure[Decimal]
    """What these brought."""
    amount_share: Figure[Decimal]
    """How many percent of the target's amount that is."""
    number_share: Figure[Decimal]
    """How many percent of the target's number of opportunities these are."""
    missing: Figure[Decimal]
    """What is still to be sold; 0 if the target is reached."""


@attrs.frozen(kw_only=True)
class Attainment:
    """The targets of one period, the company's first, then territories, then people; and what was won without one."""

    rows: tuple[Attained, ...]
    whole: Figure[int]
    """Everything that was won in the period."""
    whole_amount: Figure[Decimal]


def sold(start: dt.datetime, end: dt.datetime, owner: UserId | None = None) -> Tally:
    """Ask for what was won from one instant up to another, by account manager: number, and what it brought."""
    return tally(won_from(start, end, owner), by=(_o.assignee,), measures=(count(), total(_o.expected_amount)))


def attainment(
    targets: Sequence[SalesTarget],
    teams: Mapping[str, frozenset[UserId]],
    won: tuple[Tally, Sequence[TallyRow]],
    currency: str,
) -> Attainment:
    """Answer how far each target of a period is reached (业绩达成; requirement X-TGT-03).

    Definition: what was won in the period of a target by whose target it is: a person by the opportunities dispatched
        to him, a territory by those of the people who work in it now, the company by all.
    Formula: 100 × amount won / amount of the target; 100 × number won / number of the target; rounded half up to one
        decimal place, and above 100 if it is surpassed. Missing = amount of the target − amount won, 0 at least.
    Unit: opportunities, the company's currency, percent.
    Undefined when: the target says no amount (or number), or one of 0; missing: if it says no amount. Then None, never
        0. Nothing won for a target that says an amount is 0 % of it.
    Source: requirements X-TGT-01, X-TGT-03; quota attainment as in Farris, Bendle, Pfeifer and Reibstein, "Marketing
        Metrics", sales force goals.

    Args:
        targets: The targets that begin and end with the period.
        teams: Who works in each territory that has a target.
        won: What :func:`sold` asked, and the answer.
        currency: The company's currency.
    """
    asked, rows = won
    named = {one.user for one in targets if one.user is not None}
    without = [row.key[0] for row in rows if row.key[0] not in named]
    reached = [_reached(one, _people(one, teams), won, currency) for one in sorted(targets, key=_place)]
    return Attainment(
        rows=(*reached, *(_reached(None, frozenset({one}), won, currency) for one in without)),
        whole=number_of(rows, asked.of, "opportunity"),
        whole_amount=amount_of(rows, asked.of, currency),
    )


def _people(target: SalesTarget, teams: Mapping[str, frozenset[UserId]]) -> frozenset[UserId | None] | None:
    """Answer whose success counts for a target; None for everybody's."""
    if target.user is not None:
        return frozenset({target.user})
    return frozenset(teams.get(target.territory, frozenset())) if target.territory else None


def _reached(
    target: SalesTarget | None,
    people: frozenset[UserId | None] | None,
    won: tuple[Tally, Sequence[TallyRow]],
    currency: str,
) -> Attained:
    asked, rows = won
    his = rows if people is None else rows_with(rows, lambda owner: owner in people)
    of = asked.of if people is None else asked.of.where(_dispatched_to(people))
    number, amount = number_of(his, of, "opportunity"), amount_of(his, of, currency)
    brought = amount.value or _NOTHING
    to_sell = None if target is None else target.amount
    to_win = None if target is None else target.number
    return Attained(
        target=target,
        user=target.user if target is not None else next(iter(people or ()), None),
        won=number,
        amount=amount,
        amount_share=measured(None if to_sell is None else percent(brought, to_sell), of, PERCENT, number.records),
        number_share=measured(None if to_win is None else percent(number.records, to_win), of, PERCENT, number.records),
        missing=measured(
            None if to_sell is None else max(_NOTHING, EXACT.subtract(to_sell, brought)), of, currency, number.records
        ),
    )


def _dispatched_to(people: frozenset[UserId | None]) -> Condition:
    """Answer what opportunities dispatched to one of some people meet; None stands for nobody."""
    if people == {None}:
        return eq(_o.assignee, None)
    return one_of(_o.assignee, sorted(one for one in people if one is not None))


def _place(target: SalesTarget) -> tuple[int, str]:
    """Put the company's target first, then territories by name, then people."""
    if target.user is not None:
        return 2, str(target.user)
    return (1, target.territory) if target.territory else (0, "")
