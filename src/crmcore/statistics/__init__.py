"""What the figures of reports mean, and how they are computed from sums and records (requirements X-ANA, X-CUS-11).

Each module holds calculators of one subject; those named here look ahead: value, churn and orders to come.

::

    rows = [Purchases(customer=1, repeats=4, first=date(2026, 1, 5), last=date(2026, 9, 7)), …]
    learnt = bgnbd.fit(histories(rows, until))  # refuses what can't carry the model, and says why
    for one in outlooks(learnt.model, rows, until, period=90):
        print(one.p_alive, one.explain("zh"))

A calculator stores nothing, reads no clock, and answers ``None`` where a figure is undefined. Fitting needs the extra
``predict``; nothing is imported until it is asked for.
"""

from typing import TYPE_CHECKING

from crmcore.base.lazy import exports

if TYPE_CHECKING:
    from crmcore.statistics import bgnbd, gammagamma, rfm
    from crmcore.statistics.explaining import Outlook, Timing, histories, outlooks, usual_gap
    from crmcore.statistics.lifetime_value import LifetimeValue, Terms, lifetime_values, rate_per_period
    from crmcore.statistics.refusals import (
        AllAlike,
        AmountsFollowFrequency,
        AtTheEdge,
        NobodyCameBack,
        NoPrediction,
        NotConverged,
        TooFewCustomers,
    )
    from crmcore.statistics.rfm import Purchases, Rfm, RfmSegment

__all__ = [
    "AllAlike",
    "AmountsFollowFrequency",
    "AtTheEdge",
    "LifetimeValue",
    "NoPrediction",
    "NobodyCameBack",
    "NotConverged",
    "Outlook",
    "Purchases",
    "Rfm",
    "RfmSegment",
    "Terms",
    "Timing",
    "TooFewCustomers",
    "bgnbd",
    "gammagamma",
    "histories",
    "lifetime_values",
    "outlooks",
    "rate_per_period",
    "rfm",
    "usual_gap",
]

_HERE = "crmcore.statistics"
__getattr__, __dir__ = exports(
    __name__,
    {
        **{name: f"{_HERE}.{name}" for name in ("bgnbd", "gammagamma", "rfm")},
        **dict.fromkeys(("Outlook", "Timing", "histories", "outlooks", "usual_gap"), f"{_HERE}.explaining"),
        **dict.fromkeys(("LifetimeValue", "Terms", "lifetime_values", "rate_per_period"), f"{_HERE}.lifetime_value"),
        **dict.fromkeys(
            (
                "AllAlike",
                "AmountsFollowFrequency",
                "AtTheEdge",
                "NoPrediction",
                "NobodyCameBack",
                "NotConverged",
                "TooFewCustomers",
            ),
            f"{_HERE}.refusals",
        ),
        **dict.fromkeys(("Purchases", "Rfm", "RfmSegment"), f"{_HERE}.rfm"),
    },
)
