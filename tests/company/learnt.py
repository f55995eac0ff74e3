"""What was learnt from orders, as the nightly job leaves it, for tests that do not fit anything."""

import datetime as dt
from decimal import Decimal

import attrs

from crmcore.prediction.entity import PredictionModel, model_of
from crmcore.statistics.bgnbd import BgNbd, BgNbdFit
from crmcore.statistics.gammagamma import GammaGamma, GammaGammaFit
from crmcore.statistics.learnt import write
from crmcore.statistics.refusals import TooFewCustomers

__all__ = ["a_model", "a_refusal"]


def a_model(learnt_at: dt.datetime, currency: str = "CNY") -> PredictionModel:
    """The parameters that the CDNOW orders have taught Fader, Hardie and Lee, in days."""
    orders = BgNbdFit(
        model=BgNbd(r=0.243, alpha=4.414 * 7, a=0.793, b=2.426),
        log_likelihood=-9582.4,
        customers=2357,
        bought_again=946,
        distinct=2000,
        slope=1e-9,
        evaluations=60,
    )
    amounts = GammaGammaFit(
        model=GammaGamma(p=6.25, q=3.74, gamma=15.44),
        log_likelihood=-4058.9,
        customers=946,
        left_out=0,
        correlation=0.11,
        slope=1e-9,
        evaluations=60,
    )
    return PredictionModel(
        id=model_of(currency),
        currency=currency,
        learnt_until=learnt_at.date(),
        learnt_at=learnt_at,
        customers=2357,
        orders=write(orders),
        amounts=write(amounts),
        expected_orders=Decimal(500),
        expected_amount=Decimal(17500),
        version=1,
    )


def a_refusal(learnt_at: dt.datetime) -> PredictionModel:
    """What is kept where there were too few customers to learn from: it needs no further package."""
    said = write(TooFewCustomers(customers=1, again=0, least=100, least_again=20))
    known = a_model(learnt_at)
    return attrs.evolve(known, customers=1, orders=said, amounts=said, expected_orders=None, expected_amount=None)
