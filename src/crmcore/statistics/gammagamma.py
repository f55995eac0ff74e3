"""Gamma-gamma: what a customer's next purchase will be worth, from what his purchases so far were worth.

The model (Fader and Hardie 2013): a customer's purchases scatter around a mean of his own, and the means of customers
follow a distribution of their own. Somebody with few purchases is drawn to the mean of all; with many, to his own.
How much somebody spends is taken to have nothing to do with how often he buys. Fitting needs the extra ``predict``.
"""

import math
from collections import Counter
from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Final

import attrs

from crmcore.base.errors import Invalid, Problem
from crmcore.base.numbers import EXACT
from crmcore.statistics.fitting import Range, check_enough, maximise, need_scipy
from crmcore.statistics.refusals import AmountsFollowFrequency, outside

if TYPE_CHECKING:
    from crmcore.statistics.fitting import Floats

__all__ = [
    "LEAST_SPENDERS",
    "MOST_CORRELATION",
    "GammaGamma",
    "GammaGammaFit",
    "Spending",
    "correlation",
    "expected_value",
    "fit",
    "log_likelihood",
]

LEAST_SPENDERS: Final = 50
"""So many customers with repeat purchases are asked for; the bound is ours."""
MOST_CORRELATION: Final = 0.3
"""A correlation of amount and frequency beyond this, up or down, is refused: it is where Cohen's "Statistical power
analysis for the behavioral sciences" (1988) lets a medium one begin, and frequency then tells a tenth of how amounts
differ. The values of the best customers, which are what is asked for, would be wrong the most, and always to the same
side; a warning beside them would be overlooked. The paper goes on with 0.11."""
_CENT: Final = Decimal("0.01")
_STARTS: Final = ((6.0, 4.0, 0.5), (1.0, 2.0, 1.0), (2.0, 10.0, 5.0))
_RANGES: Final = (
    Range("p", 1e-2, 1e4),
    Range("q", 1.001, 1e4),  # up to 1 the mean over all customers is infinite
    Range("gamma", 1e-5, 1e5),  # of the mean amount
)


@attrs.frozen
class Spending:
    """What one customer's repeat purchases were worth."""

    repeats: int
    """x: repeat purchases."""
    value: Decimal | None
    """Their mean, as :func:`crmcore.statistics.rfm.monetary_value` answers it; ``None`` without one."""

    def __attrs_post_init__(self) -> None:
        """Refuse a number of purchases below 0, and a mean of none."""
        if self.repeats < 0:
            raise outside("repeats", 0, math.inf, self.repeats)
        if (self.value is None) == (self.repeats > 0):
            raise Invalid(Problem("value", "prediction.value_of_repeats", params={"repeats": self.repeats}))


@attrs.frozen
class GammaGamma:
    """The parameters of the model, all greater than 0."""

    p: float
    """Shape of one customer's amounts: the greater, the more alike they are."""
    q: float
    """Shape of the means of all customers: the greater, the more alike customers are."""
    gamma: float
    """Scale of the means, in the currency."""

    def __attrs_post_init__(self) -> None:
        """Refuse parameters that are no positive numbers."""
        for name, value in attrs.asdict(self).items():
            if not 0 < value < math.inf:
                raise outside(name, 0, math.inf, value)


@attrs.frozen
class GammaGammaFit:
    """A fitted model with what tells how far it can be trusted."""

    model: GammaGamma
    log_likelihood: float
    customers: int
    """Those it was learnt from: with repeat purchases of a mean above 0."""
    left_out: int
    """Those whose repeat purchases come to nothing or less, as after returns; the model knows amounts above 0 only."""
    correlation: float | None
    """Of frequency and amount; ``None`` if all have bought equally often."""
    slope: float
    evaluations: int


def fit(spendings: Iterable[Spending]) -> GammaGammaFit:
    """Learn from all customers how amounts scatter within and between them (requirement X-CUS-11).

    Definition: the parameters under which the mean amounts are most likely.
    Formula: maximum of the sum of ln f(z | p, q, γ, x) with
        f = Γ(px+q) / (Γ(px) Γ(q)) · γ^q z^(px−1) x^(px) / (γ+xz)^(px+q), over the
        customers with x > 0 and z > 0, by L-BFGS with the exact slope, from three starts.
    Unit: p, q none; γ in the currency.
    Undefined when: there are fewer than 50 such customers, all amounts are equal, amount and frequency are correlated
        beyond ±0.3, no top is found, or it lies at the edge. Then the reason is raised.
    Source: Fader and Hardie, "The Gamma-Gamma Model of Monetary Value" (2013), equation 1a.

    Raises:
        NoPrediction: The purchases can't carry the model; the subclass says why.
        MissingPackage: The extra ``predict`` is not installed.
    """
    need_scipy()
    import numpy as np

    again = [one for one in spendings if one.value is not None]
    counts = _counts(again)
    customers = sum(counts.values())
    check_enough(customers, customers, len({value for _, value in counts}), (LEAST_SPENDERS, LEAST_SPENDERS))
    x, z, count = _columns(counts)
    related = _pearson(x, z, count)
    if related is not None and abs(related) > MOST_CORRELATION:
        raise AmountsFollowFrequency(correlation=f"{related:.2f}", most=f"{MOST_CORRELATION:.2f}")
    unit = float(np.dot(z, count)) / customers
    found = maximise(_Rows(x, z / unit, count / customers).mean_and_slope, _STARTS, _RANGES)
    p, q, gamma = found.parameters
    return GammaGammaFit(
        model=GammaGamma(p, q, gamma * unit),
        log_likelihood=(found.value - math.log(unit)) * customers,
        customers=customers,
        left_out=len(again) - customers,
        correlation=related,
        slope=found.slope,
        evaluations=found.evaluations,
    )


def log_likelihood(model: GammaGamma, spendings: Iterable[Spending]) -> float | None:
    """Tell how likely the model makes these amounts; the greater, the better it explains them.

    Definition: the logarithm of the density of the mean amounts of all customers with x > 0 and z > 0.
    Formula: the sum of ln f(z | p, q, γ, x), see :func:`fit`.
    Unit: none (natural logarithm); depends on the unit of the currency.
    Undefined when: there is no such customer; then None.
    Source: Fader and Hardie (2013), equation 1a.
    """
    need_scipy()
    import numpy as np

    counts = _counts(spendings)
    if not counts:
        return None
    x, z, count = _columns(counts)
    mean, _ = _Rows(x, z, count / count.sum()).mean_and_slope(np.array([model.p, model.q, model.gamma]))
    return mean * sum(counts.values())


def expected_value(model: GammaGamma, spending: Spending) -> Decimal | None:
    """Tell what a coming purchase of this customer will be worth on average (requirement X-CUS-11).

    Definition: the mean of his purchases in the long run, given those so far.
    Formula: p (γ + x z) / (p x + q − 1), rounded half up to the cent; without a repeat purchase the mean over all
        customers, p γ / (q − 1).
    Unit: the currency of the amounts.
    Undefined when: his repeat purchases come to nothing or less; or p x + q ≤ 1, where the mean is infinite. Then None.
    Source: Fader and Hardie (2013), equations 3 and 5.
    """
    x, value = spending.repeats, float(spending.value or 0)
    if (x and value <= 0) or model.p * x + model.q <= 1:
        return None
    mean = model.p * (model.gamma + x * value) / (model.p * x + model.q - 1)
    return Decimal(repr(mean)).quantize(_CENT, rounding=ROUND_HALF_UP, context=EXACT)


def correlation(spendings: Iterable[Spending]) -> float | None:
    """Tell whether customers who buy more often spend more or less on each purchase.

    Definition: how closely the mean amount follows the number of repeat purchases, over those who have any.
    Formula: Pearson's correlation of x and z.
    Unit: none, −1 to 1.
    Undefined when: fewer than two such customers, or all x or all z are equal; then None.
    Source: Fader and Hardie (2013), section 5, who look at it before they use the model.
    """
    need_scipy()

    counts = _counts(spendings)
    if not counts:
        return None
    x, z, count = _columns(counts)
    return _pearson(x, z, count)


def _counts(spendings: Iterable[Spending]) -> Counter[tuple[int, float]]:
    known = ((one.repeats, one.value) for one in spendings)
    return Counter((repeats, float(value)) for repeats, value in known if value is not None and value > 0)


def _columns(counts: Counter[tuple[int, float]]) -> tuple["Floats", "Floats", "Floats"]:
    """Answer frequencies, amounts and numbers of customers, in an order that does not depend on the customers'."""
    import numpy as np

    x, z, count = np.array([(*key, number) for key, number in sorted(counts.items())], dtype=np.float64).T
    return x, z, count


def _pearson(x: "Floats", z: "Floats", count: "Floats") -> float | None:
    import numpy as np

    if np.all(x == x[0]) or np.all(z == z[0]):
        return None
    (xx, xz), (_, zz) = np.cov(x, z, fweights=count.astype(np.int64), ddof=0)
    return float(xz / math.sqrt(xx * zz))


@attrs.frozen(eq=False)
class _Rows:
    """Distinct pairs of frequency and mean amount, with the share of the customers who have them."""

    x: "Floats"
    z: "Floats"
    share: "Floats"

    def mean_and_slope(self, parameters: "Floats") -> tuple[float, "Floats"]:
        """Answer the mean log-likelihood, and its slope along the logarithm of p, q and γ."""
        import numpy as np
        from scipy.special import digamma, gammaln

        p, q, gamma = parameters
        px, pool = p * self.x, np.log(gamma + self.x * self.z)
        log_sum = np.log(self.x) + np.log(self.z)
        each = gammaln(px + q) - gammaln(px) - gammaln(q) + q * np.log(gamma)
        each += px * log_sum - np.log(self.z) - (px + q) * pool
        both = digamma(px + q)
        slopes = (
            self.x * (both - digamma(px) + log_sum - pool),
            both - digamma(q) + np.log(gamma) - pool,
            q / gamma - (px + q) / (gamma + self.x * self.z),
        )
        return float(np.dot(self.share, each)), np.array([np.dot(self.share, one) for one in slopes]) * parameters
