"""Finds the parameters that make what was observed most likely, and refuses where there are no such."""

import math
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final

import attrs

from crmcore.access.argon2 import MissingPackage
from crmcore.statistics.refusals import AllAlike, AtTheEdge, NobodyCameBack, NotConverged, TooFewCustomers

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Target = Callable[[Floats], tuple[float, Floats]]

__all__ = ["FLAT", "Optimum", "Range", "check_enough", "maximise", "need_scipy"]

FLAT: Final = 1e-5
"""How steep the mean log-likelihood may still be, per relative change of a parameter, to count as its top."""
_NEAR: Final = 0.01
"""So close to an end of its range, as a share of the value, a parameter counts as lying at the end."""


@attrs.frozen
class Range:
    """Between what values a parameter is looked for; at either end the model means nothing."""

    name: str
    low: float
    high: float


@attrs.frozen
class Optimum:
    """The parameters found, and what finding them took."""

    parameters: tuple[float, ...]
    value: float
    """The mean log-likelihood there."""
    slope: float
    """How steep it still is."""
    evaluations: int
    """How often the likelihood was computed."""


def need_scipy() -> None:
    """Make sure that scipy, and with it numpy, can be imported.

    Raises:
        MissingPackage: The extra ``predict`` is not installed.
    """
    try:
        import scipy.optimize
        import scipy.special  # noqa: F401
    except ModuleNotFoundError as error:
        raise MissingPackage(package="scipy", extra="predict") from error


def check_enough(customers: int, again: int, distinct: int, least: tuple[int, int]) -> None:
    """Refuse to learn from customers who can't carry a model.

    Args:
        customers: How many there are to learn from.
        again: How many of them have bought again.
        distinct: How many different customers these are in the eyes of the model.
        least: Of how many it takes to learn, altogether and of those who have bought again.

    Raises:
        NobodyCameBack: There are customers, but nobody has bought again.
        TooFewCustomers: There are too few, or too few of them have bought again.
        AllAlike: They are all the same to the model.
    """
    if customers and not again:
        raise NobodyCameBack(customers=customers)
    if customers < least[0] or again < least[1]:
        raise TooFewCustomers(customers=customers, again=again, least=least[0], least_again=least[1])
    if distinct == 1:
        raise AllAlike(customers=customers)


def maximise(target: "Target", starts: Sequence[Sequence[float]], ranges: Sequence[Range]) -> Optimum:
    """Look for the parameters where the target is greatest, from several starts.

    The search moves along the logarithms of the parameters, which are all positive and of very different size.

    Args:
        target: Mean log-likelihood of the parameters, and its slope along each parameter's logarithm.
        starts: Where to begin; the best of what they lead to is taken.
        ranges: Within what values to stay.

    Raises:
        NotConverged: The best point found is not a top.
        AtTheEdge: The top lies at an end of a parameter's range.
    """
    import numpy as np
    from scipy.optimize import minimize

    def valley(logs: "Floats") -> tuple[float, "Floats"]:
        value, slope = target(np.exp(logs))
        return -value, -slope

    bounds = [(math.log(one.low), math.log(one.high)) for one in ranges]
    runs = [
        minimize(
            valley,
            np.log(np.asarray(start)),
            jac=True,
            method="L-BFGS-B",
            bounds=bounds,
            options={"maxiter": 500, "ftol": 1e-15, "gtol": 1e-8},
        )
        for start in starts
    ]
    best = min(runs, key=lambda run: float(run.fun) if math.isfinite(run.fun) else math.inf)
    found = tuple(math.exp(value) for value in best.x)
    slope = float(np.max(np.abs(best.jac)))
    _check_top(found, float(best.fun), slope, ranges)
    return Optimum(found, -float(best.fun), slope, sum(int(run.nfev) for run in runs))


def _check_top(found: Sequence[float], height: float, slope: float, ranges: Sequence[Range]) -> None:
    """Refuse a point that is not a top, or lies at the edge."""
    if not (math.isfinite(height) and all(math.isfinite(value) for value in found)):
        raise NotConverged(slope=math.inf)
    for one, value in zip(ranges, found, strict=True):
        if not one.low * (1 + _NEAR) < value < one.high * (1 - _NEAR):
            raise AtTheEdge(parameter=one.name, value=f"{value:.4g}")
    if not slope <= FLAT:
        raise NotConverged(slope=f"{slope:.2g}")
