"""What each account manager has done and reached: the figures of an appraisal (绩效考核; requirement X-TGT-03).

They lay side by side what other reports say one by one. None of them is a judgement: who was given hard customers, or
new ones, has other figures.
"""

import datetime as dt
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any, Final

import attrs
from attrs import Attribute, fields

from crmcore.access.entity import UserId
from crmcore.customers.entity import Customer
from crmcore.opportunities.entity import ARCHIVED, ActivityProgress, Opportunity, OpportunityStatus, SalesActivity
from crmcore.query import (
    Query,
    Tally,
    TallyRow,
    banded,
    count,
    eq,
    ge,
    is_null,
    le,
    lt,
    negate,
    one_of,
    query,
    records_behind,
    tally,
    total,
)
from crmcore.service.entity import ServiceRequest, ServiceRound
from crmcore.statistics.figures import Figure, share
from crmcore.statistics.periods import Period
from crmcore.statistics.sums import Answered, amount_of, joint_share, number_of, rows_with
from crmcore.surveys.figures import SATISFIED

__all__ = ["Appraisal", "AppraisalAsked", "Appraised", "appraisals", "asked_of"]

_BEFORE: Final = 0
"""The band of the period before; the period itself is the next."""
_NOW: Final = 1
_NOTHING: Final = Decimal(0)
_o = fields(Opportunity)
_s = fields(SalesActivity)
_c = fields(Customer)
_r = fields(ServiceRequest)
_n = fields(ServiceRound)


@attrs.frozen(kw_only=True)
class Appraisal:
    """What one account manager has done and reached in a period."""

    won: Figure[int]
    amount: Figure[Decimal]
    """What these brought."""
    win_rate: Figure[Decimal]
    """Share of the won ones among those that were won or lost."""
    activities: Figure[int]
    """Sales activities done."""
    customers: Figure[int]
    """Customers recorded, whom he looks after now."""
    requests: Figure[int]
    """Service requests he handled, by their last treatment."""
    treatments: Figure[int]
    """Treatments of his that were taken back: by few stars, or because the request was opened again."""
    in_time: Figure[Decimal]
    """Share of both that were in time, among those for which that was promised; it opens to requests."""
    csat: Figure[Decimal]
    """Share of four and five stars among both that the customer has judged; it opens to requests."""


@attrs.frozen(kw_only=True)
class Appraised:
    """One account manager in a period, and in the period before."""

    user: UserId
    now: Appraisal
    before: Appraisal


@attrs.frozen
class AppraisalAsked:
    """What was asked of two periods, by person and period; and the answers, in the same order."""

    chances: Tally
    activities: Tally
    customers: Tally
    requests: Tally
    treatments: Tally


def asked_of(
    now: Period, past: Period, edges: Sequence[dt.datetime], customers: Query[Customer], user: UserId | None = None
) -> AppraisalAsked:
    """Ask for what was won and lost, done, recorded and handled in a period and the one before, by account manager.

    Args:
        now: The period.
        past: The one directly before.
        edges: The first instants of the one before and of the period, and the first after it.
        customers: The customers that the company knows.
        user: One person's; None for everybody's.
    """

    def within(of: Query[Any], at: "Attribute[Any]", who: "Attribute[Any]") -> tuple[Query[Any], tuple[Any, ...]]:
        his = [] if user is None else [eq(who, user)]
        return of.where(ge(at, edges[0]), lt(at, edges[-1]), *his), (who, banded(at, edges[1:-1]))

    chances, by_chance = within(query(Opportunity).where(one_of(_o.status, ARCHIVED)), _o.closed_at, _o.assignee)
    new, by_customer = within(customers, _c.created_at, _c.manager)
    requests, by_request = within(query(ServiceRequest).where(is_null(_r.merged_into)), _r.handled_at, _r.handled_by)
    taken_back, by_treatment = within(query(ServiceRound), _n.handled_at, _n.handled_by)
    activities = query(SalesActivity).where(
        eq(_s.state, ActivityProgress.DONE), ge(_s.done_on, past.first), le(_s.done_on, now.last)
    )
    his = activities if user is None else activities.where(eq(_s.responsible, user))
    return AppraisalAsked(
        chances=tally(chances, by=(*by_chance, _o.status), measures=(count(), total(_o.expected_amount))),
        activities=tally(his, by=(_s.responsible, banded(_s.done_on, [now.first])), measures=(count(),)),
        customers=tally(new, by=by_customer, measures=(count(),)),
        requests=tally(requests, by=(*by_request, _r.satisfaction, _r.resolve_met), measures=(count(),)),
        treatments=tally(taken_back, by=(*by_treatment, _n.satisfaction, _n.resolve_met), measures=(count(),)),
    )


def appraisals(asked: AppraisalAsked, answers: Sequence[Sequence[TallyRow]], currency: str) -> tuple[Appraised, ...]:
    """Answer what each account manager has done and reached in a period and in the one before (requirement X-TGT-03).

    Definition: won, amount, win rate: opportunities dispatched to him and closed in the period, see
        :func:`crmcore.statistics.winning.outcomes`. Activities: sales activities he is responsible for, by the day on
        which they were done. Customers: recorded in the period, by who looks after them now. Requests: handled by him
        in the period, by their last treatment; merged ones do not count. Treatments: handled by him in the period and
        taken back since, of requests that the reader sees. In time: see :func:`crmcore.statistics.promises.promises`;
        CSAT: four and five stars. Both count every treatment, those that were taken back as well, for who handled it.
    Formula: counts; sum of amounts; 100 × part / whole, rounded half up to one decimal place.
    Unit: records, the company's currency, percent.
    Undefined when: nothing was won or lost, promised, or judged; the amount if nothing won has one. Then None, never 0.
    Source: requirement X-TGT-03; the figures that it and chapter 10.4 name.

    Args:
        asked: What :func:`asked_of` asked.
        answers: The answers, in its order.
        currency: The company's currency.
    """
    tallies = asked.chances, asked.activities, asked.customers, asked.requests, asked.treatments
    pairs = [*zip(tallies, answers, strict=True)]
    people = {row.key[0] for rows in answers for row in rows if row.key[0] is not None}
    found = [
        Appraised(user=one, now=_of(one, _NOW, pairs, currency), before=_of(one, _BEFORE, pairs, currency))
        for one in sorted(people)
    ]
    return tuple(sorted(found, key=lambda one: -(one.now.amount.value or _NOTHING)))


def _of(user: UserId, band: int, pairs: Sequence[Answered], currency: str) -> Appraisal:
    (over, closed), (activities, done), (customers, new), *treatments = (_his(user, band, one) for one in pairs)
    won_rows = rows_with(closed, lambda status: status is OpportunityStatus.WON)
    was_won = over.where(eq(_o.status, OpportunityStatus.WON))
    won = number_of(won_rows, was_won, "opportunity")
    last, taken_back = _Treated.of_requests(treatments[0]), _Treated.taken_back(treatments[1])
    both = last, taken_back
    return Appraisal(
        won=won,
        amount=amount_of(won_rows, was_won, currency),
        win_rate=share(won, number_of(closed, over, "opportunity")),
        activities=number_of(done, activities, "sales_activity"),
        customers=number_of(new, customers, "customer"),
        requests=last.number,
        treatments=taken_back.number,
        in_time=joint_share([one.met for one in both], [one.promised for one in both]),
        csat=joint_share([one.satisfied for one in both], [one.judged for one in both]),
    )


@attrs.frozen(kw_only=True)
class _Treated:
    """What somebody treated, as long as it stands, or what was taken back."""

    number: Figure[int]
    met: Figure[int]
    promised: Figure[int]
    satisfied: Figure[int]
    judged: Figure[int]

    @classmethod
    def of_requests(cls, treated: tuple[Query[Any], list[TallyRow]]) -> "_Treated":
        return cls._counted(treated, "service_request", _r.satisfaction, _r.resolve_met)

    @classmethod
    def taken_back(cls, treated: tuple[Query[Any], list[TallyRow]]) -> "_Treated":
        return cls._counted(treated, "service_round", _n.satisfaction, _n.resolve_met)

    @classmethod
    def _counted(
        cls,
        treated: tuple[Query[Any], list[TallyRow]],
        unit: str,
        satisfaction: "Attribute[Any]",
        resolve_met: "Attribute[Any]",
    ) -> "_Treated":
        of, rows = treated

        def those(found: Query[Any], meets: Callable[[Any, Any], bool]) -> Figure[int]:
            return number_of(rows_with(rows, meets), found, unit)

        return cls(
            number=number_of(rows, of, unit),
            met=those(of.where(eq(resolve_met, value=True)), lambda _, met: met is True),
            promised=those(of.where(negate(is_null(resolve_met))), lambda _, met: met is not None),
            satisfied=those(of.where(one_of(satisfaction, SATISFIED)), lambda stars, _: stars in SATISFIED),
            judged=those(of.where(negate(is_null(satisfaction))), lambda stars, _: stars is not None),
        )


def _his(user: UserId, band: int, one: Answered) -> tuple[Query[Any], list[TallyRow]]:
    """Answer what one person did in one of the periods: the query that finds it, and the rows without these keys."""
    asked, rows = one
    of = records_behind(attrs.evolve(asked, by=asked.by[:2]), TallyRow((user, band), ()))
    return of, [TallyRow(row.key[2:], row.values) for row in rows if row.key[:2] == (user, band)]
