"""Turns rows into records: one generated function for each kind of record and product.

A frozen record can't be filled by assignment, and calling its slots one by one takes four times as long. So the
function fills an object of an unfrozen twin class, and then makes it the record by changing its class.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final

import attrs

from crmcore.base.kinds import shape_of
from crmcore.base.schema import EntitySchema, FieldSpec, describe
from crmcore.base.twins import twin_of
from crmcore_sql.codes import NAMES, expression
from crmcore_sql.products import Product

__all__ = ["make_reader"]

Row = Sequence[Any]
_INDENT: Final = "\n        "


def make_reader(schema: EntitySchema, product: Product) -> Callable[[Sequence[Row]], list[Any]]:
    """Generate the function that reads rows with the values of a record's fields."""
    twin = twin_of(schema.cls)
    names: dict[str, Any] = {**NAMES, "twin": twin, "cls": schema.cls, "hydrate": schema.hydrate}
    variables = [f"c{place}" for place in range(len(schema.fields))]
    lines: list[str] = []
    values: list[str] = []
    for variable, spec in zip(variables, schema.fields, strict=True):
        line, value = _value(product, spec, variable, names)
        lines += line
        values.append(value)
    if twin is None:
        lines.append(f"found.append(hydrate(({', '.join(values)},)))")
    else:
        lines.append("e = blank(twin)")
        lines += [f"e.{name} = {value}" for name, value in _attributes(schema, values, names)]
        lines += ["e.__class__ = cls", "found.append(e)"]
    source = (
        f"def read(rows):\n"
        f"    found, known = [], {{}}\n"
        f"    for {', '.join(variables)}, in rows:{_INDENT}{_INDENT.join(lines)}\n"
        f"    return found\n"
    )
    exec(source, names)  # noqa: S102  # generated from the schema alone: names of fields, which are identifiers
    read: Callable[[Sequence[Row]], list[Any]] = names["read"]
    return read


def _value(product: Product, spec: FieldSpec, variable: str, names: dict[str, Any]) -> tuple[list[str], str]:
    """Answer the lines that prepare a value, and the expression for it."""
    text = expression(product.codes.read, spec, variable, names)
    if "make_uuid" not in text:
        return [], f"None if {variable} is None else {text}" if spec.nullable and text != variable else text
    if spec.name == "id":  # as `make_uuid` does, without a call for each record
        return [
            "u = blank(BlankUUID)",
            f"u.int = from_bytes({variable}, 'big')",
            "u.is_safe = UNKNOWN",
            "u.__class__ = UUID",
        ], "u"
    # A reference: most records of a page point to the same few.
    own = f"r{variable}"
    return [
        f"{own} = known.get({variable})",
        f"if {own} is None and {variable} is not None: {own} = known[{variable}] = {text}",
    ], own


def _attributes(schema: EntitySchema, values: Sequence[str], names: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Answer the expression for each attribute of the class; a value object is made of several values."""
    rest = iter(values)
    for attribute in attrs.fields(schema.cls):
        shape = shape_of(attribute.type)
        if shape.kind != "value":
            yield attribute.name, next(rest)
            continue
        inner = describe(shape.type)
        parts = [next(rest) for _ in inner.fields]
        names[f"make_{attribute.name}"] = inner.hydrate
        made = f"make_{attribute.name}(({', '.join(parts)},))"
        absent = " is None and ".join((*(f"({part})" for part in parts), ""))[: -len(" and ")]
        yield attribute.name, f"None if {absent} else {made}" if shape.nullable else made
