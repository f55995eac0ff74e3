"""The few numbers that tell how things stand; what they are made of is one click away."""

from collections.abc import Iterable, Mapping

import attrs
from attrs import fields
from flask import current_app, url_for

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


def _marketing_figures() -> Iterable[Figure]:
    who = person()
    sees_all = who.may("opportunity.read_all")
    asked = query(Opportunity) if sees_all else query(Opportunity).where(eq(o.assignee, who.id))
    rows = reading().opportunities.tally(asked, by=(o.status,), measures=(count(),))
    numbers = {row.key[0]: row.values[0] for row in rows}
    for status in OpportunityStatus:
        if status is OpportunityStatus.UNASSIGNED:
            if sees_all:
                yield Figure(words=label(status), value=numbers.get(status, 0), address=url_for("opportunities.index"))
        else:
            address = url_for("development.index", status=status.value)
            yield Figure(words=label(status), value=numbers.get(status, 0), address=address)


def _customer_figures() -> Iterable[Figure]:
    """Count customers where they stand (X-LIF), and the churn cases that are not decided yet."""
    who = person()
    rows = reading().customers.tally(by=(fields(Customer).status,), measures=(count(),))
    numbers = {row.key[0]: row.values[0] for row in rows}
    for words, status in (("groups.existing", CustomerStatus.NORMAL), ("groups.lost", CustomerStatus.LOST)):
        address = url_for("customers.index", status=status.value)
        yield Figure(words=t(words), value=numbers.get(status, 0), address=address)
    if who.may("churn.read_all"):
        cases = reading().churn_cases.tally(by=(h.status,), measures=(count(),))
        for row in sorted(cases, key=lambda row: str(row.key[0].value)):
            if row.key[0] in OPEN:
                address = url_for("churn.index", status=row.key[0].value)
                yield Figure(words=t("home.cases", state=label(row.key[0])), value=row.values[0], address=address)


def _late() -> Mapping[str, int]:
    """Count what is late or due in service and care (X-SRV-05, X-CAR-02)."""
    who, found = person(), {}
    if who.may("service.read"):
        told = notice(reading())
        found = {"overdue": told.overdue, "escalated": told.escalated}
    if who.may("care.manage"):
        found["care"] = reminders(reading(), size=1).total
    return found


def _service_figures() -> Iterable[Figure]:
    """Say how many requests are overdue, how many escalations nobody has seen, and of how much care to be reminded."""
    counted = company().counts(person().id, _late)
    for name, words, endpoint in (
        ("overdue", "escalations.overdue", "service.overdue_list"),
        ("escalated", "escalations.unseen", "escalations.index"),
        ("care", "care.due", "care.reminder_list"),
    ):
        if name in counted and endpoint in current_app.view_functions:
            yield Figure(words=t(words), value=counted[name], address=url_for(endpoint))


def figures() -> Iterable[Figure]:
    """Count what the person may see, each number with a way to its list."""
    who = person()
    yield from _service_figures()
    if who.may("plan.read"):
        yield from _marketing_figures()
    elif who.may("customer.read", "customer.read_all"):
        yield from _customer_figures()
    if who.may("order.import"):
        waiting = reading().of(UnmatchedOrder).count(query(UnmatchedOrder))
        yield Figure(words=t("unmatched.title"), value=waiting, address=url_for("unmatched.index"))
    if who.may("user.manage"):
        yield Figure(words=label("user"), value=reading().users.count(query(User)), address=url_for("users.index"))
    if who.may("role.manage"):
        yield Figure(words=label("role"), value=reading().roles.count(query(Role)), address=url_for("roles.index"))
