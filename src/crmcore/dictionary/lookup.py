"""Choosing from the dictionary: what forms offer, what codes mean, whether a record may take one (decision 16.9)."""

from collections.abc import Iterator, Sequence
from typing import Any

from attrs import fields

from crmcore.access.entity import Validity
from crmcore.base.errors import Invalid, Problem
from crmcore.base.schema import Entity, describe
from crmcore.customers.grouping import CustomField, CustomValue
from crmcore.dictionary.entity import DictionaryEntry, DictionaryEntryId
from crmcore.query import Op, Query, Test, asc, eq, in_query, query
from crmcore.storage.action import SIGNED_IN, action
from crmcore.storage.work import Work
from crmcore.subjects import ENTITIES

__all__ = ["check_codes", "choices", "holders", "labels"]

_d = fields(DictionaryEntry)


@action(SIGNED_IN)
def choices(work: Work, category: str) -> Sequence[DictionaryEntry]:
    """Answer what a form offers of a category: the entries that are not retired, in their order."""
    valid = query(DictionaryEntry).where(eq(_d.category, category), eq(_d.status, Validity.VALID))
    return work.dictionary.find(valid.sort(asc(_d.position)))


@action(SIGNED_IN)
def labels(work: Work, category: str) -> dict[str, str]:
    """Answer what the codes of a category mean in the reader's language, retired ones too (decision 16.9)."""
    chinese = work.actor.language == "zh"
    entries = work.dictionary.find(query(DictionaryEntry).where(eq(_d.category, category)).sort(asc(_d.position)))
    return {one.code: one.label_zh if chinese else one.label_en for one in entries}


def check_codes(work: Work, record: Entity, known: Entity | None = None) -> None:
    """Refuse a record that takes a code which can't be chosen; for actions that store records with dictionary fields.

    A code that the record had before may stay, even if its entry was retired meanwhile (decision 16.9). Entries that
    are taken are touched, so that nobody removes them at the same moment (requirement DIC-04).

    Args:
        work: The unit of work.
        record: What is about to be stored.
        known: What is stored now; None for a new record.

    Raises:
        Invalid: A category has no such entry, or a retired one; every field concerned is listed.
    """
    schema, entries = describe(type(record)), work.unscoped(DictionaryEntry)
    taken: dict[DictionaryEntryId, DictionaryEntry] = {}
    problems: list[Problem] = []
    for name, category, code in _chosen(record, known):
        entry = entries.first(eq(_d.category, category), eq(_d.code, code), eq(_d.status, Validity.VALID))
        if entry is None:
            problems.append(
                Problem(field=name, code="dictionary.not_offered", entity=schema.name, params={"got": code})
            )
        else:
            taken[entry.id] = entry
    if problems:
        raise Invalid(problems)
    for id_ in sorted(taken):
        entries.touch(taken[id_])


def holders(work: Work, entry: DictionaryEntry) -> Iterator[tuple[str, int]]:
    """Answer how many records of which kind hold an entry's code: every kind with a field of its category."""
    for cls in dict.fromkeys((*ENTITIES, *work.crm.scopes)):
        for spec in describe(cls).fields:
            if spec.hint.dictionary == entry.category:
                holds = Op.HAS if spec.kind == "text_list" else Op.EQ
                wanted: Query[Any] = Query(entity=cls, condition=Test(spec.path, holds, entry.code))
                count = work.unscoped(cls).count(wanted)
                if count:
                    yield describe(cls).name, count
    count = _chosen_in_own_fields(work, entry)
    if count:
        yield describe(CustomValue).name, count


def _chosen_in_own_fields(work: Work, entry: DictionaryEntry) -> int:
    """Count the values of the company's own fields that are this choice (requirement X-CUS-08)."""
    choosing = query(CustomField).where(eq(fields(CustomField).choices, entry.category))
    v = fields(CustomValue)
    chosen = query(CustomValue).where(in_query(v.custom_field, choosing), eq(v.text, entry.code))
    return work.unscoped(CustomValue).count(chosen)


def _chosen(record: Entity, known: Entity | None) -> Iterator[tuple[str, str, str]]:
    """Answer field, category and code of what a record takes from the dictionary and did not have before."""
    schema = describe(type(record))
    before = schema.flatten(known) if known is not None else ("",) * len(schema.fields)
    for spec, was, now in zip(schema.fields, before, schema.flatten(record), strict=True):
        if spec.hint.dictionary and now and now != was:
            several = spec.kind == "text_list"
            for code in dict.fromkeys(now) if several else (now,):
                if not (several and code in (was or ())):
                    yield spec.name, spec.hint.dictionary, code
