"""Whether a customer has left, by BG/NBD: needs nothing but Python."""

import subprocess
import sys
from math import inf, nan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmcore.base.errors import Invalid
from crmcore.i18n import LANGUAGES
from crmcore.statistics.bgnbd import BgNbd, History, p_alive

PAPER = BgNbd(r=0.243, alpha=4.414, a=0.793, b=2.426)
POSITIVE = st.floats(1e-3, 1e3)
MODELS = st.builds(BgNbd, POSITIVE, POSITIVE, POSITIVE, POSITIVE)
TIMES = st.floats(0.01, 1e5)


@pytest.mark.requirement("X-ANA-04")
@pytest.mark.parametrize(("x", "recency", "age"), [(1, 1.71, 38.86), (2, 30.43, 38.86), (7, 29.43, 38.86), (2, 1, 38)])
def test_it_is_the_formula_of_the_paper(x: int, recency: float, age: float) -> None:
    ratio = ((PAPER.alpha + age) / (PAPER.alpha + recency)) ** (PAPER.r + x)
    wanted = 1 / (1 + PAPER.a / (PAPER.b + x - 1) * ratio)
    assert p_alive(PAPER, History(x, recency, age)) == pytest.approx(wanted, rel=1e-12)


def test_a_known_value() -> None:
    assert p_alive(PAPER, History(2, 30.43, 38.86)) == pytest.approx(0.7266, abs=5e-5)


@given(MODELS, TIMES)
def test_who_never_came_back_can_not_have_left_by_the_models_own_terms(model: BgNbd, age: float) -> None:
    assert p_alive(model, History(0, 0, age)) == 1


@given(MODELS, st.integers(1, 10_000), TIMES, TIMES)
def test_it_is_a_probability(model: BgNbd, x: int, recency: float, silence: float) -> None:
    assert 0 <= p_alive(model, History(x, recency, recency + silence)) <= 1


@given(MODELS, st.integers(1, 1000), TIMES, TIMES, TIMES)
def test_it_falls_as_the_silence_grows(model: BgNbd, x: int, recency: float, silence: float, more: float) -> None:
    early = p_alive(model, History(x, recency, recency + silence))
    assert p_alive(model, History(x, recency, recency + silence + more)) <= early


@given(st.integers(1, 40))
def test_the_same_silence_says_more_of_who_ordered_more_often(x: int) -> None:
    assert p_alive(PAPER, History(x + 1, 20, 60)) < p_alive(PAPER, History(x, 20, 60))


@pytest.mark.parametrize(
    ("x", "recency", "age", "field"),
    [
        (-1, 0, 5, "repeats"),
        (0, 1, 5, "recency"),
        (1, 0, 5, "recency"),
        (1, 6, 5, "recency"),
        (1, -1, 5, "recency"),
        (1, nan, 5, "recency"),
        (0, 0, inf, "age"),
        (0, 0, -1, "age"),
        (0, 0, nan, "age"),
    ],
)
def test_what_no_customer_can_have_is_refused(x: int, recency: float, age: float, field: str) -> None:
    with pytest.raises(Invalid) as caught:
        History(x, recency, age)
    assert caught.value.fields == {field}
    assert all("{" not in caught.value.explain(language) for language in LANGUAGES)


@pytest.mark.parametrize("wrong", [0, -1, inf, nan])
def test_parameters_are_positive_numbers(wrong: float) -> None:
    with pytest.raises(Invalid) as caught:
        BgNbd(1, wrong, 1, 1)
    assert caught.value.fields == {"alpha"}


def test_nothing_is_imported_until_something_is_fitted() -> None:
    program = (
        "import sys\nfrom crmcore import statistics\nfrom crmcore.statistics import bgnbd, rfm, gammagamma\n"
        "from crmcore.statistics import lifetime_values, outlooks\n"
        "bgnbd.p_alive(bgnbd.BgNbd(1, 1, 1, 1), bgnbd.History(1, 2, 3))\nprint(*sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert not {"numpy", "scipy", "pandas"} & {*done.stdout.split()}
