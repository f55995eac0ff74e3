"""Tells what became of records since an import, from their change records (requirement X-ADM-10)."""

import json
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from attrs import fields

from crmcore.base.schema import describe
from crmcore.query import asc, eq, one_of, query
from crmcore.storage.records import ChangeRecord, Operation
from crmcore.storage.work import Work

__all__ = ["changed_since"]

_c = fields(ChangeRecord)


def changed_since(work: Work, cls: type[Any], records: Mapping[UUID, Any], since: Mapping[UUID, int]) -> set[UUID]:
    """Answer which records say something else than their earlier versions did.

    What was changed and changed back, or removed and put back, by undoing a later import say, is no change, nor is
    what the core computes, nor a version that only made sure that the record stays.

    Args:
        work: The unit of work.
        cls: The records' kind.
        records: The records as they are, by id.
        since: The version of each to compare with.
    """
    later = {id_: one.version - since[id_] for id_, one in records.items() if one.version != since[id_]}
    if not later:
        return set()
    schema = describe(cls)
    asked = query(ChangeRecord).where(one_of(_c.entity_id, sorted(later)), eq(_c.entity, schema.name))
    told = dict.fromkeys(later, 0)
    was: dict[UUID, dict[str, Any]] = {id_: {} for id_ in later}
    becomes: dict[UUID, dict[str, Any]] = {id_: {} for id_ in later}
    for one in work.unscoped(ChangeRecord).find(asked.sort(asc(_c.entity_version))):
        id_ = one.entity_id
        if id_ is None or one.operation is Operation.DENIED or one.entity_version <= since[id_]:
            continue
        told[id_] += 1
        for name, (before, after) in json.loads(one.changes).items():
            was[id_].setdefault(name, before)
            becomes[id_][name] = after
    computed = {spec.name for spec in schema.fields if spec.hint.derived}
    return {
        id_
        for id_, versions in later.items()
        if told[id_] != versions or any(was[id_][name] != becomes[id_][name] for name in was[id_].keys() - computed)
    }
