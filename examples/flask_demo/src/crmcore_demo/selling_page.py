"""What the pages of the sales process share: the tabs beside each other, stages by id, large deals."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from flask import url_for

from crmcore.access.entity import UserId
from crmcore.base.checked import FIRST_YEAR, LAST_YEAR
from crmcore.base.paging import Page
from crmcore.dictionary.parameters import CURRENCY, LARGE_DEAL
from crmcore.opportunities.entity import OPEN, Opportunity
from crmcore.pipeline import SalesStage, stages
from crmcore.storage.collection import Collection
from crmcore_demo.actions import Action
from crmcore_demo.customer_page import Tab
from crmcore_demo.display import entry_words, t
from crmcore_demo.listing import Filter, tally_by
from crmcore_demo.session import company, person, reading, settings

SEES_OPPORTUNITIES: Final = ("opportunity.read", "plan.read")
SEES_FORECASTS: Final = ("forecast.read", "forecast.read_all")
BESIDE: Final = {
    "process": ("process.index", SEES_OPPORTUNITIES),
    "large": ("process.large", SEES_OPPORTUNITIES),
    "activities": ("activities.index", ("plan.read",)),
    "snapshots": ("snapshots.index", SEES_FORECASTS),
    "stages": ("stages.index", ("process.configure",)),
}
"""Each page of the sales process, and the rights of which one opens it."""


def first_page() -> str | None:
    """Return where the menu leads: what is open, or what this person's rights show of the process."""
    return next((endpoint for endpoint, rights in BESIDE.values() if person().may(*rights)), None)


def export_button(found: Page[Any]) -> tuple[Action, ...]:
    """Return the way from a list of opportunities to a file of them, for who may take them out (X-ANA-09)."""
    if not found.total or not person().may("customer.export"):
        return ()
    return (Action(words=t("exports.action"), address=url_for("exports.ask", kind="opportunity")),)


def beside(here: str) -> tuple[Tab, ...]:
    """List the pages of the sales process that this person may see."""
    return tuple(
        Tab(words=t(f"selling.beside_{name}"), address=url_for(endpoint), here=name == here)
        for name, (endpoint, rights) in BESIDE.items()
        if person().may(*rights)
    )


def every_stage() -> Mapping[UUID | None, SalesStage]:
    """Return the stages by id in the order of the process, retired ones too."""
    return {one.id: one for one in stages(reading(), retired=True)}


def is_large(it: Opportunity) -> bool:
    """Whether it is an open opportunity that reaches the company's threshold (X-OPP-06)."""
    amount = it.expected_amount
    return it.status in OPEN and amount is not None and amount >= settings().parameters[LARGE_DEAL]


def currency() -> str:
    """Return what amounts are in."""
    return str(settings().parameters[CURRENCY])


def entries_of(category: str) -> list[tuple[str, str]]:
    """Return the entries of a list of the dictionary that can be chosen, for a filter."""
    return [(one.code, entry_words(category, one.code)) for one in settings().choices(category)]


def people_in(name: str, records: Collection[Any], field: Any, *, all_of_them: bool) -> Sequence[UserId]:
    """Return the colleagues whose records are in a list, kept for a while; nobody where one sees his own only."""
    if not all_of_them:
        return ()
    return company().choices(person().id, name, lambda: tally_by(records, field))


def day_in(asked: Filter, name: str) -> dt.date | None:
    """Return the day that was asked for; what is none is ignored."""
    try:
        found = dt.date.fromisoformat(asked[name])
    except ValueError:
        return None
    return found if FIRST_YEAR <= found.year <= LAST_YEAR else None
