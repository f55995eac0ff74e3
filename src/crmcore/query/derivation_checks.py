"""Refuses a derivation that could not make whole records, before any store sees it."""

from collections.abc import Iterator
from typing import Any

import attrs

from crmcore.base.clock import as_kept
from crmcore.base.constraints import LARGEST_INTEGER, Digits, Items, Length, Pattern, Range
from crmcore.base.errors import Invalid, Problem
from crmcore.base.schema import EntitySchema, FieldSpec, describe
from crmcore.query.checks import check_query
from crmcore.query.conditions import Op
from crmcore.query.derivations import Derivation, FromJoined, FromSource, Prior
from crmcore.query.queries import Query

__all__ = ["check_derivation"]


def check_derivation(derivation: Derivation) -> None:
    """Check conditions, fields and values of a derivation: whatever its sources hold, what it makes is valid.

    Raises:
        Invalid: with ``query.…`` and ``value.…`` codes, naming the field.
    """
    check_query(derivation.source)
    check_query(Query(entity=derivation.joined, condition=derivation.where))
    into, source = describe(derivation.into), describe(derivation.source.entity)
    problems = [
        *_joined_by_id(source, derivation.on),
        *(problem for prior in derivation.unless for problem in _prior_problems(into, source, prior)),
        *_value_problems(derivation, into, source, describe(derivation.joined)),
    ]
    if derivation.unless and all(prior.op is not Op.EQ for prior in derivation.unless):
        problems.append(Problem(field="unless", code="query.operator", entity=into.name))
    if into.uniques:
        problems.append(Problem(field="into", code="query.kind", entity=into.name))
    if problems:
        raise Invalid(tuple(problems))


def _problem(schema: EntitySchema, path: tuple[str, ...], code: str) -> Problem:
    return Problem(field=".".join(path), code=code, entity=schema.name)


def _joined_by_id(source: EntitySchema, on: tuple[str, ...]) -> Iterator[Problem]:
    spec = source.by_path.get(on)
    if spec is None:
        yield _problem(source, on, "query.unknown_field")
    elif spec.kind != "uuid":
        yield _problem(source, on, "query.operator")


def _prior_problems(into: EntitySchema, source: EntitySchema, prior: Prior) -> Iterator[Problem]:
    theirs, ours = into.by_path.get(prior.path), source.by_path.get(prior.source)
    if theirs is None:
        yield _problem(into, prior.path, "query.unknown_field")
    if ours is None:
        yield _problem(source, prior.source, "query.unknown_field")
    if theirs is None or ours is None:
        return
    comparable = theirs.kind == ours.kind and theirs.type is ours.type and _places(theirs) == _places(ours)
    lists = theirs.kind in {"text_list", "uuid_list"}
    unordered = prior.op is Op.GE and theirs.kind in {"boolean", "uuid"}
    if prior.op not in {Op.EQ, Op.GE} or not comparable or lists or unordered:
        yield _problem(into, prior.path, "query.operator")
    yield from (
        _problem(of, spec.path, "query.secret") for of, spec in ((into, theirs), (source, ours)) if spec.hint.secret
    )


def _value_problems(
    derivation: Derivation, into: EntitySchema, source: EntitySchema, joined: EntitySchema
) -> Iterator[Problem]:
    for spec in into.fields:
        if len(spec.path) > 1 or spec.hint.keyword:
            yield _problem(into, spec.path, "query.kind")
        elif spec.name not in derivation.values:
            yield _problem(into, spec.path, "value.missing")
    for name, value in derivation.values.items():
        known = into.by_path.get((name,))
        if known is None:
            yield _problem(into, (name,), "query.unknown_field")
        elif name == "id" and not isinstance(value, FromSource | FromJoined):
            yield _problem(into, ("id",), "query.value")
        elif isinstance(value, FromSource | FromJoined):
            yield from _copied(known, source if isinstance(value, FromSource) else joined, value.path, into)
        else:
            yield from _given(known, value, into)


def _given(spec: FieldSpec, value: Any, into: EntitySchema) -> Iterator[Problem]:
    """A value that all new records share is checked like that of any record."""
    if value is None and spec.nullable:
        return
    if as_kept(value) != value:  # an instant finer than stores keep
        yield _problem(into, spec.path, "query.value")
        return
    try:
        spec.check(None, None, value)
    except Invalid as error:
        yield from (attrs.evolve(problem, field=spec.name, entity=into.name) for problem in error.problems)


def _copied(spec: FieldSpec, kind: EntitySchema, path: tuple[str, ...], into: EntitySchema) -> Iterator[Problem]:
    """A value that is copied must fit by its own field's bounds, for nobody looks at each."""
    origin = kind.by_path.get(path)
    if origin is None:
        yield _problem(kind, path, "query.unknown_field")
    elif origin.hint.secret:
        yield _problem(kind, path, "query.secret")
    elif origin.kind != spec.kind or origin.type is not spec.type or not _contained(origin, spec):
        yield _problem(into, spec.path, "query.value")
    elif spec.hint.searchable and not origin.hint.searchable:
        yield _problem(kind, path, "query.not_searchable")


def _contained(origin: FieldSpec, spec: FieldSpec) -> bool:
    """Tell whether all values that *origin* may have are allowed in *spec*."""
    pattern = spec.constraint(Pattern)
    if pattern is not None and pattern != origin.constraint(Pattern):
        return False
    if spec.kind == "decimal":
        ours, theirs = spec.constraint(Digits), origin.constraint(Digits)
        return bool(ours and theirs and theirs.total <= ours.total) and _places(origin) == _places(spec)
    if spec.kind == "integer":
        whole = Range(-LARGEST_INTEGER, LARGEST_INTEGER)
        return _within(origin.constraint(Range) or whole, spec.constraint(Range) or whole)
    if spec.kind == "text":
        length, theirs_ = spec.constraint(Length), origin.constraint(Length)
        return length is None or (theirs_ is not None and _within(theirs_, length))
    items = spec.constraint(Items)
    known = origin.constraint(Items)
    return items is None or (known is not None and known.count <= items.count and known.length <= items.length)


def _within(inner: Range | Length, outer: Range | Length) -> bool:
    return outer.min <= inner.min and inner.max <= outer.max


def _places(spec: FieldSpec) -> int | None:
    digits = spec.constraint(Digits)
    return None if digits is None else digits.places
