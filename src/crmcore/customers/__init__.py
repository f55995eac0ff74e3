"""Customers, their contacts and what passed between them and the company (requirements chapter 3, 10.1, 10.2).

The use cases are functions of a unit of work: ``customers.create(work, …)``.
"""

from typing import TYPE_CHECKING

from crmcore.base.lazy import exports

if TYPE_CHECKING:
    from crmcore.customers.actions import create, delete, edit
    from crmcore.customers.contact_actions import add_contact, contact, contacts, delete_contact, edit_contact
    from crmcore.customers.duplicate_search import duplicate_groups
    from crmcore.customers.duplicates import duplicates_of_many, possible_duplicates
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
    from crmcore.customers.filtering import CustomerFilters
    from crmcore.customers.group_actions import (
        create_group,
        delete_group,
        edit_group,
        group,
        group_filters,
        groups,
        members,
    )
    from crmcore.customers.grouping import CustomerGroup, CustomerGroupId, CustomField, CustomFieldId, CustomKind
    from crmcore.customers.handing_over import HandedOver, assign, hand_over, hand_over_some, held_by
    from crmcore.customers.interaction_actions import (
        add_interaction,
        delete_interaction,
        edit_interaction,
        interaction,
        interactions,
    )
    from crmcore.customers.lists import choices, custom_fields, custom_values, detail, listing, remaining
    from crmcore.customers.merge_lists import merge_history
    from crmcore.customers.merges import merge, merge_preview, undo_merge
    from crmcore.customers.people import PhoneBookEntry, phone_book
    from crmcore.customers.purchases import ProductBought, products_bought
    from crmcore.customers.stages import LifeCycle, Stage, life_cycle, prospects
    from crmcore.customers.tagging import add_tag, remove_tag, tags_in_use
    from crmcore.customers.timelines import TimelineEntry, TimelineKind, timeline

__all__ = [
    "Contact",
    "ContactId",
    "CustomField",
    "CustomFieldId",
    "CustomKind",
    "Customer",
    "CustomerFilters",
    "CustomerGroup",
    "CustomerGroupId",
    "CustomerId",
    "CustomerStatus",
    "HandedOver",
    "Interaction",
    "InteractionId",
    "LifeCycle",
    "PhoneBookEntry",
    "ProductBought",
    "Stage",
    "TimelineEntry",
    "TimelineKind",
    "add_contact",
    "add_custom_field",
    "add_interaction",
    "add_tag",
    "all_custom_fields",
    "assign",
    "choices",
    "contact",
    "contacts",
    "create",
    "create_group",
    "custom_fields",
    "custom_values",
    "delete",
    "delete_contact",
    "delete_custom_field",
    "delete_group",
    "delete_interaction",
    "detail",
    "duplicate_groups",
    "duplicates_of_many",
    "edit",
    "edit_contact",
    "edit_custom_field",
    "edit_group",
    "edit_interaction",
    "group",
    "group_filters",
    "groups",
    "hand_over",
    "hand_over_some",
    "held_by",
    "interaction",
    "interactions",
    "life_cycle",
    "listing",
    "members",
    "merge",
    "merge_history",
    "merge_preview",
    "phone_book",
    "possible_duplicates",
    "products_bought",
    "prospects",
    "remaining",
    "remove_tag",
    "restore_custom_field",
    "retire_custom_field",
    "tags_in_use",
    "timeline",
    "undo_merge",
]

_HERE = "crmcore.customers"
_PARTS = {
    "actions": ("create", "delete", "edit"),
    "contact_actions": ("add_contact", "contact", "contacts", "delete_contact", "edit_contact"),
    "duplicate_search": ("duplicate_groups",),
    "duplicates": ("duplicates_of_many", "possible_duplicates"),
    "entity": ("Contact", "ContactId", "Customer", "CustomerId", "CustomerStatus", "Interaction", "InteractionId"),
    "fields": (
        "add_custom_field",
        "all_custom_fields",
        "delete_custom_field",
        "edit_custom_field",
        "restore_custom_field",
        "retire_custom_field",
    ),
    "filtering": ("CustomerFilters",),
    "group_actions": ("create_group", "delete_group", "edit_group", "group", "group_filters", "groups", "members"),
    "grouping": ("CustomField", "CustomFieldId", "CustomKind", "CustomerGroup", "CustomerGroupId"),
    "handing_over": ("HandedOver", "assign", "hand_over", "hand_over_some", "held_by"),
    "interaction_actions": ("add_interaction", "delete_interaction", "edit_interaction", "interaction", "interactions"),
    "lists": ("choices", "custom_fields", "custom_values", "detail", "listing", "remaining"),
    "merge_lists": ("merge_history",),
    "merges": ("merge", "merge_preview", "undo_merge"),
    "people": ("PhoneBookEntry", "phone_book"),
    "purchases": ("ProductBought", "products_bought"),
    "stages": ("LifeCycle", "Stage", "life_cycle", "prospects"),
    "tagging": ("add_tag", "remove_tag", "tags_in_use"),
    "timelines": ("TimelineEntry", "TimelineKind", "timeline"),
}
__getattr__, __dir__ = exports(__name__, {name: f"{_HERE}.{part}" for part, names in _PARTS.items() for name in names})
