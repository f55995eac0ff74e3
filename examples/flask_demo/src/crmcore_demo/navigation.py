"""The menu: only what the person's roles open, in the order of requirement 1.2 (RBA-13)."""

from collections.abc import Sequence
from typing import Final

import attrs
from flask import url_for

from crmcore.access.permissions import MENU, menu_for
from crmcore.reports import catalogue
from crmcore.reports.dashboards import sections_for
from crmcore_demo import selling_page
from crmcore_demo.display import label
from crmcore_demo.session import person


@attrs.frozen(kw_only=True)
class Entry:
    """One page of the menu."""

    name: str
    words: str
    address: str
    icon: str


@attrs.frozen(kw_only=True)
class Group:
    """One module of the menu."""

    words: str
    entries: Sequence[Entry]


PAGES: Final = {
    "L0101": ("opportunities.index", "spark"),
    "L0102": ("development.index", "steps"),
    "L0103": ("process.index", "steps"),
    "L0104": ("sales_targets.index", "check"),
    "L0201": ("customers.index", "building"),
    "L0202": ("churn.index", "warning"),
    "L0203": ("sales.orders", "cart"),
    "L0204": ("imports.index", "swap"),
    "L0311": ("guests.index", "person"),
    "L0306": ("knowledge.index", "book"),
    "L0307": ("surveys.index", "speech"),
    "L0301": ("service.creation_list", "plus"),
    "L0302": ("service.assignment_list", "swap"),
    "L0303": ("service.handling_list", "steps"),
    "L0304": ("service.feedback_list", "check"),
    "L0305": ("service.archive_list", "box"),
    "L0308": ("contracts.index", "list"),
    "L0309": ("care.reminder_list", "check"),
    "L0310": ("calendars.index", "clock"),
    "L0401": ("reports.show", "bars"),
    "L0402": ("reports.show", "pie"),
    "L0403": ("reports.show", "bars"),
    "L0404": ("reports.show", "warning"),
    "L0405": ("reports.index", "bars"),
    "L0501": ("dictionary.index", "list"),
    "L0502": ("sales.products", "box"),
    "L0503": ("sales.stock", "shelf"),
    "L0504": ("parameters.show", "sliders"),
    "L0601": ("users.index", "person"),
    "L0602": ("roles.index", "shield"),
    "L0603": ("audit.index", "clock"),
}
"""Menu code to the page and the drawing beside it."""
NAMES: Final = {"L0401": "contribution", "L0402": "composition", "L0403": "services", "L0404": "losses"}
"""Menu code to the report its page shows."""


def _first_page(code: str) -> tuple[str, str] | None:
    """Return the page a menu entry leads to: of import and export, and of the process, the one the person may open."""
    if code == "L0103":
        process = selling_page.first_page()
        return (process, "steps") if process else None
    if code != "L0204" or person().may("customer.import"):
        return PAGES.get(code)
    return ("exports.ask", "swap") if person().may("customer.export") else None


def _open_to() -> frozenset[str]:
    """Return the codes of what the person's roles open; the reports of sales are with the others (L0405)."""
    codes = {entry.code for entry in menu_for(person().actor.permissions)}
    return frozenset(codes | {"L0405"} if catalogue.offered(person().actor) else codes)


def has_dashboard() -> bool:
    """Whether there are figures for this person to look at."""
    return bool(sections_for(person().actor))


def modules() -> Sequence[Group]:
    """Return the modules this person may use, each with its pages."""
    open_to = _open_to()
    groups = []
    for folder in MENU:
        inside = tuple(
            Entry(
                name=entry.code,
                words=label(f"menu.{entry.code}"),
                address=url_for(page[0], name=NAMES.get(entry.code)),
                icon=page[1],
            )
            for entry in MENU
            if entry.parent == folder.code and entry.code in open_to and (page := _first_page(entry.code))
        )
        if inside:
            groups.append(Group(words=label(f"menu.{folder.code}"), entries=inside))
    return groups
