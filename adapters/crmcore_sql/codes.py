"""How a value of each kind becomes a column's value and back, as source text that the mappings are generated from.

Expressions rather than functions: a row of twenty columns is read without a Python call for any of them. ``v`` stands
for the value; a missing value is handled around the expression.
"""

import datetime as dt
import enum
import functools
import json
from collections.abc import Callable, Iterable, Mapping
from decimal import Context, Decimal, Inexact, InvalidOperation
from typing import Any, Final
from uuid import UUID, SafeUUID

import attrs

from crmcore.base.constraints import Digits
from crmcore.base.kinds import Kind
from crmcore.base.schema import FieldSpec
from crmcore.base.text import fold
from crmcore.base.twins import twin_of

__all__ = [
    "MARIADB",
    "NAMES",
    "POSTGRESQL",
    "SQLITE",
    "Codes",
    "expression",
    "function",
    "members_of",
    "scale_of",
    "write_array",
]

_EXACT: Final = Context(prec=60, traps=[InvalidOperation, Inexact])
_JSON: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


def write_array(items: Iterable[str]) -> str:
    """Write an array as PostgreSQL reads it."""
    quoted = ['"' + one.replace("\\", "\\\\").replace('"', '\\"') + '"' for one in items]
    return "{" + ",".join(quoted) + "}"


BLANK_UUID: Final[Any] = twin_of(UUID)
_UNKNOWN: Final = SafeUUID.unknown


def _make_uuid(raw: bytes) -> UUID:
    """Make an id from its bytes, which are known to be one."""
    made: Any = object.__new__(BLANK_UUID)
    made.int = int.from_bytes(raw, "big")
    made.is_safe = _UNKNOWN
    made.__class__ = UUID
    found: UUID = made
    return found


@functools.lru_cache(maxsize=4096)
def _read_texts(text: str) -> tuple[str, ...]:
    """Read a list of texts; the same lists (permissions of a role) are read with every unit of work."""
    return tuple(json.loads(text))


@functools.lru_cache(maxsize=4096)
def _read_uuids(text: str) -> tuple[UUID, ...]:
    return tuple([UUID(one) for one in json.loads(text)])


NAMES: Final[Mapping[str, Any]] = {
    "EPOCH": dt.datetime(1970, 1, 1, tzinfo=dt.UTC),
    "MILLISECOND": dt.timedelta(milliseconds=1),
    "UTC": dt.UTC,
    "Decimal": Decimal,
    "UUID": UUID,
    "blank": object.__new__,
    "date_from": dt.date.fromisoformat,
    "fold": fold,
    "from_bytes": int.from_bytes,
    "BlankUUID": BLANK_UUID,
    "UNKNOWN": _UNKNOWN,
    "instant_from": dt.datetime.fromisoformat,
    "multiply": _EXACT.multiply,
    "scaleb": _EXACT.scaleb,
    "make_uuid": _make_uuid,
    "write_array": write_array,
    "write_json": _JSON.encode,
    "read_texts": _read_texts,
    "read_uuids": _read_uuids,
}
"""What the expressions refer to."""

_UUID: Final = "make_uuid(v)"
_LISTS_WRITE: Final[dict[Kind, str]] = {
    "text_list": "(write_json(v) if v else '[]')",
    "uuid_list": "(write_json([str(one) for one in v]) if v else '[]')",
}
_LISTS_READ: Final[dict[Kind, str]] = {
    "text_list": "(() if v == '[]' else read_texts(v))",
    "uuid_list": "(() if v == '[]' else read_uuids(v))",
}


@attrs.frozen(kw_only=True)
class Codes:
    """The expressions of one product; a kind that is not named goes through unchanged."""

    write: Mapping[Kind, str]
    read: Mapping[Kind, str]
    items: Mapping[Kind, str]
    """How one item of a list is written for a search."""


SQLITE: Final = Codes(
    write={
        "boolean": "int(v)",
        "decimal": "int(scaleb(v, PLACES))",
        "date": "v.isoformat()",
        "instant": "(v - EPOCH) // MILLISECOND",
        "uuid": "v.int.to_bytes(16, 'big')",
        "enum": "v._value_",
        **_LISTS_WRITE,
    },
    read={
        "boolean": "v == 1",
        "decimal": "multiply(v, SCALE)",
        "date": "date_from(v)",
        "instant": "EPOCH + MILLISECOND * v",
        "uuid": _UUID,
        "enum": "MEMBERS[v]",
        **_LISTS_READ,
    },
    items={"uuid_list": "str(v)"},
)
"""Its only exact number is the 64-bit integer: money is kept in its smallest unit, instants in milliseconds."""

POSTGRESQL: Final = Codes(
    write={
        "boolean": "('t' if v else 'f')",
        "date": "v.isoformat()",
        "decimal": "str(v)",
        "instant": "v.isoformat()",
        "integer": "str(v)",
        "uuid": "'%032x' % v.int",
        "enum": "v._value_",
        "text_list": "write_array(v)",
        "uuid_list": "write_array([str(one) for one in v])",
    },
    read={
        "enum": "MEMBERS[v]",
        "text_list": "tuple(v)",
        "uuid_list": "tuple(v)",
    },
    items={},
)
"""Values go in as text and come back as its driver reads them; only choices and lists are other objects than ours."""

MARIADB: Final = Codes(
    write={
        "boolean": "int(v)",
        "date": "v.isoformat()",
        "instant": "v.isoformat(' ', 'milliseconds')[:23]",
        "uuid": "v.int.to_bytes(16, 'big')",
        "enum": "v._value_",
        **_LISTS_WRITE,
    },
    read={
        "boolean": "v == 1",
        "date": "date_from(v)",
        "decimal": "Decimal(v)",
        "instant": "instant_from(v + 'Z')",
        "uuid": _UUID,
        "enum": "MEMBERS[v]",
        **_LISTS_READ,
    },
    items={"uuid_list": "str(v)"},
)
"""Its driver writes SQL literals and is asked to hand results over as text; both sides speak UTC."""


def scale_of(spec: FieldSpec) -> int:
    """Answer how many digits a decimal field keeps after the point."""
    digits = spec.constraint(Digits)
    assert digits is not None  # noqa: S101  # `checked` has refused a decimal field without
    return digits.places


def members_of(choices: type[enum.Enum]) -> dict[str, enum.Enum]:
    """Answer the members of a choice by their codes."""
    return {member.value: member for member in choices}


def expression(codes: Mapping[Kind, str], spec: FieldSpec, variable: str, names: dict[str, Any]) -> str:
    """Answer the expression that turns *variable*, adding to *names* what it refers to beyond :data:`NAMES`."""
    found = codes.get(spec.kind)
    if found is None:
        return variable
    for word, value in _own_names(spec):
        if word in found:
            own = f"{word}_{spec.name}"
            names[own] = value
            found = found.replace(word, own)
    return _substitute(found, variable)


def function(codes: Mapping[Kind, str], spec: FieldSpec) -> Callable[[Any], Any]:
    """Make a function of one expression: for query values and measures, where rows are few."""
    names: dict[str, Any] = dict(NAMES)
    source = f"lambda v: {expression(codes, spec, 'v', names)}"
    made: Callable[[Any], Any] = eval(source, names)  # noqa: S307  # made from the constants above
    return made


def _own_names(spec: FieldSpec) -> list[tuple[str, Any]]:
    if spec.kind == "enum":
        return [("MEMBERS", members_of(spec.type))]
    if spec.kind == "decimal":
        return [("PLACES", scale_of(spec)), ("SCALE", Decimal(1).scaleb(-scale_of(spec)))]
    return []


def _substitute(text: str, variable: str) -> str:
    """Put *variable* in the place of the word ``v``."""
    import re

    return re.sub(r"\bv\b", variable, text)
