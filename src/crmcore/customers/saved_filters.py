"""Writes what customers are looked for by as JSON, and reads it again with its types (requirement X-CUS-06)."""

import datetime as dt
import json
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, Final, cast
from uuid import UUID

from crmcore.access.entity import UserId
from crmcore.base.errors import Invalid, Problem
from crmcore.customers.entity import CustomerStatus
from crmcore.customers.filtering import CustomerFilters

__all__ = ["filters_from_json", "filters_to_json"]


def filters_to_json(filters: CustomerFilters) -> str:
    """Write filters; those that ask for nothing are left out.

    Raises:
        Invalid: Nothing is asked for at all, or a value is of a type that no filter has.
    """
    plain = _all_plain({name: value for name, value in filters.items() if name != "custom"})
    own = _all_plain(filters.get("custom") or {})
    if own:
        plain["custom"] = {"custom": own}
    if not plain:
        raise Invalid(Problem(field="filters", code="value.missing", entity="customer_group"))
    return json.dumps(plain, ensure_ascii=False, sort_keys=True)


def filters_from_json(written: str) -> CustomerFilters:
    """Read filters that :func:`filters_to_json` has written."""
    plain: dict[str, Any] = json.loads(written)
    return cast("CustomerFilters", {name: _read(value) for name, value in plain.items()})


_WRITERS: Final[dict[type[Any], tuple[str, Callable[[Any], Any]]]] = {
    UUID: ("user", str),
    CustomerStatus: ("status", lambda one: one.value),
    dt.date: ("day", lambda one: one.isoformat()),
    Decimal: ("number", lambda one: f"{one:f}"),
}
"""Type to the mark it is written under, and how."""
_READERS: Final[dict[str, Callable[[Any], Any]]] = {
    "user": lambda text: UserId(UUID(text)),
    "status": CustomerStatus,
    "day": dt.date.fromisoformat,
    "number": Decimal,
    "custom": lambda found: {code: _read(value) for code, value in found.items()},
}


def _all_plain(values: Mapping[str, Any]) -> dict[str, Any]:
    """Answer what is asked for as JSON has it, without what asks for nothing."""
    return {str(name): _plain(value) for name, value in values.items() if value is not None and value != ""}


def _plain(value: Any) -> Any:
    if type(value) in _WRITERS:
        mark, write = _WRITERS[type(value)]
        return {mark: write(value)}
    match value:
        case None | bool() | int() | str():
            return value
        case tuple():
            return [_plain(one) for one in value]
    got: dict[str, object] = {"wanted": "text", "got": type(value).__name__}
    raise Invalid(Problem(field="filters", code="value.type", entity="customer_group", params=got))


def _read(value: Any) -> Any:
    match value:
        case dict():
            ((mark, plain),) = value.items()
            return _READERS[mark](plain)
        case list():
            return tuple(_read(one) for one in value)
    return value
