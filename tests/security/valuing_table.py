"""Segments, outlooks, screening, cards, trust and habits in the tables of who may do what (X-CUS, X-ANA).

An account manager gets what is about his own customers (chapter 9); all together are for those who read reports.
"""

from collections.abc import Callable
from typing import Any, Final

from crmcore import reports
from crmcore.customers.entity import CustomerId
from crmcore.prediction.entity import PredictionModel
from crmcore.reports import learning
from crmcore.statistics.refusals import NoPrediction
from crmcore.storage.work import Work

__all__ = ["CALLS", "KINDS", "READING", "TAKE_THE_CRM", "WITHOUT_TARGET", "WITH_TARGET"]

WITHOUT_TARGET: Final = """
action                              administrator manager supervisor executive

reports.customer_segments                 P          P        +         +
reports.customer_outlooks                 P          P        +         +
reports.customer_screening                P          P        +         +
reports.prediction_model                  P          P        +         +
reports.captured_data                     P          P        +         +
reports.product_earnings                  P          P        +         +
reports.customer_cards                    P          +        +         +
reports.read_purchases                    P          P        P         P
reports.keep_learnt                       P          P        P         P
"""
WITH_TARGET: Final = """
action                              administrator manager supervisor executive

reports.customer_outlook                 PPP        +NN      ++N       ++N
reports.churn_outlooks                   PPP        +++      +++       +++
reports.trust_curve                      PPP        +NN      ++N       ++N
reports.buying_habits                    PPP        +++      +++       +++
"""
"""Of customers whom somebody does not see, hints and habits tell nothing."""
READING: Final = """
PredictionModel                           P         all      all       all
"""
KINDS: Final[tuple[type[Any], ...]] = (PredictionModel,)
TAKE_THE_CRM: Final = {"reports.learn"}


def _unless_refused(action: Callable[..., Any]) -> Callable[[Work, Any], Any]:
    """Look ahead, or hear why the world's few orders can't carry it: whoever gets as far as that, may."""

    def ask(work: Work, *args: Any) -> Any:
        try:
            return action(work, *args)
        except NoPrediction:
            return None

    return ask


_page: Final = _unless_refused(reports.customer_outlooks)


def _habits(work: Work, id_: CustomerId) -> Any:
    return reports.buying_habits(work, reports.OrderFilter(customer=id_))


CALLS: Final[dict[str, tuple[str, Callable[[Work, Any], Any]]]] = {
    "reports.customer_segments": ("", lambda work, _: reports.customer_segments(work)),
    "reports.customer_outlooks": ("", lambda work, _: _page(work)),
    "reports.customer_screening": ("", lambda work, _: reports.customer_screening(work)),
    "reports.prediction_model": ("", lambda work, _: reports.prediction_model(work)),
    "reports.captured_data": ("", lambda work, _: reports.captured_data(work)),
    "reports.product_earnings": ("", lambda work, _: reports.product_earnings(work, {})),
    "reports.customer_cards": ("", lambda work, _: reports.customer_cards(work)),
    "reports.read_purchases": ("", lambda work, _: learning.read_purchases(work)),
    "reports.keep_learnt": ("", learning.keep_learnt),
    "reports.customer_outlook": ("customer", _unless_refused(reports.customer_outlook)),
    "reports.churn_outlooks": ("customer", lambda work, id_: reports.churn_outlooks(work, [id_])),
    "reports.trust_curve": ("customer", reports.trust_curve),
    "reports.buying_habits": ("customer", _habits),
}
