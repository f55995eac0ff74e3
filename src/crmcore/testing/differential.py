"""Random questions and random histories get the same answers from a store as from memory, which is the meaning."""

from typing import ClassVar, TypeVar

import attrs
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from crmcore.base.schema import Entity
from crmcore.memory import MemoryStore
from crmcore.query import Derivation, Tally, count, query, records_behind
from crmcore.query.checks import check_query
from crmcore.query.derivation_checks import check_derivation
from crmcore.storage.ports import Session, Store
from crmcore.testing import questions, steps, strategies
from crmcore.testing.comparing import Question, compare, same_records
from crmcore.testing.fixtures import StoreFixtures
from crmcore.testing.histories import History, writers_wait
from crmcore.testing.samples import SCHEMAS, Notice, Part, Sample
from crmcore.testing.sessions import committed, find, put, remove_all

__all__ = ["DifferentialKit"]

T = TypeVar("T")
SAMPLES = st.lists(strategies.entities(Sample), min_size=14, max_size=24, unique_by=lambda one: one.id)
PARTS = st.lists(strategies.entities(Part), max_size=8, unique_by=lambda one: one.id)
RECORDS = st.tuples(SAMPLES, PARTS).map(lambda lists: [*lists[0], *lists[1]])
QUESTIONS = st.one_of(
    questions.queries(Sample, (Sample, Part)),
    questions.queries(Sample, (Sample, Part)),
    questions.queries(Part, (Sample,)),
    questions.tallies(Sample, (Part,)),
    questions.tallies(Sample, (Part,)),
    questions.tallies(Part, (Sample,)),
)
TALLIES = st.one_of(questions.tallies(Sample, (Part,), opened=True), questions.tallies(Part, (Sample,), opened=True))


class DifferentialKit(StoreFixtures):
    """Compares a store with the reference; an author may set how long it searches."""

    data_sets: ClassVar[int] = 4
    """How many sets of records are tried."""
    questions: ClassVar[int] = 600
    """How many questions are asked about each of them."""
    openings: ClassVar[int] = 30
    """How many tallies of each of them are opened, row by row."""
    derivations: ClassVar[int] = 20
    """How many derivations are run, each over its own records."""
    histories: ClassVar[int] = 100
    """How many sequences of interleaved sessions are tried."""
    length: ClassVar[int] = 60
    """How many steps each has at most."""
    shrinks: ClassVar[bool] = True
    """Whether a failing case is made as small as possible before it is shown; that takes its time on a slow store."""

    def test_answers_like_the_reference(self, store: Store) -> None:
        """Every condition, order, page, position and tally means what :mod:`crmcore.query.meaning` says."""
        for entities in drawn(RECORDS, self.data_sets):
            with same_records(store, entities) as (ours, reference):
                self._ask(ours, reference)

    def _ask(self, ours: Session, reference: Session) -> None:
        @self._searching(self.questions)
        @given(question=QUESTIONS)
        def same(question: Question) -> None:
            compare(question, ours, reference)

        same()

    def test_opens_every_row(self, store: Store) -> None:
        """The query behind a row of a tally finds as many records as the row counts, and every record is in one row."""
        for entities in drawn(RECORDS, self.data_sets):
            with same_records(store, entities) as (ours, _):
                self._open(ours)

    def _open(self, session: Session) -> None:
        @self._searching(self.openings)
        @given(asked=TALLIES)
        def opens(asked: Tally) -> None:
            counting = attrs.evolve(asked, measures=(count(),), top=None)
            rows = session.tally(counting)
            for row in rows:
                behind = records_behind(counting, row)
                check_query(behind)
                assert session.count(behind) == row.values[0], (counting, row)
            assert sum(row.values[0] for row in rows) == session.count(asked.of), counting

        opens()

    def test_derives_like_the_reference(self, store: Store) -> None:
        """Every derivation makes what :func:`crmcore.query.meaning.derive` says, again and again nothing twice."""
        earlier = st.lists(strategies.entities(Notice), max_size=4, unique_by=lambda one: one.id)

        @self._searching(self.derivations)
        @given(parts=PARTS, samples=SAMPLES, notices=earlier, one=questions.derivations())
        def same(parts: list[Part], samples: list[Sample], notices: list[Notice], one: Derivation) -> None:
            check_derivation(one)
            remove_all(store, Notice)
            with same_records(store, [*parts, *samples[:6], *notices]):
                pass
            reference = MemoryStore(SCHEMAS)
            put(reference, *find(store, query(Part)), *find(store, query(Sample)), *notices)
            for _ in range(2):
                counted = [committed(at, lambda session: session.derive(one)) for at in (store, reference)]
                assert counted[0] == counted[1], one
                assert find(store, query(Notice)) == find(reference, query(Notice)), one

        same()

    def test_lives_like_the_reference(self, store: Store) -> None:
        """Sessions that begin, write, read, commit and close in any order see and leave what they would in memory."""
        several = not writers_wait(store)
        lives = st.lists(steps.STEPS, min_size=self.length // 2, max_size=self.length)

        @self._searching(self.histories)
        @given(records=steps.RECORDS, taken=lives)
        def same(records: list[Entity], taken: list[steps.Step]) -> None:
            History(store, records, several_writers=several).run(taken)

        same()

    def _searching(self, examples: int) -> settings:
        """Search a number of cases, however slow the store is; random or not as the run's profile says."""
        thorough = settings(max_examples=examples, deadline=None, suppress_health_check=list(HealthCheck))
        return thorough if self.shrinks else settings(thorough, phases=[Phase.generate], database=None)


def drawn(strategy: st.SearchStrategy[T], how_many: int) -> list[T]:
    """Draw several values at once; the first that Hypothesis draws is the dullest and is left out."""
    found: list[T] = []

    @settings(
        max_examples=how_many + 1,
        phases=[Phase.generate],
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(strategy)
    def collect(value: T) -> None:
        found.append(value)

    collect()
    return found[1:]
