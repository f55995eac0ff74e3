"""What orders suggest of a customer: whether he still is one, how often he will order, and why."""

import time
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final, TypeVar

import attrs
from flask import current_app

from crmcore.access.argon2 import MissingPackage
from crmcore.customers.entity import Customer, CustomerId, CustomerStatus
from crmcore.reports import CustomerOutlook, churn_outlooks, customer_outlook
from crmcore.statistics import NoPrediction, Outlook
from crmcore_demo.display import language, money, t
from crmcore_demo.session import person, reading

R = TypeVar("R")
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


@attrs.frozen
class Panel:
    """What to expect of a customer, beside what is known of him."""

    alive: str
    expected: str
    value: str
    why: str


def hints_for(customers: Iterable[CustomerId]) -> Mapping[CustomerId, Hint]:
    """Return what the orders of warned customers suggest, as it was some minutes ago at most.

    It never takes the place of the six-month rule. Only for customers whose cases the person has been shown.
    """
    if not person().may("churn.read", "churn.read_all"):
        return {}
    found = _kept("hint", customers, lambda new: churn_outlooks(reading(), new))
    return {key: _hint(one) for key, one in found.items()}


def panel_for(it: Customer) -> Panel | None:
    """Return what to expect of a customer whom the person has been shown; None where that can't be told."""
    if it.status is CustomerStatus.DELETED or not person().may("order.read", "order.read_all"):
        return None
    one = _kept("panel", [it.id], _outlook).get(it.id)
    if one is None:
        return None
    return Panel(
        alive=_hint(one.outlook).percent,
        expected=t("customers.expected_orders", n=f"{one.outlook.expected_orders:.1f}", m=one.outlook.period),
        value="" if one.value is None else money(one.value.total, one.amount.unit),
        why=one.outlook.explain(language()),
    )


def _outlook(customers: Iterable[CustomerId]) -> Mapping[CustomerId, CustomerOutlook]:
    try:
        found = {one: customer_outlook(reading(), one) for one in customers}
    except NoPrediction:
        return {}
    return {key: one for key, one in found.items() if one is not None}


def _kept(
    name: str, customers: Iterable[CustomerId], fetch: Callable[[Iterable[CustomerId]], Mapping[CustomerId, R]]
) -> Mapping[CustomerId, R]:
    """Answer what is known of customers, fetching what nobody with the same sight of orders has asked for lately."""
    sight = "all" if person().may("order.read_all") else person().id
    kept: dict[Any, tuple[float, Any]] = current_app.extensions.setdefault(KEPT, {})
    wanted, now = set(customers), time.monotonic()
    if new := {one for one in wanted if kept.get((name, sight, one), (0.0, None))[0] < now}:
        try:
            found = fetch(new)
        except MissingPackage:  # learnt on a machine that has the package; this one shows the page without it
            found = {}
        if len(kept) > MOST_KEPT:
            kept.clear()
        kept.update({(name, sight, one): (now + KEPT_FOR, found.get(one)) for one in new})
    known = {one: kept.get((name, sight, one), (now, None))[1] for one in wanted}
    return {key: one for key, one in known.items() if one is not None}


def _hint(one: Outlook) -> Hint:
    """Say a probability without claiming certainty."""
    share = one.p_alive
    percent = "" if share is None else t("churn.alive_percent", n=min(max(round(100 * share), 1), MOST))
    return Hint(percent, one.explain(language()))
