"""Customers with a date of their latest order, for tests of the churn check; put in through the port."""

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from uuid import uuid4

import attrs
from attrs import fields

from crmcore.access.entity import User, UserId
from crmcore.churn.entity import ChurnCase
from crmcore.customers.entity import Customer, CustomerId, CustomerStatus
from crmcore.query import eq, query
from crmcore.sales.entity import OrderId, OrderSummary, lapse_of
from crmcore.storage.crm import Crm
from crmcore.storage.ports import Session


def customer_of(
    crm: Crm,
    name: str,
    last_order_on: dt.date | None = None,
    *,
    manager: str = "wangwei",
    status: CustomerStatus = CustomerStatus.NORMAL,
    created_at: dt.datetime | None = None,
) -> Customer:
    """A stored customer whose latest order was on a day; None for one who never ordered."""
    user = _kept(crm, User, eq(fields(User).name_key, manager))[0]
    deleted = status is CustomerStatus.DELETED
    customer = Customer(
        id=CustomerId(crm.ids()),
        number=f"KH{uuid4().hex[:15]}",
        name=name,
        name_key=None if deleted else name,
        manager=UserId(user.id),
        status=status,
        created_by=UserId(user.id),
        created_at=created_at or crm.clock(),
        version=1,
    )
    _insert(crm, customer)
    if last_order_on is not None:
        order(crm, customer, last_order_on)
    return customer


def order(crm: Crm, customer: Customer, on: dt.date) -> OrderSummary:
    """Let the customer's latest order be one of a day, as an import leaves it."""
    known = _kept(crm, OrderSummary, eq(fields(OrderSummary).id, customer.id))
    latest = OrderId(crm.ids())
    summary = OrderSummary(
        id=customer.id,
        order_count=1,
        first_order_on=on,
        last_order_on=on,
        last_order=latest,
        lapse=lapse_of(customer.id, latest),
        amount=Decimal("10.00"),
        version=known[0].version + 1 if known else 1,
    )
    session = crm.store.begin(write=True)
    try:
        if known:
            assert session.replace(summary, known[0].version)
        else:
            assert session.insert(summary)
        session.commit()
    finally:
        session.close()
    return summary


def cases(crm: Crm) -> list[ChurnCase]:
    """All churn cases, the oldest first."""
    return _kept(crm, ChurnCase)


def case_of(crm: Crm, customer: Customer) -> ChurnCase:
    """The one case of a customer."""
    (case,) = _kept(crm, ChurnCase, eq(fields(ChurnCase).customer, customer.id))
    return case  # type: ignore[no-any-return]


def now(crm: Crm, customer: Customer) -> Customer:
    """The customer as he is stored now."""
    (found,) = _kept(crm, Customer, eq(fields(Customer).id, customer.id))
    return found  # type: ignore[no-any-return]


def change(crm: Crm, record: Any, **values: Any) -> Any:
    """Change a stored record as other people's actions would."""
    session = crm.store.begin(write=True)
    try:
        kept = session.load(type(record), record.id)
        assert kept is not None
        stored = attrs.evolve(kept, version=kept.version + 1, **values)
        assert session.replace(stored, kept.version)
        session.commit()
    finally:
        session.close()
    return stored


def contents(crm: Crm, *kinds: type[Any]) -> Mapping[type[Any], list[Any]]:
    """Everything of some kinds."""
    return {kind: _kept(crm, kind) for kind in kinds}


def _kept(crm: Crm, kind: type[Any], *conditions: Any) -> list[Any]:
    session = crm.store.begin(write=False)
    try:
        return list(session.find(query(kind).where(*conditions)))
    finally:
        session.close()


def _insert(crm: Crm, record: Any) -> None:
    session: Session = crm.store.begin(write=True)
    try:
        assert session.insert(record)
        session.commit()
    finally:
        session.close()
