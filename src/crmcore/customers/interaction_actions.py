"""Recording what passed between customers and the company (requirements INT-01 to 03)."""

from typing import Any, Unpack

from attrs import fields as attributes

from crmcore.base.building import build, change
from crmcore.base.errors import Invalid
from crmcore.base.paging import Page
from crmcore.customers.entity import CustomerId, Interaction, InteractionId
from crmcore.customers.inputs import InteractionChanges, InteractionFields
from crmcore.customers.maintaining import contact_problems, maintained
from crmcore.customers.rules import may_change
from crmcore.dictionary.lookup import check_codes
from crmcore.query import desc, eq, query
from crmcore.storage.action import action
from crmcore.storage.listing import page_of
from crmcore.storage.work import Work

__all__ = ["add_interaction", "delete_interaction", "edit_interaction", "interaction", "interactions"]

_i = attributes(Interaction)


@action("customer.read_all", "customer.read")
def interactions(work: Work, customer: CustomerId, *, page: int = 1, size: int | None = None) -> Page[Interaction]:
    """List what passed between a customer and the company, newest first (requirements INT-01, INT-02).

    Args:
        work: The unit of work.
        customer: Which customer.
        page: Which page, from 1.
        size: Most records on a page; None for the company's setting.
    """
    work.customers.get(customer)
    wanted = query(Interaction).where(eq(_i.customer, customer)).sort(desc(_i.at))
    return page_of(work, work.unscoped(Interaction), wanted, page=page, size=size)


@action("customer.read_all", "customer.read")
def interaction(work: Work, id: InteractionId) -> Interaction:  # noqa: A002
    """Answer one interaction."""
    return work.interactions.get(id)


@action("customer.edit", "customer.edit_all")
def add_interaction(work: Work, customer: CustomerId, **fields: Unpack[InteractionFields]) -> Interaction:
    """Record a meeting, call or other exchange with a customer; with a lost one too (requirement 10.2).

    Args:
        work: The unit of work.
        customer: With whom.
        fields: ``place`` and ``title``; optionally ``at`` (now if not given), ``type`` and ``channel`` from the
            dictionary, ``contact`` (one of the customer's), ``memo`` and ``detail``.

    Raises:
        NotTheManager: Somebody else is responsible for the customer.
        CustomerDeleted: The customer was deleted.
        Invalid: Something is missing, unknown, too long or of the wrong type; all problems are listed.
    """
    partner = work.customers.get(customer)
    may_change(partner, work.actor)
    given: dict[str, Any] = {"at": work.now, **fields}
    made = build(
        Interaction,
        given,
        id=InteractionId(work.new_id()),
        customer=customer,
        created_by=work.user_id,
        created_at=work.now,
    )
    _check(work, made, None)
    stored = work.unscoped(Interaction).add(made)
    work.customers.touch(partner)  # nobody deletes him, or hands him over, at the same moment
    return stored


@action("customer.edit", "customer.edit_all")
def edit_interaction(
    work: Work,
    id: InteractionId,  # noqa: A002
    *,
    expected: int | None = None,
    **changes: Unpack[InteractionChanges],
) -> Interaction:
    """Correct or complete what was recorded of an interaction (requirement INT-01).

    Raises:
        NotTheManager: Somebody else is responsible for the customer.
        CustomerDeleted: The customer was deleted.
        Conflict: Somebody changed it since the person saw it.
        Invalid: A value breaks a constraint.
    """
    known, partner = maintained(work, Interaction, id, expected)
    changed = change(known, changes)
    _check(work, changed, known)
    stored = work.unscoped(Interaction).save(changed)
    if stored.version != known.version:
        work.customers.touch(partner)
    return stored


@action("customer.edit", "customer.edit_all")
def delete_interaction(work: Work, id: InteractionId, *, expected: int | None = None) -> None:  # noqa: A002
    """Remove what was recorded by mistake; its change records stay (requirement INT-01).

    Raises:
        NotTheManager: Somebody else is responsible for the customer.
        CustomerDeleted: The customer was deleted.
    """
    known, partner = maintained(work, Interaction, id, expected)
    work.unscoped(Interaction).remove(known)
    work.customers.touch(partner)


def _check(work: Work, made: Interaction, known: Interaction | None) -> None:
    """Refuse codes that can't be chosen, and a contact of another customer."""
    check_codes(work, made, known=known)
    if made.contact is not None and (known is None or made.contact != known.contact):
        problems = contact_problems(work, made.contact, made.customer, "interaction")
        if problems:
            raise Invalid(problems)
