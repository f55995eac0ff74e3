"""A record whose id is another's is found by every reference to the other one."""

import pytest
from attrs import fields

from crmcore.base.errors import Invalid
from crmcore.base.values import Money
from crmcore.customers.entity import Contact, Customer
from crmcore.query import Through, count, query, tally, through
from crmcore.query.checks import check_tally
from crmcore.sales.entity import Order, OrderSummary

_o = fields(Order)


def test_a_customers_summary_is_found_by_the_customer() -> None:
    first = through(_o.customer, OrderSummary, fields(OrderSummary).first_order_on)
    check_tally(tally(query(Order), by=(first,), measures=(count(),)))
    region = through(fields(OrderSummary).id, Customer, fields(Customer).region)
    check_tally(tally(query(OrderSummary), by=(region,), measures=(count(),)))


@pytest.mark.parametrize(
    "key",
    [
        through(_o.customer, Contact, fields(Contact).name),
        through(_o.id, OrderSummary, fields(OrderSummary).order_count),
        Through(("customer",), Money, ("amount",)),
    ],
)
def test_other_records_are_not(key: Through[object]) -> None:
    with pytest.raises(Invalid) as caught:
        check_tally(tally(query(Order), by=(key,), measures=(count(),)))
    assert [one.code for one in caught.value.problems] == ["query.no_reference"]
