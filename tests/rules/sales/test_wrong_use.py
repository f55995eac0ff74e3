"""What somebody tries who may feed orders and means harm, or who swallows errors."""

import datetime as dt
from decimal import Decimal
from typing import Any
from uuid import uuid4

import attrs
import pytest

from company.clients import entered
from company.staff import People
from crmcore import sales
from crmcore.access.entity import User
from crmcore.base.errors import Invalid
from crmcore.sales.entity import Order, OrderSummary
from crmcore.storage.crm import Crm
from crmcore.storage.work import Unfinished

HUGE = Decimal("99999999999999.99")


def row(number: int, customer: str, amount: object) -> dict[str, Any]:
    return {"source_key": f"SO-{number}", "ordered_on": dt.date(2026, 3, 2), "customer": customer, "amount": amount}


def kept(crm: Crm, kind: type[Any]) -> list[Any]:
    with crm.work("zhaomin", readonly=True) as work:
        return list(work.unscoped(kind).find())


@pytest.mark.requirement("ORD-01", "RBA-13")
def test_undoing_stores_nothing_but_sales_data(crm: Crm, people: People) -> None:
    someone = attrs.evolve(people.lihua, id=uuid4(), name="evil", name_key="evil")
    with pytest.raises(Invalid, match="order"):
        crm.perform(sales.undo_orders, created={}, removed=[someone], as_user="zhaomin")
    assert all(one.name != "evil" for one in kept(crm, User))


@pytest.mark.requirement("ORD-04")
def test_a_number_beyond_all_bounds_spoils_its_row_alone(crm: Crm, people: People) -> None:
    customer = entered(crm)
    rows = [
        row(1, customer.number, Decimal("1E60")),
        row(2, customer.number, Decimal("NaN")),
        row(3, customer.number, 5),
    ]
    done = crm.perform(sales.import_orders, rows, as_user="zhaomin")
    assert [one.source_key for one in done.problems] == ["SO-1", "SO-2"]
    assert [one.source_key for one in kept(crm, Order)] == ["SO-3"]


@pytest.mark.requirement("ORD-04", "NFR-15")
def test_an_import_that_failed_is_not_half_kept_even_if_its_error_is_swallowed(crm: Crm, people: People) -> None:
    customer = entered(crm)
    rows = [row(number, customer.number, HUGE) for number in range(3)]
    with pytest.raises(Unfinished), crm.work("zhaomin") as work, pytest.raises(Invalid, match="all orders"):
        sales.import_orders(work, rows)
    assert kept(crm, Order) == kept(crm, OrderSummary) == []
