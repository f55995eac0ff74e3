"""Says what stands in the rows of a report for codes and keys."""

from collections.abc import Mapping
from typing import Any

from crmcore.reports.kinds import Asked

__all__ = ["said_or_code"]


def said_or_code(asked: Asked, names: Mapping[Any, str], key: Any) -> str:
    """Answer what stands in a row for a key: its name, the key itself where it has none, or that there is none."""
    if key is None or key == "":
        return asked.say("report.unspecified")
    return names.get(key) or str(key)
