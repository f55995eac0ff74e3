"""Customers and their contacts (requirements chapter 3)."""

from typing import TYPE_CHECKING

from crmcore.base.lazy import exports

if TYPE_CHECKING:
    from crmcore.customers.actions import contacts, detail, listing
    from crmcore.customers.entity import Contact, ContactId, Customer, CustomerId, CustomerStatus

__all__ = ["Contact", "ContactId", "Customer", "CustomerId", "CustomerStatus", "contacts", "detail", "listing"]

_HERE = "crmcore.customers"
__getattr__, __dir__ = exports(
    __name__,
    {
        **dict.fromkeys(("contacts", "detail", "listing"), f"{_HERE}.actions"),
        **dict.fromkeys(("Contact", "ContactId", "Customer", "CustomerId", "CustomerStatus"), f"{_HERE}.entity"),
    },
)
