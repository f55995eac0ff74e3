"""Small trends beside a figure: bars without numbers, which the table of the trend has."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Final

from markupsafe import Markup

WIDE: Final = 8
GAP: Final = 2
HIGH: Final = 32
LEAST: Final = 1.5
"""What is not nothing can be seen."""

Number = int | Decimal | None


def spark(values: Sequence[Number], words: str) -> Markup:
    """Draw a small trend, the latest step last; what is undefined leaves a gap.

    Args:
        values: One for each step.
        words: What the trend is of, for whoever does not see it.

    Returns:
        The picture; empty if there is nothing to draw.
    """
    known = [float(one) for one in values if one is not None]
    if not any(known):
        return Markup("")
    least, most = min(0.0, *known), max(0.0, *known)
    unit = HIGH / (most - least)
    ground = most * unit
    bars = Markup("").join(
        _bar(place, float(one) * unit, ground, last=place == len(values) - 1)
        for place, one in enumerate(values)
        if one is not None
    )
    return Markup(
        '<svg class="spark" viewBox="0 0 {} {}" width="{}" height="{}" role="img" aria-label="{}">{}</svg>'
    ).format(*(len(values) * (WIDE + GAP) - GAP, HIGH) * 2, words, bars)


def _bar(place: int, height: float, ground: float, *, last: bool) -> Markup:
    tall = max(abs(height), LEAST if height else 0.5)
    top = ground - tall if height >= 0 else ground
    return Markup('<rect{} x="{}" y="{}" width="{}" height="{}"></rect>').format(
        Markup(' class="last"') if last else "", place * (WIDE + GAP), f"{max(top, 0):.1f}", WIDE, f"{tall:.1f}"
    )
