"""Derivations: records that the store makes of records it has, without a way to the program and back."""

from collections.abc import Mapping
from typing import Any

import attrs

from crmcore.base.schema import describe
from crmcore.query.conditions import EVERYTHING, Condition, Op
from crmcore.query.queries import Query

__all__ = ["Derivation", "FromJoined", "FromSource", "Prior"]


@attrs.frozen
class FromSource:
    """The value that the source record has in a field; ``("id",)`` for its id."""

    path: tuple[str, ...]


@attrs.frozen
class FromJoined:
    """The value that the joined record has in a field."""

    path: tuple[str, ...]


@attrs.frozen
class Prior:
    """How an earlier record of the same kind compares with a source record; a missing value never compares."""

    path: tuple[str, ...]
    """Field of the earlier record."""
    op: Op
    """``EQ`` or ``GE``: equals, or is at least."""
    source: tuple[str, ...]
    """Field of the source record."""


@attrs.frozen(kw_only=True)
class Derivation:
    """Make one new record of each record that *source* finds, unless it was made before.

    Nothing is made where the joined record is missing or does not meet *where*, where a value is missing that the new
    record must have, where an earlier record meets all of *unless*, and where the new record's id is taken: so running
    it again, or twice at once, makes nothing twice.
    """

    into: type[Any]
    """Kind of the new records; none of its fields is inside a value object, and nothing but its id is unique."""
    source: Query[Any]
    """Only its condition counts."""
    joined: type[Any]
    """Kind of the one record that belongs to a source record."""
    on: tuple[str, ...]
    """Field of the source record that holds the joined record's id."""
    where: Condition = EVERYTHING
    """What the joined record has to meet."""
    unless: tuple[Prior, ...] = ()
    """If an earlier record meets all of these, nothing is made; none given: earlier records do not matter.

    One of them at least asks for equality, or the earlier records would have to be read through for every source.
    """
    values: Mapping[str, Any]
    """Every field of the new record: a :class:`FromSource`, a :class:`FromJoined`, or the value itself."""

    def needed(self) -> tuple[FromSource | FromJoined, ...]:
        """Answer what must be there for a record to be made: values that may be missing, for fields that may not."""
        into = describe(self.into).by_name
        kinds = {FromSource: describe(self.source.entity), FromJoined: describe(self.joined)}
        given = [(name, one) for name, one in self.values.items() if isinstance(one, FromSource | FromJoined)]
        return tuple(
            [one for name, one in given if not into[name].nullable and kinds[type(one)].by_path[one.path].nullable]
        )
