"""Customer cards: whom a salesperson keeps, wins back and develops, coloured by sales volume (requirement X-CUS-10)."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

import attrs
from attrs import fields

from crmcore.access.entity import UserId
from crmcore.base.paging import Page
from crmcore.churn.rules import cutoff
from crmcore.customers.entity import Customer, CustomerId, CustomerStatus
from crmcore.dictionary.parameters import CHURN_MONTHS, CURRENCY
from crmcore.query import Query, TallyRow, banded, count, distinct, eq, in_query, one_of, query, total
from crmcore.reports.asking import OrderFilter, check_choice, names_of, orders_of
from crmcore.reports.composing import entries_of, labels_of
from crmcore.sales.entity import Order, OrderSummary
from crmcore.statistics.cards import Card, CardFacts, CardKind, Colour, cards
from crmcore.statistics.figures import Figure, counted, measured, share
from crmcore.statistics.periods import Period, months_up_to
from crmcore.statistics.sums import together
from crmcore.storage.action import action
from crmcore.storage.listing import exactly, page_among
from crmcore.storage.work import Work

__all__ = ["CardRow", "CardTotal", "ColourTotal", "CustomerCards", "customer_cards"]

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
class ColourTotal:
    """What the customers of one sales class bring: few of them most of the sales, most of them little."""

    key: Colour
    customers: Figure[int]
    share: Figure[Decimal]
    """Of all customers."""
    orders: Figure[int]
    amount: Figure[Decimal]
    """What was bought in the last twelve months."""
    amount_share: Figure[Decimal]
    """Of what all customers have bought."""


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
    colours: tuple[ColourTotal, ...]
    """By sales class (销售额分类), the best first."""
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
    check_choice(kind, CardKind, "kind")
    check_choice(colour, Colour, "colour")
    year, currency = months_up_to(work.today, 12), work.parameter(CURRENCY)
    active = query(Customer).where(eq(_c.status, CustomerStatus.NORMAL), *exactly((_c.manager, manager)))
    made = cards(_facts(work, active, currency), cutoff(work.today, work.parameter(CHURN_MONTHS)))
    bought = _bought(year, currency)
    wanted = [one for one in made if kind in {None, one.kind} and colour in {None, one.colour}]
    shown = page_among(work, wanted, lambda some: _rows(some, bought, currency), page=page, size=size)
    return _laid_out(work, made, shown, counted(len(made), active, "customer"), currency)


def _laid_out(
    work: Work, made: Sequence[Card], shown: Page[CardRow], everybody: Figure[int], currency: str
) -> CustomerCards:
    """Put the cards of a page beside what all of them come to, kind by kind and tier by tier."""
    year = months_up_to(work.today, 12)
    bought = _bought(year, currency)
    levels, labels = _levels(work, made)
    return CustomerCards(
        period=year,
        currency=currency,
        customers=everybody,
        kinds=tuple(_total(one, [it for it in made if it.kind is one], bought, currency) for one in CardKind),
        levels=tuple(_total(one, [it for it in made if it.facts.level == one], bought, currency) for one in levels),
        colours=_colours(made, everybody, bought, currency),
        page=shown,
        names=names_of(work, [one.key for one in shown.rows]),
        labels=labels,
    )


def _facts(work: Work, customers: Query[Customer], currency: str) -> Sequence[CardFacts]:
    """Answer what is known of customers from the last twelve months, and the twelve before."""
    since = months_up_to(work.today, 12).first
    orders = _bought(months_up_to(work.today, 24), currency)
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


def _bought(period: Period, currency: str) -> Query[Order]:
    return orders_of(OrderFilter(period=period)).where(eq(_o.currency, currency))


def _levels(work: Work, made: Iterable[Card]) -> tuple[Sequence[str], Mapping[str, str]]:
    """Answer the tiers in the dictionary's order, those that it does not know last, and what they are called."""
    used = sorted({one.facts.level for one in made})
    entries = entries_of(work, _LEVELS, [TallyRow((one,), ()) for one in used], complete=True)
    known = [one.code for one in entries]
    return [*known, *(one for one in used if one not in known)], labels_of(work, entries)


def _total(key: CardKind | str, made: Sequence[Card], bought: Query[Order], currency: str) -> CardTotal:
    ids = [one.facts.customer for one in made]
    whole = together(*(one.facts.amount for one in made))
    number = sum(one.facts.orders for one in made)
    his = bought.where(one_of(_o.customer, ids))
    return CardTotal(
        key=key,
        customers=_number(ids),
        by_colour={colour: _number([one.facts.customer for one in made if one.colour is colour]) for colour in Colour},
        amount=measured(whole if number else None, his, currency, number),
    )


def _colours(
    made: Sequence[Card], everybody: Figure[int], bought: Query[Order], currency: str
) -> tuple[ColourTotal, ...]:
    """Answer what each sales class brings; classes without customers, too."""

    def amount_of(some: Sequence[Card], of: Query[Order]) -> Figure[Decimal]:
        number = sum(one.facts.orders for one in some)
        sums = together(*(one.facts.amount for one in some))
        return measured(sums if number else None, of, currency, number)

    whole = amount_of(made, bought.where(in_query(_o.customer, everybody.of)))
    found = []
    for colour in Colour:
        some = [one for one in made if one.colour is colour]
        ids = [one.facts.customer for one in some]
        customers, amount = _number(ids), amount_of(some, bought.where(one_of(_o.customer, ids)))
        found.append(
            ColourTotal(
                key=colour,
                customers=customers,
                share=share(customers, everybody),
                orders=counted(amount.records, amount.of, "order"),
                amount=amount,
                amount_share=share(amount, whole),
            )
        )
    return tuple(found)


def _number(ids: Sequence[CustomerId]) -> Figure[int]:
    return counted(len(ids), query(Customer).where(one_of(_c.id, ids)), "customer")


def _rows(some: Iterable[Card], bought: Query[Order], currency: str) -> tuple[CardRow, ...]:
    return tuple(_row(one, bought, currency) for one in some)


def _row(one: Card, bought: Query[Order], currency: str) -> CardRow:
    facts = one.facts
    his = bought.where(eq(_o.customer, facts.customer))
    value = facts.amount if facts.orders else None
    return CardRow(key=facts.customer, card=one, amount=measured(value, his, currency, facts.orders))
