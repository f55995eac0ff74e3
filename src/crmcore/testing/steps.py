"""What can happen in a random history, as data that Hypothesis can draw, print and make smaller."""

from typing import Any, Final, Literal
from uuid import UUID

import attrs
from hypothesis import strategies as st

from crmcore.testing import questions, strategies
from crmcore.testing.comparing import Question
from crmcore.testing.samples import Part, Sample

__all__ = ["MOST_SESSIONS", "RECORDS", "STEPS", "Ask", "Begin", "End", "Load", "Step", "Write"]

MOST_SESSIONS: Final = 4


@attrs.frozen
class Begin:
    """Open a session."""

    write: bool


@attrs.frozen
class Write:
    """Change something in a session that may."""

    place: int
    verb: Literal["insert", "replace", "delete", "append"]
    entity: Any
    which: int
    """Which of the records there are is meant, preferably one that another session has changed meanwhile.

    0 means the one that has the entity's id, if there is one.
    """
    wrong: int
    """How far the expected version is off."""


@attrs.frozen
class Ask:
    """Find or tally in a session."""

    place: int
    question: Question


@attrs.frozen
class Load:
    """Read one record in a session."""

    place: int
    entity: type[Any]
    id: UUID


@attrs.frozen
class End:
    """Commit a session, or give it up."""

    place: int
    commit: bool


Step = Begin | Write | Ask | Load | End
_PLACES: Final = st.integers(0, MOST_SESSIONS - 1)
_IDS: Final = st.sampled_from(strategies.POOL[:6])
_ENTITIES: Final = st.one_of(strategies.entities(Sample, identity=_IDS), strategies.entities(Part, identity=_IDS))
_VERBS: Final = st.sampled_from(["replace", "replace", "insert", "delete", "append"])
_WRITES: Final = st.builds(Write, _PLACES, _VERBS, _ENTITIES, st.integers(0, 5), st.sampled_from([0, 0, 0, 7]))
_ENDS: Final = st.builds(End, _PLACES, st.sampled_from([True, True, False]))
_LOADS: Final = st.builds(Load, _PLACES, st.sampled_from([Sample, Part]), _IDS)
_QUESTIONS: Final = st.one_of(
    questions.queries(Sample, (Part,)), questions.queries(Part, (Sample,)), questions.tallies(Sample)
)
RECORDS: Final = st.lists(_ENTITIES, min_size=2, max_size=6)
"""What is there before a history begins."""
STEPS: Final[st.SearchStrategy[Step]] = st.one_of(
    st.builds(Begin, st.sampled_from([True, True, False])),
    _WRITES,
    _WRITES,
    _WRITES,
    _ENDS,
    _LOADS,
    st.builds(Ask, _PLACES, _QUESTIONS),
)
