"""Says in plain words why a customer's outlook is what it is, as a hint beside the churn work list.

It never takes the place of the six-month rule (requirement CHN-01): it says how unusual a silence is for *this*
customer, which the rule does not know.
"""

import datetime as dt
from collections.abc import Hashable, Iterable
from enum import StrEnum
from typing import Final

import attrs

from crmcore.i18n import Language, text
from crmcore.statistics.bgnbd import BgNbd, History, expected_orders, p_alive
from crmcore.statistics.habits import mean_gap
from crmcore.statistics.rfm import Purchases

__all__ = ["LATE", "Outlook", "Timing", "histories", "outlooks", "usual_gap"]

LATE: Final = 2
"""From more than this many usual gaps on, a silence is called long."""
_HALF: Final = 0.5


class Timing(StrEnum):
    """How the present silence compares with the customer's usual gap between purchases."""

    ONCE = "once"
    """There is no usual gap: he has bought on one day only."""
    ON_TIME = "on_time"
    """Not longer than usual."""
    LATE = "late"
    """Longer than usual, up to twice."""
    OVERDUE = "overdue"
    """More than twice as long as usual."""


_WORDS: Final = {
    Timing.ONCE: "outlook.once",
    Timing.ON_TIME: "outlook.on_time",
    Timing.LATE: "outlook.late",
    Timing.OVERDUE: "outlook.overdue",
}


@attrs.frozen
class Outlook:
    """What to expect of one customer, with the facts it rests on."""

    customer: Hashable
    timing: Timing
    p_alive: float | None
    """Probability that he is still a customer; ``None`` if he has bought on one day only: the model can't tell."""
    expected_orders: float
    """In the coming period."""
    period: int
    """Length of the coming period in days."""
    silence: int
    """Days since the last purchase."""
    usual_gap: float | None
    """Days between his purchases on average; ``None`` if he has bought on one day only."""
    repeats: int
    """Repeat purchases, the evidence there is."""

    def explain(self, language: Language = "en") -> str:
        """Say why the figures are what they are (requirement X-ANA-04)."""
        usual = self.usual_gap or 0.0
        return text(
            self._sentence(),
            language,
            silence=_days(self.silence, language),
            usual=_every(usual, language),
            times=_plain(self.silence / usual if usual else 0.0),
            repeats=self.repeats,
            percent=_percent(self.p_alive or 0.0),
            expected=_plain(self.expected_orders),
            period=_days(self.period, language),
        )

    def _sentence(self) -> str:
        """Answer which sentence fits: who keeps to his habit is nothing unusual only if he probably is a customer."""
        if self.timing is Timing.ON_TIME and self.p_alive is not None and self.p_alive < _HALF:
            return "outlook.doubtful"
        return _WORDS[self.timing]


def usual_gap(purchases: Purchases) -> float | None:
    """Tell how often this customer usually buys.

    Definition and formula: see :func:`crmcore.statistics.habits.mean_gap`.
    Unit: days.
    Undefined when: he has bought on one day only; then None, never 0.
    Source: arithmetic.
    """
    gap = mean_gap(purchases.recency(), purchases.repeats)
    return None if gap is None else float(gap)


def histories(rows: Iterable[Purchases], until: dt.date) -> tuple[History, ...]:
    """Answer what BG/NBD needs to know of each customer, in days.

    Raises:
        Invalid: A purchase lies after the end of the period.
    """
    return tuple(History(one.repeats, one.recency(), one.age(until)) for one in rows)


def outlooks(model: BgNbd, rows: Iterable[Purchases], until: dt.date, period: int) -> tuple[Outlook, ...]:
    """Tell what to expect of each customer, and why (requirements X-ANA-03, X-ANA-04).

    Definition: probability of being still a customer, expected orders, and how the present silence compares with the
        usual gap.
    Formula: :func:`crmcore.statistics.bgnbd.p_alive` and :func:`crmcore.statistics.bgnbd.expected_orders`; a silence is
        late when longer than the usual gap, overdue when longer than twice that.
    Unit: probability, orders, days.
    Undefined when: probability and usual gap of who has bought on one day only; then None.
    Source: Fader, Hardie and Lee (2005); the words for the silence are ours.

    Args:
        model: Fitted on days.
        rows: Of the customers asked about; answered in the same order.
        until: The day up to which their purchases are known.
        period: Length of the coming period in days.
    """
    given = tuple(rows)
    known = histories(given, until)
    expected = expected_orders(model, known, period)
    return tuple(
        _outlook(model, one, history, orders, period)
        for one, history, orders in zip(given, known, expected, strict=True)
    )


def _outlook(model: BgNbd, purchases: Purchases, history: History, orders: float, period: int) -> Outlook:
    silence, usual = round(history.age - history.recency), usual_gap(purchases)
    return Outlook(
        customer=purchases.customer,
        timing=_timing(silence, usual),
        p_alive=None if usual is None else p_alive(model, history),
        expected_orders=orders,
        period=period,
        silence=silence,
        usual_gap=usual,
        repeats=purchases.repeats,
    )


def _timing(silence: int, usual: float | None) -> Timing:
    if usual is None:
        return Timing.ONCE
    if silence <= usual:
        return Timing.ON_TIME
    return Timing.LATE if silence <= LATE * usual else Timing.OVERDUE


def _plain(value: float) -> str:
    """Say a number as precisely as somebody would: whole from ten on, else with one decimal place."""
    return f"{value:.0f}" if value >= 10 else f"{value:.1f}"  # noqa: PLR2004 - two digits either way


def _days(number: int, language: Language) -> str:
    return text("outlook_days.one" if number == 1 else "outlook_days.many", language, n=number)


def _every(days: float, language: Language) -> str:
    """Say how often somebody orders: every day, every 2 days, every 2.5 days."""
    said = _plain(days).removesuffix(".0")
    return text("outlook_days.every_one" if said == "1" else "outlook_days.every_many", language, n=said)


def _percent(share: float) -> str:
    """Say a probability without claiming certainty."""
    whole = int(100 * share + _HALF)
    return "<1" if whole < 1 else ">99" if whole > 99 else str(whole)  # noqa: PLR2004 - of a hundred
