"""What passed between a customer and the company: one tab of the customer, with its forms (INT-01 to 03)."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final
from uuid import UUID

from attrs import fields

from crmcore.customers import (
    add_interaction,
    contacts,
    delete_interaction,
    edit_interaction,
    interaction,
    interactions,
)
from crmcore.customers.entity import Contact, Customer, CustomerId, Interaction, InteractionId
from crmcore.query import one_of, query
from crmcore.views import Choice, form_for
from crmcore_demo.actions import Action
from crmcore_demo.addresses import carry
from crmcore_demo.answers import pages_of
from crmcore_demo.customer_page import customer_of, customer_page, customer_to_change
from crmcore_demo.display import day, t
from crmcore_demo.entries import Entry, entry_pages
from crmcore_demo.forms import with_dictionary
from crmcore_demo.listing import possible_with, read_filter
from crmcore_demo.pages.contacts import maintains
from crmcore_demo.questions import DONE, Question, step_pages
from crmcore_demo.session import reading, settings

pages = pages_of("interactions", "L0201")
ASKED_FOR: Final = ("at", "place", "title", "channel", "type", "contact", "memo", "detail")


def _answers(it: Interaction) -> Iterable[Action]:
    yield Action(words=t("interactions.edit"), address=carry("interactions.edit_form", id=it.id))
    address = carry("interactions.ask", id=it.id, step="delete")
    yield Action(words=t("interactions.delete"), address=address, dialog=True, danger=True)


@pages.get("/customers/<uuid:id>/interactions")
def index(id: UUID) -> str:  # noqa: A002
    """Show what passed between a customer and the company, newest first (INT-01, INT-02)."""
    it = customer_of(CustomerId(id))
    found = interactions(reading(), it.id, **read_filter().part)
    mine = maintains(it)
    new = Action(words=t("interactions.new"), address=carry("interactions.new", id=it.id), primary=True)
    return customer_page(
        "customers/interactions.html",
        it,
        "interactions",
        topic="customer_interactions",
        page=found,
        people=_people(found.rows),
        possible=possible_with(found.rows, _answers if mine else lambda _: ()),
        heading_actions=(new,) if mine else (),
    )


def _people(rows: Iterable[Interaction]) -> Mapping[UUID, str]:
    """Return what the people are called whom these records name."""
    ids = {one.contact for one in rows if one.contact}
    wanted = query(Contact).where(one_of(fields(Contact).id, ids))
    return {one.id: one.name for one in reading().contacts.find(wanted)} if ids else {}


def _entry(
    action: Callable[..., Interaction], customer: Customer, it: Interaction | None = None, **more: Any
) -> Entry[Interaction]:
    asked = form_for(Interaction, zone=settings().zone, names=ASKED_FOR, changing=it is not None)
    people = (Choice(str(one.id), one.name) for one in contacts(reading(), customer.id))
    held = {name: getattr(it, name) if it else "" for name in ("type", "channel")}
    return Entry(
        it=it,
        name=it.title if it else "",
        words="interactions",
        topic="customer_interactions",
        asked=with_dictionary(asked.with_choices("contact", people), **held),
        action=action,
        lead=f"{customer.number} · {customer.name}",
        back=carry("interactions.index", id=customer.id),
        **more,
    )


def _new(id: UUID) -> Entry[Interaction]:  # noqa: A002
    """Ask what passed; the time is now unless somebody says otherwise."""
    customer = customer_to_change(id)
    return _entry(add_interaction, customer, before=(customer.id,), known={"at": reading().now})


def _kept(id: UUID) -> Entry[Interaction]:  # noqa: A002
    """Ask what should be different about a record of what passed."""
    it = interaction(reading(), InteractionId(id))
    return _entry(edit_interaction, customer_to_change(it.customer), it)


def _asked(id: UUID, step: str) -> Question:  # noqa: A002
    """Ask before a record of what passed is removed (GEN-13)."""
    it = interaction(reading(), InteractionId(id))
    customer = customer_to_change(it.customer)
    return Question(
        id=it.id,
        words=f"interactions.{step}",
        topic="customer_interactions",
        back=carry("interactions.index", id=customer.id),
        version=it.version,
        gaps={"day": day(it.at), "title": it.title},
        done=DONE[step],
    )


entry_pages(pages, _new, _kept, under="/customers/<uuid:id>/interactions", at="/interactions")
step_pages(pages, {"delete": delete_interaction}, _asked, at="/interactions")
