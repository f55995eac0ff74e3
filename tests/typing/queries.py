"""Queries as a user writes them; mypy must refuse the lines marked ``# wrong`` and no others. Never run."""

from decimal import Decimal

from attrs import fields

import crmcore
from crmcore import opportunities
from crmcore.customers.entity import Customer
from crmcore.opportunities.entity import Opportunity
from crmcore.query import (
    Top,
    banded,
    contains,
    count,
    desc,
    distinct,
    elapsed,
    eq,
    gt,
    one_of,
    query,
    starts_with,
    tally,
    through,
    total,
)
from crmcore.sales.entity import Order, OrderLine
from crmcore.service.entity import ServiceRequest

chance = fields(Opportunity)
customer = fields(Customer)

eq(chance.title, "采购笔记本电脑意向")
eq(chance.title, 3)  # wrong
eq(chance.success_rate, 60)
eq(chance.success_rate, "60")  # wrong
gt(chance.success_rate, 50)
gt(chance.success_rate, chance.title)  # wrong
contains(chance.customer_name, "华建")
contains(chance.success_rate, "6")  # wrong
starts_with(chance.titel, "采购")  # wrong
one_of(chance.success_rate, [10, 20])
one_of(chance.success_rate, ["10"])  # wrong
one_of(chance.success_rate, 10)  # wrong

mine = query(Opportunity).where(contains(chance.customer_name, "华建")).sort(desc(chance.success_rate)).page(20)
query(Opportunity).where("title = 'x'")  # wrong
query(Opportunity).sort("title")  # wrong
tally(mine, by=(chance.status,), measures=(count(), total(chance.success_rate)))
tally(mine, by=("status",), measures=(count(),))  # wrong

bought = fields(Order)
line = fields(OrderLine)
request = fields(ServiceRequest)
REGION = through(bought.customer, Customer, customer.region)
tally(query(Order), by=(REGION,), measures=(count(), distinct(bought.customer)), top=Top("count", 3))
tally(query(OrderLine), by=(through(line.order, Order, REGION),), measures=(total(line.amount),))
tally(query(Order), by=(banded(bought.amount, [Decimal(1000), Decimal(3000)]),), measures=(count(),))
tally(
    query(Order), by=(banded(through(bought.customer, Customer, customer.satisfaction), [2, 4]),), measures=(count(),)
)
tally(query(ServiceRequest), measures=(elapsed(request.created_at, request.assigned_at),))
banded(bought.amount, [1000, 3000])  # wrong
banded(bought.amount, 1000)  # wrong
banded(bought.ordered_on, ["2026-01-01"])  # wrong
banded(through(bought.customer, Customer, customer.satisfaction), ["2"])  # wrong
banded(banded(bought.amount, [Decimal(1)]), [Decimal(1)])  # wrong
through(bought.source_key, Customer, customer.region)  # wrong
through(bought.customer, "customer", customer.region)  # wrong
through(bought.customer, Customer, customer.regoin)  # wrong
through(bought.customer, Customer, banded(customer.satisfaction, [2]))  # wrong
elapsed(bought.ordered_on, request.created_at)  # wrong
elapsed(request.created_at)  # wrong


def use(work: crmcore.Work) -> str:
    work.customers.find(mine)  # wrong
    work.customers.find(query(Customer).where(contains(customer.name, "华建")))
    for one in work.opportunities.find(mine):
        one.title.upper()
        one.titel.upper()  # wrong
        one.title = "another"  # wrong
    opportunities.dispatch(work)  # wrong
    return work.opportunities.find(mine)  # wrong
