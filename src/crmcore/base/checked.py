"""Makes an attrs class refuse every value that some store could not keep exactly.

``@attrs.frozen(kw_only=True, field_transformer=checked)`` gives each field one check of its type and its constraints
(design: a field is said once). One call a field, so that making an entity stays cheap.
"""

import datetime as dt
import enum
from collections.abc import Callable
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

import attrs

from crmcore.base.clock import as_kept
from crmcore.base.constraints import LARGEST_INTEGER, Constraint, Digits, Items, Length, Pattern, Range
from crmcore.base.errors import Invalid, Problem
from crmcore.base.kinds import META, Hint, Shape, name_of, shape_of
from crmcore.base.numbers import EXACT
from crmcore.base.text import is_storable, is_visible

__all__ = ["CONSTRAINTS", "Check", "checked"]

Check = Callable[[Any, Any, Any], None]
"""An attrs validator: instance, attribute, value; raises ``Invalid``."""
CONSTRAINTS: Final = "crmcore.constraints"
FIRST_YEAR: Final = 1000
LAST_YEAR: Final = 9998
_DEFAULT_ITEMS: Final = Items(count=1000)


def checked(cls: type, fields: list["attrs.Attribute[Any]"]) -> list["attrs.Attribute[Any]"]:
    """Give every field of an entity or value class its check; for ``field_transformer=``."""
    return [_with_check(name_of(cls), attribute) for attribute in fields]


def _with_check(entity: str, attribute: "attrs.Attribute[Any]") -> "attrs.Attribute[Any]":
    shape = shape_of(attribute.type)
    constraints = _constraints(attribute)
    fail = _failure(entity, attribute.name)
    check = _optional(_check_for(shape, constraints, fail), shape)
    metadata = {**attribute.metadata, META: attribute.metadata.get(META, Hint()), CONSTRAINTS: constraints}
    converter: Any = attribute.converter
    if converter is None and shape.kind == "instant":
        converter = as_kept
    elif converter is None and shape.kind in {"text_list", "uuid_list"}:
        converter = _to_tuple
    return attribute.evolve(validator=check, converter=converter, metadata=metadata)


def _constraints(attribute: "attrs.Attribute[Any]") -> tuple[Constraint, ...]:
    validator = attribute.validator
    given = () if validator is None else tuple(getattr(validator, "_validators", (validator,)))
    if not all(isinstance(one, Constraint) for one in given):
        message = f"{attribute.name}: only constraints describe themselves to stores and forms, not {given!r}"
        raise TypeError(message)
    return given


Failure = Callable[..., Invalid]


def _failure(entity: str, field: str) -> Failure:
    def fail(code: str, **params: object) -> Invalid:
        return Invalid(Problem(field=field, code=code, entity=entity, params=params))

    return fail


def _optional(check: Check, shape: Shape) -> Check:
    if not shape.nullable:
        return check

    def check_if_given(instance: Any, attribute: Any, value: Any) -> None:
        if value is not None:
            check(instance, attribute, value)

    return check_if_given


def _check_for(shape: Shape, constraints: tuple[Constraint, ...], fail: Failure) -> Check:
    makers: dict[str, Callable[[], Check]] = {
        "text": lambda: _text(constraints, fail),
        "integer": lambda: _integer(constraints, fail),
        "decimal": lambda: _decimal(constraints, fail),
        "date": lambda: _date(fail),
        "instant": lambda: _instant(fail),
        "text_list": lambda: _list(str, constraints, fail),
        "uuid_list": lambda: _list(UUID, constraints, fail),
    }
    maker = makers.get(shape.kind)
    return maker() if maker else _instance(shape.type, fail)


def _wrong_type(fail: Failure, wanted: str, value: object) -> Invalid:
    if value is None or value == "":
        return fail("value.missing")
    return fail("value.type", wanted=wanted, got=type(value).__name__)


def _text(constraints: tuple[Constraint, ...], fail: Failure) -> Check:
    length = next((one for one in constraints if isinstance(one, Length)), None)
    pattern = next((one for one in constraints if isinstance(one, Pattern)), None)
    if length is None:
        message = "a text field needs a Length: stores and forms have to know its size"
        raise TypeError(message)
    least, most = length.min, length.max

    def check(_instance: Any, _attribute: Any, value: Any) -> None:
        if value.__class__ is not str:
            raise _wrong_type(fail, "text", value)
        if len(value) > most:
            raise fail("value.too_long", max=most, got=len(value))
        if not (value.isascii() and "\0" not in value) and not is_storable(value):
            raise fail("value.characters")
        if least and not is_visible(value):
            raise fail("value.missing")
        if len(value) < least:
            raise fail("value.too_short", min=least, got=len(value))
        if pattern is not None and not pattern.matches(value):
            raise fail(pattern.code, pattern=pattern.regex, got=value)

    return check


def _integer(constraints: tuple[Constraint, ...], fail: Failure) -> Check:
    bounds = next((one for one in constraints if isinstance(one, Range)), Range(-LARGEST_INTEGER, LARGEST_INTEGER))
    least, most = bounds.min, bounds.max

    def check(_instance: Any, _attribute: Any, value: Any) -> None:
        if value.__class__ is not int:
            raise _wrong_type(fail, "integer", value)
        if not least <= value <= most:
            raise fail("value.range", min=least, max=most, got=value)

    return check


def _decimal(constraints: tuple[Constraint, ...], fail: Failure) -> Check:
    digits = next((one for one in constraints if isinstance(one, Digits)), None)
    if digits is None:
        message = "a decimal field needs Digits: stores have to know its precision"
        raise TypeError(message)
    whole, places = digits.total - digits.places, digits.places
    limit, step = Decimal(10) ** whole, Decimal(1).scaleb(-places)

    def check(_instance: Any, _attribute: Any, value: Any) -> None:
        if value.__class__ is not Decimal:
            raise _wrong_type(fail, "decimal", value)
        if not value.is_finite():
            raise fail("value.not_finite")
        if value.copy_abs() >= limit or value != value.quantize(step, context=EXACT):
            raise fail("value.digits", whole=whole, places=places)

    return check


def _date(fail: Failure) -> Check:
    def check(_instance: Any, _attribute: Any, value: Any) -> None:
        if value.__class__ is not dt.date:
            raise _wrong_type(fail, "date", value)
        if not FIRST_YEAR <= value.year <= LAST_YEAR:
            raise fail("value.year", min=FIRST_YEAR, max=LAST_YEAR)

    return check


def _instant(fail: Failure) -> Check:
    def check(_instance: Any, _attribute: Any, value: Any) -> None:
        if not isinstance(value, dt.datetime):
            raise _wrong_type(fail, "instant", value)
        if value.tzinfo is None:
            raise fail("value.naive")
        if not FIRST_YEAR <= value.year <= LAST_YEAR:
            raise fail("value.year", min=FIRST_YEAR, max=LAST_YEAR)

    return check


def _list(item: type, constraints: tuple[Constraint, ...], fail: Failure) -> Check:
    bounds = next((one for one in constraints if isinstance(one, Items)), _DEFAULT_ITEMS)

    def check(_instance: Any, _attribute: Any, value: Any) -> None:
        if value.__class__ is not tuple:
            raise _wrong_type(fail, "list", value)
        if len(value) > bounds.count:
            raise fail("value.too_many", max=bounds.count, got=len(value))
        for one in value:
            if not isinstance(one, item):
                raise _wrong_type(fail, item.__name__.lower(), one)
            if isinstance(one, str) and (len(one) > bounds.length or not is_storable(one)):
                raise fail("value.item", max=bounds.length)

    return check


def _instance(wanted: type, fail: Failure) -> Check:
    name = "choice" if issubclass(wanted, enum.Enum) else wanted.__name__.lower()

    def check(_instance: Any, _attribute: Any, value: Any) -> None:
        if not isinstance(value, wanted):
            if name == "choice" and value:
                raise fail("value.choice", got=str(value)[:50])
            raise _wrong_type(fail, name, value)

    return check


def _to_tuple(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value
