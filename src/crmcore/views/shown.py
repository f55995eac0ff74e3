"""Values as people read them (requirement GEN-18)."""

import datetime as dt
import enum
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from crmcore.base.kinds import name_of
from crmcore.i18n import Language, text

__all__ = ["choice_key", "shown"]


def choice_key(member: enum.Enum) -> str:
    """Answer the catalogue key of a choice's label, ``opportunity_status.won``."""
    return f"{name_of(type(member))}.{member.value}"


def shown(value: Any, language: Language, zone: ZoneInfo, *, exact: bool = False) -> str:
    """Say a value in words; nothing for a missing one.

    Args:
        value: Any value of an entity's field.
        language: Language of the reader.
        zone: Zone in which instants are shown; days are never shifted.
        exact: Instants to the second, for details; otherwise to the day, for lists.
    """
    match value:
        case None:
            return ""
        case bool():
            return _YES_NO[language][value]
        case enum.Enum():
            return text(choice_key(value), language)
        case dt.datetime():
            return value.astimezone(zone).strftime("%Y-%m-%d %H:%M:%S" if exact else "%Y-%m-%d")
        case tuple():
            separator = "、" if language == "zh" else ", "
            return separator.join(shown(one, language, zone, exact=exact) for one in value)
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


_YES_NO: dict[Language, tuple[str, str]] = {"zh": ("否", "是"), "en": ("no", "yes")}
