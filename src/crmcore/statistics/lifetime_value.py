"""What a customer will still be worth: expected orders times expected value, discounted (requirement X-CUS-11)."""

import math
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

import attrs

from crmcore.base.errors import Invalid, Problem
from crmcore.base.numbers import EXACT
from crmcore.statistics.bgnbd import BgNbd, History, expected_orders
from crmcore.statistics.gammagamma import GammaGamma, Spending, expected_value
from crmcore.statistics.refusals import outside

__all__ = ["LifetimeValue", "Terms", "lifetime_values", "rate_per_period"]

_CENT: Final = Decimal("0.01")
_ONE: Final = Decimal(1)


@attrs.frozen
class Terms:
    """On what terms future money is counted today."""

    periods: int
    """How many periods ahead are counted; what lies beyond counts nothing."""
    length: float
    """How long a period is, in the unit of the model's times: 30 for a month if they are days."""
    rate: Decimal = Decimal(0)
    """By how much money a period later is worth less: 0.01 for one percent a period."""
    margin: Decimal = Decimal(1)
    """What share of a purchase's value is profit; 1 counts turnover."""

    def __attrs_post_init__(self) -> None:
        """Refuse terms that mean nothing.

        Raises:
            Invalid: No period, no length, or a rate or margin out of range; names the field.
        """
        wrong = (
            ("periods", 1, 1200, self.periods),
            ("length", 0, math.inf, self.length if self.length > 0 else -1),
            ("rate", 0, 1, self.rate),
            ("margin", 0, 1, self.margin),
        )
        problems = [
            Problem(name, "value.range", params={"min": low, "max": high, "got": getattr(self, name)})
            for name, low, high, got in wrong
            if not (math.isfinite(got) and low <= got <= high)
        ]
        if problems:
            raise Invalid(problems)


@attrs.frozen
class LifetimeValue:
    """What one customer will still be worth, and when."""

    total: Decimal
    """The sum of the periods, to the cent."""
    by_period: tuple[Decimal, ...]
    """The discounted value of each period ahead, to the cent."""
    expected_orders: float
    """In all periods together."""
    value_of_an_order: Decimal
    """What an order is expected to be worth, before margin and discount."""


def rate_per_period(yearly: Decimal, periods_in_a_year: int) -> Decimal:
    """Turn a yearly rate into the rate of a shorter period.

    Definition: the rate that comes to the yearly one when it is applied period after period.
    Formula: (1 + yearly)^(1 / periods) − 1.
    Unit: share of the value, per period.
    Undefined when: never.
    Source: compound interest.

    Raises:
        Invalid: Less than one period in a year, or a rate not between 0 and 1.
    """
    if periods_in_a_year < 1:
        raise outside("periods_in_a_year", 1, 366, periods_in_a_year)
    if not (yearly.is_finite() and 0 <= yearly <= 1):
        raise outside("yearly", 0, 1, yearly)
    root = EXACT.power(_ONE + yearly, EXACT.divide(_ONE, Decimal(periods_in_a_year)))
    return EXACT.subtract(root, _ONE)


def lifetime_values(
    orders: BgNbd, amounts: GammaGamma, customers: Sequence[tuple[History, Spending]], terms: Terms
) -> tuple[LifetimeValue | None, ...]:
    """Tell what each customer will still be worth today (requirement X-CUS-11).

    Definition: the value of the orders to expect in each period ahead, worth less the later they come.
    Formula: Σ over k = 1 … n of margin · E(M) · [E Y(k·length) − E Y((k−1)·length)] / (1 + rate)^k, so an order counts
        as paid at the end of its period. The sum up to each period is rounded half up to the cent, and a period's value
        is the difference: the periods add up to the total, and small ones do not vanish.
    Unit: the currency of the amounts, today's value.
    Undefined when: the expected value of an order is, or the orders to expect are beyond all numbers; then None.
    Source: Fader, Hardie and Lee, "RFM and CLV" (2005), with discounting per period; E Y from :mod:`.bgnbd`, E(M) from
        :mod:`.gammagamma`.

    Args:
        orders: The fitted model of orders.
        amounts: The fitted model of amounts.
        customers: When each has ordered and for how much; answered in the same order.
        terms: How far ahead to look, and what later money is worth.
    """
    histories = [history for history, _ in customers]
    reached: Sequence[float] = (0.0,) * len(customers)
    worth = [0.0] * len(customers)
    so_far: list[list[float]] = [[] for _ in customers]
    for period in range(1, terms.periods + 1):
        further = expected_orders(orders, histories, period * terms.length)
        factor = (1 + float(terms.rate)) ** -period
        for at, (now, before) in enumerate(zip(further, reached, strict=True)):
            worth[at] += max(now - before, 0.0) * factor
            so_far[at].append(worth[at])
        reached = further
    return tuple(
        _valued(sums, expected, expected_value(amounts, spending), terms.margin)
        for sums, expected, (_, spending) in zip(so_far, reached, customers, strict=True)
    )


def _valued(sums: Sequence[float], orders: float, value: Decimal | None, margin: Decimal) -> LifetimeValue | None:
    if value is None or not all(map(math.isfinite, sums)):
        return None
    profit = EXACT.multiply(value, margin)
    totals = [_cents(EXACT.multiply(Decimal(repr(one)), profit)) for one in sums]
    by_period = tuple(
        EXACT.subtract(now, before) for before, now in zip([Decimal("0.00"), *totals], totals, strict=False)
    )
    return LifetimeValue(totals[-1], by_period, orders, value)


def _cents(amount: Decimal) -> Decimal:
    return amount.quantize(_CENT, rounding=ROUND_HALF_UP, context=EXACT)
