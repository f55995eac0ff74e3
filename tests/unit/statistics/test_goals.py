"""How far a goal is reached, what is missing to it, and the periods and sums that go with them."""

import datetime as dt
from decimal import Decimal

import pytest

from crmcore.opportunities.entity import Opportunity
from crmcore.query import query
from crmcore.statistics.figures import Figure, measured
from crmcore.statistics.goals import lacking, reached
from crmcore.statistics.periods import Period, months_up_to
from crmcore.statistics.screening import paid_share
from crmcore.statistics.sums import together
from crmcore.statistics.trading import order_value


def amount(value: str | None, records: int = 3) -> Figure[Decimal]:
    return measured(None if value is None else Decimal(value), query(Opportunity), "CNY", records)


@pytest.mark.requirement("X-TGT-03")
@pytest.mark.parametrize(
    ("won", "goal", "share", "missing"),
    [
        ("50", "200", "25.0", "150"),
        ("300", "200", "150.0", "0"),
        (None, "200", "0.0", "200"),
        ("50", "0", None, "0"),
        ("50", None, None, None),
    ],
)
def test_a_goal_is_reached_so_far_and_so_much_is_missing(
    won: str | None, goal: str | None, share: str | None, missing: str | None
) -> None:
    of, wanted = amount(won), None if goal is None else Decimal(goal)
    found, left = reached(of, wanted), lacking(of, wanted)
    assert found.value == (None if share is None else Decimal(share))
    assert left.value == (None if missing is None else Decimal(missing))
    assert (found.unit, left.unit) == ("%", "CNY")
    assert found.of == left.of == of.of
    assert found.records == left.records == 3


def test_an_order_is_worth_its_part_of_all() -> None:
    assert order_value(amount("100")).value == Decimal("33.33")
    assert order_value(amount(None, 0)).value is None


def test_what_is_undefined_adds_nothing() -> None:
    assert together(None, Decimal("1.10"), Decimal("2.20")) == Decimal("3.30")
    assert together(None, None) is None


@pytest.mark.requirement("X-CUS-09")
def test_nothing_due_is_no_share_and_nothing_paid_is_none_of_it() -> None:
    assert paid_share(None, None) is None
    assert paid_share(Decimal(200), None) == Decimal("0.0")
    assert paid_share(Decimal(200), Decimal(150)) == Decimal("75.0")


def test_the_last_months_end_with_a_day() -> None:
    assert months_up_to(dt.date(2026, 3, 15), 12) == Period(dt.date(2025, 3, 16), dt.date(2026, 3, 15))
    assert months_up_to(dt.date(2024, 2, 29), 12) == Period(dt.date(2023, 3, 1), dt.date(2024, 2, 29))
