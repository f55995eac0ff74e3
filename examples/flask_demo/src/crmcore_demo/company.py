"""What every page needs of the company: its time zone, how many records a list shows, the entries of its lists."""

import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

import attrs

from crmcore import Work
from crmcore.access import User, account_managers, names
from crmcore.access.entity import UserId, Validity
from crmcore.customers.grouping import CustomField
from crmcore.dictionary.entity import DictionaryEntry
from crmcore.dictionary.parameters import CURRENCY, LARGE_DEAL, PAGE_SIZE, PROCESS_MOVES, WINDOW_OPEN, ZONE, Parameter
from crmcore.i18n import Language
from crmcore.query import asc, query

FRESH_FOR = 30.0
"""Seconds after which something that was changed elsewhere is noticed here."""
MOST_NAMES = 5000
_LOOKED_AT: Final[tuple[Parameter[Any], ...]] = (ZONE, PAGE_SIZE, CURRENCY, LARGE_DEAL, PROCESS_MOVES)


@attrs.frozen(kw_only=True)
class Settings:
    """The settings as they were read."""

    zone: ZoneInfo
    page_size: int
    entries: Mapping[str, Sequence[DictionaryEntry]]
    """The dictionary by category, in the order of its lists, retired entries too."""
    own_fields: Sequence[CustomField]
    """The fields the company adds to its customers, in the order of the form, retired ones too."""
    window_open: bool
    """Whether customers' contacts may use the customer window; the library looks again at each step."""
    parameters: Mapping[Parameter[Any], Any]
    """What reports and the sales process look at, so that a page need not ask for it again."""
    read_at: float

    def words(self, category: str, code: str, language: Language) -> str:
        """Say what an entry is called; retired ones stay readable, an unknown code stands for itself (16.9)."""
        found = next((entry for entry in self.entries.get(category, ()) if entry.code == code), None)
        if found is None:
            return code
        return found.label_zh if language == "zh" else found.label_en

    def choices(self, category: str) -> Sequence[DictionaryEntry]:
        """List the entries that can be chosen (16.9)."""
        return [entry for entry in self.entries.get(category, ()) if entry.status is Validity.VALID]


def _read(work: Work, now: float) -> Settings:
    wanted = query(DictionaryEntry).sort(asc(attrs.fields(DictionaryEntry).position))
    entries: dict[str, list[DictionaryEntry]] = {}
    for entry in work.dictionary.find(wanted):
        entries.setdefault(entry.category, []).append(entry)
    return Settings(
        zone=work.parameter(ZONE),
        page_size=work.parameter(PAGE_SIZE),
        entries=entries,
        own_fields=work.of(CustomField).find(query(CustomField).sort(asc(attrs.fields(CustomField).position))),
        window_open=work.parameter(WINDOW_OPEN),
        parameters={one: work.parameter(one) for one in _LOOKED_AT},
        read_at=now,
    )


class Company:
    """Keeps settings and names between requests, so that a page does not ask the store for them each time."""

    def __init__(self) -> None:
        """Know nothing yet."""
        self._known: Settings | None = None
        self._names: dict[UUID, str] = {}
        self._names_until = 0.0
        self._managers: tuple[float, Sequence[User]] = (0.0, ())
        self._counts: dict[UUID, tuple[float, Mapping[str, int]]] = {}
        self._choices: dict[tuple[UUID, str], tuple[float, Sequence[Any]]] = {}
        self._lock = threading.Lock()

    def settings(self, work: Work) -> Settings:
        """Return the settings, read again when they have become old."""
        now = time.monotonic()
        with self._lock:
            known = self._known
        if known is None or now - known.read_at > FRESH_FOR:
            known = _read(work, now)
            with self._lock:
                self._known = known
        return known

    def names(self, work: Work, ids: Iterable[UUID | None]) -> Mapping[UUID, str]:
        """Return what colleagues are called; only those not known yet are asked for."""
        wanted = {UserId(one) for one in ids if one is not None}
        now = time.monotonic()
        with self._lock:
            if now > self._names_until or len(self._names) > MOST_NAMES:
                self._names, self._names_until = {}, now + FRESH_FOR
            known: dict[UUID, str] = {one: self._names[one] for one in wanted & self._names.keys()}
        unknown = wanted - known.keys()
        if not unknown:
            return known
        found = names(work, unknown)
        with self._lock:
            self._names.update(found)
        return {**known, **found}

    def account_managers(self, work: Work) -> Sequence[User]:
        """Return whom an opportunity can be given to; the library looks again when it is given (RBA-15)."""
        now = time.monotonic()
        with self._lock:
            until, known = self._managers
        if now > until:
            known = account_managers(work)
            with self._lock:
                self._managers = (now + FRESH_FOR, known)
        return known

    def counts(self, person: UUID, count: Callable[[], Mapping[str, int]]) -> Mapping[str, int]:
        """Return how much of what waits for a person, counted again when that has become old."""
        now = time.monotonic()
        with self._lock:
            until, known = self._counts.get(person, (0.0, {}))
        if now > until:
            known = count()
            with self._lock:
                if len(self._counts) > MOST_NAMES:
                    self._counts = {}
                self._counts[person] = (now + FRESH_FOR, known)
        return known

    def choices(self, person: UUID, name: str, ask: Callable[[], Sequence[Any]]) -> Sequence[Any]:
        """Return what a person can choose between in a filter, asked for again when that has become old."""
        now = time.monotonic()
        with self._lock:
            until, known = self._choices.get((person, name), (0.0, ()))
        if now > until:
            known = ask()
            with self._lock:
                if len(self._choices) > MOST_NAMES:
                    self._choices = {}
                self._choices[person, name] = (now + FRESH_FOR, known)
        return known

    def recount(self) -> None:
        """Count everything that waits again next time, because somebody has just done some of it here."""
        with self._lock:
            self._counts = {}

    def forget(self) -> None:
        """Read everything again next time, because somebody has just changed some of it here."""
        with self._lock:
            self._known, self._names, self._managers, self._counts, self._choices = None, {}, (0.0, ()), {}, {}
