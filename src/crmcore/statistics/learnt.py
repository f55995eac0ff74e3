"""What was learnt from all orders, written down and read again: parameters of the models, or why there are none."""

import json
import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, TypeVar

import attrs

from crmcore.base.errors import Invalid
from crmcore.statistics import bgnbd, gammagamma
from crmcore.statistics.bgnbd import BgNbd, BgNbdFit
from crmcore.statistics.explaining import histories
from crmcore.statistics.gammagamma import GammaGamma, GammaGammaFit, Spending
from crmcore.statistics.refusals import (
    AllAlike,
    AmountsFollowFrequency,
    AtTheEdge,
    NobodyCameBack,
    NoPrediction,
    NotConverged,
    NotReadable,
    TooFewCustomers,
)
from crmcore.statistics.rfm import Purchases, monetary_value

__all__ = ["amounts_learnt", "orders_learnt", "read_amounts", "read_orders", "spending_of", "write"]

F = TypeVar("F")
_REFUSALS: Final[Mapping[str, type[NoPrediction]]] = {
    kind.code: kind
    for kind in (AllAlike, AmountsFollowFrequency, AtTheEdge, NobodyCameBack, NotConverged, TooFewCustomers)
}
_REFUSED: Final = "refused"
_LEAST: Final = 1e-12
_MOST: Final = 1e18
"""Parameters beyond these are those of no company: nothing that is learnt comes near, and figures would overflow."""


def spending_of(purchases: Purchases) -> Spending:
    """Answer what the model of amounts needs to know of a customer."""
    return Spending(purchases.repeats, monetary_value(purchases))


def orders_learnt(rows: Sequence[Purchases], until: Any) -> BgNbdFit | NoPrediction:
    """Learn when customers order and when they leave, or answer why their orders can't tell (X-ANA-03, X-ANA-04)."""
    return _tried(lambda: bgnbd.fit(histories(rows, until)))


def amounts_learnt(rows: Sequence[Purchases]) -> GammaGammaFit | NoPrediction:
    """Learn what orders are worth, or answer why the amounts can't tell (requirement X-CUS-11)."""
    return _tried(lambda: gammagamma.fit(map(spending_of, rows)))


def write(learnt: BgNbdFit | GammaGammaFit | NoPrediction) -> str:
    """Answer what was learnt as JSON; numbers come back as exactly as they were."""
    if isinstance(learnt, NoPrediction):
        said = {_REFUSED: learnt.code, "params": {name: _plain(value) for name, value in learnt.params.items()}}
    else:
        said = attrs.asdict(learnt)
    return json.dumps(said, sort_keys=True, separators=(",", ":"))


def read_orders(written: str) -> BgNbdFit | NoPrediction:
    """Answer what was learnt about orders; that it can't be read, if it is not what the nightly job writes."""
    return _read(written, BgNbdFit, BgNbd)


def read_amounts(written: str) -> GammaGammaFit | NoPrediction:
    """Answer what was learnt about amounts; that it can't be read, if it is not what the nightly job writes."""
    return _read(written, GammaGammaFit, GammaGamma)


def _tried(learn: Callable[[], F]) -> F | NoPrediction:
    try:
        return learn()
    except NoPrediction as refusal:
        return refusal


def _read(written: str, fit: type[F], model: type[Any]) -> F | NoPrediction:
    """Answer a fit or a refusal, whatever is written: a page about a customer must not fall over a hint."""
    try:
        said = json.loads(written)
        if _REFUSED in said:
            return _refusal(said)
        numbers = {**_numbers(said, fit), "model": model(**_numbers(said["model"], model))}
        if not all(_LEAST <= value <= _MOST for value in attrs.astuple(numbers["model"])):
            return NotReadable()
        return fit(**numbers)
    except (ValueError, TypeError, KeyError, OverflowError, RecursionError, Invalid):
        return NotReadable()


def _refusal(said: Mapping[str, Any]) -> NoPrediction:
    return _REFUSALS.get(said[_REFUSED], NoPrediction)(**said["params"])


def _numbers(said: Mapping[str, Any], kind: type[Any]) -> dict[str, Any]:
    """Answer the numbers that a class takes; what a later version has added is left out.

    Raises:
        TypeError, KeyError: One is missing, or no number.
    """
    taken = {one.name: (said[one.name], one.type) for one in attrs.fields(kind) if one.name != "model"}
    for name, (value, wanted) in taken.items():
        known = {int} if wanted is int else {int, float} if wanted is float else {int, float, type(None)}
        if type(value) not in known or not (value is None or math.isfinite(value)):
            raise TypeError(name)
    return {name: value for name, (value, _) in taken.items()}


def _plain(value: object) -> object:
    """Answer a figure of a refusal as JSON has it; an infinite one as text."""
    return str(value) if isinstance(value, float) and not math.isfinite(value) else value
