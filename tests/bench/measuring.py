"""Compares two ways of doing the same work on a noisy machine: in turns, and by the medians of many short rounds."""

import statistics
import time
from collections.abc import Callable

import attrs

__all__ = ["Comparison", "compare"]


@attrs.frozen
class Comparison:
    """What two ways cost, in microseconds for one run."""

    ours: float
    floor: float
    ratio: float
    """Median of the rounds' ratios: a disturbance that hits one round does not count."""

    def say(self, what: str) -> str:
        """One line for people."""
        return f"{what}: {self.ours:.1f} µs against {self.floor:.1f} µs, ratio {self.ratio:.2f}"


def compare(ours: Callable[[], object], floor: Callable[[], object], *, rounds: int = 40, runs: int = 50) -> Comparison:
    """Run both in turns and compare them.

    Args:
        ours: What is measured.
        floor: What it is compared with.
        rounds: Pairs of measurements.
        runs: Runs in one measurement.
    """
    for _ in range(runs):
        ours()
        floor()
    pairs = []
    for number in range(rounds):
        if number % 2:
            late = _time(ours, runs)
            pairs.append((late, _time(floor, runs)))
        else:
            early = _time(floor, runs)
            pairs.append((_time(ours, runs), early))
    return Comparison(
        statistics.median(pair[0] for pair in pairs),
        statistics.median(pair[1] for pair in pairs),
        statistics.median(pair[0] / pair[1] for pair in pairs),
    )


def _time(run: Callable[[], object], runs: int) -> float:
    start = time.perf_counter()
    for _ in range(runs):
        run()
    return (time.perf_counter() - start) / runs * 1e6
