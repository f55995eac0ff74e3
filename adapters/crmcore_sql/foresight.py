"""Remembers which records units of work load one after the other, so that they can be asked for together.

Nearly every unit of work starts alike: who acts, his roles, the company's settings. Each is a round trip to the server,
and each but the first can be foreseen: what followed the same first question the last two times is sent along with it.
The answers belong to the same snapshot; a wrong guess costs one look-up by id.
"""

import threading
from collections.abc import Hashable, Sequence
from typing import Final

__all__ = ["Foresight", "Lookup"]

Lookup = tuple[str, Hashable]
"""A statement that loads one record, and the id."""

_MOST: Final = 2000
"""First questions remembered: one for each person at work; the oldest go first."""
_AHEAD: Final = 8
"""Records asked for along with a first question."""


class Foresight:
    """What followed which first question. Safe to use from several threads."""

    def __init__(self) -> None:
        """Start with nothing seen."""
        self._seen: dict[Hashable, tuple[tuple[Lookup, ...], tuple[Lookup, ...]]] = {}
        self._lock = threading.Lock()

    def expect(self, first: Hashable) -> tuple[Lookup, ...]:
        """Answer what followed *first* the last two times."""
        seen = self._seen.get(first)
        return () if seen is None else seen[1]

    def learn(self, first: Hashable, followed: Sequence[Lookup]) -> None:
        """Remember what followed *first* this time."""
        latest = tuple(followed[:_AHEAD])
        before = self._seen.get(first)
        if before is not None and before[0] == latest == before[1]:
            return
        again = () if before is None else tuple([one for one in latest if one in before[0]])
        with self._lock:
            if len(self._seen) >= _MOST:
                del self._seen[next(iter(self._seen))]
            self._seen[first] = (latest, again)
