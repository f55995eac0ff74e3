"""The few numbers that tell how things stand; what they are made of is one click away."""

from collections.abc import Iterable, Mapping

import attrs
from attrs import fields
from flask import url_for

from crmcore.access.entity import Role, User
from crmcore.care import reminders
from crmcore.churn import ChurnCase
from crmcore.churn.entity import OPEN
from crmcore.customers.entity import Customer, CustomerStatus
from crmcore.escalation import notice
from crmcore.opportunities.entity import Opportunity, OpportunityStatus
from crmcore.query import count, eq, query
from crmcore.sales import UnmatchedOrder
from crmcore_demo.display import label, t
from crmcore_demo.session import company, person, reading

o, h = fields(Opportunity), fields(ChurnCase)


@attrs.frozen(kw_only=True)
class Figure:
    """One number, and where the records behind it are."""

    words: str
    value: int
    address: str


def _marketing() -> Mapping[str, int]:
    """Count opportunities by state: all, or those the person is given."""
    who = person()
    mine = query(Opportunity) if who.may("opportunity.read_all") else query(Opportunity).where(eq(o.assignee, who.id))
    rows = reading().opportunities.tally(mine, by=(o.status,), measures=(count(),))
    return {f"opportunity.{row.key[0].value}": row.values[0] for row in rows}


def _customers() -> Mapping[str, int]:
    """Count customers where they stand (X-LIF), and the churn cases that are not decided yet."""
    rows = reading().customers.tally(by=(fields(Customer).status,), measures=(count(),))
    found = {f"customer.{row.key[0].value}": row.values[0] for row in rows}
    if person().may("churn.read_all"):
        cases = reading().churn_cases.tally(by=(h.status,), measures=(count(),))
        found |= {f"case.{row.key[0].value}": row.values[0] for row in cases if row.key[0] in OPEN}
    return found


def _counted() -> Mapping[str, int]:
    """Count everything the person's figures are made of, in as few questions as there are kinds of records."""
    who = person()
    found: dict[str, int] = {}
    if who.may("service.read"):
        told = notice(reading())
        found |= {"overdue": told.overdue, "escalated": told.escalated}
    if who.may("care.manage"):
        found["care"] = reminders(reading(), size=1).total
    if who.may("plan.read"):
        found |= _marketing()
    elif who.may("customer.read", "customer.read_all"):
        found |= _customers()
    if who.may("order.import"):
        found["unmatched"] = reading().of(UnmatchedOrder).count(query(UnmatchedOrder))
    if who.may("user.manage"):
        found["users"] = reading().users.count(query(User))
    if who.may("role.manage"):
        found["roles"] = reading().roles.count(query(Role))
    return found


def _service_figures(counted: Mapping[str, int]) -> Iterable[Figure]:
    """Say how many requests are overdue, how many escalations nobody has seen, and of how much care to be reminded."""
    for name, words, endpoint in (
        ("overdue", "escalations.overdue", "service.overdue_list"),
        ("escalated", "escalations.unseen", "escalations.index"),
        ("care", "care.due", "care.reminder_list"),
    ):
        if name in counted:
            yield Figure(words=t(words), value=counted[name], address=url_for(endpoint))


def _marketing_figures(counted: Mapping[str, int]) -> Iterable[Figure]:
    for status in OpportunityStatus:
        number = counted.get(f"opportunity.{status.value}", 0)
        if status is not OpportunityStatus.UNASSIGNED:
            address = url_for("development.index", status=status.value)
            yield Figure(words=label(status), value=number, address=address)
        elif person().may("opportunity.read_all"):
            yield Figure(words=label(status), value=number, address=url_for("opportunities.index"))


def _customer_figures(counted: Mapping[str, int]) -> Iterable[Figure]:
    for words, status in (("groups.existing", CustomerStatus.NORMAL), ("groups.lost", CustomerStatus.LOST)):
        address = url_for("customers.index", status=status.value)
        yield Figure(words=t(words), value=counted.get(f"customer.{status.value}", 0), address=address)
    for state in sorted(OPEN, key=lambda one: one.value):
        if number := counted.get(f"case.{state.value}"):
            address = url_for("churn.index", status=state.value)
            yield Figure(words=t("home.cases", state=label(state)), value=number, address=address)


def figures() -> Iterable[Figure]:
    """Return the numbers of what the person may see, each with a way to its list; counted anew when they are old."""
    who = person()
    counted = company().counts(who.id, _counted)
    yield from _service_figures(counted)
    if who.may("plan.read"):
        yield from _marketing_figures(counted)
    elif who.may("customer.read", "customer.read_all"):
        yield from _customer_figures(counted)
    for name, words, endpoint in (
        ("unmatched", t("unmatched.title"), "unmatched.index"),
        ("users", label("user"), "users.index"),
        ("roles", label("role"), "roles.index"),
    ):
        if name in counted:
            yield Figure(words=words, value=counted[name], address=url_for(endpoint))
