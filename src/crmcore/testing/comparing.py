"""The same records in a store and in memory, and the same question to both."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any

from crmcore.memory import MemoryStore
from crmcore.query import Query, Tally
from crmcore.query.checks import check_query, check_tally
from crmcore.storage.ports import Session, Store
from crmcore.testing.samples import SCHEMAS, Part, Sample
from crmcore.testing.sessions import remove_all, writing

__all__ = ["Question", "compare", "same_records"]

Question = Query[Any] | Tally


@contextmanager
def same_records(store: Store, entities: Sequence[Any]) -> Iterator[tuple[Session, Session]]:
    """Put the same records into a store and into memory, and open a session on each."""
    remove_all(store, Sample, Part)
    reference = MemoryStore(SCHEMAS)
    with writing(store) as ours, writing(reference) as theirs:
        for entity in entities:
            assert ours.insert(entity) is theirs.insert(entity), f"insert differs for {entity}"
    with ExitStack() as stack:
        sessions = [one.begin(write=False) for one in (store, reference)]
        for session in sessions:
            stack.callback(session.close)
        yield sessions[0], sessions[1]


def compare(question: Question, ours: Session, reference: Session) -> None:
    """Ask both the same and compare."""
    if isinstance(question, Tally):
        check_tally(question)
        assert list(ours.tally(question)) == list(reference.tally(question)), question
        return
    check_query(question)
    found = list(ours.find(question))
    assert found == list(reference.find(question)), question
    assert [type(one) for one in found] == [question.entity] * len(found)
    assert ours.count(question) == reference.count(question), question
    assert ours.count(question, 3) == reference.count(question, 3), question
