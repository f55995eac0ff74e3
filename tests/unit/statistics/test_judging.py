"""Points, cards, trust and rhythm by hand, and purchases put together from any parts (X-CUS-09, 10, 18, X-ANA-02)."""

import datetime as dt
import json
import math
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmcore.customers.entity import CustomerId
from crmcore.query import TallyRow, query
from crmcore.sales.entity import Order
from crmcore.statistics import TooFewCustomers
from crmcore.statistics.bgnbd import BgNbd, BgNbdFit
from crmcore.statistics.cards import CardFacts, CardKind, Colour, colours, kind_of
from crmcore.statistics.gammagamma import GammaGamma, GammaGammaFit
from crmcore.statistics.habits import rhythm
from crmcore.statistics.learnt import read_amounts, read_orders, write
from crmcore.statistics.purchasing import by_band, put_together, windows
from crmcore.statistics.refusals import NoPrediction, NotConverged, NotReadable
from crmcore.statistics.screening import Verdict, payment_points, satisfaction_points, verdict
from crmcore.statistics.trust import rating

FIRST = dt.date(2026, 1, 1)
CUTOFF = dt.date(2025, 9, 2)
one_customer = CustomerId(UUID(int=1))


def d(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


@pytest.mark.requirement("X-CUS-09")
@pytest.mark.parametrize(
    ("due", "paid", "points"),
    [
        ("100", "100", 5),
        ("100", "99.94", 4),
        ("100", "95", 4),
        ("100", "80", 3),
        ("100", "50", 2),
        ("100", "0", 1),
        ("100", None, 1),
        ("0", "0", None),
        (None, None, None),
    ],
)
def test_payments_are_safe_by_what_part_is_paid(due: str | None, paid: str | None, points: int | None) -> None:
    assert payment_points(d(due), d(paid)) == points


@pytest.mark.requirement("X-CUS-09")
def test_a_verdict_needs_points_and_a_purchase_amount() -> None:
    assert verdict(d("4.0"), 4, None) is Verdict.KEY
    assert verdict(d("5.0"), 3, None) is Verdict.ORDINARY  # pays well, buys little
    assert verdict(d("5.0"), None, None) is Verdict.ORDINARY
    assert verdict(d("2.0"), 5, None) is Verdict.DOUBTFUL
    assert verdict(d("5.0"), 5, Decimal("-0.01")) is Verdict.DOUBTFUL
    assert verdict(None, 5, Decimal(0)) is Verdict.UNKNOWN
    assert [satisfaction_points(d(stars)) for stars in ("1", "1.49", "1.5", "5", None)] == [1, 1, 2, 5, None]


@pytest.mark.requirement("X-CUS-10")
@pytest.mark.parametrize(
    ("last", "amount", "before", "days", "kind"),
    [
        (None, "0", "0", 0, CardKind.DEVELOP),
        (CUTOFF, "10", "20", 2, CardKind.FIXED),
        (CUTOFF - dt.timedelta(days=1), "10", "0", 2, CardKind.ATTACK),
        (FIRST, "9.99", "20", 5, CardKind.ATTACK),
        (FIRST, "10", "0", 1, CardKind.DEVELOP),
    ],
)
def test_a_card_follows_what_was_bought(
    last: dt.date | None, amount: str, before: str, days: int, kind: CardKind
) -> None:
    facts = CardFacts(
        customer=one_customer,
        level="1",
        manager=None,
        amount=Decimal(amount),
        before=Decimal(before),
        days=days,
        last=last,
    )
    assert kind_of(facts, CUTOFF) is kind


@pytest.mark.requirement("X-CUS-10")
def test_colours_follow_what_larger_sums_come_to() -> None:
    red, yellow, blue, white = Colour
    assert colours([Decimal(one) for one in (5, 0, 80, 15, -3)]) == (blue, white, red, yellow, white)
    assert colours([Decimal(1)] * 3) == (red, red, red)  # equal sums are not torn apart
    assert colours([]) == ()


@given(st.lists(st.decimals(min_value=-5, max_value=10**6, places=2), max_size=30))
def test_the_red_ones_bring_four_fifths_and_none_too_many(amounts: list[Decimal]) -> None:
    found = colours(amounts)
    whole = sum((one for one in amounts if one > 0), Decimal(0))
    red = [one for one, colour in zip(amounts, found, strict=True) if colour is Colour.RED]
    assert all((colour is Colour.WHITE) == (one <= 0) for one, colour in zip(amounts, found, strict=True))
    if red:
        least = min(red)
        assert sum(red, Decimal(0)) >= whole * Decimal("0.8")
        assert sum((one for one in red if one > least), Decimal(0)) < whole * Decimal("0.8")


@pytest.mark.requirement("X-CUS-18")
@pytest.mark.parametrize(
    ("paid", "stars", "wanted"),
    [
        ("100", "5", "100"),
        ("0", "1", "0"),
        ("50", "3", "50"),
        ("25", None, "25"),
        (None, "4", "75"),
        (None, None, None),
    ],
)
def test_trust_is_the_mean_of_what_is_known(paid: str | None, stars: str | None, wanted: str | None) -> None:
    assert rating(d(paid), d(stars)) == d(wanted)


@pytest.mark.requirement("X-ANA-02", "X-ANA-03")
def test_a_rhythm_needs_two_days() -> None:
    days = [FIRST, dt.date(2026, 1, 4), dt.date(2026, 1, 6)]
    rows = [TallyRow((day,), (1, Decimal(1))) for day in days]
    assert (rhythm([]).last, rhythm([]).next_on) == (None, None)
    assert (rhythm(rows[:1]).days, rhythm(rows[:1]).usual_gap) == (1, None)
    found = rhythm(rows)
    assert (found.usual_gap, found.next_on) == (Decimal("2.5"), dt.date(2026, 1, 9))


@given(
    st.lists(st.tuples(st.integers(0, 3), st.integers(0, 900), st.integers(-9, 99)), min_size=1, max_size=40),
    st.integers(1, 12),
)
def test_purchases_are_the_same_whatever_parts_they_are_read_in(orders: list[tuple[int, int, int]], most: int) -> None:
    placed = [(CustomerId(UUID(int=who)), FIRST + dt.timedelta(days=day), Decimal(sum_)) for who, day, sum_ in orders]
    days = [day for _, day, _ in placed]
    asked = by_band(query(Order), min(days), max(days))
    (band,) = asked.by
    edges = band.edges  # type: ignore[union-attr]
    per_band: dict[int, int] = {}
    for day in days:
        place = sum(edge <= day for edge in edges)
        per_band[place] = per_band.get(place, 0) + 1
    rows = [TallyRow((place,), (number,)) for place, number in sorted(per_band.items())]
    parts = [*windows(asked, rows, most)]
    read = [grouped([one for one in placed if lies_in(part, one[1])]) for part in parts]
    assert sum(len(one) for one in read) == len(grouped(placed))  # no day twice, none left out
    assert put_together(read) == put_together([grouped(placed)])
    found = put_together(read)
    for who, bought in found.items():
        his = sorted(day for one, day, _ in placed if one == who)
        assert bought.orders == len(his)
        assert (bought.purchases.first, bought.purchases.last) == (his[0], his[-1])
        assert bought.purchases.repeats == len({*his}) - 1
        later = sum((sum_ for one, day, sum_ in placed if one == who and day != his[0]), Decimal(0))
        assert bought.purchases.repeat_amount == later


def grouped(placed: list[tuple[CustomerId, dt.date, Decimal]]) -> list[TallyRow]:
    """What a store answers: each customer's days, in order."""
    keys = sorted({(who, day) for who, day, _ in placed})
    return [
        TallyRow(key, (len(sums), sum(sums, Decimal(0))))
        for key in keys
        for sums in [[amount for *other, amount in placed if tuple(other) == key]]
    ]


def lies_in(part: object, day: dt.date) -> bool:
    """Whether a query's days include one."""
    tests = part.condition.parts  # type: ignore[attr-defined]
    return all(day >= one.value if one.op.value == "ge" else day < one.value for one in tests if hasattr(one, "op"))


def test_what_was_learnt_comes_back_as_it_was() -> None:
    orders = BgNbdFit(BgNbd(0.1 + 0.2, 1 / 3, math.pi, 1e-3), -1.5, 130, 99, 120, 1e-9, 60)
    amounts = GammaGammaFit(GammaGamma(6.25, 3.74, 15.44), -2.5, 99, 1, None, 1e-9, 60)
    assert read_orders(write(orders)) == orders
    assert read_amounts(write(amounts)) == amounts
    refusal = read_orders(write(TooFewCustomers(customers=1, again=0, least=100, least_again=20)))
    assert isinstance(refusal, TooFewCustomers)
    assert "100" in refusal.explain("zh")
    endless = read_amounts(write(NotConverged(slope=math.inf)))
    assert isinstance(endless, NotConverged)
    assert endless.params["slope"] == "inf"
    unknown = read_orders('{"refused":"prediction.of_a_later_version","params":{}}')
    assert type(unknown) is NoPrediction


@pytest.mark.parametrize("read", [read_orders, read_amounts])
@pytest.mark.parametrize(
    "written",
    [
        "{{",
        "{}",
        "[]",
        "null",
        "7",
        "[" * 4000,
        '{"refused":"zzz"}',
        '{"refused":[],"params":{}}',
        '{"refused":"prediction.too_few","params":[]}',
        '{"model":{"r":1}}',
        '{"model":[]}',
    ],
)
def test_what_nobody_has_written_is_a_refusal_that_can_be_said(read: Any, written: str) -> None:
    found = read(written)
    assert type(found) is NotReadable
    assert found.explain("en") != found.explain("zh")


@pytest.mark.parametrize("wrong", ["x", None, True, -1, 0, math.nan, math.inf, 1e300, 1e-300, 10**400])
@pytest.mark.parametrize("name", ["r", "b"])
def test_parameters_of_no_company_are_not_reckoned_with(name: str, wrong: object) -> None:
    said = json.loads(write(BgNbdFit(BgNbd(0.2, 30.0, 0.8, 2.4), -1.5, 130, 99, 120, 1e-9, 60)))
    said["model"][name] = wrong
    assert type(read_orders(json.dumps(said))) is NotReadable


def test_what_a_later_version_has_added_is_left_out() -> None:
    fit = BgNbdFit(BgNbd(0.2, 30.0, 0.8, 2.4), -1.5, 130, 99, 120, 1e-9, 60)
    said = json.loads(write(fit))
    said["model"]["dropout"] = said["seed"] = 7
    assert read_orders(json.dumps(said)) == fit
    del said["customers"]
    assert type(read_orders(json.dumps(said))) is NotReadable
