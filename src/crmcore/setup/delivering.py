"""Puts what every CRM starts with into the store: the delivered roles and dictionary entries."""

from uuid import UUID

import attrs
from attrs import fields

from crmcore.access.delivered import delivered_roles
from crmcore.access.entity import Role
from crmcore.base.text import key_of
from crmcore.dictionary.delivered import delivered_entries
from crmcore.dictionary.entity import DictionaryEntry
from crmcore.i18n import Language
from crmcore.query import all_of, any_of, eq
from crmcore.storage.action import SYSTEM_ONLY, action
from crmcore.storage.records import ChangeRecord
from crmcore.storage.work import Work

__all__ = ["Delivered", "add_entry", "deliver"]


@attrs.frozen
class Delivered:
    """What was put in; empty when everything was there already."""

    roles: tuple[str, ...]
    """Codes of roles."""
    entries: tuple[str, ...]
    """Category and code of dictionary entries, ``region.beijing``."""


@action(SYSTEM_ONLY)
def deliver(work: Work, *, language: Language = "zh") -> Delivered:
    """Add the delivered roles and dictionary entries that were never there; what the company has made of them stays.

    Args:
        work: The unit of work.
        language: Language of the roles' names, which the company changes as it likes.
    """
    roles = tuple(role.code for role in delivered_roles(language) if _add_role(work, role))
    entries = tuple(f"{one.category}.{one.code}" for one in delivered_entries() if add_entry(work, one))
    return Delivered(roles, entries)


def add_entry(work: Work, entry: DictionaryEntry) -> bool:
    """Add a dictionary entry, unless it was there before or the company has one with its code or label."""
    entries, e = work.unscoped(DictionaryEntry), fields(DictionaryEntry)
    taken = all_of(eq(e.category, entry.category), any_of(eq(e.code, entry.code), eq(e.label_zh, entry.label_zh)))
    if entries.first(taken) is not None or _was_here(work, entry.id):
        return False
    entries.add(entry)
    return True


def _add_role(work: Work, role: Role) -> bool:
    roles, r = work.unscoped(Role), fields(Role)
    if work.session.load(Role, role.id) is not None:
        return False
    if roles.first(eq(r.name_key, role.name_key)) is not None:  # a role of the company's own has the name
        name = f"{role.name} ({role.code})"
        role = attrs.evolve(role, name=name, name_key=key_of(name))
    roles.add(role)
    return True


def _was_here(work: Work, id_: UUID) -> bool:
    """Tell whether the record was delivered once and removed by the company."""
    return work.unscoped(ChangeRecord).first(eq(fields(ChangeRecord).entity_id, id_)) is not None
