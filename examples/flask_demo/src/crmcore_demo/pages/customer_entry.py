"""Entering customers by hand, with a look at those who may be the same (X-CUS-01, CUS-07, decision 16.2)."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import attrs
from flask import flash, redirect, render_template, request, url_for

from crmcore import CrmError, Invalid, NotFound, Refused
from crmcore.access.entity import ACCOUNT_MANAGER
from crmcore.customers import create, possible_duplicates
from crmcore.customers.duplicates import PossibleDuplicates
from crmcore.customers.rules import REQUIRED_OF_CONTACTS, REQUIRED_OF_CUSTOMERS, unfilled
from crmcore.views import Form as Asked
from crmcore_demo.addresses import back_to
from crmcore_demo.answers import Answer, pages_of
from crmcore_demo.choosing import posted_colleague
from crmcore_demo.custom import Custom
from crmcore_demo.customer_form import (
    CONTACT,
    OF_CONTACT,
    PARTS,
    asked_form,
    asked_of_contact,
    at_name,
    contact_fields,
    drawn,
    gathered,
    placed,
)
from crmcore_demo.display import label, t
from crmcore_demo.errors import status_of
from crmcore_demo.form_parts import parts_of
from crmcore_demo.forms import KEY, Option, Shown, fresh_key, kept_key, posted, posted_key
from crmcore_demo.session import company, perform, person, reading

pages = pages_of("customer_entry", "L0201", "/customers")


def _manager_field(value: str) -> tuple[Shown, ...]:
    """Ask who will be responsible, of those who may choose; an account manager enters his own customers (16.2)."""
    is_manager = ACCOUNT_MANAGER in person().actor.roles
    if is_manager and not person().may("customer.hand_over"):
        return ()
    managers = company().account_managers(reading())
    options = tuple(Option(value=str(one.id), words=one.display_name) for one in managers)
    first = Option(value="", words=t("customers.myself") if is_manager else t("form.choose"))
    words = label("customer.manager")
    return (
        Shown(
            name="manager",
            label=words,
            kind="choice",
            options=(first, *options),
            value=value,
            required=not is_manager,
        ),
    )


def _new_page(
    values: Mapping[str, str],
    hidden: Mapping[str, str],
    error: CrmError | None = None,
    likely: PossibleDuplicates | None = None,
) -> Answer:
    custom = Custom.of_new()
    form = drawn(asked_form(), values, hidden)
    extra = (*_manager_field(values.get("manager", "")), *contact_fields(values), *custom.fields(values))
    form = attrs.evolve(form, fields=(*form.fields, *extra))
    form = form.with_problems(placed(error)) if error else form
    names = {t(f"customers.part_{part}"): wanted for part, wanted in PARTS.items()}
    first = t("customers.part_who")
    names[first] = (*names[first][:1], "manager", *names[first][1:])
    names = _after(names, 2, t("customers.part_contact"), tuple(OF_CONTACT + name for name in CONTACT))
    names |= custom.part()
    page = render_template(
        "long_form.html",
        title=t("customers.new"),
        topic="customer_form",
        lead=t("customers.new_lead"),
        form=form,
        parts=parts_of(form, names),
        likely=likely,
        button=t("customers.save_new"),
        back=back_to("customers.index"),
    )
    return page, status_of(error) if error else (409 if likely else 200)


def _after(names: dict[str, Any], place: int, title: str, wanted: Iterable[str]) -> dict[str, Any]:
    """Put a part into the middle of the form."""
    listed = list(names.items())
    return dict([*listed[:place], (title, tuple(wanted)), *listed[place:]])


@pages.get("/new")
def new() -> Answer:
    """Ask for a new customer with his first contact."""
    person().require("customer.create")
    filled = asked_form().fill()
    contact = {OF_CONTACT + name: value for name, value in asked_of_contact().fill().items()}
    return _new_page({**filled, **contact}, fresh_key())


def _posted_contact() -> tuple[Asked, dict[str, str]]:
    asked = asked_of_contact()
    return asked, {name: request.form.get(OF_CONTACT + name, "") for name in CONTACT}


def _parsed(asked: Asked, values: Mapping[str, str], custom: Custom) -> dict[str, Any]:
    """Read the whole form; every problem is listed, whichever part it is in."""
    asked_of_him, contact = _posted_contact()
    parts: dict[str, Callable[[], dict[str, Any]]] = {"": lambda: asked.parse(values), "custom": custom.parse}
    missing = unfilled("customer", values, REQUIRED_OF_CUSTOMERS)
    missing += unfilled("customer", values, [one.name for one in _manager_field("") if one.required])
    if any(value for name, value in contact.items() if name != "gender"):
        parts["contact"] = lambda: asked_of_him.parse(contact)
        missing += unfilled("contact", contact, REQUIRED_OF_CONTACTS)
    return gathered(parts, missing)


def _likely(values: Mapping[str, str]) -> PossibleDuplicates:
    """Look for customers that may be the one that is being entered (CUS-07)."""
    name, phone, licence_no = (values.get(name, "").strip() for name in ("name", "phone", "licence_no"))
    return possible_duplicates(reading(), name=name, phone=phone, licence_no=licence_no)


@pages.post("/new")
def add() -> Answer:
    """Record a customer, once somebody has looked at those who may be the same; sending twice records once."""
    person().require("customer.create")
    asked = asked_form()
    custom = Custom.of_new()
    values = {**posted(asked), **custom.posted(), "manager": request.form.get("manager", "")}
    whole = {**values, **{OF_CONTACT + name: value for name, value in _posted_contact()[1].items()}}
    try:
        given = _parsed(asked, values, custom)
        if request.form.get("though") != "yes" and (likely := _likely(values)):
            return _new_page(whole, {KEY: posted_key() or ""}, likely=likely)
        stored = perform(create, posted_key(), manager=posted_colleague("manager"), **given)
    except (Invalid, NotFound, Refused) as error:
        return _new_page(whole, kept_key(error), at_name(error))
    flash(t("done.saved"), "done")
    return redirect(url_for("customers.show", id=stored.id))
