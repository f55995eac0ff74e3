"""The frame around everything about one customer: his name, his state, and one tab for each part."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import attrs
from flask import current_app, render_template, url_for

from crmcore.customers.entity import Customer, CustomerId, CustomerStatus
from crmcore.customers.rules import may_change
from crmcore_demo.addresses import back_to, carry
from crmcore_demo.display import label, t
from crmcore_demo.session import names_of, person, reading


@attrs.frozen(kw_only=True)
class Tab:
    """One part of a subject."""

    words: str
    address: str
    here: bool = False
    count: int | None = None


def customer_of(id: CustomerId) -> Customer:  # noqa: A002
    """Return the customer that a page is about, if the person may see him."""
    return reading().customers.get(id)


def customer_to_change(id: UUID) -> Customer:  # noqa: A002
    """Return the customer to whom a record belongs, if the person may change what is known of him."""
    it = customer_of(CustomerId(id))
    may_change(it, person().actor)
    return it


def _tabs(it: Customer, here: str) -> Sequence[Tab]:
    """List the parts the person may see (CUS-03)."""
    wanted = [
        ("overview", "customers.show"),
        ("contacts", "contacts.index"),
        ("interactions", "interactions.index"),
    ]
    if person().may("order.read", "order.read_all"):
        wanted.append(("orders", "sales.of_customer"))
    if person().may("service.read", "service.read_all"):
        wanted.append(("requests", "service.of_customer"))
    wanted.append(("timeline", "timeline.show"))
    if person().may("churn.read", "churn.read_all"):
        wanted.append(("churn", "churn.of_customer"))
    if person().may("survey.read"):
        wanted.append(("surveys", "survey_inviting.of_customer"))
    if person().may("contract.read", "contract.read_all"):
        wanted.append(("contracts", "contracts.of_customer"))
    if person().may("care.read", "care.read_all"):
        wanted.append(("care", "care.of_customer"))
    wanted.append(("history", "timeline.changes"))
    return tuple(
        Tab(words=t(f"customer.tab_{name}"), address=carry(endpoint, id=it.id), here=name == here)
        for name, endpoint in wanted
        if endpoint in current_app.view_functions
    )


def customer_page(template: str, it: Customer, here: str, **more: Any) -> str:
    """Draw one tab of a customer."""
    context = {
        "it": it,
        "module": "L0201",
        "tabs_of_customer": _tabs(it, here),
        "manager": names_of(it.manager).get(it.manager, ""),
        "deleted": it.status is CustomerStatus.DELETED,
        "back": back_to("customers.index"),
        "topic": "customer",
        "heading_actions": (),
    }
    return render_template(template, **{**context, **more})


def subjects(here: str) -> Sequence[Tab]:
    """List the pages beside the list of customers, for those who may open them."""
    who = person()
    wanted = [("list", "customers.index"), ("phone_book", "phone_book.index")]
    if who.may("opportunity.read"):
        wanted.insert(1, ("prospects", "prospects.index"))
    if who.may("customer.group"):
        wanted.append(("groups", "groups.index"))
    if who.may("customer.merge"):
        wanted.append(("duplicates", "duplicates.index"))
    if who.may("customer.hand_over"):
        wanted.append(("hand_over", "hand_over.form"))
    return tuple(
        Tab(words=t(f"customers.beside_{name}"), address=url_for(endpoint), here=name == here)
        for name, endpoint in wanted
        if endpoint in current_app.view_functions
    )


def amount(it: Customer, name: str, unit: str = "") -> str:
    """Say an amount of a customer with its unit; an amount of nothing means that nobody has said."""
    value = getattr(it, name)
    if not value:
        return ""
    return f"{value:,} {label(f'unit.{unit}')}" if unit else str(value)
