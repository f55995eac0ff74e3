"""Reads what screening knows of customers, added up by the store; for the actions of this package."""

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

import attrs
from attrs import fields

from crmcore.base.numbers import EXACT
from crmcore.customers.entity import Customer, CustomerId, CustomerStatus
from crmcore.dictionary.parameters import CURRENCY
from crmcore.query import Query, count, eq, in_query, query, through, total
from crmcore.reports.asking import OrderFilter, orders_of
from crmcore.reports.costing import Costs
from crmcore.reports.learning import learnt_of
from crmcore.reports.owing import due_orders
from crmcore.reports.purchasing import everything_bought, purchases_until
from crmcore.reports.rating import rated_requests, verdicts_on
from crmcore.sales.entity import Order, OrderLine, OrderStatus
from crmcore.service.entity import ServiceRequest
from crmcore.statistics.bgnbd import expected_orders
from crmcore.statistics.explaining import histories
from crmcore.statistics.figures import mean
from crmcore.statistics.gammagamma import expected_value
from crmcore.statistics.learnt import spending_of
from crmcore.statistics.periods import Period, instants, months_up_to
from crmcore.statistics.purchasing import Bought
from crmcore.statistics.refusals import NoPrediction
from crmcore.statistics.screening import Facts
from crmcore.storage.work import Work

__all__ = ["Records", "Weighed", "facts_of", "year_until"]

_YEAR: Final = 365
_CENT: Final = Decimal("0.01")
_o = fields(Order)
_l = fields(OrderLine)
_c = fields(Customer)
_r = fields(ServiceRequest)


@attrs.frozen(kw_only=True)
class Records:
    """Which records the criteria are reckoned from."""

    period: Period
    currency: str
    customers: Query[Customer]
    paid: Query[Order]
    """Paid in the year's orders: what was bought."""
    due: Query[Order]
    """What was ordered in the year and should be paid by now."""
    rated: Query[ServiceRequest]
    """Requests of the year whose customer has said how satisfied he was, with any of their treatments."""
    known: Query[Order]
    """What the future is reckoned from."""


@attrs.frozen(kw_only=True)
class Weighed:
    """What is known of everybody, and how many records that rests on, by customer."""

    facts: tuple[Facts, ...]
    paid: Mapping[CustomerId, int]
    due: Mapping[CustomerId, int]
    lines: Mapping[CustomerId, int] | None
    """Order lines of what he has paid; None where no product has a cost, for then they were not looked at."""


def year_until(work: Work, until: dt.date) -> Records:
    """Answer the records of the twelve months up to a day."""
    period, currency = months_up_to(until, 12), work.parameter(CURRENCY)
    start, end = instants(period, work.zone)
    return Records(
        period=period,
        currency=currency,
        customers=query(Customer).where(eq(_c.status, CustomerStatus.NORMAL)),
        paid=orders_of(OrderFilter(period=period)).where(eq(_o.currency, currency)),
        due=due_orders(period, currency, until),
        rated=rated_requests(start, end),
        known=purchases_until(currency, until),
    )


def facts_of(work: Work, records: Records, costs: Costs) -> Weighed:
    """Answer what is known of every active customer that the actor sees.

    Nine questions to the store, and one for each two hundred thousand orders.
    """
    stars = work.customers.tally(records.customers, by=(_c.id, _c.satisfaction), measures=(count(),))
    bought, numbers = _sums(work, records.paid)
    due, paid, of_due = _payments(work, records)
    profits: Mapping[CustomerId, Decimal] = {}
    lines: Mapping[CustomerId, int] | None = None
    if costs:
        profits, lines = _profits(work, records, costs)
    futures, rated = _futures(work, records), _rated(work, records)
    facts = tuple(
        Facts(
            customer=customer,
            amount=bought.get(customer, Decimal(0)),
            profit=profits.get(customer),
            due=due.get(customer),
            paid=paid.get(customer, Decimal(0)) if customer in due else None,
            future=futures.get(customer),
            satisfaction=rated.get(customer, None if given is None else Decimal(given)),
        )
        for customer, given in (row.key for row in stars)
    )
    return Weighed(facts=facts, paid=numbers, due=of_due, lines=lines)


def _sums(work: Work, orders: Query[Order]) -> tuple[Mapping[CustomerId, Decimal], Mapping[CustomerId, int]]:
    """Answer what customers have ordered, and in how many orders."""
    rows = work.orders.tally(orders, by=(_o.customer,), measures=(total(_o.amount), count()))
    return {row.key[0]: row.values[0] for row in rows}, {row.key[0]: row.values[1] for row in rows}


def _payments(
    work: Work, records: Records
) -> tuple[Mapping[CustomerId, Decimal], Mapping[CustomerId, Decimal], Mapping[CustomerId, int]]:
    """Answer what customers should have paid, what of it they have, and how many orders that are."""
    due: dict[CustomerId, Decimal] = {}
    paid: dict[CustomerId, Decimal] = {}
    numbers: dict[CustomerId, int] = {}
    for row in work.orders.tally(records.due, by=(_o.customer, _o.status), measures=(total(_o.amount), count())):
        (customer, status), (amount, number) = row.key, row.values
        due[customer] = EXACT.add(due.get(customer, Decimal(0)), amount)
        numbers[customer] = numbers.get(customer, 0) + number
        if status is OrderStatus.PAID:
            paid[customer] = amount
    return due, paid, numbers


def _rated(work: Work, records: Records) -> Mapping[CustomerId, Decimal]:
    """Answer how satisfied customers said they were, on average of all verdicts on their requests of the year.

    Nothing to somebody who sees no requests.
    """
    if work.crm.scope_of(ServiceRequest, work.actor) is None:
        return {}
    numbers: dict[CustomerId, int] = {}
    stars: dict[CustomerId, int] = {}
    for row in verdicts_on(work, records.rated, _r.customer):
        (customer,), (_, number, given) = row.key, row.values
        numbers[customer] = numbers.get(customer, 0) + number
        stars[customer] = stars.get(customer, 0) + given
    found = {customer: mean(stars[customer], number) for customer, number in numbers.items()}
    return {customer: stars for customer, stars in found.items() if stars is not None}


def _profits(
    work: Work, records: Records, costs: Costs
) -> tuple[Mapping[CustomerId, Decimal], Mapping[CustomerId, int]]:
    """Answer what was left after cost, of customers all of whose lines have a cost; and everybody's number of lines."""
    lines = query(OrderLine).where(in_query(_l.order, records.paid))
    whose = through(_l.order, Order, _o.customer)
    measures = (total(_l.quantity, "quantity"), total(_l.amount, "amount"), count())
    found: dict[Any, Decimal | None] = {}
    numbers: dict[Any, int] = {}
    for row in work.order_lines.tally(lines, by=(whose, _l.product_key), measures=measures):
        (customer, product), (quantity, amount, number) = row.key, row.values
        numbers[customer] = numbers.get(customer, 0) + number
        cost, before = costs.get(product), found.get(customer, Decimal(0))
        left = None if cost is None else EXACT.subtract(amount, EXACT.multiply(quantity, cost.unit_cost))
        found[customer] = None if before is None or left is None else EXACT.add(before, left)
    return {customer: profit for customer, profit in found.items() if profit is not None}, numbers


def _futures(work: Work, records: Records) -> Mapping[CustomerId, Decimal]:
    """Answer what customers are expected to buy in the year to come; of nobody, where nothing was learnt."""
    learnt = learnt_of(work)
    if learnt is None or isinstance(learnt.orders, NoPrediction) or isinstance(learnt.amounts, NoPrediction):
        return {}
    bought: Mapping[CustomerId, Bought] = everything_bought(work.orders, records.known)
    rows = [one.purchases for one in bought.values()]
    each = expected_orders(learnt.orders.model, histories(rows, records.period.last), _YEAR)
    values = [expected_value(learnt.amounts.model, spending_of(one)) for one in rows]
    return {
        customer: EXACT.multiply(Decimal(repr(orders)), value).quantize(_CENT, context=EXACT)
        for customer, orders, value in zip(bought, each, values, strict=True)
        if value is not None
    }
