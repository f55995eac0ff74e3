"""Customers: the list and the overview of one (CUS-01 to 03, CUS-05, 16.1)."""

from collections.abc import Iterable, Mapping
from typing import Final
from uuid import UUID

import attrs
from attrs import fields
from flask import url_for

from crmcore.base.schema import describe
from crmcore.customers import listing, remaining
from crmcore.customers.entity import Contact, Customer, CustomerId, CustomerStatus
from crmcore.customers.rules import may_delete, may_edit
from crmcore.opportunities.entity import Opportunity
from crmcore.query import desc, eq, query
from crmcore.reports import catalogue
from crmcore_demo.actions import Action, Possibilities, Refusal
from crmcore_demo.addresses import carry, kept_arguments, onward, with_filters
from crmcore_demo.answers import pages_of
from crmcore_demo.custom import Custom, Said
from crmcore_demo.customer_filters import asked_filter, sort_of, wanted
from crmcore_demo.customer_page import amount, customer_of, customer_page, subjects
from crmcore_demo.display import entry_words, label, t
from crmcore_demo.listing import list_page
from crmcore_demo.outlook_hints import panel_for
from crmcore_demo.possible import Leads, answer
from crmcore_demo.session import names_of, person, reading

pages = pages_of("customers", "L0201", "/customers")
PARTS: Final[Mapping[str, tuple[str, ...]]] = {
    "reach": ("address", "zip", "city", "phone", "fax", "website", "email"),
    "business": (
        "industry",
        "company_size",
        "licence_no",
        "legal_person",
        "registered_capital",
        "annual_turnover",
        "bank",
        "bank_account",
        "local_tax_no",
        "national_tax_no",
    ),
    "judgement": ("needs", "remark"),
}
CODED: Final = {"industry": "industry", "company_size": "company_size"}


def _answers(it: Customer, lead: Leads) -> Iterable[Action | Refusal]:
    """Ask what can be done with a customer; what nobody could do whatever his state is not spoken of."""
    if person().may("customer.edit", "customer.edit_all"):
        edit = Action(words=t("customers.edit"), address=lead("customer_forms.edit_form", id=it.id), primary=True)
        yield answer(may_edit, it, edit)


def _removal(it: Customer, lead: Leads) -> Iterable[Action | Refusal]:
    if person().may("customer.delete"):
        address = lead("customer_forms.ask_delete", id=it.id)
        delete = Action(words=t("customers.delete"), address=address, dialog=True, danger=True)
        yield answer(may_delete, it, delete)


def _parts(lead: Leads, it: Customer) -> Iterable[Action]:
    """Lead to the parts of a customer from the list (CUS-03)."""
    yield Action(words=t("customer.tab_contacts"), address=lead("contacts.index", id=it.id))
    yield Action(words=t("customer.tab_interactions"), address=lead("interactions.index", id=it.id))
    if person().may("order.read", "order.read_all"):
        yield Action(words=t("customer.tab_orders"), address=lead("sales.of_customer", id=it.id))


def _in_list(it: Customer) -> Iterable[Action | Refusal]:
    """Return the row operations (CUS-03)."""
    return (*_answers(it, onward), *_parts(onward, it), *_removal(it, onward))


@pages.get("")
def index() -> str:
    """Show the customers the person may see (CUS-01, CUS-02, CUS-05)."""
    work = reading()
    asked = asked_filter(work)
    filters = wanted(asked)
    found = listing(work, sort=sort_of(asked), **asked.part, **filters)
    whose = "all" if person().may("customer.read_all") else "own"
    new = Action(words=t("customers.new"), address=url_for("customer_entry.new"), primary=True)
    return list_page(
        "customers/list.html",
        "customers",
        found,
        asked,
        _in_list,
        actions=(new,) if person().may("customer.create") else (),
        lead=t(f"customers.lead_{whose}"),
        beside=subjects("list"),
        names=names_of(*(row.manager for row in found.rows)),
        ways=tuple(_ways()),
    )


def _ways() -> Iterable[Action]:
    """Return what can be done with everything the filters find."""
    if kept_arguments() and person().may("customer.group"):
        yield Action(words=t("groups.save_filter"), address=with_filters("groups.new"))
    if person().may("customer.export"):
        yield Action(words=t("exports.action"), address=with_filters("exports.ask"))


def _said(it: Customer, names: Iterable[str]) -> tuple[Said, ...]:
    """Say what is known; what nobody has filled in is asked for in the form only."""
    specs = describe(Customer).by_name
    said = (
        Said(
            words=label(f"customer.{name}"),
            value=entry_words(CODED[name], getattr(it, name))
            if name in CODED
            else amount(it, name, specs[name].hint.unit),
        )
        for name in names
    )
    return tuple(one for one in said if one.value)


@attrs.frozen(kw_only=True)
class Part:
    """Some of what is known of a customer, below one heading."""

    title: str
    rows: tuple[Said, ...]


@pages.get("/<uuid:id>")
def show(id: UUID) -> str:  # noqa: A002
    """Show what is known of a customer, and what can be done (CUS-03)."""
    work = reading()
    it = customer_of(CustomerId(id))
    o = fields(Opportunity)
    came_from = query(Opportunity).where(eq(o.customer, it.id)).sort(desc(o.closed_at)).page(10)
    reads_marketing = person().may("opportunity.read", "opportunity.read_all", "plan.read")
    parts = [Part(title=t(f"customers.part_{name}"), rows=_said(it, names)) for name, names in PARTS.items()]
    if own := tuple(one for one in Custom.of(work, it.id).said() if one.value):
        parts.append(Part(title=t("customers.part_custom"), rows=own))
    return customer_page(
        "customers/show.html",
        it,
        "overview",
        parts=[part for part in parts if part.rows],
        contacts=work.contacts.find(query(Contact).where(eq(fields(Contact).customer, it.id))),
        names=names_of(it.created_by),
        outlook=panel_for(it),
        trust_curve=_trust_curve(it),
        merged_into=remaining(work, it.id) if it.merged_into else None,
        possibilities=Possibilities.of((*_answers(it, carry), *_steps(it), *_removal(it, carry))),
        opportunities=work.opportunities.find(came_from) if reads_marketing else (),
    )


def _trust_curve(it: Customer) -> str:
    """Return where it is drawn how far the customer could be trusted, for those who may see that (X-CUS-18)."""
    if not catalogue.kind_named("trust_curve").is_for(person().actor):
        return ""
    return url_for("reports.show", name="trust_curve", customer=it.number)


def _steps(it: Customer) -> Iterable[Action]:
    """Lead to what supervisors do with a customer."""
    if it.status is CustomerStatus.DELETED:
        return
    if person().may("customer.hand_over"):
        yield Action(words=t("hand_over.action"), address=carry("hand_over.of_customer", id=it.id))
    if person().may("customer.merge"):
        yield Action(words=t("duplicates.look"), address=carry("duplicates.of_customer", id=it.id))
