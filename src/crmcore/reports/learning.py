"""Learns from all orders, once a night, when customers order, when they leave and what orders are worth (X-ANA-03, 04).

Fitting takes seconds for a hundred thousand customers; an outlook with known parameters takes none. So a job fits, and
keeps a few numbers.
"""

import datetime as dt
import math
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

import attrs
from attrs import fields

from crmcore.access.actor import SYSTEM
from crmcore.base.errors import Invalid, Problem
from crmcore.base.numbers import EXACT
from crmcore.dictionary.parameters import CURRENCY
from crmcore.prediction.entity import PredictionModel, model_of
from crmcore.query import EVERYTHING, eq, query
from crmcore.reports.purchasing import everything_bought, purchases_until
from crmcore.sales.entity import Order
from crmcore.statistics.bgnbd import BgNbdFit, expected_orders
from crmcore.statistics.explaining import histories
from crmcore.statistics.gammagamma import GammaGammaFit, expected_value
from crmcore.statistics.learnt import (
    amounts_learnt,
    orders_learnt,
    read_amounts,
    read_orders,
    spending_of,
    write,
)
from crmcore.statistics.periods import check_day
from crmcore.statistics.refusals import NoPrediction
from crmcore.statistics.rfm import Purchases
from crmcore.storage.action import SYSTEM_ONLY, action, crm_action
from crmcore.storage.crm import Crm
from crmcore.storage.work import Work

__all__ = ["AHEAD", "Learnt", "Material", "keep_learnt", "learn", "learnt_of", "prediction_model", "read_purchases"]

AHEAD: Final = 90
"""For how many days demand is reckoned."""
_CENT: Final = Decimal("0.01")
_m = fields(PredictionModel)


@attrs.frozen(kw_only=True)
class Material:
    """What there is to learn from."""

    currency: str
    until: dt.date
    purchases: tuple[Purchases, ...]
    """One row for each customer who has ordered at all."""


@attrs.frozen(kw_only=True)
class Learnt:
    """What was learnt from all orders of a currency, and how far it can be trusted."""

    currency: str
    until: dt.date
    """The last day of the orders that it was learnt from."""
    learnt_at: dt.datetime
    customers: int
    """How many customers it was learnt from."""
    orders: BgNbdFit | NoPrediction
    """When customers order and when they leave; or why the orders can't tell."""
    amounts: GammaGammaFit | NoPrediction
    """What orders are worth; or why the amounts can't tell."""
    ahead: int
    """For how many days the demand was reckoned."""
    expected_orders: Decimal | None
    """Purchases to expect of all these customers together (requirement X-ANA-03); told to who sees all orders."""
    expected_amount: Decimal | None


@crm_action(SYSTEM_ONLY)
def learn(crm: Crm, today: dt.date | None = None) -> Learnt:
    """Learn from all orders up to a day, and keep what was learnt, or why nothing could be (X-ANA-03, X-ANA-04).

    Nothing is locked while it computes. Safe to run again, and twice at once: the last one stays, also where an earlier
    day was asked for than was known.

    Args:
        crm: An opened CRM.
        today: The last day to learn from; None for the present one in the company's zone.

    Raises:
        Invalid: *today* is no day that orders can have.
        MissingPackage: The extra ``predict`` is not installed.
    """
    with crm.work(as_user=SYSTEM, readonly=True) as work:
        material = read_purchases(work, today)
    orders, amounts = orders_learnt(material.purchases, material.until), amounts_learnt(material.purchases)
    learnt = _demand(material, orders, amounts)
    model = PredictionModel(
        id=model_of(material.currency),
        currency=material.currency,
        learnt_until=material.until,
        learnt_at=crm.clock(),
        customers=len(material.purchases),
        orders=write(orders),
        amounts=write(amounts),
        ahead=AHEAD,
        expected_orders=learnt[0],
        expected_amount=learnt[1],
    )
    return crm.perform(keep_learnt, model, as_user=SYSTEM)


@action(SYSTEM_ONLY)
def read_purchases(work: Work, today: dt.date | None = None) -> Material:
    """Read what every customer has bought; the first step of :func:`learn`.

    Raises:
        Invalid: *today* is no date.
    """
    until = work.today if today is None else check_day(today, "today")
    currency = work.parameter(CURRENCY)
    bought = everything_bought(work.unscoped(Order), purchases_until(currency, until))
    rows = tuple(one.purchases for one in bought.values())
    return Material(currency=currency, until=until, purchases=rows)


@action(SYSTEM_ONLY)
def keep_learnt(work: Work, model: PredictionModel) -> Learnt:
    """Keep what was learnt in place of what was known; the last step of :func:`learn`."""
    if not isinstance(model, PredictionModel):
        raise Invalid(
            Problem("model", "value.type", params={"wanted": "prediction_model", "got": type(model).__name__})
        )
    models = work.unscoped(PredictionModel)
    known = models.first(eq(_m.id, model.id))
    kept = models.add(model) if known is None else models.save(attrs.evolve(model, version=known.version))
    return _told(kept)


@action("report.read")
def prediction_model(work: Work) -> Learnt | None:
    """Answer what was learnt last, with its quality, or None if nothing ever was (requirements X-ANA-03, X-ANA-08)."""
    return learnt_of(work)


def learnt_of(work: Work) -> Learnt | None:
    """Answer what was learnt about orders in the company's currency, whoever asks. One question.

    What all customers together will order is told to whom is shown all orders: a report never counts what the reader's
    lists do not show (chapter 9).
    """
    wanted = query(PredictionModel).where(eq(_m.id, model_of(work.parameter(CURRENCY))))
    learnt = next((_told(one) for one in work.unscoped(PredictionModel).find(wanted)), None)
    if learnt is None or work.crm.scope_of(Order, work.actor) is EVERYTHING:
        return learnt
    return attrs.evolve(learnt, expected_orders=None, expected_amount=None)


def _told(model: PredictionModel) -> Learnt:
    return Learnt(
        currency=model.currency,
        until=model.learnt_until,
        learnt_at=model.learnt_at,
        customers=model.customers,
        orders=read_orders(model.orders),
        amounts=read_amounts(model.amounts),
        ahead=model.ahead,
        expected_orders=model.expected_orders,
        expected_amount=model.expected_amount,
    )


def _demand(
    material: Material, orders: BgNbdFit | NoPrediction, amounts: GammaGammaFit | NoPrediction
) -> tuple[Decimal | None, Decimal | None]:
    """Reckon how many purchases to expect of all customers, and what they will come to (requirement X-ANA-03)."""
    if isinstance(orders, NoPrediction):
        return None, None
    each = expected_orders(orders.model, histories(material.purchases, material.until), AHEAD)
    number = _rounded(each)
    if isinstance(amounts, NoPrediction):
        return number, None
    values = [expected_value(amounts.model, spending_of(one)) for one in material.purchases]
    known = [expected * float(value) for expected, value in zip(each, values, strict=True) if value is not None]
    return number, _rounded(known)


def _rounded(parts: Sequence[float]) -> Decimal:
    """Add up estimates, and round the sum half up to two decimal places."""
    return Decimal(repr(math.fsum(parts))).quantize(_CENT, rounding=ROUND_HALF_UP, context=EXACT)
