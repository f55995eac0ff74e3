"""Values that several entities share."""

from decimal import Decimal
from typing import Final

import attrs
from attrs import field

from crmcore.base.checked import checked
from crmcore.base.constraints import Digits, Length, Pattern

__all__ = ["CURRENCY", "EMAIL", "Money"]

CURRENCY: Final = "[A-Z]{3}"
"""ISO 4217 alphabetic code."""
_MAIL_PART: Final = r"[^\s@<>,;\x00-\x1f]"
_MAIL_LABEL: Final = r"[^\s@<>,;.\x00-\x1f]+"
EMAIL: Final = Pattern(rf"(?:{_MAIL_PART}+@{_MAIL_LABEL}(?:\.{_MAIL_LABEL})*)?", code="value.email")
"""One e-mail address or nothing: something, one ``@``, and a domain in any script, without blanks.

Lenient on purpose: only the mail server knows whether there is such an address; what is refused is a name, a phone, two
addresses at once, or an address in angle brackets.
"""


@attrs.frozen(kw_only=True, field_transformer=checked)
class Money:
    """An exact amount in one currency; amounts in different currencies are never added (decision 16.7)."""

    amount: Decimal = field(validator=Digits(18, 2))
    currency: str = field(validator=[Length(3, 3), Pattern(CURRENCY)])
