"""Stores that lose or make too much where many records are written at once."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import attrs

from broken.store import doc
from crmcore.base.errors import Contention
from crmcore.memory.store import MemorySession
from crmcore.query import EVERYTHING, Derivation, FromJoined, FromSource
from crmcore.query.meaning import derive, value_at


class RenewsAnyVersion(MemorySession):
    """Renews whatever version is there."""

    def renew(self, records: Sequence[Any]) -> None:
        for record in records:
            known = self.load(type(record), record.id)
            if known is None or not self.replace(record, known.version):
                raise Contention


class RenewsWhatIsThere(MemorySession):
    """Renews the records that it finds and says nothing about the others."""

    def renew(self, records: Sequence[Any]) -> None:
        for record in records:
            self.replace(record, record.version - 1)


class RenewsTheFirstThousand(MemorySession):
    """Renews a thousand records and forgets the rest."""

    def renew(self, records: Sequence[Any]) -> None:
        super().renew(records[:1_000])


class RenewsOneKind(MemorySession):
    """Takes all records for the kind of the first one."""

    def renew(self, records: Sequence[Any]) -> None:
        super().renew([one for one in records if type(one) is type(records[0])])


class RenewsOverUniques(MemorySession):
    """Does not look at unique values when it renews."""

    def renew(self, records: Sequence[Any]) -> None:
        for record in records:
            known = self.load(type(record), record.id)
            if known is None or known.version != record.version - 1:
                raise Contention
            self._change(type(record), record.id, record)

    def _check(self) -> None:
        """Look at nothing."""


class AppendsAThousand(MemorySession):
    """Stores a thousand appended records and forgets the rest."""

    def append(self, records: Sequence[Any]) -> None:
        super().append(records[:1_000])


class Deriving(MemorySession):
    """Makes something else than a derivation says."""

    def understood(self, derivation: Derivation) -> Derivation:
        return derivation

    def derive(self, derivation: Derivation) -> int:
        return super().derive(self.understood(derivation))


class DerivesOverOthers(Deriving):
    """Puts derived records over those that have their ids."""

    def derive(self, derivation: Derivation) -> int:
        made = list(derive(derivation, self._rows))
        for one in made:
            self._change(derivation.into, one.id, one)
        return len(made)


class DerivesAgain(Deriving):
    """Derives as if nothing had been made before."""

    def understood(self, derivation: Derivation) -> Derivation:
        return attrs.evolve(derivation, unless=())


class DerivesUnlessAny(Deriving):
    """Derives nothing where an earlier record meets a part of what it must not meet."""

    def understood(self, derivation: Derivation) -> Derivation:
        return attrs.evolve(derivation, unless=derivation.unless[:1])


class DerivesOfAll(Deriving):
    """Derives of every source."""

    def understood(self, derivation: Derivation) -> Derivation:
        return attrs.evolve(derivation, source=attrs.evolve(derivation.source, condition=EVERYTHING))


class DerivesWithAll(Deriving):
    """Derives without asking what the joined record is like."""

    def understood(self, derivation: Derivation) -> Derivation:
        return attrs.evolve(derivation, where=EVERYTHING)


class JoinsAnyRecord(Deriving):
    """Joins a source with another record where its own is missing."""

    def derive(self, derivation: Derivation) -> int:
        whole = {one.id for one in self._rows(derivation.joined)}
        first = next(iter(self._rows(derivation.joined)))

        def lookup(entity: type[Any]) -> Iterator[Any]:
            for one in self._rows(entity):
                if entity is derivation.source.entity and value_at(one, derivation.on) not in whole:
                    yield attrs.evolve(one, **{derivation.on[0]: first.id})
                else:
                    yield one

        return sum(map(self.insert, list(derive(derivation, lookup))))


class SwapsSides(Deriving):
    """Takes values of the joined record from the source where that has a field of the name."""

    def understood(self, derivation: Derivation) -> Derivation:
        ours = {one.name for one in attrs.fields(derivation.source.entity)}
        values = {
            name: FromSource(value.path) if isinstance(value, FromJoined) and value.path[0] in ours else value
            for name, value in derivation.values.items()
        }
        return attrs.evolve(derivation, values=values)


class NullsCompare(Deriving):
    """Takes a missing value for the same as another missing one when it looks for earlier records."""

    def derive(self, derivation: Derivation) -> int:
        def key(one: Any, paths: Callable[[Any], Any]) -> tuple[Any, ...]:
            return tuple(value_at(one, paths(prior)) for prior in derivation.unless)

        known = (
            {key(one, lambda prior: prior.path) for one in self._rows(derivation.into)} if derivation.unless else set()
        )
        gone = {
            one.id
            for one in self._rows(derivation.source.entity)
            if None in key(one, lambda prior: prior.source) and key(one, lambda prior: prior.source) in known
        }

        def lookup(entity: type[Any]) -> Iterator[Any]:
            return (one for one in self._rows(entity) if entity is not derivation.source.entity or one.id not in gone)

        return sum(map(self.insert, list(derive(derivation, lookup))))


class CountsSources(Deriving):
    """Counts sources instead of records that were made."""

    def derive(self, derivation: Derivation) -> int:
        super().derive(derivation)
        return len(list(derive(derivation, self._rows)))


_FAULTS: tuple[type[MemorySession], ...] = (
    RenewsAnyVersion,
    RenewsWhatIsThere,
    RenewsTheFirstThousand,
    RenewsOneKind,
    RenewsOverUniques,
    AppendsAThousand,
    *Deriving.__subclasses__(),
)
MANY: dict[str, type[MemorySession]] = {doc(cls): cls for cls in _FAULTS}
