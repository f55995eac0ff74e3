"""What waits for a person on the first page: kinds of things, each with the most urgent first."""

import datetime as dt
from collections.abc import Sequence
from typing import Final

import attrs

from crmcore_demo.display import t, today
from crmcore_demo.session import settings

SHOWN: Final = 6
"""So many of a kind are shown; the others are in its list."""


@attrs.frozen(kw_only=True)
class Task:
    """One thing that waits."""

    address: str
    on: dt.date
    when: str
    name: str
    words: str
    late: bool = False


@attrs.frozen(kw_only=True)
class Waiting:
    """One kind of thing that waits, the most urgent first."""

    title: str
    address: str
    nothing: str
    items: Sequence[Task]
    more: bool = False


def day_of(instant: dt.datetime) -> dt.date:
    """Return on which day something was, in the company's zone."""
    return instant.astimezone(settings().zone).date()


def ago(what: str, instant: dt.datetime) -> str:
    """Return how many days ago something was, in words."""
    days = (today() - day_of(instant)).days
    return t(f"home.{what}_days", n=days) if days > 0 else t(f"home.{what}_today")
