"""How far customers can be trusted, quarter by quarter, beside others of their level and all (requirement X-CUS-18)."""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

import attrs
from attrs import fields

from crmcore.base.numbers import EXACT
from crmcore.query import Query, TallyRow, ge, lt
from crmcore.sales.entity import Order, OrderStatus
from crmcore.service.entity import ServiceRequest
from crmcore.statistics.figures import PERCENT, Figure, mean, measured
from crmcore.statistics.periods import Period
from crmcore.statistics.screening import paid_share
from crmcore.statistics.sums import AMOUNT, COUNT, total_of

__all__ = ["STAR", "Rating", "TrustStep", "points", "rating", "ratings"]

STAR: Final = "star"
_TENTH: Final = Decimal("0.1")
_HUNDREDTH: Final = Decimal("0.01")
_STARS: Final = 4
"""Steps between one star and five."""
_o = fields(Order)
_r = fields(ServiceRequest)
Rows = Iterable[TallyRow]


@attrs.frozen(kw_only=True)
class Rating:
    """How far somebody, or a group of customers, could be trusted in a quarter."""

    paid: Figure[Decimal]
    """What part of the orders that should be paid by now is paid; it opens to all of them."""
    stars: Figure[Decimal]
    """How satisfied they said they were with what was done for them, verdict by verdict; it opens to the requests."""
    value: Decimal | None
    """Both as one, 0 to 100."""


@attrs.frozen(kw_only=True)
class TrustStep:
    """A quarter: the customer beside those of his level, and beside all."""

    period: Period
    his: Rating
    of_level: Rating
    of_all: Rating
    given: Decimal | None = None
    """The trust that people had given him by hand when it ended, as points: one star 0, five stars 100."""


def points(stars: int | Decimal | None) -> Decimal | None:
    """Answer a rating in stars as points, so that it can stand beside others (requirement X-CUS-18).

    Definition: how far from one star to five it lies.
    Formula: 100 × (stars − 1) / 4.
    Unit: points, 0 to 100.
    Undefined when: there is no rating; then None, never 0.
    Source: five stars as in requirement 3.1; the scale is that of :func:`rating`.
    """
    return None if stars is None else EXACT.divide(EXACT.multiply(stars - 1, Decimal(100)), Decimal(_STARS))


def rating(paid: Decimal | None, stars: Decimal | None) -> Decimal | None:
    """Answer how far a customer can be trusted, as one number (requirement X-CUS-18).

    Definition: the mean of what part of his due orders is paid, and of his satisfaction, to which every verdict on his
        requests counts; of one, where the other is not known. Whether deliveries were on time is not in it, as orders
        carry no day of delivery.
    Formula: (paid % + 25 × (stars − 1)) / 2, rounded half away from zero to one decimal place.
    Unit: points, 0 to 100.
    Undefined when: neither is known; then None, never 0.
    Source: requirement X-CUS-18 asks for the rating and its curve without a formula; the formula is ours.
    """
    known = [] if paid is None else [paid]
    satisfied = points(stars)
    if satisfied is not None:
        known.append(satisfied)
    whole = EXACT.add(known[0], known[-1]) if len(known) > 1 else known[0] if known else None
    return mean(whole, len(known), _TENTH)


def ratings(
    parts: Sequence[Period],
    edges: Sequence[dt.datetime],
    due: tuple[Query[Order], Rows],
    rated: tuple[Query[ServiceRequest], Rows],
    meets: Callable[[tuple[Any, ...]], bool] = lambda _: True,
) -> tuple[Rating, ...]:
    """Answer a rating for each quarter.

    Args:
        parts: The quarters, in their order.
        edges: Where each begins, and at the end where the last one ends.
        due: The orders that should be paid, and their number and sum by quarter and status, and more keys.
        rated: The requests that were rated; and their number, and number and stars of all verdicts on them, those
            included that sent one back, by quarter and more keys.
        meets: Which of the further keys count.
    """
    orders, requests = _by_quarter(due[1], 2, meets), _by_quarter(rated[1], 1, meets)
    return tuple(
        _rating(part, edges[at : at + 2], (due[0], orders.get(at + 1, [])), (rated[0], requests.get(at + 1, [])))
        for at, part in enumerate(parts)
    )


def _by_quarter(rows: Rows, own: int, meets: Callable[[tuple[Any, ...]], bool]) -> Mapping[int, list[TallyRow]]:
    found: dict[int, list[TallyRow]] = {}
    for row in rows:
        if meets(row.key[own:]):
            found.setdefault(row.key[0], []).append(row)
    return found


def _rating(
    part: Period,
    edges: Sequence[dt.datetime],
    due: tuple[Query[Order], Sequence[TallyRow]],
    rated: tuple[Query[ServiceRequest], Sequence[TallyRow]],
) -> Rating:
    orders = due[0].where(ge(_o.ordered_on, part.first), lt(_o.ordered_on, part.last + dt.timedelta(days=1)))
    requests = rated[0].where(ge(_r.created_at, edges[0]), lt(_r.created_at, edges[1]))
    whole, paid = total_of(due[1], AMOUNT), total_of((row for row in due[1] if row.key[1] is OrderStatus.PAID), AMOUNT)
    number, verdicts, stars = (total_of(rated[1], place) or 0 for place in range(3))
    share = paid_share(whole, paid)
    satisfied = mean(stars, verdicts, _HUNDREDTH)
    return Rating(
        paid=measured(share, orders, PERCENT, total_of(due[1], COUNT) or 0),
        stars=measured(satisfied, requests, STAR, number),
        value=rating(share, satisfied),
    )
