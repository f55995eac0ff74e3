"""Customers beside the records that belong to them: what they are called, and which of them is meant."""

from collections.abc import Iterable, Mapping
from typing import Any, Final
from uuid import UUID

from attrs import fields
from flask import redirect, request, url_for

from crmcore.customers.entity import Customer, CustomerId, CustomerStatus
from crmcore.query import any_of, asc, contains, eq, negate, one_of, query
from crmcore_demo.answers import Answer, form_page
from crmcore_demo.display import label, t
from crmcore_demo.forms import Form, Option, Shown, Trouble
from crmcore_demo.listing import LONGEST_FILTER, typed
from crmcore_demo.session import person, reading

CUSTOMER: Final = "customer"
OFFERED: Final = 200
"""Names that complete themselves while somebody types."""
_c = fields(Customer)


def customers_of(records: Iterable[Any]) -> Mapping[UUID, Customer]:
    """Return the customers to whom these records belong, by id; none to those who see no customers."""
    ids = {one.customer for one in records}
    if not ids or not person().may("customer.read", "customer.read_all"):
        return {}
    return {it.id: it for it in reading().customers.find(query(Customer).where(one_of(_c.id, ids)))}


def _meant(text: str) -> CustomerId | Trouble:
    """Return the customer somebody named by his number, his name, or a part of it that only he has."""
    if not text:
        return Trouble(words=t("for_whom.missing"), field=CUSTOMER)
    wanted = query(Customer).where(
        any_of(eq(_c.number, text), contains(_c.name, text)), negate(eq(_c.status, CustomerStatus.DELETED))
    )
    found = reading().customers.find(wanted.sort(asc(_c.name)).page(OFFERED))
    named = [it for it in found if text in {it.number, it.name}] or found
    if len(named) == 1:
        return named[0].id
    words = t("for_whom.several", n=len(named)) if named else t("for_whom.nobody", name=text)
    return Trouble(words=words, field=CUSTOMER)


def _offered() -> tuple[Option, ...]:
    """List the customers a person is likely to mean: those he looks after."""
    mine = query(Customer).where(eq(_c.manager, person().id), negate(eq(_c.status, CustomerStatus.DELETED)))
    return tuple(
        Option(value=it.name, words=it.name) for it in reading().customers.find(mine.sort(asc(_c.name)).page(OFFERED))
    )


def for_whom(title: str, topic: str, back: str, onto: str) -> Answer:
    """Ask for which customer something is entered, and go on to its form.

    Args:
        title: What is entered.
        topic: The help beside it.
        back: Where to go instead.
        onto: Endpoint of the form, which takes the customer.
    """
    text = typed(request.form.get(CUSTOMER, ""))
    problem: Trouble | None = None
    if request.method == "POST":
        meant = _meant(text)
        if not isinstance(meant, Trouble):
            return redirect(url_for(onto, id=meant))
        problem = meant
    shown = Shown(
        name=CUSTOMER,
        label=label("customer"),
        value=text,
        required=True,
        longest=LONGEST_FILTER,
        options=_offered(),
        help=t("for_whom.help"),
    )
    return form_page(
        "form.html",
        Form(fields=(shown,)),
        problem,
        title=title,
        topic=topic,
        lead=None,
        button=t("for_whom.go_on"),
        back=back,
    )
