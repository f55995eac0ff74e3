"""Queries as a user writes them; mypy must refuse the lines marked ``# wrong`` and no others. Never run."""

from attrs import fields

import crmcore
from crmcore import opportunities
from crmcore.customers.entity import Customer
from crmcore.opportunities.entity import Opportunity
from crmcore.query import contains, count, desc, eq, gt, one_of, query, starts_with, tally, total

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


def use(work: crmcore.Work) -> str:
    work.customers.find(mine)  # wrong
    work.customers.find(query(Customer).where(contains(customer.name, "华建")))
    for one in work.opportunities.find(mine):
        one.title.upper()
        one.titel.upper()  # wrong
        one.title = "another"  # wrong
    opportunities.dispatch(work)  # wrong
    return work.opportunities.find(mine)  # wrong
