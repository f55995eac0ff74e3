"""The condition of a group, written down and read again."""

import datetime as dt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmcore.base.errors import Invalid
from crmcore.customers.entity import CustomerStatus
from crmcore.customers.saved_filters import filters_from_json, filters_to_json

WORDS = st.text(min_size=1, max_size=20)
BOUNDS = st.decimals(allow_nan=False, allow_infinity=False, places=4, min_value=-(10**12), max_value=10**12) | st.none()
FILTERS: Any = st.fixed_dictionaries(
    {"keyword": WORDS},
    optional={
        "manager": st.uuids(),
        "status": st.sampled_from(CustomerStatus),
        "churn_warning": st.booleans(),
        "created_from": st.dates(min_value=dt.date(1000, 1, 1)),
        "amount_to": BOUNDS.filter(lambda one: one is not None) | st.integers(),
        "custom": st.dictionaries(WORDS, WORDS | st.booleans() | st.dates() | st.tuples(BOUNDS, BOUNDS), min_size=1),
    },
)


@pytest.mark.requirement("X-CUS-06")
@given(FILTERS)
def test_what_was_written_is_read(filters: Any) -> None:
    assert filters_from_json(filters_to_json(filters)) == filters


@pytest.mark.requirement("X-CUS-06")
@pytest.mark.parametrize(
    "filters", [{}, {"name": ""}, {"manager": None, "custom": {}}, {"name": object()}, {"tag": 1.5}]
)
def test_nothing_and_what_no_filter_has_are_refused(filters: Any) -> None:
    with pytest.raises(Invalid) as caught:
        filters_to_json(filters)
    assert caught.value.fields == {"filters"}
