"""Conditions of groups, written down and read again."""

import datetime as dt
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from crmcore.base.errors import Invalid
from crmcore.customers.entity import CustomerStatus
from crmcore.customers.saved_filters import filters_from_json, filters_to_json

OWN: dict[str, Any] = {
    "custom": "x",
    "day": (None, dt.date(2026, 3, 1)),
    "user": (Decimal("1.50"), 2),
    "status": False,
}


@pytest.mark.requirement("X-CUS-06", "X-CUS-08")
def test_a_condition_is_read_as_it_was_written_whatever_own_fields_are_called() -> None:
    filters: Any = {"keyword": "华建", "manager": UUID(int=7), "status": CustomerStatus.LOST, "custom": OWN}
    assert filters_from_json(filters_to_json(filters)) == filters


@pytest.mark.requirement("X-CUS-06")
@pytest.mark.parametrize(
    "filters", [{}, {"name": "", "status": None}, {"custom": {}}, {"custom": {"x": "", "y": None}}]
)
def test_what_asks_for_nothing_is_no_condition(filters: Any) -> None:
    with pytest.raises(Invalid) as caught:
        filters_to_json(filters)
    assert [(one.field, one.code) for one in caught.value.problems] == [("filters", "value.missing")]


@pytest.mark.requirement("X-CUS-06")
@pytest.mark.parametrize("filters", [{"name": b"x"}, {"custom": {"x": {"y": 1}}}, {"amount_from": 1.5}])
def test_what_no_filter_has_is_not_written(filters: Any) -> None:
    with pytest.raises(Invalid) as caught:
        filters_to_json(filters)
    assert [(one.field, one.code) for one in caught.value.problems] == [("filters", "value.type")]
