"""Customers, their contacts and what passed between them and the company (requirements chapter 3, 10.1, 10.2).

The use cases are functions of a unit of work: ``customers.create(work, …)``.
"""

from typing import TYPE_CHECKING

from crmcore.base.lazy import exports

if TYPE_CHECKING:
    from crmcore.customers.actions import create, delete, edit
    from crmcore.customers.contact_actions import add_contact, contact, contacts, delete_contact, edit_contact
    from crmcore.customers.entity import (
        Contact,
        ContactId,
        Customer,
        CustomerId,
        CustomerStatus,
        Interaction,
        InteractionId,
    )
    from crmcore.customers.fields import (
        add_custom_field,
        all_custom_fields,
        delete_custom_field,
        edit_custom_field,
        restore_custom_field,
        retire_custom_field,
    )
    from crmcore.customers.interaction_actions import (
        add_interaction,
        delete_interaction,
        edit_interaction,
        interaction,
        interactions,
    )
    from crmcore.customers.lists import choices, custom_fields, custom_values, detail, listing
    from crmcore.customers.tagging import add_tag, remove_tag, tags_in_use

__all__ = [
    "Contact",
    "ContactId",
    "Customer",
    "CustomerId",
    "CustomerStatus",
    "Interaction",
    "InteractionId",
    "add_contact",
    "add_custom_field",
    "add_interaction",
    "add_tag",
    "all_custom_fields",
    "choices",
    "contact",
    "contacts",
    "create",
    "custom_fields",
    "custom_values",
    "delete",
    "delete_contact",
    "delete_custom_field",
    "delete_interaction",
    "detail",
    "edit",
    "edit_contact",
    "edit_custom_field",
    "edit_interaction",
    "interaction",
    "interactions",
    "listing",
    "remove_tag",
    "restore_custom_field",
    "retire_custom_field",
    "tags_in_use",
]

_HERE = "crmcore.customers"
_PARTS = {
    "actions": ("create", "delete", "edit"),
    "contact_actions": ("add_contact", "contact", "contacts", "delete_contact", "edit_contact"),
    "entity": ("Contact", "ContactId", "Customer", "CustomerId", "CustomerStatus", "Interaction", "InteractionId"),
    "fields": (
        "add_custom_field",
        "all_custom_fields",
        "delete_custom_field",
        "edit_custom_field",
        "restore_custom_field",
        "retire_custom_field",
    ),
    "interaction_actions": (
        "add_interaction",
        "delete_interaction",
        "edit_interaction",
        "interaction",
        "interactions",
    ),
    "lists": ("choices", "custom_fields", "custom_values", "detail", "listing"),
    "tagging": ("add_tag", "remove_tag", "tags_in_use"),
}
__getattr__, __dir__ = exports(__name__, {name: f"{_HERE}.{part}" for part, names in _PARTS.items() for name in names})
