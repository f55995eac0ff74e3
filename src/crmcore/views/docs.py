"""An entity's fields as a Markdown table, for the reference."""

from typing import Any

from crmcore.base.constraints import Digits, Items, Length, Pattern, Range
from crmcore.base.schema import FieldSpec, describe
from crmcore.i18n import text

__all__ = ["field_table"]


def field_table(cls: type[Any]) -> str:
    """Write the table: name, both labels, kind, whether it is required, bounds and remarks."""
    schema = describe(cls)
    lines = ["| Field | 中文 | English | Kind | Required | Bounds |", "| --- | --- | --- | --- | --- | --- |"]
    for spec in schema.fields:
        key = f"{schema.name}.{spec.name}"
        cells = (f"`{spec.name}`", text(key, "zh"), text(key, "en"), spec.kind, _required(spec), _bounds(spec))
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def _required(spec: FieldSpec) -> str:
    if spec.hint.system:
        return "system"
    return "yes" if spec.required and not spec.nullable else "no"


def _bounds(spec: FieldSpec) -> str:
    said = [_bound(one) for one in spec.constraints]
    if spec.kind == "enum":
        said.append(", ".join(f"`{member.value}`" for member in spec.type))
    said += [fact for fact in ("unique", "fixed", "searchable", "secret", "personal") if getattr(spec.hint, fact)]
    if spec.hint.ref:
        said.append(f"id of a {spec.hint.ref}")
    return "; ".join(said).replace("|", "\\|")


def _bound(constraint: object) -> str:
    match constraint:
        case Length(least, most):
            return f"{least}–{most} characters"
        case Range(least, most):
            return f"{least}–{most}"
        case Pattern(regex):
            return f"`{regex}`"
        case Digits(total, places):
            return f"{total} digits, {places} decimals"
        case Items(count, length):
            return f"up to {count} items of {length}"
    return str(constraint)
