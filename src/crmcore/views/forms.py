"""Forms made from an entity's description: what to ask for, how to read it, what to say about mistakes (GEN-11)."""

import datetime as dt
import enum
from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

import attrs

from crmcore.base.checked import Check
from crmcore.base.constraints import Digits, Length, Pattern, Range
from crmcore.base.errors import Invalid, Problem
from crmcore.base.kinds import Kind
from crmcore.base.schema import FieldSpec, describe
from crmcore.views.shown import choice_key

__all__ = ["Choice", "Control", "Form", "form_for"]

Submitted = Mapping[str, str]
_LONGEST_NUMBER: Final = 40


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
    enum: type[enum.Enum] | None = None
    default: Any = None
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
        """Read what somebody filled in; blanks around text do not count.

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
        if problems:
            raise Invalid(problems)
        return values

    def fill(self, entity: Any = None, **given: Any) -> dict[str, str]:
        """Answer what the controls show for *entity*, or for a new record: its defaults."""
        shown = {c.name: c.default if entity is None else getattr(entity, c.name) for c in self.controls}
        return {name: self._text(value) for name, value in {**shown, **given}.items()}

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
        if not text:
            if control.required:
                raise _wrong(control, "value.missing")
            if control.kind == "boolean":
                return False
            return None if control.nullable else (control.default if control.kind != "text" else "")
        if control.choices is not None and control.enum is None and text not in {c.value for c in control.choices}:
            raise _wrong(control, "value.choice", text)
        value = self._read(control, text)
        control.check(None, None, value)
        return value

    def _read(self, control: Control, text: str) -> Any:
        if control.kind == "instant":
            try:
                return dt.datetime.fromisoformat(text).replace(tzinfo=self.zone)
            except ValueError as error:
                raise _wrong(control, "value.instant", text) from error
        if control.enum is not None:
            try:
                return control.enum(text)
            except ValueError as error:
                raise _wrong(control, "value.choice", text) from error
        reader = _READERS.get(control.kind)
        if reader is None:
            return text
        read, code = reader
        try:
            return read(text)
        except (ValueError, InvalidOperation) as error:
            raise _wrong(control, code, text) from error

    def _text(self, value: Any) -> str:
        match value:
            case None:
                return ""
            case bool():
                return "yes" if value else ""
            case enum.Enum():
                return str(value.value)
            case dt.datetime():
                return value.astimezone(self.zone).strftime("%Y-%m-%dT%H:%M")
            case tuple():
                return "\n".join(map(str, value))
        return str(value)


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
    return Form(
        entity=schema.name, zone=zone, controls=tuple(_control(schema.name, schema.by_name[name]) for name in wanted)
    )


def _control(entity: str, spec: FieldSpec) -> Control:
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
        enum=spec.type if is_enum else None,
        default=spec.default,
        check=spec.check,
    )


def _wrong(control: Control, code: str, got: str = "") -> Invalid:
    params: dict[str, object] = {"got": got[:_LONGEST_NUMBER]} if got else {}
    return Invalid(Problem(field=control.name, code=code, entity=control.entity, params=params))


def _integer(text: str) -> int:
    if len(text) > _LONGEST_NUMBER or not text.removeprefix("-").isdecimal():
        raise ValueError(text)
    return int(text)


def _decimal(text: str) -> Decimal:
    if len(text) > _LONGEST_NUMBER:
        raise ValueError(text)
    return Decimal(text)


def _boolean(text: str) -> bool:
    if text.lower() not in _TRUE | _FALSE:
        raise ValueError(text)
    return text.lower() in _TRUE


_TRUE: Final = frozenset({"yes", "on", "true", "1", "是"})
_FALSE: Final = frozenset({"no", "off", "false", "0", "否"})
_READERS: Final[dict[Kind, tuple[Callable[[str], Any], str]]] = {
    "integer": (_integer, "value.number"),
    "decimal": (_decimal, "value.decimal"),
    "date": (dt.date.fromisoformat, "value.date"),
    "boolean": (_boolean, "value.boolean"),
    "uuid": (UUID, "value.uuid"),
    "text_list": (lambda text: tuple(line.strip() for line in text.split("\n") if line.strip()), "value.item"),
    "uuid_list": (lambda text: tuple(UUID(line) for line in text.split()), "value.uuid"),
}
