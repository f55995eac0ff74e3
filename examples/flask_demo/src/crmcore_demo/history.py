"""What happened to a record, in words: who changed what from what to what."""

from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

import attrs

from crmcore.base.schema import FieldSpec, describe
from crmcore.storage.history import FieldChange, HistoryEntry
from crmcore.views import shown
from crmcore_demo.display import entry_words, label, language, t
from crmcore_demo.session import names_of, settings
from crmcore_demo.words import has

MENTIONED: Final = {"customer.absorbed": "customer_merge.absorbed"}
"""What a change says beside its fields, by the name the library has for it."""
UNTOLD: Final = frozenset({"id", "version", "name_key", "password_hash"})


@attrs.frozen(kw_only=True)
class Told:
    """One field before and after, in words."""

    label: str
    old: str
    new: str


@attrs.frozen(kw_only=True)
class Event:
    """One thing that happened, in words."""

    who: str
    what: str
    at: Any
    fields: Sequence[Told]


def _specs(kind: type[Any]) -> Mapping[str, FieldSpec]:
    return {spec.name: spec for spec in describe(kind).fields if spec.name not in UNTOLD}


def _mentioned(entries: Sequence[HistoryEntry], specs: Mapping[str, FieldSpec]) -> Mapping[UUID, str]:
    """Return the names of the people the changes mention."""
    people = {name for name, spec in specs.items() if spec.hint.ref == "user"}
    mentioned = {
        value
        for entry in entries
        for change in entry.changes
        if change.field in people
        for value in (change.old, change.new)
        if isinstance(value, UUID)
    }
    return names_of(*mentioned)


def _words(spec: FieldSpec, value: Any, people: Mapping[UUID, str]) -> str:
    if spec.hint.secret:
        return t("history.hidden")
    if spec.hint.ref == "user":
        return people.get(value, "")
    if spec.hint.ref:
        return ""
    if spec.name == "permissions":
        return t("punctuation.and").join(label(f"permission.{code}") for code in value or ())
    if spec.hint.dictionary:
        return entry_words(spec.hint.dictionary, value or "")
    return shown(value, language(), settings().zone, exact=True) + (spec.hint.unit if spec.hint.unit == "%" else "")


def _told(kind: str, change: FieldChange, spec: FieldSpec, people: Mapping[UUID, str]) -> Told:
    return Told(
        label=label(f"{kind}.{spec.name}"),
        old=_words(spec, change.old, people) if change.old not in (None, "", ()) else "",
        new=_words(spec, change.new, people) if change.new not in (None, "", ()) else "",
    )


def _deed(entry: HistoryEntry) -> str:
    """Say what somebody did: in the words of the action where there are some."""
    key = f"deed.{entry.action}"
    return t(key) if has(language(), key) else label(f"operation.{entry.operation.value}")


def _event(kind: str, entry: HistoryEntry, specs: Mapping[str, FieldSpec], people: Mapping[UUID, str]) -> Event:
    told = [_told(kind, change, specs[change.field], people) for change in entry.changes if change.field in specs]
    told += [
        Told(label=label(MENTIONED[name]), old=change.old or "", new=change.new or "")
        for change in entry.changes
        if (name := f"{kind}.{change.field}") in MENTIONED
    ]
    return Event(
        who=entry.by_name,
        what=_deed(entry),
        at=entry.at,
        fields=tuple(one for one in told if one.old or one.new),
    )


def told_of(entity: type[Any], entries: Sequence[HistoryEntry]) -> tuple[Event, ...]:
    """Return what happened to a record in words, the newest first."""
    specs = _specs(entity)
    people = _mentioned(entries, specs)
    return tuple(_event(describe(entity).name, entry, specs, people) for entry in reversed(entries))
