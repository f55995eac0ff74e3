"""Finds the parameters that make what was observed most likely, and refuses where there are no such."""

import math
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final

import attrs

from crmcore.access.argon2 import MissingPackage
from crmcore.statistics.refusals import AtTheEdge, NotConverged

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Target = Callable[[Floats], tuple[float, Floats]]

__all__ = ["FLAT", "Optimum", "Range", "maximise", "need_scipy"]

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
    if not (math.isfinite(best.fun) and all(math.isfinite(value) for value in found)):
        raise NotConverged(slope=math.inf)
    for one, value in zip(ranges, found, strict=True):
        if not one.low * (1 + _NEAR) < value < one.high * (1 - _NEAR):
            raise AtTheEdge(parameter=one.name, value=f"{value:.4g}")
    slope = float(np.max(np.abs(best.jac)))
    if not slope <= FLAT:
        raise NotConverged(slope=f"{slope:.2g}")
    return Optimum(found, -float(best.fun), slope, sum(int(run.nfev) for run in runs))
