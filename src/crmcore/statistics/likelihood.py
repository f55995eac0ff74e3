"""The log-likelihood of BG/NBD and its slope, over distinct histories with the number of customers who have each."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import attrs

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from crmcore.statistics.fitting import Floats

__all__ = ["Grouped"]


@attrs.frozen(eq=False)
class Grouped:
    """Histories as columns; whatever depends on the number of repeat orders only is computed once for each number."""

    repeats: "Floats"
    """The distinct numbers of repeat orders."""
    at: "NDArray[np.intp]"
    """Of each history, the place of its number in ``repeats``."""
    again: "NDArray[np.bool_]"
    recency: "Floats"
    age: "Floats"
    share: "Floats"
    """Of each history, the share of the customers who have it; 1 in all."""

    @classmethod
    def of(cls, rows: Sequence[tuple[int, float, float, int]]) -> "Grouped":
        """Take rows of repeat orders, recency, age and number of customers.

        They are put in order first: sums of floating-point numbers depend on it, and the figures must not.
        """
        import numpy as np

        columns = np.array(sorted(rows), dtype=np.float64)
        repeats, at = np.unique(columns[:, 0], return_inverse=True)
        share = columns[:, 3] / columns[:, 3].sum()
        return cls(repeats, at, columns[:, 0] > 0, columns[:, 1], columns[:, 2], share)

    def mean_and_slope(self, parameters: "Floats") -> tuple[float, "Floats"]:
        """Answer the mean log-likelihood, and its slope along the logarithm of r, α, a and b.

        A history is explained in two ways, which add up: the customer is still there and has been silent since t_x,
        or he left right at t_x. ``alive`` is how much the first contributes, which is P(alive) as well.
        """
        import numpy as np
        from scipy.special import digamma, gammaln

        r, alpha, a, b = parameters
        x = self.repeats
        power = (r + x)[self.at]
        log_age, log_recency = np.log(alpha + self.age), np.log(alpha + self.recency)
        leaving = np.where(x > 0, b + np.maximum(x, 1) - 1, 1.0)  # without a repeat order, nobody can have left
        stayed = -power * log_age
        left = np.where(self.again, (np.log(a) - np.log(leaving))[self.at] - power * log_recency, -np.inf)
        either = np.logaddexp(stayed, left)
        alive = np.exp(stayed - either)
        gone = np.exp(left - either)
        common = gammaln(r + x) - gammaln(r) + r * np.log(alpha)
        common += gammaln(b + x) - gammaln(b) - gammaln(a + b + x) + gammaln(a + b)
        both = digamma(a + b) - digamma(a + b + x)
        slopes = (
            (digamma(r + x) - digamma(r) + np.log(alpha))[self.at] - alive * log_age - gone * log_recency,
            r / alpha - power * (alive / (alpha + self.age) + gone / (alpha + self.recency)),
            both[self.at] + gone / a,
            (both + digamma(b + x) - digamma(b))[self.at] - gone / leaving[self.at],
        )
        value = float(np.dot(self.share, common[self.at] + either))
        return value, np.array([np.dot(self.share, one) for one in slopes]) * parameters
