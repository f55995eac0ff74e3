"""Who came back since the period before, and how few customers bring how much: one answer of the store by customer."""

from collections.abc import Sequence
from decimal import Decimal
from uuid import UUID

from attrs import fields

from crmcore.customers.entity import Customer
from crmcore.query import Query, TallyRow, banded, count, eq, in_query, negate, tally, total
from crmcore.query.checks import LARGEST_OFFSET
from crmcore.reports.asking import OrderFilter, buyers, orders_of, seen, within_days
from crmcore.reports.dashboards.board import Card, Wanted
from crmcore.reports.dashboards.cards import present
from crmcore.reports.dashboards.sales import of_owners
from crmcore.reports.presenting.building import still_coming_back
from crmcore.sales.entity import Order
from crmcore.statistics.concentration import Concentration, concentration
from crmcore.statistics.contribution import by_customer
from crmcore.statistics.figures import Figure, counted
from crmcore.statistics.periods import Period
from crmcore.statistics.retention import Retention, retention
from crmcore.statistics.sums import amount_of, rows_with, total_of

__all__ = ["loyalty_cards"]

_c = fields(Customer)
_o = fields(Order)
_THEN, _NOW = 0, 1


def loyalty_cards(wanted: Wanted) -> tuple[Card, ...]:
    """Put retention and concentration on cards. One question to the store."""
    then, now = wanted.steps.parts[-2:]
    every = orders_of(OrderFilter()).where(*of_owners(wanted, _o.customer), *seen(wanted.work, _o.customer))
    of = every.where(*within_days(_o.ordered_on, Period(then.first, now.last)))
    keys = (banded(_o.ordered_on, [now.first]), _o.currency, _o.customer)
    rows = wanted.work.orders.groups(tally(of, by=keys, measures=(count(), total(_o.amount, "amount"))))
    kept = _retention(wanted, every, rows)
    few = _concentration(wanted, every, rows)
    yet = " ".join(still_coming_back(wanted, now))
    return (
        present(wanted, "retention", kept.retention_rate, note=yet),
        present(wanted, "revenue_retention", kept.revenue_retention, note=yet),
        present(wanted, "best_share", few.best_share),
        present(wanted, "needed", few.needed),
    )


def _retention(wanted: Wanted, every: Query[Order], rows: Sequence[TallyRow]) -> Retention:
    """Answer who of the customers of the period before has bought again; see the report of the same name."""
    then, now = (every.where(*within_days(_o.ordered_on, part)) for part in wanted.steps.parts[-2:])
    before, after = (rows_with(rows, lambda band, *_, at=at: band == at) for at in (_THEN, _NOW))
    came, back = _customers(before), _customers(before) & _customers(after)
    bought = buyers(then)
    again, not_again = in_query(_o.customer, then, on=_o.customer), in_query(_o.customer, now, on=_o.customer)
    returned = in_query(_c.id, now, on=_o.customer)

    def revenue(of: Query[Order], some: Sequence[TallyRow], who: set[UUID]) -> Figure[Decimal]:
        mine = rows_with(some, lambda _, currency, customer: currency == wanted.currency and customer in who)
        return amount_of(mine, of.where(eq(_o.currency, wanted.currency)), wanted.currency)

    return retention(
        customers=counted(len(came), bought, "customer"),
        retained=counted(len(back), bought.where(returned), "customer"),
        lost=counted(len(came - back), bought.where(negate(returned)), "customer"),
        revenue=revenue(then, before, came),
        revenue_kept=revenue(now.where(again), after, back),
        revenue_lost=revenue(then.where(negate(not_again)), before, came - back),
    )


def _customers(rows: Sequence[TallyRow]) -> set[UUID]:
    return {row.key[2] for row in rows}


def _concentration(wanted: Wanted, every: Query[Order], rows: Sequence[TallyRow]) -> Concentration:
    """Answer how far the company depends on its best customers in the period."""
    now = every.where(*within_days(_o.ordered_on, wanted.steps.period))
    asked = by_customer(now, wanted.currency, LARGEST_OFFSET)
    ours = rows_with(rows, lambda band, currency, _: band == _NOW and currency == wanted.currency)
    whole = (len(ours), total_of(ours, 0), total_of(ours, 1))  # each row says this too, as the store would have said it
    ranked = [TallyRow((row.key[2],), (*row.values, *whole)) for row in ours]
    ranked.sort(key=lambda row: (-row.values[1], row.key[0]))
    return concentration(asked, ranked, wanted.currency)
