"""Fitting BG/NBD and predicting for every customer: seconds and memory, at two sizes.

``pytest tests/bench/bench_prediction.py -s``. There is no other way of doing the same to compare with, so the bounds
are absolute; they are wide enough for a small machine.
"""

import time
import tracemalloc
from collections.abc import Callable

import pytest

from bench.shoppers import amounts, shoppers, shoppers_by_day
from crmcore.statistics import Terms, gammagamma, lifetime_values
from crmcore.statistics.bgnbd import BgNbd, History, expected_orders, fit, p_alive
from crmcore.statistics.gammagamma import GammaGamma

PAPER = BgNbd(r=0.243, alpha=4.414, a=0.793, b=2.426)
COMPANY = BgNbd(r=0.8, alpha=40, a=0.8, b=3)
MEGABYTE = 1 << 20


def timed(work: Callable[[], object]) -> float:
    """Seconds of one run."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def peak(work: Callable[[], object]) -> float:
    """Megabytes that a run takes at its height; numpy's arrays are counted too."""
    tracemalloc.start()
    try:
        work()
        return tracemalloc.get_traced_memory()[1] / MEGABYTE
    finally:
        tracemalloc.stop()


def test_as_many_customers_as_the_paper_has() -> None:
    known = shoppers(PAPER, 2_357, 39, seed=1)
    fit(known)  # importing scipy is no part of fitting
    seconds = timed(lambda: fit(known))
    print(f"\nfit on 2,357 customers, {len(set(known))} distinct: {seconds:.2f} s")
    assert seconds < 2


@pytest.mark.parametrize("distinct", [True, False], ids=["all distinct", "whole days"])
def test_a_hundred_thousand_customers(distinct: bool) -> None:
    make: Callable[..., list[History]] = shoppers if distinct else shoppers_by_day
    known = make(COMPANY, 100_000, 1_500, seed=2)
    fitted = fit(known)
    seconds, megabytes = timed(lambda: fit(known)), peak(lambda: fit(known))
    every = timed(lambda: expected_orders(fitted.model, known, 90))
    alive = timed(lambda: [p_alive(fitted.model, one) for one in known])
    print(
        f"\nfit on 100,000 customers, {fitted.distinct} distinct, {fitted.evaluations} evaluations: {seconds:.1f} s,"
        f" {megabytes:.0f} MB; expected orders of all {every:.1f} s, P(alive) of all {alive:.1f} s"
    )
    assert seconds < 30
    assert megabytes < 500
    assert every + alive < 30


def test_lifetime_values_of_a_hundred_thousand_customers() -> None:
    known = shoppers_by_day(COMPANY, 100_000, 1_500, seed=2)
    spent = amounts(GammaGamma(5, 4, 60), 100_000, seed=3)
    learnt = gammagamma.fit(spent)
    amounts_take = timed(lambda: gammagamma.fit(spent))
    customers = list(zip(known, spent, strict=True))
    values_take = timed(lambda: lifetime_values(COMPANY, learnt.model, customers, Terms(12, 30)))
    print(
        f"\ngamma-gamma on {learnt.customers} customers: {amounts_take:.1f} s; values over a year {values_take:.1f} s"
    )
    assert amounts_take < 30
    assert values_take < 60
