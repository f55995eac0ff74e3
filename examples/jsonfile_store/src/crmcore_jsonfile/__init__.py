"""A crmcore store in one JSON file: ``jsonfile:///home/me/crm.json``."""

from crmcore_jsonfile.store import JsonFileStore, open_store

__all__ = ["JsonFileStore", "open_store"]
