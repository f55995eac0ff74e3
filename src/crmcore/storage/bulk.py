"""Many records at once, with one change record for all of them: for imports, where one for each would be most of it."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeVar
from uuid import UUID

from crmcore.base.errors import Contention
from crmcore.base.schema import Entity, describe
from crmcore.query import Derivation
from crmcore.query.derivation_checks import check_derivation

if TYPE_CHECKING:
    from crmcore.storage.work import Work

__all__ = ["Bulk"]

E = TypeVar("E", bound=Entity)


class Bulk:
    """Writes many records within a unit of work. Nothing is checked here: neither scopes nor rules nor unique values.

    Every call of :meth:`note` leaves one change record; records that people change by hand are saved through their
    collection, which keeps what each was before.
    """

    __slots__ = ("_work",)

    def __init__(self, work: "Work") -> None:
        """Belong to *work*."""
        self._work = work

    def add(self, entities: Sequence[E]) -> list[E]:
        """Store new records as version 1.

        Raises:
            Contention: A unique value is taken; perhaps only at the commit.
        """
        self._work.check_writable()
        if not entities:
            return []
        stored = _first_versions(entities)
        self._begin()
        self._work.session.append(stored)
        return stored

    def put(self, entities: Sequence[E]) -> list[E]:
        """Store a few new records as version 1, each with a statement of its own; they can be looked for at once.

        What :meth:`add` stores may be out of sight until the commit.

        Raises:
            Contention: An id or a unique value is taken.
        """
        self._work.check_writable()
        if not entities:
            return []
        stored = _first_versions(entities)
        self._begin()
        for one in stored:
            if not self._work.session.insert(one):
                raise Contention(entity=describe(type(one)).name, id=one.id)
        return stored

    def renew(self, entities: Sequence[E], *, numbered: bool = False) -> Sequence[E]:
        """Store changed records as their next versions.

        Args:
            entities: The records; each has the version that is stored.
            numbered: Each has its next version already, and none has to be made again for it.

        Raises:
            Contention: One of them was changed or removed by somebody else.
        """
        self._work.check_writable()
        if not entities:
            return []
        number = describe(type(entities[0])).renumber
        stored = entities if numbered else [number(one, one.version + 1) for one in entities]
        self._begin()
        self._work.session.renew(stored)
        return stored

    def change(self, pairs: Sequence[tuple[E, E]]) -> Sequence[E]:
        """Store changed records as their next versions, each with a change record of its own, as collections do.

        Args:
            pairs: Each record as it is stored, and as it shall be.

        Raises:
            Contention: One of them was changed or removed by somebody else.
        """
        self._work.check_writable()
        if not pairs:
            return []
        schema, changes = describe(type(pairs[0][0])), self._work.changes
        changes.look_up(schema, [before for before, _ in pairs])
        stored = self.renew([after for _, after in pairs])
        for (before, _), after in zip(pairs, stored, strict=True):
            changes.changed(schema, before, after)
        return stored

    def derive(self, derivation: Derivation) -> int:
        """Let the store make new records of others, however many, as version 1; answer how many it made.

        To be called before anything else is written: MongoDB makes them visible at once (see ``Session.derive``).

        Raises:
            Invalid: The derivation could not make whole records; nothing was made.
            Contention: Somebody else made or changed some of them at the same time.
        """
        self._work.check_writable()
        check_derivation(derivation)
        self._begin()
        return self._work.session.derive(derivation)

    def remove(self, entities: Sequence[Entity]) -> None:
        """Remove records.

        Raises:
            Contention: One of them was changed or removed by somebody else.
        """
        self._work.check_writable()
        if entities:
            self._begin()
        for one in entities:
            if not self._work.session.delete(type(one), one.id, one.version):
                raise Contention(entity=describe(type(one)).name, id=one.id)

    def restore(self, pairs: Sequence[tuple[E, E]], gone: Sequence[Entity]) -> None:
        """Store records as they were before, versions included: for taking an import back.

        Args:
            pairs: Records as they were, and as they are now.
            gone: Records that were removed, as they were.

        Raises:
            Contention: One of them was changed or removed by somebody else.
        """
        self._work.check_writable()
        if pairs or gone:
            self._begin()
        for before, now in pairs:
            if not self._work.session.replace(before, now.version):
                raise Contention(entity=describe(type(before)).name, id=before.id)
        if gone:
            self._work.session.append(gone)

    def _begin(self) -> None:
        """Make an error from here on spoil the unit of work, even if somebody swallows it: half may be written."""
        self._work.changes.count += 1

    def note(self, kind: type[Any], about: UUID | None, said: Mapping[str, Any]) -> None:
        """Leave one change record for what was done to many records.

        Args:
            kind: Which kind of record it is filed under.
            about: What they have in common: a batch, or nothing.
            said: What was done: name to ``[before, after]``, JSON values.
        """
        self._work.check_writable()
        self._work.changes.summed(describe(kind), about, said)


def _first_versions(entities: Sequence[E]) -> list[E]:
    number = describe(type(entities[0])).renumber
    return [one if one.version == 1 else number(one, 1) for one in entities]
