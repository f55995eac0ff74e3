"""Makes and changes records from what somebody gave, and tells everything that is wrong with it at once."""

from collections.abc import Iterator, Mapping
from typing import Any, TypeVar

import attrs

from crmcore.base.errors import Invalid, Problem
from crmcore.base.schema import Entity, EntitySchema, describe
from crmcore.base.text import stripped

__all__ = ["build", "change", "written"]

E = TypeVar("E", bound=Entity)


def build(cls: type[E], given: Mapping[str, Any], **system: Any) -> E:
    """Make a record from what somebody gave and what the system knows.

    Raises:
        Invalid: A field is missing, unknown, not theirs to give, or breaks a constraint; every problem is listed.
    """
    schema = describe(cls)
    keys = given.keys()
    if keys <= schema.givable and schema.wanted <= keys:
        try:
            return cls(**given, **system)
        except Invalid:
            pass
    raise Invalid(_problems(schema, given, schema.givable, schema.wanted))


def change(entity: E, changes: Mapping[str, Any]) -> E:
    """Answer *entity* with some fields changed by somebody.

    Raises:
        Invalid: A field is unknown, not theirs to change, or breaks a constraint; every problem is listed.
    """
    schema = describe(type(entity))
    if changes.keys() <= schema.changeable:
        try:
            return attrs.evolve(entity, **changes)  # type: ignore[misc]  # a protocol can't say "attrs class"
        except Invalid:
            pass
    raise Invalid(_problems(schema, changes, schema.changeable, frozenset()))


def written(text: object, field: str, entity: str) -> Any:
    """Answer what somebody had to write, without the blanks around it; what it is stored in checks type and length.

    Raises:
        Invalid: Nothing is written, or nothing of it shows.
    """
    said = stripped(text)
    if said is None or said == "":
        raise Invalid(Problem(field=field, code="value.missing", entity=entity))
    return said


def _problems(
    schema: EntitySchema, given: Mapping[str, Any], allowed: frozenset[str], wanted: frozenset[str]
) -> Iterator[Problem]:
    for name in given.keys() - allowed:
        known = any(a.name == name for a in attrs.fields(schema.cls))
        yield Problem(field=name, code="value.not_yours" if known else "value.unknown_field", entity=schema.name)
    for attribute in attrs.fields(schema.cls):
        if attribute.name in wanted and attribute.name not in given:
            yield Problem(field=attribute.name, code="value.missing", entity=schema.name)
        elif attribute.name in given and attribute.name in allowed:
            value = given[attribute.name]
            try:
                converter: Any = attribute.converter
                check: Any = attribute.validator
                check(None, attribute, converter(value) if converter else value)
            except Invalid as invalid:
                yield from invalid.problems
