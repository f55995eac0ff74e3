"""Recency, frequency and monetary value of each customer, and how he stands among the others."""

import datetime as dt
from collections import Counter
from decimal import Decimal
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmcore.base.errors import Invalid
from crmcore.i18n import LANGUAGES, has_text
from crmcore.statistics.rfm import Purchases, RfmSegment, assess, monetary_value, scores, segment

START, UNTIL = dt.date(2026, 1, 1), dt.date(2026, 6, 30)
VALUES = st.lists(st.none() | st.integers(-20, 20), max_size=60)


def purchases(first: int, span: int, repeats: int, amount: str = "0", customer: int = 1) -> Purchases:
    begin = START + dt.timedelta(days=first)
    return Purchases(customer, repeats, begin, begin + dt.timedelta(days=span), Decimal(amount))


@pytest.mark.requirement("X-CUS-11")
def test_known_figures() -> None:
    (one,) = assess([purchases(10, 90, 3, "100.00")], UNTIL)
    assert (one.frequency, one.recency, one.age, one.days_since_last) == (3, 90, 170, 80)
    assert one.monetary_value == Decimal("33.33")


def test_who_bought_on_one_day_only_has_no_monetary_value() -> None:
    once = purchases(10, 0, 0)
    assert monetary_value(once) is None
    (one,) = assess([once], UNTIL)
    assert (one.frequency, one.recency, one.monetary_value, one.monetary_score) == (0, 0, None, None)


def test_a_half_cent_is_rounded_up_whatever_the_precision_around() -> None:
    assert monetary_value(purchases(0, 5, 2, "0.01")) == Decimal("0.01")
    assert monetary_value(purchases(0, 5, 3, "12345678901234567890123456789.00")) == Decimal(
        "4115226300411522630041152263.00"
    )


@pytest.mark.parametrize(
    ("values", "wanted"),
    [
        ([10, 20, 30, 40, 50], (1, 2, 3, 4, 5)),
        ([50, 10, 40, 20, 30], (5, 1, 4, 2, 3)),
        ([0, 0, 0, 0, 1, 2, 2, 3, 4, 5], (1, 1, 1, 1, 3, 3, 3, 4, 5, 5)),
        ([None, 1, 2, 3, 4, 5], (None, 1, 2, 3, 4, 5)),
        ([1, 2, 3, 4], (None,) * 4),
        ([7] * 9, (None,) * 9),
        ([], ()),
    ],
)
def test_known_scores(values: list[int | None], wanted: tuple[int | None, ...]) -> None:
    assert scores(values) == wanted


@given(VALUES)
def test_equal_values_score_alike_and_greater_ones_never_less(values: list[int | None]) -> None:
    scored = scores(values)
    pairs = [pair for pair in zip(values, scored, strict=True) if None not in pair]
    for (value, score), (other, its) in product(pairs, pairs):
        assert value is not None
        assert other is not None
        assert score is not None
        assert its is not None
        assert score <= its if value <= other else score >= its
    assert all(1 <= (score or 1) <= 5 for score in scored)


@given(VALUES, st.randoms(use_true_random=False))
def test_the_order_of_customers_does_not_matter(values: list[int | None], chance: object) -> None:
    places = list(range(len(values)))
    chance.shuffle(places)  # type: ignore[attr-defined]
    shuffled = scores([values[place] for place in places])
    assert shuffled == tuple(scores(values)[place] for place in places)


@given(st.sets(st.integers(), min_size=5, max_size=50))
def test_distinct_values_are_spread_over_fifths_of_equal_size(values: set[int]) -> None:
    sizes = Counter(scores(sorted(values))).values()
    assert len(sizes) == 5
    assert max(sizes) - min(sizes) <= 1


def test_the_fewer_days_since_the_last_purchase_the_higher_the_score() -> None:
    found = assess([purchases(0, 10 + 30 * number, 1, customer=number) for number in range(5)], UNTIL)
    assert [one.recency_score for one in found] == [1, 2, 3, 4, 5]
    assert [one.customer for one in found] == [0, 1, 2, 3, 4]
    assert [one.frequency_score for one in found] == [None] * 5  # all alike: nobody surpasses anybody
    assert [one.segment for one in found] == [None] * 5


@pytest.mark.requirement("X-CUS-05")
@pytest.mark.parametrize(
    ("recency", "wanted"),
    [
        (5, "new potential_loyalists potential_loyalists champions champions"),
        (4, "promising potential_loyalists potential_loyalists loyal loyal"),
        (3, "about_to_sleep about_to_sleep need_attention loyal loyal"),
        (2, "hibernating hibernating at_risk at_risk cannot_lose"),
        (1, "hibernating hibernating at_risk at_risk cannot_lose"),
    ],
)
def test_the_published_grid(recency: int, wanted: str) -> None:
    assert [segment(recency, frequency) for frequency in range(1, 6)] == wanted.split()


def test_without_a_score_there_is_no_segment() -> None:
    assert segment(None, 3) is None
    assert segment(3, None) is None


def test_every_pair_of_scores_has_a_segment_and_every_segment_a_pair() -> None:
    given_out = {segment(recency, frequency) for recency, frequency in product(range(1, 6), repeat=2)}
    assert given_out == set(RfmSegment)


@pytest.mark.parametrize("language", LANGUAGES)
def test_segments_have_names_people_know(language: str) -> None:
    assert all(has_text(f"rfm_segment.{one}", language) for one in RfmSegment)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("span", "repeats", "field"),
    [(-1, 0, "last"), (0, 1, "repeats"), (3, 4, "repeats"), (3, 0, "repeats"), (3, -1, "repeats")],
)
def test_what_no_customer_can_have_is_refused(span: int, repeats: int, field: str) -> None:
    with pytest.raises(Invalid) as caught:
        purchases(5, span, repeats)
    assert caught.value.fields == {field}
    assert all("{" not in caught.value.explain(language) for language in LANGUAGES)


def test_a_purchase_after_the_end_of_the_period_is_refused() -> None:
    with pytest.raises(Invalid) as caught:
        assess([purchases(0, 300, 1)], UNTIL)
    assert caught.value.codes == {"prediction.before_the_last"}
    assert "2026-06-30" in caught.value.explain("zh")
