"""Customers for tests: what somebody typed in, and short ways to a state."""

import datetime as dt
from decimal import Decimal
from typing import Any

from crmcore import SYSTEM, customers
from crmcore.churn.entity import OPEN, ChurnCase, ChurnCaseId, ChurnStatus
from crmcore.customers.entity import Contact, Customer
from crmcore.customers.inputs import ContactFields, CustomerFields
from crmcore.sales.entity import Order, OrderId, OrderSummary, lapse_of
from crmcore.storage.crm import Crm

GIVEN: CustomerFields = {
    "name": "北京华建科技有限公司",
    "region": "beijing",
    "address": "北京市海淀区中关村大街1号",
    "zip": "100080",
    "phone": "010-6551 2233",
    "fax": "010-6551 2234",
    "website": "www.huajian.example",
    "legal_person": "张建国",
    "bank": "中国工商银行海淀支行",
    "bank_account": "0200 0042 0900 1234",
}
PERSON: ContactFields = {
    "name": "刘芳",
    "position": "采购经理",
    "office_phone": "010-6551 2235",
    "mobile": "138 1234 5678",
}


def entered(crm: Crm, by: str = "lihua", **given: Any) -> Customer:
    """A customer with one contact, entered by hand."""
    contact = given.pop("contact", PERSON)
    fields: Any = {**GIVEN, **given}
    return crm.perform(customers.create, contact=contact, as_user=by, **fields)


def contact_of(crm: Crm, customer: Customer) -> Contact:
    """The customer's first contact."""
    return crm.perform(customers.contacts, customer.id, as_user=SYSTEM)[0]


def stored(crm: Crm, customer: Customer) -> Customer:
    """The customer as it is stored now, whoever may see it."""
    with crm.work(as_user=SYSTEM, readonly=True) as work:
        return work.customers.get(customer.id)


def put(crm: Crm, *records: Any) -> None:
    """Records as another module leaves them in the store."""
    session = crm.store.begin(write=True)
    try:
        for record in records:
            assert session.insert(record)
        session.commit()
    finally:
        session.close()


def ordered(crm: Crm, customer: Customer, day: dt.date, amount: int) -> Order:
    """An order of the customer and what it makes of his summary."""
    order = Order(
        id=OrderId(crm.ids()),
        source_key=f"SO-{customer.number}-{day:%y%m%d}",
        customer=customer.id,
        ordered_on=day,
        currency="CNY",
        amount=Decimal(amount),
        version=1,
    )
    summary = OrderSummary(
        id=customer.id,
        order_count=1,
        last_order_on=day,
        last_order=order.id,
        lapse=lapse_of(customer.id, order.id),
        amount=Decimal(amount),
        version=1,
    )
    put(crm, order, summary)
    return order


def warned(crm: Crm, customer: Customer, status: ChurnStatus = ChurnStatus.WARNING) -> ChurnCase:
    """A churn case of the customer, as the nightly check opens it."""
    case = ChurnCase(
        id=ChurnCaseId(crm.ids()),
        customer=customer.id,
        customer_name=customer.name,
        manager=customer.manager,
        status=status,
        reason="" if status in OPEN else "价格",
        opened_at=crm.clock(),
        closed_at=None if status in OPEN else crm.clock(),
        version=1,
    )
    put(crm, case)
    return case
