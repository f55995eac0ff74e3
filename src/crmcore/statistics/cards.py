"""Customer cards: how a salesperson handles a customer, and in what colour by sales volume (requirement X-CUS-10)."""

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from enum import StrEnum
from typing import Final

import attrs

from crmcore.base.numbers import EXACT
from crmcore.customers.entity import CustomerId

__all__ = ["Card", "CardFacts", "CardKind", "Colour", "cards", "colours", "kind_of"]

_REGULAR: Final = 2
_MOST: Final = Decimal("0.80")
_NEXT: Final = Decimal("0.95")


class CardKind(StrEnum):
    """How a customer is handled (客户资料卡)."""

    FIXED = "fixed"
    """固定卡: buys regularly; is looked after."""
    ATTACK = "attack"
    """攻击卡: has bought, and does no more or far less; is won back."""
    DEVELOP = "develop"
    """开发卡: has not bought yet or has only begun; is developed."""


class Colour(StrEnum):
    """How much of the sales a customer brings (销售额色卡)."""

    RED = "red"
    """Among the few who bring four fifths of the sales."""
    YELLOW = "yellow"
    """Among those who bring what is left up to 95 percent."""
    BLUE = "blue"
    """Has bought, and brings the small rest."""
    WHITE = "white"
    """Has not bought in the year."""


@attrs.frozen(kw_only=True)
class CardFacts:
    """What a card is filled in from."""

    customer: CustomerId
    level: str
    """Which tier (客户层级)."""
    manager: object
    """Whose card it is."""
    amount: Decimal = Decimal(0)
    """What was bought in the last twelve months."""
    before: Decimal = Decimal(0)
    """What was bought in the twelve months before these."""
    days: int = 0
    """On how many days of the last twelve months."""
    orders: int = 0
    last: dt.date | None = None
    """Day of the latest order ever; None if there is none."""


@attrs.frozen(kw_only=True)
class Card:
    """A customer's card."""

    facts: CardFacts
    kind: CardKind
    colour: Colour


def kind_of(facts: CardFacts, cutoff: dt.date) -> CardKind:
    """Answer how a customer is handled (requirement X-CUS-10).

    Definition: to be won back (attack), who has ordered once but not since the day of the churn rule, or has bought for
        less than half of the year before; fixed, who has bought on two days of the year at least; to be developed,
        everybody else: he has never ordered, or has only begun.
    Formula: see the definition.
    Unit: none.
    Undefined when: never.
    Source: requirement X-CUS-10 names the three cards, by the salesperson's handling; the rule is ours.

    Args:
        facts: What is known of him.
        cutoff: The day before which the latest order of a warned customer lies (decision 16.3).
    """
    if facts.last is None:
        return CardKind.DEVELOP
    if facts.last < cutoff or EXACT.multiply(facts.amount, Decimal(2)) < facts.before:
        return CardKind.ATTACK
    return CardKind.FIXED if facts.days >= _REGULAR else CardKind.DEVELOP


def colours(amounts: Sequence[Decimal]) -> tuple[Colour, ...]:
    """Answer the colour of each sum among all sums (requirement X-CUS-10: 销售额色卡).

    Definition: from the largest sum down, red until four fifths of all sales are reached, yellow until 95 percent, blue
        for the rest; white without sales. Equal sums have the same colour, that of the first of them.
    Formula: by what the larger sums come to: red below 80 % of the whole, yellow below 95 %, else blue.
    Unit: none.
    Undefined when: never; a sum of zero or less is white.
    Source: requirement X-CUS-10 (colour marks by sales volume); ABC classes at 80 and 95 percent as in Pareto analysis.
    """
    whole = Decimal(0)
    for one in amounts:
        whole = EXACT.add(whole, max(one, Decimal(0)))
    found: dict[Decimal, Colour] = {}
    larger = Decimal(0)
    for one in sorted((one for one in amounts if one > 0), reverse=True):
        if one not in found:
            red, yellow = EXACT.multiply(whole, _MOST), EXACT.multiply(whole, _NEXT)
            found[one] = Colour.RED if larger < red else Colour.YELLOW if larger < yellow else Colour.BLUE
        larger = EXACT.add(larger, one)
    return tuple(found.get(one, Colour.WHITE) for one in amounts)


def cards(facts: Sequence[CardFacts], cutoff: dt.date) -> tuple[Card, ...]:
    """Answer a card for each customer, who has bought most first (requirement X-CUS-10)."""
    marks = colours([one.amount for one in facts])
    made = [Card(facts=one, kind=kind_of(one, cutoff), colour=colour) for one, colour in zip(facts, marks, strict=True)]
    return tuple(sorted(made, key=lambda one: (-one.facts.amount, one.facts.customer)))
