"""Potential customers: opportunities that are neither won nor given up (10.2)."""

from collections.abc import Iterable

from crmcore.customers import prospects
from crmcore.opportunities.entity import Opportunity
from crmcore_demo.actions import Action
from crmcore_demo.addresses import onward
from crmcore_demo.answers import pages_of
from crmcore_demo.customer_page import subjects
from crmcore_demo.display import t
from crmcore_demo.listing import list_page, read_filter
from crmcore_demo.session import names_of, person, reading

pages = pages_of("prospects", "L0201", "/prospects")


def _answers(it: Opportunity) -> Iterable[Action]:
    yield Action(words=t("opportunities.view"), address=onward("opportunities.show", id=it.id))


@pages.get("")
def index() -> str:
    """Show who may become a customer, the newest first; each leads to the opportunity behind it."""
    asked = read_filter()
    found = prospects(reading(), **asked.part)
    return list_page(
        "development/list.html",
        "prospects",
        found,
        asked,
        _answers,
        beside=subjects("prospects"),
        sees_all=person().may("opportunity.read_all"),
        names=names_of(*(row.assignee for row in found.rows)),
    )
