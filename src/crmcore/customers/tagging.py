"""Free words on customers, for subdividing them (requirement X-CUS-07)."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Final

import attrs
from attrs import fields

from crmcore.base.errors import Invalid, Problem
from crmcore.base.text import is_visible, key_of
from crmcore.customers.entity import Customer, CustomerId, CustomerStatus
from crmcore.customers.rules import may_change
from crmcore.query import desc, eq, negate, query
from crmcore.storage.action import action
from crmcore.storage.work import Work

__all__ = ["TagUse", "add_tag", "remove_tag", "tags_in_use", "tidy"]

_c = fields(Customer)
_LOOKED_AT: Final = 5000
"""So many customers' tags are looked at for suggestions."""


@attrs.frozen
class TagUse:
    """A tag, and how many of the customers that were looked at have it."""

    tag: str
    count: int


def tidy(tags: Iterable[str]) -> tuple[str, ...]:
    """Answer tags without blanks around them, and without those that differ from another by case or width only."""
    kept = {key_of(one): " ".join(one.split()) for one in reversed(tuple(tags)) if is_visible(one)}
    return tuple(reversed(kept.values()))


@action("customer.edit", "customer.edit_all")
def add_tag(work: Work, id: CustomerId, tag: str) -> Customer:  # noqa: A002
    """Give a customer a tag; nothing is changed if he has it. A lost customer may get one too, to be won back.

    Args:
        work: The unit of work.
        id: Which customer.
        tag: The word, up to 30 characters.

    Raises:
        NotTheManager: Somebody else is responsible.
        CustomerDeleted: He was deleted.
        Invalid: The tag is empty or too long, or he has as many as a customer can have.
    """
    customer = work.customers.get(id)
    may_change(customer, work.actor)
    if not is_visible(str(tag)):
        raise Invalid(Problem(field="tags", code="value.missing", entity="customer"))
    if key_of(tag) in map(key_of, customer.tags):
        return customer
    return work.customers.save(attrs.evolve(customer, tags=tidy((*customer.tags, tag))))


@action("customer.edit", "customer.edit_all")
def remove_tag(work: Work, id: CustomerId, tag: str) -> Customer:  # noqa: A002
    """Take a tag from a customer; nothing is changed if he has not got it.

    Raises:
        NotTheManager: Somebody else is responsible.
        CustomerDeleted: He was deleted.
    """
    customer = work.customers.get(id)
    may_change(customer, work.actor)
    left = tuple(one for one in customer.tags if key_of(one) != key_of(str(tag)))
    return work.customers.save(attrs.evolve(customer, tags=left))


@action("customer.read_all", "customer.read")
def tags_in_use(work: Work) -> Sequence[TagUse]:
    """List the tags that customers have, most used first, for choosing from.

    The five thousand customers entered last are looked at, of those the actor may see: stores count no words in lists.
    """
    wanted = query(Customer).where(negate(eq(_c.status, CustomerStatus.DELETED))).sort(desc(_c.created_at))
    counted = Counter(tag for one in work.customers.scan(wanted.page(_LOOKED_AT)) for tag in one.tags)
    return [TagUse(tag, number) for tag, number in sorted(counted.items(), key=lambda item: (-item[1], item[0]))]
