"""Maintaining the dictionary (requirements DIC-01 to 04, decision 16.9)."""

from collections.abc import Mapping, Sequence
from typing import Any, Unpack

import attrs
from attrs import fields as attributes

from crmcore.access.entity import Validity
from crmcore.base.building import build, change
from crmcore.base.paging import Page
from crmcore.dictionary.entity import DictionaryEntry, DictionaryEntryId, EntryChanges, EntryFields
from crmcore.dictionary.lookup import holders
from crmcore.dictionary.rules import EntryInUse, check_deletable, check_editable
from crmcore.i18n import language_of, text
from crmcore.query import any_of, asc, contains, count, query
from crmcore.storage.action import action
from crmcore.storage.listing import exactly, page_of, partly
from crmcore.storage.work import Work

__all__ = [
    "add_entry",
    "categories",
    "delete_entry",
    "edit_entry",
    "entries",
    "entry",
    "restore_entry",
    "retire_entry",
]

_d = attributes(DictionaryEntry)


@action("dictionary.manage")
def entries(
    work: Work,
    *,
    category: str = "",
    item: str = "",
    value: str = "",
    status: Validity | None = None,
    page: int = 1,
    size: int | None = None,
) -> Page[DictionaryEntry]:
    """List the dictionary, by category and in the order of its lists (requirement DIC-01).

    Args:
        work: The unit of work.
        category: Part of the category's code; empty for all, as the other texts.
        item: Part of a label, in Chinese or English.
        value: Part of the stored code.
        status: Valid or retired; None for all.
        page: Which page, from 1.
        size: Most records on a page; None for the company's setting.
    """
    item = str(item or "").strip()
    labelled = [any_of(contains(_d.label_zh, item), contains(_d.label_en, item))]
    wanted = (
        query(DictionaryEntry)
        .where(*partly((_d.category, category), (_d.code, value)), *exactly((_d.status, status)))
        .where(*(labelled if item else ()))
        .sort(asc(_d.category), asc(_d.position))
    )
    return page_of(work, work.dictionary, wanted, page=page, size=size)


@action("dictionary.manage")
def entry(work: Work, id: DictionaryEntryId) -> DictionaryEntry:  # noqa: A002
    """Answer one entry."""
    return work.dictionary.get(id)


@action("dictionary.manage")
def categories(work: Work) -> Sequence[str]:
    """Answer the categories that have entries, for completing what somebody types (requirement 6.1)."""
    return [str(row.key[0]) for row in work.dictionary.tally(by=(_d.category,), measures=(count(),))]


@action("dictionary.manage")
def add_entry(work: Work, **fields: Unpack[EntryFields]) -> DictionaryEntry:
    """Add an entry to a list; a new category makes a new list (requirement 6.1).

    Args:
        work: The unit of work.
        fields: ``category`` and ``code`` (1–50 characters without blanks, never changed afterwards), ``label_zh`` and
            ``label_en`` (1–50); optionally ``position`` in the list (0–100 000) and ``editable`` (false locks it).

    Raises:
        Invalid: A field is missing, unknown, too long or of the wrong type; all problems are listed.
        AlreadyExists: The category has that code or that Chinese label (requirement DIC-03).
    """
    return work.dictionary.add(build(DictionaryEntry, _trimmed(fields), id=DictionaryEntryId(work.new_id())))


@action("dictionary.manage")
def edit_entry(
    work: Work,
    id: DictionaryEntryId,  # noqa: A002
    *,
    expected: int | None = None,
    **changes: Unpack[EntryChanges],
) -> DictionaryEntry:
    """Change the labels or the place of an entry, or lock it; records that hold its code stay as they are (16.9).

    Raises:
        EntryLocked: It can't be edited (requirement DIC-02).
        AlreadyExists: The category has that Chinese label (requirement DIC-03).
        Invalid: A value breaks a constraint, or category or code were to be changed.
    """
    known = work.dictionary.get(id, expected=expected)
    check_editable(known)
    return work.dictionary.save(change(known, _trimmed(changes)))


@action("dictionary.manage")
def retire_entry(work: Work, id: DictionaryEntryId, *, expected: int | None = None) -> DictionaryEntry:  # noqa: A002
    """Let an entry be chosen no more; records that hold it still show it (decision 16.9).

    Raises:
        EntryLocked: It can't be edited (requirement DIC-02).
    """
    known = work.dictionary.get(id, expected=expected)
    check_editable(known)
    return work.dictionary.save(attrs.evolve(known, status=Validity.RETIRED))


@action("dictionary.manage")
def restore_entry(work: Work, id: DictionaryEntryId, *, expected: int | None = None) -> DictionaryEntry:  # noqa: A002
    """Let a retired entry be chosen again.

    Raises:
        EntryLocked: It can't be edited (requirement DIC-02).
    """
    known = work.dictionary.get(id, expected=expected)
    check_editable(known)
    return work.dictionary.save(attrs.evolve(known, status=Validity.VALID))


@action("dictionary.manage")
def delete_entry(work: Work, id: DictionaryEntryId, *, expected: int | None = None) -> None:  # noqa: A002
    """Remove a retired entry that no record holds (requirement DIC-04).

    Raises:
        EntryLocked: It can't be edited (requirement DIC-02).
        EntryStillOffered: It is not retired yet.
        EntryInUse: Records hold its code; says how many of which kind.
    """
    known = work.dictionary.get(id, expected=expected)
    check_deletable(known)
    used = dict(holders(work, known))
    if used:
        language = language_of(work.actor.language)
        where = ", ".join(f"{text(kind, language)}: {number}" for kind, number in used.items())
        raise EntryInUse(item=known.label_zh, value=known.code, count=sum(used.values()), where=where)
    work.dictionary.remove(known)


def _trimmed(given: Mapping[str, Any]) -> dict[str, Any]:
    """Cut blanks at the ends of labels, so that two don't differ by them (requirement DIC-03)."""
    return {
        name: value.strip() if name.startswith("label") and isinstance(value, str) else value
        for name, value in given.items()
    }
