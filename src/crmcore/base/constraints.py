"""What a field may hold, said once: enforced when an entity is made, read by tables, forms, validators and docs."""

import enum
import re
from typing import Any, Final

import attrs

__all__ = ["Constraint", "Digits", "Items", "Length", "Pattern", "Range"]


@attrs.frozen
class Constraint:
    """Marks a field's bound. As an attrs validator it does nothing by itself: ``checked`` reads and enforces it."""

    def __call__(self, instance: Any, attribute: Any, value: Any) -> None:
        """Accept; see :func:`crmcore.base.checked.checked`."""


@attrs.frozen
class Length(Constraint):
    """Number of characters (code points) of a text; a least length of one or more wants something visible."""

    min: int
    max: int


@attrs.frozen
class Range(Constraint):
    """Least and greatest value of an integer, both allowed."""

    min: int
    max: int


@attrs.frozen
class Pattern(Constraint):
    """A regular expression that the whole text has to match; it means the same in Python, HTML and JSON schema."""

    regex: str
    code: str = "value.pattern"
    """Code of the problem that is told when a text does not match."""

    def matches(self, value: str) -> bool:
        """Tell whether the whole of *value* matches."""
        return re.fullmatch(self.regex, value) is not None


@attrs.frozen
class Digits(Constraint):
    """Digits of a decimal: at most *total*, of which *places* after the point; exact, never rounded."""

    total: int
    places: int


@attrs.frozen
class Items(Constraint):
    """Size of a list: at most *count* items of at most *length* characters each."""

    count: int
    length: int = 100


LARGEST_INTEGER: Final = 2**63 - 1
"""Every store keeps 64-bit integers."""

Choices = type[enum.Enum]
