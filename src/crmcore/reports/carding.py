"""Customer cards: whom a salesperson keeps, wins back and develops, coloured by sales volume (requirement X-CUS-10)."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from functools import reduce
from typing import Any, Final
from uuid import UUID

import attrs
from attrs import fields

from crmcore.access.entity import UserId
from crmcore.base.clock import month_before
from crmcore.base.numbers import EXACT
from crmcore.base.paging import Page
from crmcore.churn.rules import cutoff
from crmcore.customers.entity import Customer, CustomerId, CustomerStatus
from crmcore.dictionary.parameters import CHURN_MONTHS, CURRENCY
from crmcore.query import Query, TallyRow, banded, count, distinct, eq, one_of, query, total
from crmcore.reports.asking import OrderFilter, chosen, names_of, orders_of
from crmcore.reports.composing import entries_of, labels_of
from crmcore.sales.entity import Order, OrderSummary
from crmcore.statistics.cards import Card, CardFacts, CardKind, Colour, cards
from crmcore.statistics.figures import Figure, counted, measured
from crmcore.statistics.periods import Period
from crmcore.storage.action import action
from crmcore.storage.listing import place_of
from crmcore.storage.work import Work

__all__ = ["CardRow", "CardTotal", "CustomerCards", "customer_cards"]

_c = fields(Customer)
_o = fields(Order)
_s = fields(OrderSummary)
_LEVELS: Final = "customer_level"


@attrs.frozen(kw_only=True)
class CardTotal:
    """How many cards of a kind or of a tier there are, altogether and of each colour, and what these bring."""

    key: CardKind | str
    customers: Figure[int]
    by_colour: Mapping[Colour, Figure[int]]
    amount: Figure[Decimal]
    """What was bought in the last twelve months."""


@attrs.frozen(kw_only=True)
class CardRow:
    """One card."""

    key: CustomerId
    card: Card
    amount: Figure[Decimal]


@attrs.frozen(kw_only=True)
class CustomerCards:
    """The cards of the active customers that the reader sees."""

    period: Period
    """The twelve months that are looked at."""
    currency: str
    customers: Figure[int]
    kinds: tuple[CardTotal, ...]
    levels: tuple[CardTotal, ...]
    """By tier (客户层级资料), the dictionary's order."""
    page: Page[CardRow]
    """Who has bought most first."""
    names: Mapping[UUID, str]
    labels: Mapping[str, str]
    """What the tiers are called."""


@action("report.read", "order.read")
def customer_cards(
    work: Work,
    *,
    kind: CardKind | None = None,
    colour: Colour | None = None,
    manager: UserId | None = None,
    page: int = 1,
    size: int | None = None,
) -> CustomerCards:
    """Answer whom to look after, to win back and to develop, and how much each brings (requirement X-CUS-10).

    An account manager gets the cards of his own customers; the colours then are about these. Five questions to the
    store.

    Args:
        work: The unit of work.
        kind: Only such cards on the page; None for all.
        colour: Only cards of that colour on the page; None for all.
        manager: One account manager's customers; None for all that the actor sees.
        page: Which page, from 1.
        size: Most cards on a page; None for the company's setting.

    Raises:
        Invalid: Kind, colour or page is none.
    """
    for name, value, known in (("kind", kind, CardKind), ("colour", colour, Colour)):
        if value is not None:
            chosen(value, known, name)
    until, currency = work.today, work.parameter(CURRENCY)
    customers = query(Customer).where(eq(_c.status, CustomerStatus.NORMAL))
    if manager is not None:
        customers = customers.where(eq(_c.manager, manager))
    year = Period(month_before(until, 12) + dt.timedelta(days=1), until)
    orders = orders_of(OrderFilter(period=Period(month_before(until, 24) + dt.timedelta(days=1), until)))
    orders = orders.where(eq(_o.currency, currency))
    made = cards(_facts(work, customers, orders, year.first), cutoff(until, work.parameter(CHURN_MONTHS)))
    bought = orders_of(OrderFilter(period=year)).where(eq(_o.currency, currency))
    wanted = [one for one in made if kind in {None, one.kind} and colour in {None, one.colour}]
    place, rows = place_of(work, len(wanted), page=page, size=size)
    shown = tuple(_row(one, bought, currency) for one in wanted[(place - 1) * rows : place * rows])
    levels, labels = _levels(work, made)
    return CustomerCards(
        period=year,
        currency=currency,
        customers=counted(len(made), customers, "customer"),
        kinds=tuple(_total(one, [it for it in made if it.kind is one], bought, currency) for one in CardKind),
        levels=tuple(_total(one, [it for it in made if it.facts.level == one], bought, currency) for one in levels),
        page=Page(shown, len(wanted), place, rows),
        names=names_of(work, [one.key for one in shown]),
        labels=labels,
    )


def _facts(work: Work, customers: Query[Customer], orders: Query[Order], since: dt.date) -> Sequence[CardFacts]:
    people = work.customers.tally(customers, by=(_c.id, _c.level, _c.manager), measures=(count(),))
    last = work.order_summaries.tally(query(OrderSummary), by=(_s.id, _s.last_order_on), measures=(count(),))
    latest = {row.key[0]: row.key[1] for row in last}
    measures = (count(), total(_o.amount, "amount"), distinct(_o.ordered_on, "days"))
    found: dict[tuple[Any, int], tuple[Any, ...]] = {
        row.key: row.values
        for row in work.orders.tally(orders, by=(_o.customer, banded(_o.ordered_on, [since])), measures=measures)
    }
    nothing = (0, Decimal(0), 0)
    return [
        CardFacts(
            customer=customer,
            level=level,
            manager=manager,
            amount=found.get((customer, 1), nothing)[1],
            before=found.get((customer, 0), nothing)[1],
            days=found.get((customer, 1), nothing)[2],
            orders=found.get((customer, 1), nothing)[0],
            last=latest.get(customer),
        )
        for customer, level, manager in (row.key for row in people)
    ]


def _levels(work: Work, made: Iterable[Card]) -> tuple[Sequence[str], Mapping[str, str]]:
    """Answer the tiers in the dictionary's order, those that it does not know last, and what they are called."""
    used = sorted({one.facts.level for one in made})
    entries = entries_of(work, _LEVELS, [TallyRow((one,), ()) for one in used], complete=True)
    known = [one.code for one in entries]
    return [*known, *(one for one in used if one not in known)], labels_of(work, entries)


def _total(key: CardKind | str, made: Sequence[Card], bought: Query[Order], currency: str) -> CardTotal:
    ids = [one.facts.customer for one in made]
    whole = reduce(EXACT.add, (one.facts.amount for one in made), Decimal(0))
    number = sum(one.facts.orders for one in made)
    his = bought.where(one_of(_o.customer, ids))
    return CardTotal(
        key=key,
        customers=_number(ids),
        by_colour={colour: _number([one.facts.customer for one in made if one.colour is colour]) for colour in Colour},
        amount=measured(whole if number else None, his, currency, number),
    )


def _number(ids: Sequence[CustomerId]) -> Figure[int]:
    return counted(len(ids), query(Customer).where(one_of(_c.id, ids)), "customer")


def _row(one: Card, bought: Query[Order], currency: str) -> CardRow:
    facts = one.facts
    his = bought.where(eq(_o.customer, facts.customer))
    value = facts.amount if facts.orders else None
    return CardRow(key=facts.customer, card=one, amount=measured(value, his, currency, facts.orders))
