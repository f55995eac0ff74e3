"""Compares reports with SQL by hand on a noisy machine: in turns, and by the processor time of both sides."""

import os
import time
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

from bench.processor import used_with_servers

__all__ = ["Rows", "amounts", "least", "ratio_of"]

Rows = Sequence[Sequence[Any]]
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "5"))
_SHORTEST = 0.3


def least(ways: Sequence[Callable[[], object]]) -> list[tuple[float, float]]:
    """Answer the processor seconds and the seconds of each way when it is least disturbed; they take turns.

    What is quick is run several times, for the processor's time is known in hundredths of a second.
    """
    runs = [max(1, round(_SHORTEST / max(_measured(way, 1)[1], 1e-4))) for way in ways]
    found = [(float("inf"), float("inf"))] * len(ways)
    for _ in range(ROUNDS):
        for place, (way, many) in enumerate(zip(ways, runs, strict=True)):
            used, took = _measured(way, many)
            found[place] = (min(found[place][0], used), min(found[place][1], took))
    return found


def ratio_of(what: str, ours: Callable[[], object], by_hand: Sequence[Callable[[], object]]) -> float:
    """Print what a report costs against the best way by hand, and answer the ratio of their processor times."""
    own, *others = least([ours, *by_hand])
    best = min(others)
    ratio = own[0] / best[0]
    print(
        f"\n{what}: {own[0] * 1000:.0f} ms of the processor against {best[0] * 1000:.0f}, ratio {ratio:.2f};"
        f" {own[1] * 1000:.0f} ms in all against {best[1] * 1000:.0f}, ratio {own[1] / best[1]:.2f}"
    )
    return ratio


def amounts(kind: str, places: int) -> Callable[[Any], Decimal | None]:
    """Answer what reads an amount: SQLite keeps them as whole numbers of the smallest unit."""
    if kind == "sqlite":
        return lambda value: None if value is None else Decimal(value).scaleb(-places)
    return lambda value: value


def _measured(way: Callable[[], object], runs: int) -> tuple[float, float]:
    used, start = used_with_servers(), time.perf_counter()
    for _ in range(runs):
        way()
    return (used_with_servers() - used) / runs, (time.perf_counter() - start) / runs
