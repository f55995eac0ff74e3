"""Customers beside the records that belong to them: what they are called, and which of them is meant."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from attrs import fields

from crmcore.access.entity import UserId
from crmcore.customers import listing
from crmcore.customers.entity import Customer
from crmcore.query import one_of, query
from crmcore_demo.actions import Action
from crmcore_demo.addresses import carry
from crmcore_demo.display import t
from crmcore_demo.listing import list_page, read_filter, texts
from crmcore_demo.session import person, reading

_c = fields(Customer)


def customers_of(records: Iterable[Any]) -> Mapping[UUID, Customer]:
    """Return the customers to whom these records belong, by id; none to those who see no customers."""
    ids = {one.customer for one in records}
    if not ids or not person().may("customer.read", "customer.read_all"):
        return {}
    return {it.id: it for it in reading().customers.find(query(Customer).where(one_of(_c.id, ids)))}


def whose_page(words: str, title: str, back: str, onto: str, manager: UserId | None) -> str:
    """Ask for which customer something is entered, and lead on to its form.

    Args:
        words: Where the sentences of the subject are, and the help beside it.
        title: What is entered.
        back: Where to go instead.
        onto: Endpoint of the form, which takes the customer.
        manager: Whose customers are offered; None for everybody's.
    """
    asked = read_filter(*texts("customer", "name", "number"))
    found = listing(reading(), manager=manager, **asked.typed)

    def lead(it: Customer) -> str:
        return carry(onto, id=it.id)

    return list_page(
        "service/whose.html",
        words,
        found,
        asked,
        lambda it: (Action(words=title, address=lead(it)),),
        title=t("for_whom.title", what=title),
        lead=None,
        nothing=t("for_whom.none_found" if asked.active else "for_whom.none"),
        back=back,
        row_lead=lead,
    )
