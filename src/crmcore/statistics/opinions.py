"""What customers say in all surveys of a period together: satisfaction and recommendation (X-SRV-04, X-SRV-14)."""

import datetime as dt
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Final

import attrs
from attrs import fields

from crmcore.query import (
    Query,
    Tally,
    TallyRow,
    count,
    eq,
    ge,
    in_query,
    is_null,
    lt,
    negate,
    one_of,
    query,
    tally,
    through,
)
from crmcore.statistics.figures import Figure, measured
from crmcore.statistics.sums import number_of, rows_with
from crmcore.surveys.entity import QuestionKind, SurveyAnswer, SurveyQuestion
from crmcore.surveys.figures import DETRACTORS, PASSIVES, PROMOTERS, SATISFIED, csat, nps

__all__ = ["Opinions", "opinions", "said", "without_choices"]

_KINDS: Final = (QuestionKind.SATISFACTION, QuestionKind.RECOMMENDATION)
_UNIT: Final = "survey_answer"
_a = fields(SurveyAnswer)
_q = fields(SurveyQuestion)


@attrs.frozen(kw_only=True)
class Opinions:
    """The scores of a period."""

    satisfied: Figure[int]
    """Answers with four or five stars."""
    judged: Figure[int]
    """All answers to questions of satisfaction."""
    csat: Figure[Decimal]
    """Customer satisfaction score; opens to the answers of the satisfied."""
    promoters: Figure[int]
    passives: Figure[int]
    detractors: Figure[int]
    recommending: Figure[int]
    """All answers to questions of recommendation."""
    nps: Figure[Decimal]
    """Net promoter score; opens to all these answers."""


def said(start: dt.datetime, end: dt.datetime) -> Tally:
    """Ask for the scores given from one instant up to another, by kind of question and score."""
    given = query(SurveyAnswer).where(ge(_a.answered_at, start), lt(_a.answered_at, end), negate(is_null(_a.score)))
    return tally(given, by=(through(_a.question, SurveyQuestion, _q.kind), _a.score), measures=(count(),))


def without_choices(asked: Tally) -> Tally:
    """Ask the same of questions alone by which somebody is satisfied or recommends.

    What was chosen from a list has a score as well; a store that knows the questions leaves it unread.
    """
    judging = query(SurveyQuestion).where(one_of(_q.kind, _KINDS))
    return attrs.evolve(asked, of=asked.of.where(in_query(_a.question, judging)))


def opinions(asked: Tally, rows: Sequence[TallyRow]) -> Opinions:
    """Answer how satisfied customers are, and whether they would recommend the company (requirement X-SRV-04).

    Definition: CSAT and NPS over all surveys, each answer with the same weight.
    Formula: see :func:`crmcore.surveys.figures.csat` and :func:`crmcore.surveys.figures.nps`.
    Unit: answers; CSAT in percent, NPS in points from −100 to 100.
    Undefined when: nobody has answered a question of that kind in the period; then None, never 0.
    Source: as there.

    Args:
        asked: What :func:`said` asks.
        rows: The answer, to :func:`without_choices` as well.
    """
    stars, points = (_Scores.of(kind, asked, rows) for kind in _KINDS)
    satisfied, judged, all_points = stars.number(SATISFIED), stars.number(), points.number()
    score = measured(csat(stars.counts()), satisfied.of, "%", satisfied.records)
    return Opinions(
        satisfied=satisfied,
        judged=judged,
        csat=attrs.evolve(score, whole=judged),
        promoters=points.number(PROMOTERS),
        passives=points.number(PASSIVES),
        detractors=points.number(DETRACTORS),
        recommending=all_points,
        nps=measured(nps(points.counts()), all_points.of, "point", all_points.records),
    )


@attrs.frozen
class _Scores:
    """The scores given to questions of one kind."""

    answers: Query[SurveyAnswer]
    rows: Sequence[TallyRow]

    @classmethod
    def of(cls, kind: QuestionKind, asked: Tally, rows: Sequence[TallyRow]) -> "_Scores":
        """Pick those of a kind."""
        of_kind = in_query(_a.question, query(SurveyQuestion).where(eq(_q.kind, kind)))
        return cls(asked.of.where(of_kind), rows_with(rows, lambda one, _: one is kind))

    def number(self, scores: Iterable[int] | None = None) -> Figure[int]:
        """Count the answers, or those with some scores."""
        if scores is None:
            return number_of(self.rows, self.answers, _UNIT)
        wanted = tuple(scores)
        found = rows_with(self.rows, lambda _, score: score in wanted)
        return number_of(found, self.answers.where(one_of(_a.score, wanted)), _UNIT)

    def counts(self) -> dict[int, int]:
        """Answer how often each score was given."""
        return {row.key[1]: row.values[0] for row in self.rows}
