"""Customers: list and view with contacts (CUS-01, CUS-02, CUS-05, CON-01, 16.1)."""

from uuid import UUID

import attrs
from attrs import fields
from flask import Blueprint, render_template

from crmcore.base.schema import describe
from crmcore.customers import listing
from crmcore.customers.entity import Contact, Customer, CustomerId, CustomerStatus
from crmcore.opportunities.entity import Opportunity
from crmcore.query import asc, desc, eq, query
from crmcore_demo.addresses import back_to
from crmcore_demo.display import entry_words, label, t
from crmcore_demo.forms import Shown
from crmcore_demo.listing import chosen_colleague, codes, colleagues, read_filter, tally_by
from crmcore_demo.session import names_of, person, reading, settings

pages = Blueprint("customers", __name__, url_prefix="/customers")


@pages.context_processor
def _module() -> dict[str, str]:
    return {"module": "L0201"}


def _entries(field: str, category: str) -> Shown:
    choices = tuple((entry.code, entry_words(category, entry.code)) for entry in settings().choices(category))
    return codes(field, label(f"customer.{field}"), choices)


@pages.get("")
def index() -> str:
    """Show the customers the person may see (CUS-01, CUS-02, CUS-05)."""
    sees_all = person().may("customer.read_all")
    work = reading()
    people = tally_by(work.customers, fields(Customer).manager) if sees_all else ()
    asked = read_filter(
        Shown(name="name", label=label("customer.name")),
        _entries("region", "region"),
        *(colleagues("manager", label("customer.manager"), people) if sees_all else ()),
        codes("status", label("customer.status"), tuple((one.value, label(one)) for one in CustomerStatus)),
        Shown(name="number", label=label("customer.number"), seldom=True),
        attrs.evolve(_entries("level", "customer_level"), seldom=True),
    )
    found = listing(
        work,
        name=asked["name"],
        number=asked["number"],
        region=asked["region"],
        level=asked["level"],
        status=CustomerStatus(asked["status"]) if asked["status"] else None,
        manager=chosen_colleague(asked, "manager"),
        page=asked.paging.page,
        size=asked.paging.size,
    )
    return render_template(
        "customers/list.html",
        filter=asked,
        page=found,
        sees_all=sees_all,
        names=names_of(*(row.manager for row in found.rows)),
    )


def stars(count: int | None) -> str:
    """Say a rating in words; "not specified" is a rating too (3.1)."""
    return t("customers.unspecified") if count is None else f"{'★' * count}{'☆' * (5 - count)}"


def amount(it: Customer, name: str) -> str:
    """Say a field of a customer with its unit; an amount of nothing means that nobody has said."""
    value, unit = getattr(it, name), describe(Customer).by_name[name].hint.unit
    if not value:
        return ""
    return f"{value:,} {label(f'unit.{unit}')}" if unit else str(value)


@pages.get("/<uuid:id>")
def show(id: UUID) -> str:  # noqa: A002
    """Show one customer with contacts and the opportunities he came from (CON-01, CON-02)."""
    work = reading()
    it = work.customers.get(CustomerId(id))
    c, o = fields(Contact), fields(Opportunity)
    came_from = query(Opportunity).where(eq(o.customer, it.id)).sort(desc(o.closed_at)).page(10)
    reads_marketing = person().may("opportunity.read", "opportunity.read_all", "plan.read")
    return render_template(
        "customers/show.html",
        it=it,
        contacts=work.contacts.find(query(Contact).where(eq(c.customer, it.id)).sort(asc(c.id))),
        opportunities=work.opportunities.find(came_from) if reads_marketing else (),
        names=names_of(it.manager, it.created_by),
        stars=stars,
        amount=amount,
        back=back_to("customers.index"),
    )
