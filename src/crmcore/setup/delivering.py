"""Puts what every CRM starts with into the store: the delivered roles and dictionary entries.

A right that comes with a later version is delivered once, too: to a delivered role whose rights the company has left as
they were delivered. What a company has arranged itself it goes on arranging itself: a role that it gave other rights
gets none by an upgrade, and a right that it took away does not come back.
"""

import json
from collections.abc import Iterable, Iterator
from typing import Final
from uuid import UUID

import attrs
from attrs import fields

from crmcore.access.delivered import delivered_roles
from crmcore.access.entity import Role
from crmcore.base.text import key_of
from crmcore.dictionary.delivered import delivered_entries
from crmcore.dictionary.entity import DictionaryEntry
from crmcore.i18n import Language
from crmcore.query import all_of, any_of, asc, eq, query
from crmcore.storage.action import SYSTEM_ONLY, action
from crmcore.storage.records import ChangeRecord
from crmcore.storage.work import Work

__all__ = ["Delivered", "add_entry", "deliver"]


_DELIVERING: Final = "setup.deliver"


@attrs.frozen
class Delivered:
    """What was put in; empty when everything was there already."""

    roles: tuple[str, ...]
    """Codes of roles."""
    entries: tuple[str, ...]
    """Category and code of dictionary entries, ``region.beijing``."""
    rights: tuple[str, ...] = ()
    """Code of a role and of a right that came with this version, ``executive: order.read``."""
    withheld: tuple[str, ...] = ()
    """The same, of roles whose rights the company has changed: they are for an administrator to give."""


@action(SYSTEM_ONLY)
def deliver(work: Work, *, language: Language = "zh") -> Delivered:
    """Add the delivered roles, their rights and dictionary entries that were never there.

    What the company has made of them stays. A role whose rights it has changed gets no new ones (requirement RBA-10).

    Args:
        work: The unit of work.
        language: Language of the roles' names, which the company changes as it likes.
    """
    wanted = delivered_roles(language)
    roles = tuple(role.code for role in wanted if _add_role(work, role))
    entries = tuple(f"{one.category}.{one.code}" for one in delivered_entries() if add_entry(work, one))
    given, withheld = _widened(work, [role for role in wanted if role.code not in roles])
    return Delivered(roles, entries, given, withheld)


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


def _widened(work: Work, wanted: Iterable[Role]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Give roles the rights that were never delivered to them; answer those, and what is left to an administrator."""
    given: list[str] = []
    withheld: list[str] = []
    for role in wanted:
        kept = work.unscoped(Role).get(role.id)
        offered = {code for said in _delivered_rights(work, role.id) for code in said}
        new = [code for code in role.permissions if code not in offered and code not in kept.permissions]
        untouched = {*kept.permissions} == offered
        (given if untouched else withheld).extend(f"{role.code}: {code}" for code in new)
        if new and untouched:
            rights = (*(code for code in role.permissions if code in offered), *kept.permissions, *new)
            work.unscoped(Role).save(attrs.evolve(kept, permissions=tuple(dict.fromkeys(rights))))
    return tuple(given), tuple(withheld)


def _delivered_rights(work: Work, role: UUID) -> Iterator[list[str]]:
    """Answer the rights that were delivered to a role, each time that some were, from its change records."""
    c = fields(ChangeRecord)
    told = query(ChangeRecord).where(eq(c.entity_id, role), eq(c.entity, "role"), eq(c.action, _DELIVERING))
    for record in work.unscoped(ChangeRecord).find(told.sort(asc(c.entity_version))):
        yield json.loads(record.changes).get("permissions", (None, ()))[1]


def _was_here(work: Work, id_: UUID) -> bool:
    """Tell whether the record was delivered once and removed by the company."""
    return work.unscoped(ChangeRecord).first(eq(fields(ChangeRecord).entity_id, id_)) is not None
