"""BG/NBD: whether a customer is still one, and how often he will order, from when he has ordered so far.

The model (Fader, Hardie and Lee 2005): a customer orders at random at a rate of his own; after each repeat order he
leaves for good with a chance of his own. Rates follow a gamma distribution (r, α), chances a beta distribution (a, b).
Needs the extra ``predict`` except for :func:`p_alive`. Times are in one unit throughout, whichever it is: a model
fitted on days is asked in days.
"""

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Final

import attrs

from crmcore.statistics.fitting import Range, check_enough, maximise, need_scipy
from crmcore.statistics.likelihood import Grouped
from crmcore.statistics.refusals import outside

if TYPE_CHECKING:
    from crmcore.statistics.fitting import Floats

__all__ = [
    "LEAST_AGAIN",
    "LEAST_CUSTOMERS",
    "BgNbd",
    "BgNbdFit",
    "History",
    "expected_orders",
    "expected_orders_of_newcomer",
    "fit",
    "log_likelihood",
    "p_alive",
]

LEAST_CUSTOMERS: Final = 100
LEAST_AGAIN: Final = 20
"""So many customers, and so many who have ordered again, are asked for. The bounds are ours: below them the four
parameters are anybody's guess, and a wrong figure beside a customer does more harm than none."""
_STARTS: Final = ((0.25, 0.1, 0.8, 2.5), (1.0, 1.0, 1.0, 1.0), (2.0, 0.5, 0.2, 2.0))
_RANGES: Final = (
    Range("r", 1e-3, 1e2),  # above: everybody orders at the same rate
    Range("alpha", 1e-5, 1e3),  # of the mean age
    Range("a", 1e-3, 1e2),  # below: nobody ever leaves
    Range("b", 1e-3, 1e3),  # below: everybody leaves at the first repeat
)
_NODES: Final = 24
"""Points of the Gauss–Legendre rule; the integrand is smooth."""


@attrs.frozen
class History:
    """When a customer has ordered: all that the model needs to know of him."""

    repeats: int
    """x: orders after the first."""
    recency: float
    """t_x: time from the first order to the last; 0 without a repeat."""
    age: float
    """T: time from the first order to the end of the period."""

    def __attrs_post_init__(self) -> None:
        """Refuse what no customer can have.

        Raises:
            Invalid: A negative or infinite number, a last order after the end, or a gap without a repeat order.
        """
        if self.repeats < 0:
            raise outside("repeats", 0, math.inf, self.repeats)
        if not 0 <= self.age < math.inf:
            raise outside("age", 0, math.inf, self.age)
        most = self.age if self.repeats else 0
        if not 0 <= self.recency <= most or (self.repeats and not self.recency):
            raise outside("recency", 0, most, self.recency)


@attrs.frozen
class BgNbd:
    """The parameters, all greater than 0."""

    r: float
    """Shape of the order rates: the smaller, the more customers differ."""
    alpha: float
    """Scale of the order rates, in the unit of the times; the mean rate is r / alpha."""
    a: float
    b: float
    """The chance of leaving after a repeat order is a / (a + b) on average."""

    def __attrs_post_init__(self) -> None:
        """Refuse parameters that are no positive numbers."""
        for name, value in attrs.asdict(self).items():
            if not 0 < value < math.inf:
                raise outside(name, 0, math.inf, value)


@attrs.frozen
class BgNbdFit:
    """A fitted model with what tells how far it can be trusted."""

    model: BgNbd
    log_likelihood: float
    """Of all customers, in the unit of their times."""
    customers: int
    bought_again: int
    distinct: int
    """Distinct histories: what fitting costs grows with these, not with the customers."""
    slope: float
    """How steep the mean log-likelihood still is; a fit that has not converged is refused."""
    evaluations: int
    """How often the likelihood was computed."""


def fit(histories: Iterable[History]) -> BgNbdFit:
    """Learn from all customers how often they order and when they leave (requirements X-ANA-03, X-ANA-04).

    Definition: the parameters under which the histories are most likely.
    Formula: maximum of the sum of ln L(r, α, a, b | x, t_x, T) over all customers, by L-BFGS with the exact slope,
        from three starts; equal histories are computed once.
    Unit: r, a, b none; α and the log-likelihood in the unit of the times.
    Undefined when: there are fewer than 100 customers or fewer than 20 who ordered again, nobody did, all histories
        are equal, no top is found, or it lies at the edge of what the parameters can mean. Then the reason is raised.
    Source: Fader, Hardie and Lee, "'Counting Your Customers' the Easy Way: An Alternative to the Pareto/NBD Model",
        Marketing Science 24 (2005), equation 6.

    Args:
        histories: One for each customer who has ordered at all, also of those who never did again.

    Raises:
        NoPrediction: The orders can't carry the model; the subclass says why.
        MissingPackage: The extra ``predict`` is not installed.
    """
    need_scipy()
    counts = Counter(histories)
    customers = sum(counts.values())
    again = sum(count for one, count in counts.items() if one.repeats)
    check_enough(customers, again, len(counts), (LEAST_CUSTOMERS, LEAST_AGAIN))
    unit = math.fsum(one.age * count for one, count in counts.items()) / customers  # α is then of one size always
    grouped = Grouped.of([(one.repeats, one.recency / unit, one.age / unit, count) for one, count in counts.items()])
    found = maximise(grouped.mean_and_slope, _STARTS, _RANGES)
    r, alpha, a, b = found.parameters
    orders = sum(one.repeats * count for one, count in counts.items())
    return BgNbdFit(
        model=BgNbd(r, alpha * unit, a, b),
        log_likelihood=found.value * customers - orders * math.log(unit),
        customers=customers,
        bought_again=again,
        distinct=len(counts),
        slope=found.slope,
        evaluations=found.evaluations,
    )


def log_likelihood(model: BgNbd, histories: Iterable[History]) -> float | None:
    """Tell how likely the model makes these histories; the greater, the better it explains them.

    Definition: the logarithm of the density of all the customers' order times.
    Formula: the sum of ln[ Γ(r+x) α^r / Γ(r) · B(a, b+x) / B(a, b) · P ] with
        P = (α+T)^−(r+x) + δ(x>0) · a/(b+x−1) · (α+t_x)^−(r+x), added as logarithms: nothing over- or underflows.
    Unit: none (natural logarithm); depends on the unit of the times.
    Undefined when: there is no history; then None.
    Source: Fader, Hardie and Lee (2005), equations 3 and 6.
    """
    need_scipy()
    import numpy as np

    counts = Counter(histories)
    if not counts:
        return None
    grouped = Grouped.of([(one.repeats, one.recency, one.age, count) for one, count in counts.items()])
    mean, _ = grouped.mean_and_slope(np.array([model.r, model.alpha, model.a, model.b]))
    return mean * sum(counts.values())


def p_alive(model: BgNbd, history: History) -> float:
    """Tell how probable it is that the customer has not left for good (requirement X-ANA-04).

    Definition: the probability that he is still active at the end of the period, given his orders.
    Formula: 1 / (1 + δ(x>0) · a/(b+x−1) · ((α+T)/(α+t_x))^(r+x)).
    Unit: probability, 0 to 1.
    Undefined when: never. But without a repeat order it is 1 by the model's own terms, as it lets customers leave after
        a repeat order only: that 1 says nothing about him, and :mod:`crmcore.statistics.explaining` leaves it out.
    Source: Fader, Hardie and Lee, "Computing P(alive) Using the BG/NBD Model" (2008), with its remark on x = 0.
    """
    if not history.repeats:
        return 1.0
    x = history.repeats
    gap = math.log1p((history.age - history.recency) / (model.alpha + history.recency))
    odds = math.log(model.a) - math.log(model.b + x - 1) + (model.r + x) * gap
    return 1 / (1 + math.exp(odds)) if odds < 0 else math.exp(-odds) / (1 + math.exp(-odds))


def expected_orders(model: BgNbd, histories: Sequence[History], period: float) -> tuple[float, ...]:
    """Tell how many orders to expect of each customer in the coming period (requirement X-ANA-03).

    Definition: the mean number of orders from the end of the past period, over the chance that he has already left.
    Formula: the paper's (a+b+x−1)/(a−1) · [1 − ((α+T)/(α+T+t))^(r+x) · ₂F₁(r+x, b+x; a+b+x−1; t/(α+T+t))] · P(alive).
        Computed as its equal P(alive) · (r+x) · ∫ e^(u(1−a)) ₂F₁(a, a+b−r−1; a+b+x; 1−e^−u) du for u from 0 to
        ln(1 + t/(α+T)): finite for any x, and also where the paper's form is 0/0, at a = 1 and at a+b+x = 1.
    Unit: orders in the period; a fraction.
    Undefined when: never.
    Source: Fader, Hardie and Lee (2005), equation 10; the integral by Pfaff's transformation of ₂F₁.

    Args:
        model: The parameters.
        histories: Of the customers asked about; answered in the same order.
        period: t, how long the coming period is, in the unit of the times.
    """
    need_scipy()
    if not 0 <= period < math.inf:
        raise outside("period", 0, math.inf, period)
    import numpy as np

    x = np.array([one.repeats for one in histories], dtype=np.float64)
    age = np.array([one.age for one in histories], dtype=np.float64)
    alive = np.array([p_alive(model, one) for one in histories])
    return tuple((alive * _while_alive(model, x, age, period)).tolist())


def expected_orders_of_newcomer(model: BgNbd, period: float) -> float:
    """Tell how many repeat orders to expect of somebody who orders for the first time now.

    Definition: the mean number of repeat orders within a time from the first order, over all customers.
    Formula: :func:`expected_orders` with x = T = 0.
    Unit: orders in the period; a fraction.
    Undefined when: never.
    Source: Fader, Hardie and Lee (2005), equation 9.
    """
    (expected,) = expected_orders(model, [History(0, 0, 0)], period)
    return expected


def _while_alive(model: BgNbd, x: "Floats", age: "Floats", period: float) -> "Floats":
    """Answer the orders to expect if the customer has not left, a node of the rule at a time: little memory."""
    import numpy as np
    from scipy.special import hyp2f1

    reach = np.log1p(period / (model.alpha + age))
    total = np.zeros_like(x)
    nodes, weights = np.polynomial.legendre.leggauss(_NODES)
    for node, weight in zip(nodes, weights, strict=True):
        u = reach * ((node + 1) / 2)
        inner = hyp2f1(model.a, model.a + model.b - model.r - 1, model.a + model.b + x, -np.expm1(-u))
        total += weight * np.exp(u * (1 - model.a)) * inner
    expected: Floats = (model.r + x) * reach / 2 * total
    return expected
