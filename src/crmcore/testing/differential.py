"""Random questions and random histories get the same answers from a store as from memory, which is the meaning."""

from typing import ClassVar

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import run_state_machine_as_test

from crmcore.storage.ports import Store
from crmcore.testing import strategies
from crmcore.testing.comparing import Question, compare, same_records
from crmcore.testing.fixtures import StoreFixtures
from crmcore.testing.histories import History, writers_wait
from crmcore.testing.samples import SCHEMAS, Part, Sample

__all__ = ["DifferentialKit"]

SAMPLE, PART, _ = SCHEMAS
SAMPLES = st.lists(strategies.entities(Sample), min_size=6, max_size=24, unique_by=lambda one: one.id)
PARTS = st.lists(strategies.entities(Part), max_size=8, unique_by=lambda one: one.id)
QUESTIONS = st.one_of(
    strategies.queries(SAMPLE, (SAMPLE, PART)),
    strategies.queries(SAMPLE, (SAMPLE, PART)),
    strategies.queries(PART, (SAMPLE,)),
    strategies.tallies(SAMPLE, (PART,)),
    strategies.tallies(SAMPLE, (PART,)),
)


class DifferentialKit(StoreFixtures):
    """Compares a store with the reference; an author may set how long it searches."""

    data_sets: ClassVar[int] = 40
    """How many sets of records are tried."""
    questions: ClassVar[int] = 60
    """How many questions are asked about each of them."""
    histories: ClassVar[int] = 40
    """How many sequences of interleaved sessions are tried."""
    steps: ClassVar[int] = 30
    """How long each sequence is."""

    def test_answers_as_memory_does(self, store: Store) -> None:
        """Every condition, order, page, position and tally means what :mod:`crmcore.query.meaning` says."""

        @searching(self.data_sets)
        @given(
            samples=SAMPLES,
            parts=PARTS,
            questions=st.lists(QUESTIONS, min_size=self.questions // 2, max_size=self.questions),
        )
        def same(samples: list[Sample], parts: list[Part], questions: list[Question]) -> None:
            with same_records(store, [*samples, *parts]) as (ours, reference):
                for question in questions:
                    compare(question, ours, reference)

        same()

    def test_lives_through_histories_as_memory_does(self, store: Store) -> None:
        """Sessions that begin, write, read, commit and close in any order see and leave what they would in memory."""
        several = not writers_wait(store)
        run_state_machine_as_test(
            lambda: History(store, several_writers=several),
            settings=settings(searching(self.histories), stateful_step_count=self.steps),
        )


def searching(examples: int) -> settings:
    """Search a number of cases, however slow the store is; random or not as the run's profile says."""
    return settings(max_examples=examples, deadline=None, suppress_health_check=list(HealthCheck))
