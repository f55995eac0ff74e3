"""Quick checks of values that mostly are good; what they doubt, the entities' own checks look at (GEN-11)."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

from crmcore.base.errors import Invalid, Problem
from crmcore.base.numbers import EXACT
from crmcore.base.schema import EntitySchema

__all__ = ["AMOUNTS", "CENT", "PRICE", "as_mapping", "ask", "asked", "check_rows", "decimal", "plain"]

CENT: Final = Decimal("0.01")
PRICE: Final = Decimal("0.0001")
AMOUNTS: Final = Decimal(10) ** 14
"""Amounts are below this."""


def plain(value: Any, limit: int) -> bool:
    """Tell whether a text is short and all printable: then every store can keep it."""
    return value.__class__ is str and len(value) <= limit and value.isprintable()


def decimal(value: Any, limit: Decimal, step: Decimal) -> Decimal | None:
    """Answer an exact number that fits; None for anything else."""
    if value.__class__ is int:
        value = Decimal(value)
    if value.__class__ is not Decimal:
        return None
    if not value.is_finite() or value.copy_abs() >= limit:
        return None
    return value if value.same_quantum(CENT) or value == value.quantize(step, context=EXACT) else None


def asked(schema: EntitySchema, field: str, value: Any, found: list[Problem]) -> Decimal | None:
    """Answer a number that the entity's check has nothing against; else None, and add what it has to *found*."""
    number = Decimal(value) if value.__class__ is int else value
    before = len(found)
    ask(schema, field, number, found)
    return number if len(found) == before else None


def ask(schema: EntitySchema, field: str, value: Any, found: list[Problem]) -> None:
    """Let an entity's own check look at a value; add what is wrong with it to *found*."""
    try:
        schema.by_name[field].check(None, None, value)
    except Invalid as invalid:
        found.extend(invalid.problems)


def as_mapping(row: Any, defaults: Mapping[str, Any], entity: str, found: list[Problem]) -> dict[str, Any]:
    """Answer what a row says, and defaults for the rest; names that are no fields are added to *found*."""
    if not isinstance(row, Mapping):
        params: dict[str, object] = {"wanted": "mapping", "got": type(row).__name__}
        found.append(Problem(field=entity, code="value.type", params=params))
        return dict(defaults)
    if not row.keys() <= defaults.keys():
        found.extend(
            Problem(field=str(one)[:100], code="value.unknown_field", entity=entity)
            for one in row
            if one not in defaults
        )
        row = {name: value for name, value in row.items() if name in defaults}
    return {**defaults, **row}


def check_rows(rows: object) -> None:
    """Refuse rows that can be gone through only once: a unit of work that lost against others is run again."""
    if not isinstance(rows, Sequence) or isinstance(rows, str):
        params: dict[str, object] = {"wanted": "list", "got": type(rows).__name__}
        raise Invalid(Problem(field="rows", code="value.type", params=params))
