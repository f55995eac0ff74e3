"""Columns of a list, made from an entity's description."""

from collections.abc import Iterable
from typing import Any, Literal

import attrs

from crmcore.base.kinds import Kind
from crmcore.base.schema import describe

__all__ = ["Column", "columns"]


@attrs.frozen(kw_only=True)
class Column:
    """One column of a list."""

    name: str
    label: str
    """Catalogue key of the heading."""
    kind: Kind
    align: Literal["start", "end"]
    """Numbers stand at the end of the cell."""
    sortable: bool
    searchable: bool


def columns(cls: type[Any], names: Iterable[str]) -> tuple[Column, ...]:
    """Answer the columns of a list that shows these fields, in this order.

    Raises:
        KeyError: The entity has no such field.
    """
    schema = describe(cls)
    specs = [schema.by_name[name] for name in names]
    return tuple(
        Column(
            name=spec.name,
            label=f"{schema.name}.{spec.name}",
            kind=spec.kind,
            align="end" if spec.kind in {"integer", "decimal"} else "start",
            sortable=spec.kind not in {"text_list", "uuid_list"},
            searchable=spec.hint.searchable,
        )
        for spec in specs
    )
