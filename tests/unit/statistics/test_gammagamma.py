"""The gamma-gamma model against the note's published values, its own formula, and customers with known parameters."""

import math
import random
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.shoppers import amounts
from crmcore.base.errors import Invalid
from crmcore.i18n import LANGUAGES
from crmcore.statistics import AllAlike, AmountsFollowFrequency, AtTheEdge, NoPrediction, TooFewCustomers
from crmcore.statistics.gammagamma import GammaGamma, Spending, _Rows, correlation, expected_value, fit, log_likelihood

pytestmark = pytest.mark.extras  # numpy and scipy are imported in the tests: the bare core collects this file too
NOTE = GammaGamma(p=6.25, q=3.74, gamma=15.44)
MODELS = st.builds(GammaGamma, st.floats(0.5, 12), st.floats(1.1, 12), st.floats(0.5, 60))
AMOUNTS = st.decimals("0.01", "5000", places=2)


def spending(repeats: int, value: str = "") -> Spending:
    return Spending(repeats, Decimal(value) if value else None)


@pytest.mark.requirement("X-CUS-11")
@pytest.mark.parametrize(
    ("repeats", "value", "wanted"), [(0, "", "35.22"), (1, "11.77", "18.92"), (2, "22.35", "24.66")]
)
def test_known_values_under_the_notes_parameters(repeats: int, value: str, wanted: str) -> None:
    assert expected_value(NOTE, spending(repeats, value)) == Decimal(wanted)


@given(MODELS, st.integers(1, 200), AMOUNTS)
def test_the_expectation_lies_between_the_customers_mean_and_that_of_all(
    model: GammaGamma, repeats: int, value: Decimal
) -> None:
    of_all = expected_value(model, Spending(0, None))
    found = expected_value(model, Spending(repeats, value))
    assert of_all is not None
    assert found is not None
    cent = Decimal("0.01")
    assert min(of_all, value) - cent <= found <= max(of_all, value) + cent


@given(MODELS, AMOUNTS)
def test_the_more_purchases_the_nearer_to_the_customers_own_mean(model: GammaGamma, value: Decimal) -> None:
    far = [abs((expected_value(model, Spending(repeats, value)) or 0) - value) for repeats in (1, 5, 50, 5_000)]
    assert all(later <= earlier + Decimal("0.01") for earlier, later in pairwise(far))


@pytest.mark.parametrize(
    ("model", "one"),
    [
        (GammaGamma(2, 0.9, 10), spending(0)),  # the mean over all customers is infinite
        (GammaGamma(0.05, 0.9, 10), spending(1, "5")),
        (NOTE, spending(2, "0")),
        (NOTE, spending(2, "-4.10")),
    ],
)
def test_without_a_mean_there_is_no_figure(model: GammaGamma, one: Spending) -> None:
    assert expected_value(model, one) is None


@given(st.floats(0.5, 9), st.floats(1.1, 9), st.floats(0.5, 9), st.integers(1, 6), st.floats(0.1, 9))
def test_the_likelihood_is_the_notes(p: float, q: float, scale: float, x: int, z: float) -> None:
    import numpy as np
    from scipy.special import gamma

    density = gamma(p * x + q) / (gamma(p * x) * gamma(q)) * scale**q * z ** (p * x - 1) * x ** (p * x)
    density /= (scale + x * z) ** (p * x + q)
    rows = _Rows(np.array([float(x)]), np.array([z]), np.array([1.0]))
    found, slope = rows.mean_and_slope(np.array([p, q, scale]))
    assert found == pytest.approx(math.log(density), rel=1e-8, abs=1e-8)
    for place in range(3):
        step = np.zeros(3)
        step[place] = 1e-5
        ahead, _ = rows.mean_and_slope(np.array([p, q, scale]) * np.exp(step))
        behind, _ = rows.mean_and_slope(np.array([p, q, scale]) * np.exp(-step))
        assert slope[place] == pytest.approx((ahead - behind) / 2e-5, rel=1e-4, abs=1e-5)


@pytest.mark.requirement("X-CUS-11")
def test_parameters_are_found_again() -> None:
    true = GammaGamma(p=5, q=4, gamma=60)
    known = amounts(true, 12_000, seed=4)
    fitted = fit(known)
    assert fitted.model.p == pytest.approx(true.p, rel=0.16)  # three standard errors: p and gamma balance each other
    assert fitted.model.q == pytest.approx(true.q, rel=0.12)
    assert fitted.model.gamma == pytest.approx(true.gamma, rel=0.3)
    assert fitted.log_likelihood == pytest.approx(log_likelihood(fitted.model, known), rel=1e-12)
    assert 0 <= fitted.log_likelihood - (log_likelihood(true, known) or 0) < 8.2  # once in a thousand by chance
    assert abs(fitted.correlation or 0) < 0.1
    assert fitted.left_out == 0
    assert fitted.evaluations <= 200
    assert expected_value(fitted.model, Spending(0, None)) == pytest.approx(Decimal(100), rel=Decimal("0.03"))


def test_the_currencys_unit_and_the_order_do_not_matter() -> None:
    known = amounts(GammaGamma(p=5, q=4, gamma=60), 500, seed=8)
    fitted = fit(known)
    assert fit(random.Random(1).sample(known, len(known))) == fitted
    cents = fit([Spending(one.repeats, one.value * 100 if one.value is not None else None) for one in known])
    assert cents.model.gamma == pytest.approx(fitted.model.gamma * 100, rel=1e-4)
    assert cents.log_likelihood == pytest.approx(fitted.log_likelihood - fitted.customers * math.log(100), rel=1e-9)


def test_returns_that_outweigh_purchases_are_left_out_and_counted() -> None:
    known = amounts(GammaGamma(p=5, q=4, gamma=60), 300, seed=9)
    fitted = fit([*known, spending(2, "-5"), spending(1, "0.00")])
    assert fitted.left_out == 2
    assert fitted.model == fit(known).model


@pytest.mark.requirement("X-CUS-11")
def test_amounts_that_follow_frequency_are_refused_with_the_correlation() -> None:
    known = [Spending(x, Decimal(10 * x + number % 7)) for x in range(1, 11) for number in range(20)]
    with pytest.raises(AmountsFollowFrequency) as caught:
        fit(known)
    assert caught.value.params["correlation"] == "1.00"
    assert caught.value.params["most"] == "0.30"
    against = [Spending(11 - one.repeats, one.value) for one in known]
    with pytest.raises(AmountsFollowFrequency):
        fit(against)


@given(st.lists(st.tuples(st.integers(1, 9), AMOUNTS), max_size=20))
def test_a_correlation_is_one_of_two_things_that_vary(pairs: list[tuple[int, Decimal]]) -> None:
    import numpy as np

    found = correlation([Spending(*pair) for pair in pairs] + [Spending(0, None)])
    if len({x for x, _ in pairs}) < 2 or len({value for _, value in pairs}) < 2:
        assert found is None
    else:
        x, z = np.array([(x, float(value)) for x, value in pairs]).T
        assert found == pytest.approx(float(np.corrcoef(x, z)[0, 1]), abs=1e-6)


@pytest.mark.parametrize(
    ("known", "refusal"),
    [
        ([], TooFewCustomers),
        ([spending(2, "5")] * 49 + [spending(0)] * 900, TooFewCustomers),
        ([spending(2, "5")] * 60, AllAlike),
        ([spending(1, str(value)) for value in (1, 10, 100, 1_000, 10_000, 100_000, 10**7)] * 30, AtTheEdge),
    ],
)
def test_purchases_that_can_not_carry_the_model_are_refused(known: list[Spending], refusal: type[NoPrediction]) -> None:
    with pytest.raises(refusal) as caught:
        fit(known)
    said = [caught.value.explain(language) for language in LANGUAGES]
    assert said[0] != said[1]
    assert all("{" not in one for one in said)


@pytest.mark.parametrize(
    ("repeats", "value", "field"), [(-1, None, "repeats"), (0, Decimal(5), "value"), (2, None, "value")]
)
def test_what_no_customer_can_have_is_refused(repeats: int, value: Decimal | None, field: str) -> None:
    with pytest.raises(Invalid) as caught:
        Spending(repeats, value)
    assert caught.value.fields == {field}
    assert all("{" not in caught.value.explain(language) for language in LANGUAGES)


def test_parameters_are_positive_numbers() -> None:
    with pytest.raises(Invalid) as caught:
        GammaGamma(1, 2, -1)
    assert caught.value.fields == {"gamma"}


def test_nobody_has_no_likelihood() -> None:
    assert log_likelihood(NOTE, [spending(0), spending(3, "-2")]) is None
