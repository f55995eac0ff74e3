"""Values that several entities share."""

from decimal import Decimal
from typing import Final

import attrs
from attrs import field

from crmcore.base.checked import checked
from crmcore.base.constraints import Digits, Length, Pattern

__all__ = ["CURRENCY", "Money"]

CURRENCY: Final = "[A-Z]{3}"
"""ISO 4217 alphabetic code."""


@attrs.frozen(kw_only=True, field_transformer=checked)
class Money:
    """An exact amount in one currency; amounts in different currencies are never added (decision 16.7)."""

    amount: Decimal = field(validator=Digits(18, 2))
    currency: str = field(validator=[Length(3, 3), Pattern(CURRENCY)])
