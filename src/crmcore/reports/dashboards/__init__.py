"""Dashboards: what an account manager, a supervisor and an executive look at first, every number open to its records.

::

    with crm.work(as_user="zhaomin", readonly=True) as work:
        for section in dashboards.sections_for(work.actor):
            found = dashboards.dashboard(work, section, month_of(2026, 10))
            for card in found.cards:
                print(card.title, card.figure.value, card.compared and card.changed(card.compared.before))
"""

from typing import TYPE_CHECKING

from crmcore.base.lazy import exports

if TYPE_CHECKING:
    from crmcore.reports.dashboards.board import Card, Dashboard, Good, Known, Section, View
    from crmcore.reports.dashboards.showing import dashboard, sections_for, view_of

__all__ = ["Card", "Dashboard", "Good", "Known", "Section", "View", "dashboard", "sections_for", "view_of"]

_HERE = "crmcore.reports.dashboards"
_NAMES = {
    "board": ("Card", "Dashboard", "Good", "Known", "Section", "View"),
    "showing": ("dashboard", "sections_for", "view_of"),
}
__getattr__, __dir__ = exports(
    __name__, {name: f"{_HERE}.{module}" for module, names in _NAMES.items() for name in names}
)
