"""Hints beside what is known of a customer: whether he still is one, and why; nothing where nothing was learnt."""

import time
from collections.abc import Iterable, Mapping
from typing import Final

import attrs
from flask import current_app

from crmcore.access.argon2 import MissingPackage
from crmcore.customers.entity import CustomerId
from crmcore.reports import churn_outlooks
from crmcore.statistics import Outlook
from crmcore_demo.display import language, t
from crmcore_demo.session import person, reading

KEPT: Final = "outlook_hints"
KEPT_FOR: Final = 600.0
"""Seconds. What is hinted at is reckoned in days, so that it may be some minutes old; then it costs no statement."""
MOST_KEPT: Final = 5_000
MOST: Final = 99


@attrs.frozen
class Hint:
    """What the orders of a customer suggest."""

    percent: str
    """Probability that he still is a customer; empty where the orders can't tell."""
    why: str


def hints_for(customers: Iterable[CustomerId]) -> Mapping[CustomerId, Hint]:
    """Return what the orders of warned customers suggest, as it was some minutes ago at most.

    It never takes the place of the six-month rule. Only for customers whose cases the person has been shown.
    """
    wanted = set(customers)
    kept: dict[CustomerId, tuple[float, Outlook | None]] = current_app.extensions.setdefault(KEPT, {})
    now = time.monotonic()
    if new := {one for one in wanted if one not in kept or kept[one][0] < now}:
        found = _outlooks(new)
        if len(kept) > MOST_KEPT:
            kept.clear()
        kept.update({one: (now + KEPT_FOR, found.get(one)) for one in new})
    known = ((one, kept.get(one, (now, None))[1]) for one in wanted)
    return {key: _hint(one) for key, one in known if one is not None}


def _outlooks(customers: Iterable[CustomerId]) -> Mapping[CustomerId, Outlook]:
    if not person().may("churn.read", "churn.read_all"):
        return {}
    try:
        return churn_outlooks(reading(), customers)
    except MissingPackage:  # learnt on a machine that has the package; this one shows the page without hints
        return {}


def _hint(one: Outlook) -> Hint:
    return Hint(_percent(one.p_alive), one.explain(language()))


def _percent(share: float | None) -> str:
    """Say a probability without claiming certainty."""
    return "" if share is None else t("churn.alive_percent", n=min(max(round(100 * share), 1), MOST))
