"""What scores add up to, by the published definitions: pure functions of how often each score was given."""

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from crmcore.base.numbers import EXACT

__all__ = ["DETRACTORS", "PASSIVES", "PROMOTERS", "SATISFIED", "csat", "nps", "percent"]

SATISFIED: Final = (4, 5)
"""Scores of satisfied customers: the upper two of five."""
PROMOTERS: Final = (9, 10)
PASSIVES: Final = (7, 8)
DETRACTORS: Final = (0, 1, 2, 3, 4, 5, 6)
_TENTH: Final = Decimal("0.1")
_HUNDRED: Final = 100


def percent(part: int, whole: int) -> Decimal | None:
    """Answer a share in percent.

    Definition: how many of a hundred; a negative part gives a negative share.
    Formula: 100 × part / whole, rounded half up, away from zero, to one decimal place.
    Unit: percent.
    Undefined when: the whole is zero; then None, never 0.
    Source: arithmetic.
    """
    if not whole:
        return None
    share = EXACT.divide(Decimal(_HUNDRED * part), Decimal(whole))
    return share.quantize(_TENTH, rounding=ROUND_HALF_UP, context=EXACT)


def csat(counts: Mapping[int, int]) -> Decimal | None:
    """Answer how many of the customers who answered are satisfied: the customer satisfaction score (CSAT).

    Definition: the share of the scores 4 and 5 among all scores from 1 to 5 ("top two boxes").
    Formula: 100 × (number of 4 + number of 5) / number of all, rounded half up to one decimal place.
    Unit: percent, 0 to 100.
    Undefined when: nobody answered; then None.
    Source: requirement X-SRV-04; Farris, Bendle, Pfeifer and Reibstein, "Marketing Metrics", customer satisfaction.

    Args:
        counts: Score to how many gave it.
    """
    return percent(_sum(counts, SATISFIED), sum(counts.values()))


def nps(counts: Mapping[int, int]) -> Decimal | None:
    """Answer by how much those who recommend the company outnumber those who do not: the net promoter score (NPS).

    Definition: the share of promoters (9 and 10) less the share of detractors (0 to 6) among all scores from 0 to 10;
        passives (7 and 8) count in the whole only.
    Formula: 100 × (number of 9 and 10 − number of 0 to 6) / number of all, rounded half up to one decimal place.
    Unit: points, −100 to 100.
    Undefined when: nobody answered; then None.
    Source: requirement X-SRV-04; Reichheld, "The One Number You Need to Grow", Harvard Business Review, December 2003.

    Args:
        counts: Score to how many gave it.
    """
    return percent(_sum(counts, PROMOTERS) - _sum(counts, DETRACTORS), sum(counts.values()))


def _sum(counts: Mapping[int, int], scores: tuple[int, ...]) -> int:
    return sum(counts.get(score, 0) for score in scores)
