"""How far targets are reached: what was won in their period, beside what was to be sold (业绩指标统计; X-TGT-03)."""

import datetime as dt
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Mapping, Sequence
from decimal import Decimal

import attrs
from attrs import fields

from crmcore.access.entity import UserId
from crmcore.opportunities.entity import Opportunity
from crmcore.query import Condition, Tally, TallyRow, banded, count, eq, one_of, tally, total
from crmcore.statistics.chances import won_from
from crmcore.statistics.figures import PERCENT, Figure, change, measured, percent
from crmcore.statistics.goals import lacking, reached
from crmcore.statistics.outlook import Ahead, TargetOutlook, outlook
from crmcore.statistics.sums import Answered, amount_of, number_of, rows_with
from crmcore.targets.entity import SalesTarget

__all__ = ["Attained", "Attainment", "Earlier", "attainment", "sold", "sold_beside", "sold_in"]

_o = fields(Opportunity)


@attrs.frozen(kw_only=True)
class Earlier:
    """What the same people reached in the period before."""

    target: SalesTarget | None
    """What they were to reach then."""
    won: Figure[int]
    amount: Figure[Decimal]
    amount_share: Figure[Decimal]


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
    place: int | None = None
    """Among people, or among territories, by the share of the amount reached, 1 for the highest; equal ones share it.

    None where there is no such share.
    """
    outlook: TargetOutlook | None = None
    """What may be reached by the end; None if that was not asked."""
    before: Earlier | None = None
    """The period before; None if that was not asked."""

    @property
    def since_before(self) -> Decimal | None:
        """By how many percent the amount won has changed since the period before; None where that is undefined."""
        return None if self.before is None else change(self.before.amount.value, self.amount.value)


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


def sold_beside(start: dt.datetime, now: dt.datetime, end: dt.datetime, owner: UserId | None = None) -> Tally:
    """Ask what :func:`sold` asks from *start* to *now* and from there to *end*, in one pass."""
    asked = sold(start, end, owner)
    return attrs.evolve(asked, by=(*asked.by, banded(_o.closed_at, [now])))


def sold_in(rows: Sequence[TallyRow], part: int) -> Sequence[TallyRow]:
    """Answer the rows of :func:`sold`, of what :func:`sold_beside` was answered: 0 for the earlier part, 1 for now."""
    return [TallyRow(row.key[:1], row.values) for row in rows_with(rows, lambda _, band: band == part)]


def attainment(
    targets: Sequence[SalesTarget],
    teams: Mapping[str, frozenset[UserId]],
    won: Answered,
    currency: str,
    *,
    ahead: Ahead | None = None,
    earlier: tuple[Sequence[SalesTarget], Answered] | None = None,
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
        ahead: What :func:`crmcore.statistics.outlook.to_come` asked of the period, for the forecast.
        earlier: The targets of the period before, and what :func:`sold` asked of it, to compare with.
    """
    asked, rows = won
    named = {one.user for one in targets}
    selling = [*(row.key[0] for row in rows), *(() if ahead is None else ahead.owners())]
    whose = [(one, _people(one, teams)) for one in sorted(targets, key=_place_of)]
    others = [(None, frozenset({one})) for one in dict.fromkeys(selling) if one is None or one not in named]
    counted = _Counted(won=won, currency=currency, ahead=ahead, earlier=earlier)
    return Attainment(
        rows=tuple(_ranked([counted.row(one, people) for one, people in (*whose, *others)])),
        whole=number_of(rows, asked.of, "opportunity"),
        whole_amount=amount_of(rows, asked.of, currency),
    )


@attrs.frozen(kw_only=True)
class _Counted:
    """What was asked and answered of one period, and of the one before."""

    won: Answered
    currency: str
    ahead: Ahead | None
    earlier: tuple[Sequence[SalesTarget], Answered] | None

    def row(self, target: SalesTarget | None, people: frozenset[UserId | None] | None) -> Attained:
        """Answer what some people reached of a target, or without one; None for everybody."""
        number, amount, whose = self._brought(self.won, people)
        to_sell = None if target is None else target.amount
        to_win = None if target is None else target.number
        wins = None if to_win is None else percent(number.records, to_win)
        user, ahead = target.user if target is not None else next(iter(people or ()), None), self.ahead
        return Attained(
            target=target,
            user=user,
            won=number,
            amount=amount,
            amount_share=reached(amount, to_sell),
            number_share=measured(wins, number.of, PERCENT, number.records),
            missing=lacking(amount, to_sell),
            outlook=None if ahead is None else outlook(ahead, people, whose, amount, to_sell),
            before=self._before(target, user, people),
        )

    def _before(
        self, target: SalesTarget | None, user: UserId | None, people: frozenset[UserId | None] | None
    ) -> Earlier | None:
        if self.earlier is None:
            return None
        targets, won = self.earlier
        whose = user, "" if target is None else target.territory
        named = target is not None or user is not None
        set_then = next((one for one in targets if named and (one.user, one.territory) == whose), None)
        number, amount, _ = self._brought(won, people)
        share = reached(amount, None if set_then is None else set_then.amount)
        return Earlier(target=set_then, won=number, amount=amount, amount_share=share)

    def _brought(
        self, won: Answered, people: frozenset[UserId | None] | None
    ) -> tuple[Figure[int], Figure[Decimal], list[Condition]]:
        asked, rows = won
        whose = [] if people is None else [_dispatched_to(people)]
        his, of = (rows if people is None else rows_with(rows, lambda owner: owner in people)), asked.of.where(*whose)
        return number_of(his, of, "opportunity"), amount_of(his, of, self.currency), whose


def _people(target: SalesTarget, teams: Mapping[str, frozenset[UserId]]) -> frozenset[UserId | None] | None:
    """Answer whose success counts for a target; None for everybody's."""
    if target.user is not None:
        return frozenset({target.user})
    return frozenset(teams.get(target.territory, frozenset())) if target.territory else None


def _dispatched_to(people: frozenset[UserId | None]) -> Condition:
    """Answer what opportunities dispatched to one of some people meet; None stands for nobody."""
    if people == {None}:
        return eq(_o.assignee, None)
    return one_of(_o.assignee, sorted(one for one in people if one is not None))


def _ranked(rows: Sequence[Attained]) -> list[Attained]:
    """Answer the rows with their place among those of the same kind."""

    def kind(one: Attained) -> int:
        return 0 if one.target is None else _place_of(one.target)[0]

    shares: dict[int, list[Decimal]] = defaultdict(list)
    for one in rows:
        if one.amount_share.value is not None and kind(one):
            shares[kind(one)].append(one.amount_share.value)
    for some in shares.values():
        some.sort()

    def place(one: Attained) -> int | None:
        share = one.amount_share.value
        others = shares.get(kind(one))
        return None if share is None or others is None else 1 + len(others) - bisect_right(others, share)

    return [attrs.evolve(one, place=place(one)) for one in rows]


def _place_of(target: SalesTarget) -> tuple[int, str]:
    """Put the company's target first, then territories by name, then people."""
    if target.user is not None:
        return 2, str(target.user)
    return (1, target.territory) if target.territory else (0, "")
