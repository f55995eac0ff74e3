"""How far a goal is reached, and what is missing to it (requirement X-TGT-03)."""

from decimal import Decimal

from crmcore.base.numbers import EXACT
from crmcore.statistics.figures import PERCENT, Figure, measured, percent

__all__ = ["lacking", "reached"]


def reached(amount: Figure[Decimal], goal: Decimal | None) -> Figure[Decimal]:
    """Answer how many percent of a goal an amount is; it opens to what brought the amount (requirement X-TGT-03).

    Definition, formula and unit: see :func:`crmcore.statistics.figures.percent`. What brought nothing is nothing of the
        goal: 0 percent.
    Undefined when: there is no goal, or one of 0; then None, never 0.
    Source: quota attainment as in Farris, Bendle, Pfeifer and Reibstein, "Marketing Metrics", sales force goals.
    """
    value = None if goal is None else percent(amount.value or Decimal(0), goal)
    return measured(value, amount.of, PERCENT, amount.records)


def lacking(amount: Figure[Decimal], goal: Decimal | None) -> Figure[Decimal]:
    """Answer what is still missing to a goal; it opens to what brought the amount (requirement X-TGT-03).

    Definition: what has to come on top of the amount until the goal is reached.
    Formula: goal − amount, 0 at least.
    Unit: that of the amount.
    Undefined when: there is no goal; then None, never 0.
    Source: arithmetic.
    """
    missing = None if goal is None else max(Decimal(0), EXACT.subtract(goal, amount.value or Decimal(0)))
    return measured(missing, amount.of, amount.unit, amount.records)
