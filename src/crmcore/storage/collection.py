"""Records of one kind within a unit of work: scope when reading, versions and change records when writing."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final, Generic, TypeVar
from uuid import UUID

import attrs
from attrs import fields

from crmcore.base.errors import AlreadyExists, Conflict, Contention, Invalid, NotFound, Problem
from crmcore.base.schema import Entity, EntitySchema, describe
from crmcore.query import (
    EVERYTHING,
    All,
    Condition,
    Measure,
    Op,
    Query,
    Tally,
    TallyRow,
    Test,
    Top,
    eq,
    gt,
    le,
    query,
    tally,
)
from crmcore.query.checks import LARGEST_OFFSET, check_asked, check_at_most, check_query, check_tally
from crmcore.query.groups import Grouping
from crmcore.query.meaning import value_at
from crmcore.storage.records import ChangeRecord
from crmcore.storage.scoping import key_within_scope, scope_of, within_scope

if TYPE_CHECKING:
    from crmcore.storage.work import Work

__all__ = ["SCAN_SIZE", "Collection"]

E = TypeVar("E", bound=Entity)
SCAN_SIZE: Final = 500
NOTHING_CHANGED: Final = "{}"


class Collection(Generic[E]):
    """The records of one kind that the actor of a unit of work may see, and the way to change them."""

    __slots__ = ("_entity", "_schema", "_unscoped", "_work")

    def __init__(self, work: "Work", entity: type[E], *, unscoped: bool = False) -> None:
        """Belong to *work*; *unscoped* shows everything, to actions only."""
        self._work, self._entity, self._unscoped = work, entity, unscoped
        self._schema: EntitySchema = describe(entity)

    def get(self, id: UUID, *, expected: int | None = None) -> E:  # noqa: A002
        """Answer one record.

        Args:
            id: Which.
            expected: The version the caller has seen; None if that does not matter. Versions that changed nothing
                (see :meth:`touch`) do not count.

        Raises:
            NotFound: There is none, or none within what the actor may see.
            Invalid: *id* is no UUID, or *expected* is no whole number.
            Conflict: Somebody changed it since the caller saw it; ``params["current"]`` is the present version.
        """
        check_asked(self._schema, id, expected)
        self._work.check_open()
        scope = self._scope()
        if scope is EVERYTHING:
            found = self._work.session.load(self._entity, id)
        else:
            wanted = Query(entity=self._entity, condition=All((Test(("id",), Op.EQ, id), scope)), limit=1)
            found = next(iter(self._work.session.find(wanted)), None)
        if found is None:
            if scope is not EVERYTHING:
                self._note_hidden(id)
            raise NotFound(entity=self._schema.name, id=id)
        if expected is not None and found.version != expected and self._has_changed(found, expected):
            raise Conflict(entity=self._schema.name, id=id, current=found)
        self._work.changes.remember(found)
        return found

    def _has_changed(self, found: E, seen: int) -> bool:
        """Tell whether anything was changed since the version that somebody has seen."""
        c = fields(ChangeRecord)
        since = query(ChangeRecord).where(
            eq(c.entity_id, found.id), gt(c.entity_version, seen), le(c.entity_version, found.version)
        )
        touches = since.where(eq(c.entity, self._schema.name), eq(c.changes, NOTHING_CHANGED))
        return self._work.session.count(touches) != found.version - seen

    def find(self, wanted: Query[E] | None = None) -> Sequence[E]:
        """Answer the records a query asks for, in its order; all of them without a query."""
        return self._work.session.find(self._asked(wanted))

    def first(self, *conditions: Condition) -> E | None:
        """Answer one record that meets all *conditions*, the oldest, or None."""
        return next(iter(self.find(Query(entity=self._entity, condition=All(conditions), limit=1))), None)

    def count(self, wanted: Query[E] | None = None, *, at_most: int | None = None) -> int:
        """Count the records that meet a query's condition; stop at *at_most*."""
        check_at_most(at_most)
        return self._work.session.count(self._asked(wanted), at_most)

    def tally(
        self,
        of: Query[E] | None = None,
        *,
        by: tuple[Grouping, ...] = (),
        measures: tuple[Measure, ...],
        top: Top | None = None,
    ) -> Sequence[TallyRow]:
        """Group the records that meet a query's condition, and measure the groups."""
        return self.groups(tally(query(self._entity) if of is None else of, by=by, measures=measures, top=top))

    def groups(self, asked: Tally) -> Sequence[TallyRow]:
        """Answer the rows of a tally; :func:`crmcore.query.records_behind` opens each of them again."""
        check_tally(asked, self._entity)
        by = asked.by if self._unscoped else tuple(key_within_scope(self._work, key) for key in asked.by)
        return self._work.session.tally(attrs.evolve(asked, of=self._scoped(asked.of), by=by))

    def scan(self, wanted: Query[E] | None = None, *, size: int = SCAN_SIZE) -> Iterator[E]:
        """Go through any number of records in a query's order, *size* at a time: equally quick at any depth."""
        if type(size) is not int or size < 1:
            raise Invalid(Problem("size", "value.range", params={"min": 1, "max": LARGEST_OFFSET, "got": size}))
        asked = self._asked(wanted)
        left, keys = asked.limit, asked.full_order
        page = attrs.evolve(asked, limit=size if left is None else min(size, left))
        while True:
            self._work.check_open()
            rows = self._work.session.find(page)
            yield from rows
            if left is not None:
                left -= len(rows)
            if len(rows) < (page.limit or 0) or left == 0:
                return
            position = tuple(value_at(rows[-1], key.path) for key in keys)
            page = attrs.evolve(page, after=position, offset=0, limit=size if left is None else min(size, left))

    def add(self, entity: E) -> E:
        """Store a new record as version 1.

        Raises:
            AlreadyExists: A value that must be unique is taken.
            Conflict: The id is taken.
        """
        self._work.check_writable()
        self._check_unique(entity, None)
        stored: E = self._schema.renumber(entity, 1)
        if not self._work.session.insert(stored):
            if self._work.session.load(self._entity, entity.id) is not None:
                raise Conflict(entity=self._schema.name, id=entity.id)
            raise Contention(entity=self._schema.name, id=entity.id)
        self._work.changes.created(self._schema, stored)
        return stored

    def save(self, entity: E) -> E:
        """Store a changed record as its next version; what has not changed is not stored again.

        Raises:
            Conflict: Somebody stored a newer version meanwhile.
            NotFound: Somebody removed it meanwhile.
            AlreadyExists: A value that must be unique is taken.
        """
        known = self._known(entity)
        return known if known == entity else self._store(known, entity)

    def touch(self, entity: E) -> E:
        """Store a record unchanged as its next version, so that no other unit of work changes it at the same time.

        Rules that look at several records (the last administrator) touch the one they share (design 5). Once is enough:
        what this unit of work has written already is left as it is.
        """
        known = self._known(entity)
        done = known == entity and self._work.changes.has(self._schema, known)
        return known if done else self._store(known, entity)

    def remove(self, entity: E) -> None:
        """Remove a record; its change records stay (decision 16.12).

        Raises:
            Conflict: Somebody stored a newer version meanwhile.
            NotFound: Somebody removed it meanwhile.
        """
        known = self._known(entity)
        if not self._work.session.delete(self._entity, entity.id, entity.version):
            raise Contention(entity=self._schema.name, id=entity.id)
        self._work.changes.removed(self._schema, known)

    def _known(self, entity: E) -> E:
        """Answer the record as it is stored, if *entity* is made from that version."""
        self._work.check_writable()
        known: E | None = self._work.changes.recall(self._entity, entity.id)
        if known is None:
            known = self._work.session.load(self._entity, entity.id)
        if known is None:
            raise NotFound(entity=self._schema.name, id=entity.id)
        if known.version != entity.version:
            raise Conflict(entity=self._schema.name, id=entity.id, current=known)
        return known

    def _store(self, known: E, entity: E) -> E:
        self._check_unique(entity, known)
        stored: E = self._schema.renumber(entity, entity.version + 1)
        if not self._work.session.replace(stored, entity.version):
            raise Contention(entity=self._schema.name, id=entity.id)
        self._work.changes.changed(self._schema, known, stored)
        return stored

    def _check_unique(self, entity: E, known: E | None) -> None:
        """Refuse a unique value that is taken; numbers the system made are left to the store's index."""
        for names in self._schema.uniques:
            values = tuple(getattr(entity, name) for name in names)
            unchanged = known is not None and all(
                getattr(known, name) == value for name, value in zip(names, values, strict=True)
            )
            if unchanged or None in values or names == ("number",):
                continue
            tests = (Test((name,), Op.EQ, value) for name, value in zip(names, values, strict=True))
            taken = self._work.session.find(Query(entity=self._entity, condition=All(tuple(tests)), limit=1))
            if any(other.id != entity.id for other in taken):
                field = names[-1].removesuffix("_key")
                raise AlreadyExists(entity=self._schema.name, field=field, value=getattr(entity, field))

    def _scope(self) -> Condition:
        """Answer the condition that limits what the actor sees."""
        return EVERYTHING if self._unscoped else scope_of(self._work, self._entity)

    def _asked(self, wanted: Query[E] | None) -> Query[E]:
        """Check a query, and narrow it to what the actor sees."""
        asked = query(self._entity) if wanted is None else wanted
        check_query(asked, self._entity)
        return self._scoped(asked)

    def _scoped(self, asked: Query[E]) -> Query[E]:
        self._work.check_open()
        if self._unscoped:
            return asked
        scope, condition = self._scope(), within_scope(self._work, asked.condition)
        narrowed = asked if condition is asked.condition else attrs.evolve(asked, condition=condition)
        return narrowed if scope is EVERYTHING else narrowed.where(scope)

    def _note_hidden(self, id: UUID) -> None:  # noqa: A002
        """Keep a record of an attempt at somebody else's record; the answer is the same as for a missing one."""
        if self._work.action and self._work.session.load(self._entity, id) is not None:
            self._work.changes.denied(self._schema.name, id, "access.out_of_scope")
