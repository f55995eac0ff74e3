"""Notes what a store is asked, question by question, so that a test can say how often, and for which records."""

from collections.abc import Callable, Sequence
from typing import Any

import attrs

from crmcore.query import Query, Tally
from crmcore.storage.crm import Crm
from crmcore.storage.ports import Session
from crmcore.storage.work import Work

__all__ = ["NotingStore", "Question", "noted"]

_ASKING = frozenset({"load", "find", "count", "tally"})


@attrs.frozen
class Question:
    """One question to a store."""

    method: str
    kind: type[Any]
    """Of the records that it is about."""
    most: int | None = None
    """How many records are answered at most; None where the question says nothing about it."""

    def __str__(self) -> str:
        """What was asked, for who reads of a failure."""
        return f"{self.method} {self.kind.__name__}{'' if self.most is None else f' ({self.most})'}"


class NotingStore:
    """A store as it is; it also keeps what its sessions were asked, in order."""

    def __init__(self, store: Any) -> None:
        self._store = store
        self.asked: list[Question] = []

    def begin(self, *, write: bool) -> Session:
        """Open a transaction whose questions are noted."""
        session: Any = _NotingSession(self._store.begin(write=write), self.asked)
        noting: Session = session
        return noting

    def __getattr__(self, name: str) -> Any:
        """Everything else is the store's own."""
        return getattr(self._store, name)


class _NotingSession:
    def __init__(self, session: Session, asked: list[Question]) -> None:
        self._session = session
        self._asked = asked

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._session, name)
        if name not in _ASKING:
            return found

        def ask(what: Any, *args: Any, **kwargs: Any) -> Any:
            of = what.of if isinstance(what, Tally) else what
            most = of.limit if name == "find" else None
            self._asked.append(Question(name, of.entity if isinstance(of, Query) else of, most))
            return found(what, *args, **kwargs)

        return ask


def noted(crm: Crm, who: str, ask: Callable[[Work], object]) -> Sequence[Question]:
    """Answer what the store is asked for something that a person wants to know, once it is known who he is.

    The time zone is known, too: a unit of work asks for it once, whatever it does.

    Args:
        crm: On a :class:`NotingStore`.
        who: The person's name.
        ask: What he wants to know.
    """
    asked: list[Question] = crm.store.asked  # type: ignore[attr-defined]  # the store notes it
    with crm.work(as_user=who, readonly=True) as work:
        _ = work.zone
        asked.clear()
        ask(work)
        return tuple(asked)
