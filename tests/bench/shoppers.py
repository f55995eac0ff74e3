"""Customers made up by the very models that are fitted, from a fixed seed: their parameters must be found again."""

import random
from collections.abc import Iterator
from decimal import Decimal

from crmcore.statistics.bgnbd import BgNbd, History
from crmcore.statistics.gammagamma import GammaGamma, Spending

__all__ = ["amounts", "shoppers", "shoppers_by_day"]


def shoppers(model: BgNbd, customers: int, span: float, seed: int) -> list[History]:
    """Let customers come at any time of a span, order at their own rates and leave by their own chances."""
    chance = random.Random(seed)
    return [_history(model, span * chance.uniform(0.1, 1), chance) for _ in range(customers)]


def shoppers_by_day(model: BgNbd, customers: int, span: int, seed: int) -> list[History]:
    """The same in whole days, as a CRM knows them: orders of one day are one."""
    chance = random.Random(seed)
    made = []
    for _ in range(customers):
        age = chance.randint(0, span)
        days = sorted({int(time) for time in _orders(model, age + 1, chance)} - {0})
        made.append(History(len(days), days[-1] if days else 0, age))
    return made


def amounts(model: GammaGamma, customers: int, seed: int) -> list[Spending]:
    """Let customers spend around means of their own, however often they buy."""
    chance = random.Random(seed)
    made = []
    for _ in range(customers):
        repeats = int(chance.expovariate(0.3))
        scale = 1 / chance.gammavariate(model.q, 1 / model.gamma)
        total = sum(chance.gammavariate(model.p, scale) for _ in range(repeats))
        made.append(Spending(repeats, Decimal(repr(round(total / repeats, 4))) if repeats else None))
    return made


def _history(model: BgNbd, age: float, chance: random.Random) -> History:
    orders = list(_orders(model, age, chance))
    return History(len(orders), orders[-1] if orders else 0.0, age)


def _orders(model: BgNbd, age: float, chance: random.Random) -> Iterator[float]:
    rate = max(chance.gammavariate(model.r, 1 / model.alpha), 1e-12)
    leaving, time = chance.betavariate(model.a, model.b), chance.expovariate(rate)
    while time < age:
        yield time
        if chance.random() < leaving:
            return
        time += chance.expovariate(rate)
