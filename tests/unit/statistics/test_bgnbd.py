"""BG/NBD against the paper's published values, its own formulas, and customers whose parameters are known."""

import math
import random
import sys

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from bench.shoppers import shoppers, shoppers_by_day
from crmcore.access.argon2 import MissingPackage
from crmcore.base.errors import Invalid
from crmcore.i18n import LANGUAGES
from crmcore.statistics import AllAlike, AtTheEdge, NobodyCameBack, NoPrediction, NotConverged, TooFewCustomers
from crmcore.statistics.bgnbd import (
    BgNbd,
    History,
    expected_orders,
    expected_orders_of_newcomer,
    fit,
    log_likelihood,
    p_alive,
)
from crmcore.statistics.fitting import Range, maximise
from crmcore.statistics.likelihood import Grouped

pytestmark = pytest.mark.extras  # numpy and scipy are imported in the tests: the bare core collects this file too
PAPER = BgNbd(r=0.243, alpha=4.414, a=0.793, b=2.426)
FINER = BgNbd(r=0.242593, alpha=4.413532, a=0.792886, b=2.425753)
"""The same estimates to more digits, as the paper's table needs them."""
TRUE = BgNbd(r=0.8, alpha=12.0, a=0.9, b=2.5)
HISTORIES = st.builds(
    lambda x, recency, silence: History(x, recency if x else 0, recency + silence),
    st.integers(0, 25),
    st.floats(0.1, 50),
    st.floats(0, 50),
)
MODELS = st.builds(BgNbd, st.floats(0.05, 5), st.floats(0.5, 60), st.floats(0.05, 6), st.floats(0.2, 9))


def naive(model: BgNbd, one: History) -> float:
    """The likelihood of one customer as the paper writes it."""
    from scipy.special import beta, gamma

    r, alpha, a, b = model.r, model.alpha, model.a, model.b
    x = one.repeats
    stayed = beta(a, b + x) / beta(a, b) * gamma(r + x) * alpha**r / (gamma(r) * (alpha + one.age) ** (r + x))
    if not x:
        return float(stayed)
    left = beta(a + 1, b + x - 1) / beta(a, b) * gamma(r + x) * alpha**r
    return float(stayed + left / (gamma(r) * (alpha + one.recency) ** (r + x)))


@pytest.mark.requirement("X-ANA-03")
def test_the_paper_expects_so_many_orders_of_this_customer() -> None:
    (expected,) = expected_orders(PAPER, [History(2, 30.43, 38.86)], 39)
    assert expected == pytest.approx(1.226, abs=5e-4)


@pytest.mark.requirement("X-ANA-03")
@pytest.mark.parametrize(
    ("weeks", "wanted"), [(0.1429, 0.0078), (1, 0.0532), (3, 0.1506), (31.8571, 1.0405), (32, 1.0437), (78, 1.8576)]
)
def test_the_paper_expects_so_many_orders_of_a_newcomer(weeks: float, wanted: float) -> None:
    assert expected_orders_of_newcomer(FINER, weeks) == pytest.approx(wanted, abs=5e-4)


@given(MODELS, HISTORIES)
def test_the_likelihood_is_the_papers(model: BgNbd, one: History) -> None:
    found = log_likelihood(model, [one])
    assert found == pytest.approx(math.log(naive(model, one)), rel=1e-9, abs=1e-9)


@given(MODELS, st.lists(HISTORIES, min_size=1, max_size=8), st.randoms(use_true_random=False))
def test_the_likelihood_adds_up_in_any_order(model: BgNbd, some: list[History], chance: random.Random) -> None:
    total = log_likelihood(model, some)
    assert total == pytest.approx(sum(log_likelihood(model, [one]) or 0 for one in some), rel=1e-12, abs=1e-12)
    shuffled = chance.sample(some, len(some))
    assert log_likelihood(model, shuffled) == total


def test_nobody_has_no_likelihood() -> None:
    assert log_likelihood(PAPER, []) is None
    assert expected_orders(PAPER, [], 5) == ()


@given(MODELS, st.lists(HISTORIES, min_size=1, max_size=5))
def test_the_slope_is_that_of_the_likelihood(model: BgNbd, some: list[History]) -> None:
    import numpy as np

    grouped = Grouped.of([(one.repeats, one.recency, one.age, 1) for one in some])
    logs = np.log([model.r, model.alpha, model.a, model.b])
    _, slope = grouped.mean_and_slope(np.exp(logs))
    for place in range(4):
        step = np.zeros(4)
        step[place] = 1e-5
        ahead, _ = grouped.mean_and_slope(np.exp(logs + step))
        behind, _ = grouped.mean_and_slope(np.exp(logs - step))
        assert slope[place] == pytest.approx((ahead - behind) / 2e-5, rel=1e-4, abs=1e-5)


@pytest.mark.parametrize("x", [10, 1_000, 100_000])
def test_a_customer_with_very_many_orders_overflows_nothing(x: int) -> None:
    one = History(x, 3_000, 3_100)
    assert -math.inf < (log_likelihood(PAPER, [one]) or -math.inf) < math.inf
    (expected,) = expected_orders(PAPER, [one], 365)
    assert 0 <= expected < math.inf
    (steady,) = expected_orders(PAPER, [History(x, 3_000, 3_000)], 1)
    assert steady == pytest.approx(x / 3_000, rel=0.2)  # who has ordered so regularly goes on: about x a time unit


@given(MODELS, HISTORIES, st.floats(0.1, 60))
def test_the_expectation_is_the_papers(model: BgNbd, one: History, period: float) -> None:
    from scipy.special import hyp2f1

    r, alpha, a, b, x = model.r, model.alpha, model.a, model.b, one.repeats
    assume(abs(a - 1) > 0.05 and a + b + x - 1 > 0.05)  # where the paper's own form can be computed
    z = period / (alpha + one.age + period)
    inner = hyp2f1(r + x, b + x, a + b + x - 1, z)
    wanted = (a + b + x - 1) / (a - 1) * (1 - (1 - z) ** (r + x) * inner) * p_alive(model, one)
    (found,) = expected_orders(model, [one], period)
    assert found == pytest.approx(wanted, rel=1e-5, abs=1e-9)


@pytest.mark.parametrize(
    ("model", "one", "period"),
    [
        (BgNbd(0.5, 10, 1, 2), History(3, 5, 9), 20),  # a = 1: the paper's form is 0 / 0
        (BgNbd(0.5, 10, 0.4, 0.6), History(0, 0, 9), 20),  # a + b + x = 1: the same
        (BgNbd(0.5, 10, 0.2, 0.3), History(0, 0, 9), 20),  # below 1
        (BgNbd(2, 1, 0.7, 3), History(0, 0, 0), 900),  # a time far longer than anybody was seen
        (BgNbd(40, 500, 30, 90), History(12, 90, 100), 200),  # customers nearly alike
        (BgNbd(0.3, 4, 0.8, 2), History(800, 700, 720), 100),
    ],
)
def test_the_expectation_is_the_mean_over_all_who_could_be_behind_the_history(
    model: BgNbd, one: History, period: float
) -> None:
    from scipy.integrate import quad
    from scipy.stats import beta as beta_distribution

    shape, ratio = model.r + one.repeats, period / (model.alpha + one.age)
    chances = beta_distribution(model.a, model.b + one.repeats)

    def orders(quantile: float) -> float:
        leaving = max(chances.ppf(quantile), 1e-300)
        return -math.expm1(-shape * math.log1p(leaving * ratio)) / leaving

    wanted, _ = quad(orders, 0, 1, limit=400, epsabs=1e-10, epsrel=1e-9)
    (found,) = expected_orders(model, [one], period)
    assert found == pytest.approx(wanted * p_alive(model, one), rel=1e-5)


@given(MODELS, HISTORIES, st.floats(0, 100), st.floats(0, 100))
def test_a_longer_period_never_expects_less(model: BgNbd, one: History, period: float, more: float) -> None:
    (short,), (long,) = expected_orders(model, [one], period), expected_orders(model, [one], period + more)
    assert 0 <= short <= long * (1 + 1e-9)
    assert expected_orders(model, [one], 0) == (0,)


@given(MODELS, HISTORIES, st.floats(0.1, 100), st.floats(0.01, 100))
def test_the_unit_of_time_does_not_matter(model: BgNbd, one: History, period: float, unit: float) -> None:
    other = BgNbd(model.r, model.alpha * unit, model.a, model.b)
    same = History(one.repeats, min(one.recency * unit, one.age * unit), one.age * unit)
    assert p_alive(other, same) == pytest.approx(p_alive(model, one), rel=1e-9)
    assert expected_orders(other, [same], period * unit) == pytest.approx(expected_orders(model, [one], period))


@pytest.mark.parametrize("period", [-1, math.inf, math.nan])
def test_a_period_is_a_length_of_time(period: float) -> None:
    with pytest.raises(Invalid) as caught:
        expected_orders(PAPER, [], period)
    assert caught.value.fields == {"period"}


@pytest.mark.requirement("X-ANA-03", "X-ANA-04")
def test_parameters_are_found_again() -> None:
    known = shoppers(TRUE, 12_000, 120, seed=20)
    fitted = fit(known)
    assert 0 <= fitted.log_likelihood - (log_likelihood(TRUE, known) or 0) < 9.3  # once in a thousand by chance
    found = fitted.model
    assert found.r == pytest.approx(TRUE.r, rel=0.06)
    assert found.alpha == pytest.approx(TRUE.alpha, rel=0.06)
    assert found.a / (found.a + found.b) == pytest.approx(TRUE.a / (TRUE.a + TRUE.b), rel=0.05)
    assert found.a == pytest.approx(TRUE.a, rel=0.2)
    assert found.b == pytest.approx(TRUE.b, rel=0.2)
    assert fitted.slope < 1e-6


def test_a_fit_is_as_likely_as_can_be_and_says_what_it_rests_on() -> None:
    known = shoppers(TRUE, 1_500, 100, seed=7)
    fitted = fit(known)
    assert fitted.customers == 1_500
    assert fitted.bought_again == sum(one.repeats > 0 for one in known)
    assert fitted.log_likelihood == pytest.approx(log_likelihood(fitted.model, known), rel=1e-12)
    assert fitted.log_likelihood >= (log_likelihood(TRUE, known) or 0)
    for name in ("r", "alpha", "a", "b"):
        for factor in (0.99, 1.01):
            values = {
                one: getattr(fitted.model, one) * (factor if one == name else 1) for one in ("r", "alpha", "a", "b")
            }
            assert (log_likelihood(BgNbd(**values), known) or 0) < fitted.log_likelihood


def test_the_order_of_customers_does_not_matter() -> None:
    known = shoppers(TRUE, 400, 100, seed=3)
    learnt = fit(known)
    assert all(fit(random.Random(seed).sample(known, len(known))) == learnt for seed in range(3))


def test_weeks_or_days_learn_the_same() -> None:
    known = shoppers(TRUE, 600, 100, seed=5)
    weeks, days = fit(known), fit([History(one.repeats, one.recency * 7, one.age * 7) for one in known])
    assert days.model.alpha == pytest.approx(weeks.model.alpha * 7, rel=1e-4)
    assert (days.model.r, days.model.a) == pytest.approx((weeks.model.r, weeks.model.a), rel=1e-4)
    orders = sum(one.repeats for one in known)
    assert days.log_likelihood == pytest.approx(weeks.log_likelihood - orders * math.log(7), rel=1e-9)


@pytest.mark.requirement("X-ANA-04")
@pytest.mark.parametrize(
    ("histories", "refusal"),
    [
        ([], TooFewCustomers),
        ([History(1, 2, 9)] * 50 + [History(0, 0, 5)] * 49, TooFewCustomers),
        ([History(1, 2, 9)] * 19 + [History(0, 0, 5)] * 500, TooFewCustomers),
        ([History(0, 0, day) for day in range(300)], NobodyCameBack),
        ([History(3, 20, 40)] * 300, AllAlike),
        ([History(9, 89, 90 + day % 3) for day in range(300)], AtTheEdge),  # nobody seems ever to leave
    ],
)
def test_orders_that_can_not_carry_the_model_are_refused(histories: list[History], refusal: type[NoPrediction]) -> None:
    with pytest.raises(refusal) as caught:
        fit(histories)
    said = [caught.value.explain(language) for language in LANGUAGES]
    assert said[0] != said[1]
    assert all("{" not in one and not one.startswith("error.") for one in said)


def test_customers_of_whom_none_ever_leaves_carry_no_model() -> None:
    staying = BgNbd(0.8, 12, 1e-6, 10)
    with pytest.raises(AtTheEdge) as caught:
        fit(shoppers(staying, 800, 100, seed=2))
    assert caught.value.params["parameter"] == "a"


@pytest.mark.parametrize("value", [0.0, math.nan])
def test_a_search_without_a_top_is_refused(value: float) -> None:
    import numpy as np

    def target(_: object) -> tuple[float, object]:
        return value, np.array([1.0])  # a slope that leads nowhere

    with pytest.raises(NotConverged) as caught:
        maximise(target, [(1.0,)], [Range("r", 1e-3, 1e3)])  # type: ignore[arg-type]
    assert all("{" not in caught.value.explain(language) for language in LANGUAGES)


def test_fitting_costs_what_distinct_histories_cost() -> None:
    known = shoppers_by_day(TRUE, 1_000, 60, seed=11)
    once, often = fit(known), fit(known * 40)
    assert once.distinct == often.distinct == len(set(known)) < 800
    assert often.customers == 40_000
    assert often.model.alpha == pytest.approx(once.model.alpha, rel=1e-6)
    assert max(once.evaluations, often.evaluations) <= 150


def test_without_scipy_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("scipy", "scipy.optimize", "scipy.special"):
        monkeypatch.setitem(sys.modules, name, None)
    for ask in (lambda: fit([]), lambda: log_likelihood(PAPER, []), lambda: expected_orders(PAPER, [], 1)):
        with pytest.raises(MissingPackage) as caught:
            ask()
        assert caught.value.params == {"package": "scipy", "extra": "predict"}


@settings(max_examples=15)
@given(st.integers(0, 10_000))
def test_whatever_is_fitted_makes_probabilities(seed: int) -> None:
    known = shoppers_by_day(BgNbd(0.9, 30, 0.8, 2), 200, 300, seed)
    try:
        model = fit(known).model
    except NoPrediction:
        return
    assert all(0 <= p_alive(model, one) <= 1 for one in known)
    assert all(0 <= orders < math.inf for orders in expected_orders(model, known, 90))


@pytest.mark.parametrize("starts", [(0.3, 3.0), (3.0, 0.3)])
def test_of_two_tops_the_higher_is_taken(starts: tuple[float, float]) -> None:
    import numpy as np

    def target(place: "np.ndarray[tuple[int], np.dtype[np.float64]]") -> tuple[float, object]:
        log = float(np.log(place[0]))
        return -((log**2 - 1) ** 2) + 0.3 * log, np.array([-4 * log * (log**2 - 1) + 0.3])

    found = maximise(target, [(one,) for one in starts], [Range("r", 1e-3, 1e3)])  # type: ignore[arg-type]
    assert found.parameters[0] > 1
    assert found.value == pytest.approx(0.3, abs=0.02)
