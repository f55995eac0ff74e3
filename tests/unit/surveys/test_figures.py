"""CSAT and NPS against known answers, and as laws against counting each answer by hand (requirement X-SRV-04)."""

from collections import Counter
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmcore.surveys.figures import DETRACTORS, PASSIVES, PROMOTERS, csat, nps, percent

STARS = st.lists(st.integers(1, 5), max_size=200)
POINTS = st.lists(st.integers(0, 10), max_size=200)
HALF_A_TENTH = Fraction(1, 20)


@pytest.mark.requirement("X-SRV-04")
@pytest.mark.parametrize(
    ("scores", "wanted"),
    [
        ([5, 4, 3, 2, 1], "40.0"),
        ([4, 4, 5], "100.0"),
        ([3, 3], "0.0"),
        ([5, 1, 1], "33.3"),
        ([5, 5, 1], "66.7"),
        ([5] + [1] * 15, "6.3"),  # 6.25
    ],
)
def test_known_satisfaction(scores: list[int], wanted: str) -> None:
    assert csat(Counter(scores)) == Decimal(wanted)


@pytest.mark.requirement("X-SRV-04")
@pytest.mark.parametrize(
    ("scores", "wanted"),
    [
        ([10, 9, 8, 7, 6, 0], "0.0"),
        ([10] * 5 + [8] * 3 + [6] * 2, "30.0"),
        ([10, 9], "100.0"),
        ([0, 6], "-100.0"),
        ([7, 8], "0.0"),
        ([9, 7, 7], "33.3"),
        ([6] + [7] * 15, "-6.3"),  # -6.25
    ],
)
def test_known_recommendation(scores: list[int], wanted: str) -> None:
    assert nps(Counter(scores)) == Decimal(wanted)


@pytest.mark.requirement("X-SRV-04")
def test_nobody_answered_is_no_figure() -> None:
    assert csat({}) is None
    assert nps({}) is None
    assert percent(0, 0) is None
    assert percent(0, 5) == 0


@pytest.mark.requirement("X-SRV-04")
def test_every_point_belongs_to_one_group() -> None:
    assert sorted((*PROMOTERS, *PASSIVES, *DETRACTORS)) == [*range(11)]


@pytest.mark.requirement("X-SRV-04")
@given(STARS)
def test_satisfaction_is_what_counting_one_by_one_gives(scores: list[int]) -> None:
    found = csat(Counter(scores))
    if not scores:
        assert found is None
        return
    assert found is not None
    happy = sum(1 for one in scores if one > 3)
    assert 0 <= found <= 100
    assert abs(Fraction(found) - Fraction(100 * happy, len(scores))) <= HALF_A_TENTH


@pytest.mark.requirement("X-SRV-04")
@given(POINTS)
def test_recommendation_is_what_counting_one_by_one_gives(scores: list[int]) -> None:
    found = nps(Counter(scores))
    if not scores:
        assert found is None
        return
    assert found is not None
    balance = sum(1 if one > 8 else -1 if one < 7 else 0 for one in scores)
    assert -100 <= found <= 100
    assert abs(Fraction(found) - Fraction(100 * balance, len(scores))) <= HALF_A_TENTH


@pytest.mark.requirement("X-SRV-04")
@given(POINTS, st.integers(1, 5))
def test_asking_everybody_again_changes_no_figure(scores: list[int], times: int) -> None:
    assert nps(Counter(scores)) == nps(Counter(scores * times))
