"""What customers will still be worth: known sums, and laws that any such figure has to keep."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmcore.base.errors import Invalid
from crmcore.i18n import LANGUAGES
from crmcore.statistics import LifetimeValue, Terms, lifetime_values, rate_per_period
from crmcore.statistics.bgnbd import BgNbd, History, expected_orders
from crmcore.statistics.gammagamma import GammaGamma, Spending, expected_value

pytestmark = [pytest.mark.extras, pytest.mark.requirement("X-CUS-11")]
ORDERS = BgNbd(r=0.243, alpha=30.9, a=0.793, b=2.426)
AMOUNTS = GammaGamma(p=6.25, q=3.74, gamma=15.44)
CUSTOMER = (History(2, 213, 272), Spending(2, Decimal("22.35")))
CENT = Decimal("0.01")
TERMS = st.builds(
    Terms,
    st.integers(1, 15),
    st.sampled_from([1, 7, 30, 91.3, 365]),
    st.decimals(0, "0.2", places=3),
    st.decimals(0, 1, places=2),
)
CUSTOMERS = st.tuples(st.integers(1, 30), st.integers(1, 900), st.integers(0, 900), st.decimals("0.01", 9999, places=2))


def worth(terms: Terms, customer: tuple[History, Spending] = CUSTOMER) -> LifetimeValue:
    (found,) = lifetime_values(ORDERS, AMOUNTS, [customer], terms)
    assert found is not None
    return found


def test_a_known_sum() -> None:
    half_years = [expected_orders(ORDERS, [CUSTOMER[0]], days)[0] for days in (182, 364)]
    by_hand = 24.66 * 0.4 * (half_years[0] / 1.05 + (half_years[1] - half_years[0]) / 1.05**2)
    found = worth(Terms(2, 182, Decimal("0.05"), Decimal("0.4")))
    assert found.total == Decimal(repr(round(by_hand, 2)))
    assert found.value_of_an_order == Decimal("24.66")
    assert found.expected_orders == half_years[1]


@given(CUSTOMERS, TERMS)
def test_the_periods_add_up_to_the_total_to_the_cent(given: tuple[int, int, int, Decimal], terms: Terms) -> None:
    x, recency, silence, value = given
    found = worth(terms, (History(x, recency, recency + silence), Spending(x, value)))
    assert sum(found.by_period) == found.total
    assert len(found.by_period) == terms.periods
    assert all(one >= 0 and one.as_tuple().exponent == -2 for one in (*found.by_period, found.total))


@given(TERMS)
def test_undiscounted_turnover_is_orders_times_value(terms: Terms) -> None:
    found = worth(Terms(terms.periods, terms.length))
    wanted = Decimal(repr(found.expected_orders)) * found.value_of_an_order
    assert abs(found.total - wanted) <= CENT


@given(TERMS, st.decimals("0.001", "0.3", places=3))
def test_dearer_money_is_worth_less_and_a_longer_view_more(terms: Terms, more: Decimal) -> None:
    base = worth(terms)
    dearer = Terms(terms.periods, terms.length, terms.rate + more, terms.margin)
    assert worth(dearer).total <= base.total
    further = worth(Terms(terms.periods + 1, terms.length, terms.rate, terms.margin))
    assert further.by_period[:-1] == base.by_period


@given(st.integers(1, 12))
def test_without_a_rate_shorter_periods_change_nothing(parts: int) -> None:
    assert abs(worth(Terms(parts, 360 / parts)).total - worth(Terms(1, 360)).total) <= CENT


def test_every_customer_is_valued_in_his_place() -> None:
    others = [CUSTOMER, (History(0, 0, 90), Spending(0, None)), (History(3, 60, 90), Spending(3, Decimal(-1)))]
    found = lifetime_values(ORDERS, AMOUNTS, others, Terms(4, 91))
    assert found[0] == worth(Terms(4, 91))
    assert found[1] is not None
    assert found[1].value_of_an_order == expected_value(AMOUNTS, Spending(0, None))
    assert found[2] is None  # returns outweigh his purchases: undefined, not 0
    assert lifetime_values(ORDERS, AMOUNTS, [], Terms(1, 1)) == ()


def test_small_values_do_not_vanish_between_the_periods() -> None:
    small = (History(1, 200, 900), Spending(1, Decimal("0.05")))
    daily = worth(Terms(730, 1), small)
    assert all(one <= CENT for one in daily.by_period)
    assert abs(daily.total - worth(Terms(1, 730), small).total) <= CENT
    assert daily.total > 0


@given(st.decimals(0, 1, places=4), st.integers(1, 366))
def test_a_rate_per_period_comes_to_the_yearly_one(yearly: Decimal, periods: int) -> None:
    assert (1 + rate_per_period(yearly, periods)) ** periods == pytest.approx(1 + yearly, rel=Decimal("1e-20"))


@pytest.mark.parametrize(
    ("terms", "fields"),
    [
        ({"periods": 0, "length": 30}, {"periods"}),
        ({"periods": 3, "length": 0}, {"length"}),
        ({"periods": 3, "length": float("inf")}, {"length"}),
        ({"periods": 3, "length": 30, "rate": Decimal("-0.01")}, {"rate"}),
        ({"periods": 3, "length": 30, "rate": Decimal("NaN")}, {"rate"}),
        ({"periods": 0, "length": 30, "margin": Decimal("1.01")}, {"periods", "margin"}),
    ],
)
def test_terms_that_mean_nothing_are_refused(terms: dict[str, object], fields: set[str]) -> None:
    with pytest.raises(Invalid) as caught:
        Terms(**terms)  # type: ignore[arg-type]
    assert caught.value.fields == fields
    assert all("{" not in caught.value.explain(language) for language in LANGUAGES)


@pytest.mark.parametrize(
    ("yearly", "periods", "field"), [("0.1", 0, "periods_in_a_year"), ("-0.1", 12, "yearly"), ("NaN", 12, "yearly")]
)
def test_a_rate_that_means_nothing_is_refused(yearly: str, periods: int, field: str) -> None:
    with pytest.raises(Invalid) as caught:
        rate_per_period(Decimal(yearly), periods)
    assert caught.value.fields == {field}
