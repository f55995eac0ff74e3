"""Describes an entity class as data: what tables, validators, forms, files and docs are made from."""

import builtins
import functools
import operator
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, ClassVar, Final, Protocol, TypeVar, cast
from uuid import UUID

import attrs

from crmcore.base.checked import CONSTRAINTS, Check
from crmcore.base.constraints import Constraint, Length
from crmcore.base.kinds import META, Hint, Kind, name_of, shape_of
from crmcore.base.twins import twin_of

__all__ = ["Entity", "EntitySchema", "FieldSpec", "describe"]

C = TypeVar("C", bound=Constraint)
E = TypeVar("E", bound="Entity")
Path = tuple[str, ...]


class Entity(Protocol):
    """Anything a store keeps: an attrs class with an id and a version."""

    __attrs_attrs__: ClassVar[Any]

    @property
    def id(self) -> UUID:
        """The time-ordered identifier, unique among all records."""

    @property
    def version(self) -> int:
        """How often the record has been stored, counted by the core."""


@attrs.frozen(kw_only=True, eq=False)
class FieldSpec:
    """One value of an entity as stores, forms and files see it."""

    path: Path
    """Attribute names from the entity down to the value: ``("price", "amount")`` inside a value object."""
    kind: Kind
    type: Any
    nullable: bool
    has_default: bool
    default: Any
    constraints: tuple[Constraint, ...]
    hint: Hint
    check: Check

    @property
    def name(self) -> str:
        """Name of the column, form control or file column: ``price_amount``."""
        return "_".join(self.path)

    @property
    def required(self) -> bool:
        """Tell whether somebody who makes the record has to fill it in (requirement GEN-11)."""
        length = self.constraint(Length)
        return length.min > 0 if length is not None else not self.has_default

    def constraint(self, wanted: builtins.type[C]) -> C | None:
        """Find the constraint of a type."""
        return next((one for one in self.constraints if isinstance(one, wanted)), None)


@attrs.frozen(kw_only=True, eq=False)
class EntitySchema:
    """One kind of entity, as data."""

    cls: type[Any]
    name: str
    """Programmers' name, ``plan_item``; also the table and collection."""
    fields: tuple[FieldSpec, ...]
    uniques: tuple[tuple[str, ...], ...]
    """Names of fields whose values together are unique, where none is missing."""
    indexes: tuple[tuple[str, ...], ...]
    """Names of fields that lists filter and sort by, in that order; stores append ``id``."""
    flatten: Callable[[Any], tuple[Any, ...]]
    """All values of an entity in the order of ``fields``."""
    hydrate: Callable[[Sequence[Any]], Any]
    """The entity from its values in the order of ``fields``, without checking: for rows a store has kept."""
    renumber: Callable[[Any, int], Any]
    """The same entity with another version; nothing else is checked or changed."""
    by_name: Mapping[str, FieldSpec]
    by_path: Mapping[Path, FieldSpec]
    givable: frozenset[str]
    """Attributes that somebody may give when making a record."""
    changeable: frozenset[str]
    """Attributes that somebody may change afterwards."""
    wanted: frozenset[str]
    """Attributes without which no record can be made."""


def _describe(cls: type[Any]) -> EntitySchema:
    fields = tuple(_specs(cls, (), nullable=False))
    given = {a.name: a.metadata.get(META, Hint()) for a in attrs.fields(cls)}
    open_to_all = frozenset(name for name, facts in given.items() if not facts.system)
    return EntitySchema(
        cls=cls,
        name=name_of(cls),
        fields=fields,
        uniques=tuple((*f.hint.within, f.name) for f in fields if f.hint.unique),
        indexes=(*((f.name,) for f in fields if f.hint.indexed), *getattr(cls, "indexes", ())),
        flatten=_flattener(fields),
        hydrate=_hydrator(cls),
        renumber=_renumberer(cls),
        by_name={f.name: f for f in fields},
        by_path={f.path: f for f in fields},
        givable=open_to_all,
        changeable=frozenset(name for name in open_to_all if not given[name].fixed),
        wanted=frozenset(a.name for a in attrs.fields(cls) if a.name in open_to_all and a.default is attrs.NOTHING),
    )


describe: Final[Callable[[type[Any]], EntitySchema]] = cast(
    "Callable[[type[Any]], EntitySchema]", functools.cache(_describe)
)
"""Describe an entity or value class; the answer is made once for each class."""


def _specs(cls: type[Any], prefix: Path, *, nullable: bool) -> Iterator[FieldSpec]:
    for attribute in attrs.fields(cls):
        shape = shape_of(attribute.type)
        path, may_miss = (*prefix, attribute.name), nullable or shape.nullable
        if shape.kind == "value":
            yield from _specs(shape.type, path, nullable=may_miss)
            continue
        yield FieldSpec(
            path=path,
            kind=shape.kind,
            type=shape.type,
            nullable=may_miss,
            has_default=attribute.default is not attrs.NOTHING,
            default=None if attribute.default is attrs.NOTHING else attribute.default,
            constraints=attribute.metadata[CONSTRAINTS],
            hint=attribute.metadata[META],
            check=attribute.validator,
        )


def _flattener(fields: tuple[FieldSpec, ...]) -> Callable[[Any], tuple[Any, ...]]:
    if all(len(f.path) == 1 for f in fields):
        return operator.attrgetter(*(f.path[0] for f in fields))
    paths = tuple(f.path for f in fields)

    def flatten(entity: Any) -> tuple[Any, ...]:
        return tuple(functools.reduce(_step, path, entity) for path in paths)

    return flatten


def _step(value: Any, name: str) -> Any:
    return None if value is None else getattr(value, name)


def _renumberer(cls: type[Any]) -> Callable[[Any, int], Any]:
    names = [a.name for a in attrs.fields(cls)]
    if "version" not in names:
        return lambda value, _: value
    values = ", ".join("version" if name == "version" else f"entity.{name}" for name in names)
    return _generated(cls, "entity, version", f"({values},)")


def _generated(cls: type[Any], given: str, values: str) -> Callable[..., Any]:
    """Compile a function ``made`` that fills a new entity directly: a tenth of the time that checking it takes."""
    names = [a.name for a in attrs.fields(cls)]
    twin = twin_of(cls)
    if twin is None:
        message = f"{cls.__name__} needs slots, which attrs.frozen gives it"
        raise TypeError(message)
    known: dict[str, Any] = {"blank": object.__new__, "cls": cls, "twin": twin}
    targets = "".join(f"made_.{name}, " for name in names)
    filled = f"    made_ = blank(twin)\n    {targets}= {values}\n    made_.__class__ = cls\n    return made_\n"
    exec(f"def made({given}):\n{filled}", known)  # noqa: S102  # generated from the class alone: names of fields, which are identifiers
    made: Callable[..., Any] = known["made"]
    return made


def _hydrator(cls: type[Any]) -> Callable[[Sequence[Any]], Any]:
    """Fill the entity directly: a frozen entity from a kept row costs no validation and no Python call per field."""
    parts = [(shape_of(a.type)) for a in attrs.fields(cls)]
    hydrate = _generated(cls, "values", "values")
    if all(shape.kind != "value" for shape in parts):
        return hydrate

    def hydrate_nested(values: Sequence[Any]) -> Any:
        rest = iter(values)
        top: list[Any] = []
        for shape in parts:
            if shape.kind != "value":
                top.append(next(rest))
                continue
            inner = describe(shape.type)
            taken = tuple(islice(rest, len(inner.fields)))
            absent = shape.nullable and all(value is None for value in taken)
            top.append(None if absent else inner.hydrate(taken))
        return hydrate(top)

    return hydrate_nested
