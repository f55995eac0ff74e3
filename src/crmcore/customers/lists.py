"""Looking at customers (requirements CUS-01, CUS-02, CUS-05, CUS-08, X-CUS-02 to 04, X-SLF-04, decision 16.1)."""

from collections.abc import Sequence
from typing import Final, Literal, Unpack

from attrs import fields

from crmcore.base.errors import Invalid, Problem
from crmcore.base.paging import Page
from crmcore.customers.custom_forms import fields_in_use, kept_in
from crmcore.customers.entity import Customer, CustomerId, CustomerStatus
from crmcore.customers.filtering import CustomerFilters, conditions, solid
from crmcore.customers.grouping import CustomField, CustomValue
from crmcore.customers.inputs import CustomInput
from crmcore.query import Order, asc, desc, eq, one_of, query
from crmcore.storage.action import action
from crmcore.storage.listing import check_whole, page_of, partly
from crmcore.storage.work import Work

__all__ = ["CustomerSort", "choices", "custom_fields", "custom_values", "detail", "listing", "remaining"]

_c = fields(Customer)
CustomerSort = Literal["newest", "oldest", "name", "number"]
ORDERS: Final[dict[str, Order]] = {
    "newest": desc(_c.created_at),
    "oldest": asc(_c.created_at),
    "name": asc(_c.name_core),
    "number": asc(_c.number),
}
_OFFERED: Final = 20


@action("customer.read_all", "customer.read")
def listing(
    work: Work,
    *,
    sort: CustomerSort = "newest",
    page: int = 1,
    size: int | None = None,
    **filters: Unpack[CustomerFilters],
) -> Page[Customer]:
    """List customers; an account manager's own, everybody's for supervisors and executives (requirement CUS-05).

    Deleted customers are shown only when asked for by status (requirements 3.2, CUS-01).

    Args:
        work: The unit of work.
        sort: ``newest`` first (requirement GEN-17), ``oldest`` first, by ``name`` or by ``number``.
        page: Which page, from 1.
        size: Most records on a page; None for the company's setting.
        filters: What is looked for, see :class:`CustomerFilters`: ``keyword``, part of ``number``, ``name``, ``city``,
            ``phone``, ``fax`` or ``website``, the codes ``region``, ``level``, ``industry``, ``category`` and
            ``company_size``, ``manager``, ``status``, ``churn_warning``, ``tag``, ``created_from`` and ``created_to``,
            ``amount_from`` and ``amount_to``, and the company's own fields in ``custom``.

    Raises:
        Invalid: A filter is unknown, or can't be compared with what is given.
        NoPermission: The actor asks for orders or churn cases, which he may not see.
    """
    if sort not in ORDERS:
        raise Invalid(Problem(field="sort", code="value.choice", params={"got": str(sort)[:50]}))
    wanted = query(Customer).where(*conditions(work, filters)).sort(ORDERS[sort])
    return page_of(work, work.customers, wanted, page=page, size=size)


@action("customer.read_all", "customer.read")
def detail(work: Work, id: CustomerId) -> Customer:  # noqa: A002
    """Answer one customer."""
    return work.customers.get(id)


@action("customer.read_all", "customer.read")
def remaining(work: Work, id: CustomerId) -> Customer | None:  # noqa: A002
    """Answer whom to go on with instead of a customer: the one he was merged into, or himself (requirement X-ADM-11).

    None if he was merged into a customer that the actor may not see.
    """
    customer = work.customers.get(id)
    return customer if customer.merged_into is None else work.customers.first(eq(_c.id, customer.merged_into))


@action("customer.read_all", "customer.read")
def choices(work: Work, text: str = "", *, normal_only: bool = False, size: int = _OFFERED) -> Sequence[Customer]:
    """Answer the customers that a selection list offers; never deleted ones (requirement CUS-08).

    Args:
        work: The unit of work.
        text: A keyword; empty for those entered last.
        normal_only: Offer no lost customers either.
        size: Most customers to offer, 1 to 200.

    Raises:
        Invalid: Text or size is none.
    """
    check_whole(size=size)
    offered = (CustomerStatus.NORMAL,) if normal_only else (CustomerStatus.NORMAL, CustomerStatus.LOST)
    wanted = query(Customer).where(one_of(_c.status, offered), *partly((_c.search_text, solid(text))))
    return work.customers.find(wanted.sort(desc(_c.created_at)).page(min(max(size, 1), 200)))


@action("customer.read_all", "customer.read")
def custom_fields(work: Work) -> Sequence[CustomField]:
    """List the company's own fields that are asked for, in the order of the form (requirement X-CUS-08)."""
    return tuple(fields_in_use(work).values())


@action("customer.read_all", "customer.read")
def custom_values(work: Work, customer: CustomerId) -> dict[str, CustomInput]:
    """Answer what a customer has in the company's own fields, by code; of retired fields too (requirement X-CUS-08)."""
    work.customers.get(customer)
    held = work.unscoped(CustomValue).find(query(CustomValue).where(eq(fields(CustomValue).customer, customer)))
    by_field = {one.custom_field: kept_in(one) for one in held}
    asked = one_of(fields(CustomField).id, tuple(by_field))
    named = work.unscoped(CustomField).find(query(CustomField).where(asked).sort(asc(fields(CustomField).position)))
    return {one.code: by_field[one.id] for one in named}
