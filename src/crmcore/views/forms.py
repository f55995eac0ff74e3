"""Forms made from an entity's description: what to ask for, how to read it, what to say about mistakes (GEN-11)."""

import enum
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final
from zoneinfo import ZoneInfo

import attrs

from crmcore.base.checked import Check
from crmcore.base.constraints import Digits, Length, Pattern, Range
from crmcore.base.errors import Invalid, Problem
from crmcore.base.kinds import Kind, shape_of
from crmcore.base.schema import FieldSpec, describe
from crmcore.query.meaning import value_at
from crmcore.views.reading import LISTS, Unreadable, read, written
from crmcore.views.shown import choice_key

__all__ = ["Choice", "Control", "Form", "form_for"]

Submitted = Mapping[str, str]
_LONGEST_QUOTE: Final = 40
"""Characters of a wrong input that an error repeats."""


@attrs.frozen
class Choice:
    """One entry of a drop-down list."""

    value: str
    label: str
    """Catalogue key; of a choice from the dictionary or the database the label itself."""


@attrs.frozen(kw_only=True)
class Control:
    """One thing a form asks for."""

    name: str
    entity: str
    kind: Kind
    required: bool
    """Marked, and refused when empty (requirement GEN-11)."""
    nullable: bool
    long: bool = False
    """Asks for several lines."""
    unit: str = ""
    """Catalogue key below ``unit.``."""
    max_length: int | None = None
    minimum: int | None = None
    maximum: int | None = None
    step: str | None = None
    pattern: str | None = None
    choices: tuple[Choice, ...] | None = None
    dictionary: str = ""
    """Category of the dictionary that has the choices; the front end puts them in with :meth:`Form.with_choices`."""
    members: type[enum.Enum] | None = None
    """The enumeration whose members are the choices."""
    default: Any = None
    path: tuple[str, ...] = attrs.field(default=attrs.Factory(lambda self: (self.name,), takes_self=True))
    """Where the value stands in the record: ``("price", "amount")`` inside a value of several parts."""
    part_of: type[Any] | None = None
    """Class of the value whose part this is; None for a value of its own."""
    check: Check = attrs.field(repr=False, eq=False)

    @property
    def label(self) -> str:
        """Catalogue key of the label."""
        return f"{self.entity}.{self.name}"


@attrs.frozen(kw_only=True)
class Form:
    """What a form asks for, in order."""

    entity: str
    controls: tuple[Control, ...]
    zone: ZoneInfo

    def parse(self, submitted: Submitted) -> dict[str, Any]:
        """Read what somebody filled in, fit for the action that records it; blanks around text do not count.

        Args:
            submitted: Text of each control by name, none for what was left out; of lists one value on a line.

        Raises:
            Invalid: Something is missing or wrong; every problem is listed, by control.
        """
        values: dict[str, Any] = {}
        problems: list[Problem] = []
        for control in self.controls:
            try:
                values[control.name] = self._value(control, submitted.get(control.name, ""))
            except Invalid as invalid:
                problems += invalid.problems
        problems += _missing_parts(self.controls, values)
        if problems:
            raise Invalid(problems)
        return _assembled(self.controls, values)

    def fill(self, entity: Any = None, **given: Any) -> dict[str, str]:
        """Answer what the controls show for *entity*, or for a new record: its defaults."""
        shown = {c.name: c.default if entity is None else value_at(entity, c.path) for c in self.controls}
        return {name: written(value, self.zone) for name, value in {**shown, **given}.items()}

    def with_choices(self, name: str, choices: Iterable[Choice]) -> "Form":
        """Answer the form with the choices of one control put in; a value that is none of them will be refused."""
        kept = tuple(choices)
        return attrs.evolve(
            self, controls=tuple(attrs.evolve(c, choices=kept) if c.name == name else c for c in self.controls)
        )

    def __iter__(self) -> Iterator[Control]:
        """Go through the controls."""
        return iter(self.controls)

    def _value(self, control: Control, submitted: str) -> Any:
        text = submitted.replace("\r\n", "\n").strip()
        if control.kind == "text" and not control.long:  # no browser sends several lines from one
            text = " ".join(text.splitlines())
        if not text:
            if control.required:
                raise _wrong(control, "value.missing")
            return _blank(control)
        if control.choices is not None and control.members is None:
            _check_offered(control, text, {one.value for one in control.choices})
        value = self._read(control, text)
        try:
            control.check(None, None, value)
        except Invalid as invalid:  # a part of a value calls itself by its own name
            named = (attrs.evolve(one, field=control.name, entity=control.entity) for one in invalid.problems)
            raise Invalid(named) from None
        return value

    def _read(self, control: Control, text: str) -> Any:
        try:
            return control.members(text) if control.members is not None else read(control.kind, text, self.zone)
        except ValueError as error:
            raise _wrong(control, "value.choice", text) from error
        except Unreadable as error:
            raise _wrong(control, error.code, text) from error


def form_for(cls: type[Any], *, zone: ZoneInfo, names: Iterable[str] | None = None, changing: bool = False) -> Form:
    """Make the form of an entity from its description.

    Args:
        cls: The entity class.
        zone: Zone in which dates with time are typed.
        names: Which fields, in this order; None for all that people fill in.
        changing: The record exists: fields that are given once are left out (the date of a plan item).
    """
    schema = describe(cls)
    allowed = schema.changeable if changing else schema.givable
    wanted = [f.name for f in schema.fields if f.path[0] in allowed] if names is None else list(names)
    controls = tuple(_control(cls, schema.name, schema.by_name[name]) for name in wanted)
    return Form(entity=schema.name, zone=zone, controls=controls)


def _control(cls: type[Any], entity: str, spec: FieldSpec) -> Control:
    length, bounds, digits = spec.constraint(Length), spec.constraint(Range), spec.constraint(Digits)
    pattern = spec.constraint(Pattern)
    is_enum = spec.kind == "enum"
    return Control(
        name=spec.name,
        entity=entity,
        kind=spec.kind,
        required=spec.required and not (spec.nullable or spec.kind == "boolean"),
        nullable=spec.nullable,
        long=spec.hint.long,
        unit=spec.hint.unit,
        max_length=length.max if length else None,
        minimum=bounds.min if bounds else None,
        maximum=bounds.max if bounds else None,
        step=f"{Decimal(1).scaleb(-digits.places)}" if digits else None,
        pattern=pattern.regex if pattern else None,
        choices=tuple(Choice(str(one.value), choice_key(one)) for one in spec.type) if is_enum else None,
        dictionary=spec.hint.dictionary,
        members=spec.type if is_enum else None,
        default=spec.default,
        path=spec.path,
        part_of=shape_of(getattr(attrs.fields(cls), spec.path[0]).type).type if len(spec.path) > 1 else None,
        check=spec.check,
    )


def _blank(control: Control) -> Any:
    """What leaving a control empty means."""
    if control.nullable:
        return None
    if control.kind == "boolean":
        return False
    return "" if control.kind == "text" else control.default


def _check_offered(control: Control, text: str, offered: set[str]) -> None:
    said = [line.strip() for line in text.split("\n")] if control.kind in LISTS else [text]
    for one in said:
        if one not in offered:
            raise _wrong(control, "value.choice", one)


def _missing_parts(controls: Iterable[Control], values: Mapping[str, Any]) -> Iterator[Problem]:
    """Name what is missing of values that were filled in by half: an amount without its currency."""
    begun = {c.path[0] for c in controls if c.part_of is not None and values.get(c.name) is not None}
    for control in controls:
        if control.part_of is not None and control.path[0] in begun and values.get(control.name, "") is None:
            yield from _wrong(control, "value.missing").problems


def _assembled(controls: Sequence[Control], values: Mapping[str, Any]) -> dict[str, Any]:
    """Put parts together, by the names of the record's fields."""
    whole = {control.name: values[control.name] for control in controls if control.part_of is None}
    for name, cls in {c.path[0]: c.part_of for c in controls if c.part_of is not None}.items():
        parts = {c.path[1]: values[c.name] for c in controls if c.path[0] == name}
        whole[name] = None if None in parts.values() else cls(**parts)
    return whole


def _wrong(control: Control, code: str, got: str = "") -> Invalid:
    params: dict[str, object] = {"got": got[:_LONGEST_QUOTE]} if got else {}
    return Invalid(Problem(field=control.name, code=code, entity=control.entity, params=params))
