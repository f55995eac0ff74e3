"""Entities as JSON values: for change records, outbox payloads and stores that keep text."""

import datetime as dt
import json
import operator
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

import attrs

from crmcore.base.kinds import Kind
from crmcore.base.schema import Entity, EntitySchema, FieldSpec, describe

__all__ = [
    "compact",
    "compact_texts",
    "differences",
    "entity_from_json",
    "entity_to_json",
    "event_to_json",
    "value_from_json",
    "value_to_json",
]


def _instant(value: dt.datetime) -> str:
    return f"{value.isoformat(timespec='milliseconds')[:23]}Z"  # entities keep instants in UTC; strftime takes 4 µs


_TO_JSON: Final[dict[Kind, Callable[[Any], Any]]] = {
    "decimal": lambda value: f"{value:f}",
    "date": dt.date.isoformat,
    "instant": _instant,
    "uuid": str,
    "enum": operator.attrgetter("_value_"),  # what ``value`` answers, without its two calls
    "text_list": list,
    "uuid_list": lambda value: [str(one) for one in value],
}
_FROM_JSON: Final[dict[Kind, Callable[[FieldSpec, Any], Any]]] = {
    "decimal": lambda _, plain: Decimal(plain),
    "date": lambda _, plain: dt.date.fromisoformat(plain),
    "instant": lambda _, plain: dt.datetime.fromisoformat(plain),
    "uuid": lambda _, plain: UUID(plain),
    "enum": lambda spec, plain: spec.type(plain),
    "text_list": lambda _, plain: tuple(plain),
    "uuid_list": lambda _, plain: tuple(UUID(one) for one in plain),
}
_encode: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), sort_keys=True, allow_nan=False).encode


def compact(value: Any) -> str:
    """Write JSON without blanks and with sorted keys, so that equal values give equal text."""
    return _encode(value)


def compact_texts(said: Mapping[str, str], longest: int) -> str:
    """Write texts by name as :func:`compact` does, cut so that the whole is JSON of *longest* characters at most."""
    most = longest
    while len(written := compact({name: text[:most] for name, text in said.items()})) > longest and most:
        most //= 2
    return written


def value_to_json(spec: FieldSpec, value: Any) -> Any:
    """Turn one field's value into JSON; exact for decimals and instants, which become text."""
    convert = _TO_JSON.get(spec.kind)
    return value if value is None or convert is None else convert(value)


def value_from_json(spec: FieldSpec, plain: Any) -> Any:
    """Turn JSON back into the field's value."""
    convert = _FROM_JSON.get(spec.kind)
    return plain if plain is None or convert is None else convert(spec, plain)


def entity_to_json(entity: Entity) -> dict[str, Any]:
    """Turn an entity into a JSON object keyed by field name (``price_amount`` for a value inside a value)."""
    schema = describe(type(entity))
    values = zip(schema.fields, schema.flatten(entity), strict=True)
    return {spec.name: value_to_json(spec, value) for spec, value in values}


def entity_from_json(schema: EntitySchema, plain: Mapping[str, Any]) -> Any:
    """Turn a JSON object made by :func:`entity_to_json` back into the entity, without checking it again."""
    return schema.hydrate([value_from_json(spec, plain[spec.name]) for spec in schema.fields])


def differences(schema: EntitySchema, old: Entity | None, new: Entity | None) -> dict[str, list[Any]]:
    """Say which fields differ between two versions: name to ``[old, new]``; id, version and unset fields are left out.

    For a new or removed record every field that has a value is listed. Secret values are replaced by ``***``; what is
    computed from other fields is left out too.
    """
    plan = _plan(schema)
    before = schema.flatten(old) if old is not None else (None,) * len(plan)
    after = schema.flatten(new) if new is not None else (None,) * len(plan)
    found: dict[str, list[Any]] = {}
    for (name, convert, unset), was, now in zip(plan, before, after, strict=True):
        if was is now or name is None or (old is None and now in unset) or (new is None and was in unset):
            continue
        if was is not None and now is not None and was == now:
            continue
        if convert is None:
            found[name] = [was, now]
        else:
            found[name] = [was if was is None else convert(was), now if now is None else convert(now)]
    return found


def _hidden(_value: Any) -> str:
    return "***"


_BLANKABLE: Final = frozenset({"text", "text_list", "uuid_list"})
_Plan = tuple[tuple[str | None, Callable[[Any], Any] | None, tuple[Any, ...]], ...]
"""Of each field: the name to write it under, how, and which values need not be written because they say nothing."""
_PLANS: Final[dict[EntitySchema, _Plan]] = {}


def _plan(schema: EntitySchema) -> _Plan:
    """How each field of a schema is written; made once."""
    known = _PLANS.get(schema)
    if known is None:
        known = _PLANS[schema] = tuple(
            (
                None if spec.hint.derived or spec.name in {"id", "version"} else spec.name,
                _hidden if spec.hint.secret else _TO_JSON.get(spec.kind),
                ("", ()) if spec.kind in _BLANKABLE and not spec.nullable else (),
            )
            for spec in schema.fields
        )
    return known


def event_to_json(event: Any) -> str:
    """Write an event's fields as a JSON object."""
    return compact({attribute.name: _plain(getattr(event, attribute.name)) for attribute in attrs.fields(type(event))})


def _plain(value: Any) -> Any:
    match value:
        case UUID():
            return str(value)
        case Decimal():
            return f"{value:f}"
        case dt.datetime():
            return _instant(value)
        case dt.date():
            return value.isoformat()
        case tuple():
            return [_plain(one) for one in value]
    return getattr(value, "value", value)
