"""Groups of customers by a saved condition, for marketing and care (requirement X-CUS-06).

Who belongs to a group is found when somebody looks: within the customers he may see. Who does not see all customers
sees the groups he made himself, for conditions name colleagues' customers and their phones.
"""

from collections.abc import Sequence
from typing import Any

import attrs
from attrs import fields

from crmcore.base.building import build, change
from crmcore.base.errors import Invalid, Problem
from crmcore.base.paging import Page
from crmcore.base.text import key_of
from crmcore.customers.entity import Customer
from crmcore.customers.filtering import CustomerFilters, conditions
from crmcore.customers.grouping import CustomerGroup, CustomerGroupId
from crmcore.customers.lists import ORDERS, CustomerSort
from crmcore.customers.saved_filters import filters_from_json, filters_to_json
from crmcore.query import asc, query
from crmcore.query.checks import check_query
from crmcore.storage.action import action
from crmcore.storage.listing import page_of
from crmcore.storage.work import Work

__all__ = ["create_group", "delete_group", "edit_group", "group", "group_filters", "groups", "members"]


@action("customer.read_all", "customer.read")
def groups(work: Work) -> Sequence[CustomerGroup]:
    """List the groups the actor made, or everybody's for who sees all customers, by name."""
    return work.customer_groups.find(query(CustomerGroup).sort(asc(fields(CustomerGroup).name_key)))


@action("customer.read_all", "customer.read")
def group(work: Work, id: CustomerGroupId) -> CustomerGroup:  # noqa: A002
    """Answer one group."""
    return work.customer_groups.get(id)


@action("customer.read_all", "customer.read")
def group_filters(work: Work, id: CustomerGroupId) -> CustomerFilters:  # noqa: A002
    """Answer a group's condition as the filters of the customer list, to show or to change."""
    return filters_from_json(work.customer_groups.get(id).filters)


@action("customer.read_all", "customer.read")
def members(
    work: Work,
    id: CustomerGroupId,  # noqa: A002
    *,
    sort: CustomerSort = "newest",
    page: int = 1,
    size: int | None = None,
) -> Page[Customer]:
    """List the customers who belong to a group now, of those the actor may see.

    Args:
        work: The unit of work.
        id: Which group.
        sort: As in the customer list.
        page: Which page, from 1.
        size: Most records on a page; None for the company's setting.

    Raises:
        Invalid: The condition asks for a field of the company's own that was retired since.
        NoPermission: The condition asks for orders or churn cases, which the actor may not see.
    """
    meets = conditions(work, filters_from_json(work.customer_groups.get(id).filters))
    wanted = query(Customer).where(*meets).sort(ORDERS[sort])
    return page_of(work, work.customers, wanted, page=page, size=size)


@action("customer.group")
def create_group(work: Work, *, name: str, filters: CustomerFilters, description: str = "") -> CustomerGroup:
    """Save a condition as a group (requirement X-CUS-06).

    Args:
        work: The unit of work.
        name: 1 to 50 characters, unique whatever its case and width.
        filters: The filters of the customer list; at least one asks for something.
        description: What the group is for, up to 500 characters.

    Raises:
        Invalid: Name or condition is missing, or a filter can't be compared with what is given.
        AlreadyExists: Another group has that name.
    """
    made = build(
        CustomerGroup,
        {"name": name, "description": description},
        id=CustomerGroupId(work.new_id()),
        name_key=_key(name),
        filters=_written(work, filters),
        created_by=work.user_id,
        created_at=work.now,
    )
    return work.customer_groups.add(made)


@action("customer.group")
def edit_group(
    work: Work,
    id: CustomerGroupId,  # noqa: A002
    *,
    expected: int | None = None,
    name: str | None = None,
    description: str | None = None,
    filters: CustomerFilters | None = None,
) -> CustomerGroup:
    """Change a group's name, description or condition; what is None stays.

    Raises:
        Conflict: Somebody changed it since the person saw it.
        Invalid: A value breaks a constraint.
        AlreadyExists: Another group has that name.
    """
    known = work.customer_groups.get(id, expected=expected)
    given = {"name": name, "description": description}
    changed = change(known, {key: value for key, value in given.items() if value is not None})
    written = known.filters if filters is None else _written(work, filters)
    return work.customer_groups.save(attrs.evolve(changed, name_key=_key(changed.name), filters=written))


@action("customer.group")
def delete_group(work: Work, id: CustomerGroupId, *, expected: int | None = None) -> None:  # noqa: A002
    """Remove a group; its customers stay what they are."""
    work.customer_groups.remove(work.customer_groups.get(id, expected=expected))


def _written(work: Work, filters: CustomerFilters) -> str:
    """Write a condition down, after it was checked as if it were asked now."""
    asked = conditions(work, filters)
    if asked == conditions(work, {}):  # blanks, and bounds that bound nothing: a group of everybody
        raise Invalid(Problem(field="filters", code="value.missing", entity="customer_group"))
    check_query(query(Customer).where(*asked))
    return filters_to_json(filters)


def _key(name: Any) -> str:
    return key_of(name)[:500] if isinstance(name, str) and key_of(name) else "-"
