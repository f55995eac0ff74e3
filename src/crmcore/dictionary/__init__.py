"""Basic data: configurable list values and system parameters (requirements 6.1, 16.9, X-ADM-01)."""

from typing import TYPE_CHECKING

from crmcore.base.lazy import exports

if TYPE_CHECKING:
    from crmcore.dictionary.actions import (
        add_entry,
        categories,
        delete_entry,
        edit_entry,
        entries,
        entry,
        restore_entry,
        retire_entry,
    )
    from crmcore.dictionary.entity import DictionaryEntry, DictionaryEntryId
    from crmcore.dictionary.lookup import choices, labels
    from crmcore.dictionary.regions import RegionLoad, load_regions
    from crmcore.dictionary.setting_actions import Setting, reset_parameter, set_parameter, settings

__all__ = [
    "DictionaryEntry",
    "DictionaryEntryId",
    "RegionLoad",
    "Setting",
    "add_entry",
    "categories",
    "choices",
    "delete_entry",
    "edit_entry",
    "entries",
    "entry",
    "labels",
    "load_regions",
    "reset_parameter",
    "restore_entry",
    "retire_entry",
    "set_parameter",
    "settings",
]

_HERE = "crmcore.dictionary"
_NAMES = {
    "actions": (
        "add_entry",
        "categories",
        "delete_entry",
        "edit_entry",
        "entries",
        "entry",
        "restore_entry",
        "retire_entry",
    ),
    "entity": ("DictionaryEntry", "DictionaryEntryId"),
    "lookup": ("choices", "labels"),
    "regions": ("RegionLoad", "load_regions"),
    "setting_actions": ("Setting", "reset_parameter", "set_parameter", "settings"),
}
__getattr__, __dir__ = exports(
    __name__, {name: f"{_HERE}.{module}" for module, names in _NAMES.items() for name in names}
)
