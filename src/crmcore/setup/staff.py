"""The people of the sample company: who they are, and how many a company of some size needs."""

import random
from collections.abc import Iterator, Sequence
from typing import Final

import attrs

from crmcore.access.entity import ACCOUNT_MANAGER, ADMINISTRATOR, EXECUTIVE, SALES_SUPERVISOR
from crmcore.setup.companies import Company
from crmcore.setup.words import Words

__all__ = ["Colleague", "responsible_for", "staff_for"]

_LOCAL: Final = 0.6


@attrs.frozen
class Colleague:
    """A sample user."""

    role: str
    """Code of a delivered role."""
    name: str
    """Name for logging in."""
    full_name: str
    territory: str = ""
    """Code of the region an account manager works in (requirement RBA-05)."""
    speciality: str = ""


def staff_for(words: Words, size: int) -> tuple[Colleague, ...]:
    """Answer who works at a company with *size* opportunities a year.

    Two supervisors at least, an account manager for every 60 opportunities or so (three at least, forty at most), one
    executive and one administrator.
    """
    managers = min(3 + size // 60, len(words.staff[ACCOUNT_MANAGER]))
    supervisors = min(2 + managers // 10, len(words.staff[SALES_SUPERVISOR]))
    wanted = {SALES_SUPERVISOR: supervisors, ACCOUNT_MANAGER: managers, EXECUTIVE: 1, ADMINISTRATOR: 1}
    return tuple(_colleagues(words, wanted))


def responsible_for(company: Company, managers: Sequence[Colleague], rng: random.Random) -> Colleague:
    """Choose as a supervisor would: somebody in the territory, or who knows the trade (requirement RBA-05)."""
    local = [one for one in managers if one.territory == company.city.region]
    expert = [one for one in managers if one.speciality == company.trade.speciality]
    return rng.choice(local if local and rng.random() < _LOCAL else expert or managers)


def _colleagues(words: Words, wanted: dict[str, int]) -> Iterator[Colleague]:
    for role, count in wanted.items():
        for place, (name, full_name) in enumerate(words.staff[role][:count]):
            if role == ACCOUNT_MANAGER:
                region = words.regions[place % len(words.regions)].code
                speciality = words.trades[place % len(words.trades)].speciality
                yield Colleague(role, name, full_name, region, speciality)
            else:
                yield Colleague(role, name, full_name)
