"""Editing and deleting customers (3.2, X-CUS-01, X-CUS-17)."""

from collections.abc import Mapping
from uuid import UUID

import attrs
from attrs import fields
from flask import flash, redirect, render_template

from crmcore import Conflict, CrmError, Invalid
from crmcore.customers import delete, edit
from crmcore.customers.entity import Customer, CustomerId, CustomerStatus
from crmcore.customers.rules import REQUIRED_OF_CUSTOMERS, CustomerExists, may_delete, may_edit, unfilled
from crmcore.query import asc, desc, eq, le, negate, query
from crmcore_demo.addresses import back_to, carry
from crmcore_demo.answers import Answer, pages_of
from crmcore_demo.conflicts import both_versions
from crmcore_demo.custom import Custom
from crmcore_demo.customer_form import PARTS, asked_form, at_name, drawn, gathered, placed
from crmcore_demo.customer_page import customer_of
from crmcore_demo.display import t
from crmcore_demo.errors import status_of
from crmcore_demo.form_parts import parts_of
from crmcore_demo.forms import VERSION, posted, posted_version
from crmcore_demo.questions import Question
from crmcore_demo.session import perform, person, reading

pages = pages_of("customer_forms", "L0201", "/customers")


def _edit_page(it: Customer, values: Mapping[str, str], version: int, error: CrmError | None = None) -> Answer:
    custom = Custom.of(reading(), it.id)
    form = drawn(asked_form(it), values, {VERSION: str(version)})
    form = attrs.evolve(form, fields=(*form.fields, *custom.fields(values)))
    form = form.with_problems(placed(error)) if error else form
    names = {t(f"customers.part_{part}"): wanted for part, wanted in PARTS.items()} | custom.part()
    page = render_template(
        "long_form.html",
        title=t("customers.edit_title", name=it.name),
        topic="customer_form",
        lead=it.number,
        form=form,
        parts=parts_of(form, names),
        button=t("form.save"),
        back=carry("customers.show", id=it.id),
    )
    return page, status_of(error) if error else 200


@pages.get("/<uuid:id>/edit")
def edit_form(id: UUID) -> Answer:  # noqa: A002
    """Ask what should be different about a customer (3.2)."""
    it = customer_of(CustomerId(id))
    may_edit(it, person().actor)
    return _edit_page(it, {**asked_form(it).fill(it), **Custom.of(reading(), it.id).values()}, it.version)


@pages.post("/<uuid:id>/edit")
def change(id: UUID) -> Answer:  # noqa: A002
    """Store the changes, or show both versions if somebody else was quicker."""
    chosen, version = CustomerId(id), posted_version()
    it = customer_of(chosen)
    may_edit(it, person().actor)
    asked, custom = asked_form(it), Custom.of(reading(), chosen)
    values = {**posted(asked), **custom.posted()}
    try:
        missing = unfilled("customer", values, REQUIRED_OF_CUSTOMERS)
        given = gathered({"": lambda: asked.parse(values), "custom": custom.parse}, missing)
        perform(edit, None, chosen, expected=version, **given)
    except Conflict:
        now = customer_of(chosen)
        may_edit(now, person().actor)
        return both_versions(
            now, now.name, asked_form(now), values, show="customers.show", edit="customer_forms.edit_form"
        )
    except (Invalid, CustomerExists) as error:
        return _edit_page(customer_of(chosen), values, version, at_name(error))
    flash(t("done.saved"), "done")
    return redirect(carry("customers.show", id=id))


def _asked(id: UUID, step: str) -> Question:  # noqa: A002
    """Ask before a customer is taken out of the lists (GEN-13)."""
    it = customer_of(CustomerId(id))
    may_delete(it, person().actor)
    return Question(
        id=it.id,
        words=f"customers.{step}",
        topic="customer",
        back=back_to("customers.show", id=id),
        version=it.version,
        gaps={"name": it.name, "number": it.number},
    )


@pages.get("/<uuid:id>/delete")
def ask_delete(id: UUID) -> Answer:  # noqa: A002
    """Ask before a customer is taken out of the lists."""
    return _asked(id, "delete").page()


@pages.post("/<uuid:id>/delete")
def remove(id: UUID) -> Answer:  # noqa: A002
    """Delete a customer, then move on to the next of the list (X-CUS-17)."""
    it = customer_of(CustomerId(id))
    try:
        perform(delete, None, it.id, expected=posted_version())
    except Conflict as conflict:
        return _asked(id, "delete").page(conflict)
    following = next_after(it)
    flash(t("customers.deleted_next" if following else "done.deleted", name=it.name), "done")
    if following is None:
        return redirect(back_to("customers.index"))
    return redirect(carry("customers.show", id=following.id))


def next_after(it: Customer) -> Customer | None:
    """Return the customer that stands below one in the list, the newest first; above him if he is the last."""
    c = fields(Customer)
    left = query(Customer).where(negate(eq(c.status, CustomerStatus.DELETED)), negate(eq(c.id, it.id)))
    below = left.where(le(c.created_at, it.created_at)).sort(desc(c.created_at))
    above = left.sort(asc(c.created_at))
    found = reading().customers.find(below.page(1)) or reading().customers.find(above.page(1))
    return found[0] if found else None
