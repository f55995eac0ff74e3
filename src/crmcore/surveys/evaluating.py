"""What customers said, in figures whose records can be opened (requirement X-SRV-04).

Whoever sees the answers of his own customers only gets figures of those. Counting is left to the store: the answers are
tallied by question and score, and no answer is read.
"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final, Generic, TypeVar

import attrs
from attrs import fields

from crmcore.base.clock import day_range
from crmcore.base.errors import Invalid, Problem
from crmcore.base.paging import Page
from crmcore.query import Condition, Query, count, eq, ge, is_null, lt, negate, one_of, query
from crmcore.storage.action import action
from crmcore.storage.listing import page_of
from crmcore.storage.work import Work
from crmcore.surveys.entity import (
    Invitation,
    QuestionKind,
    Survey,
    SurveyAnswer,
    SurveyId,
    SurveyQuestion,
    SurveyQuestionId,
)
from crmcore.surveys.figures import DETRACTORS, PASSIVES, PROMOTERS, SATISFIED, csat, nps, percent
from crmcore.surveys.questions import questions_of
from crmcore.surveys.reading import scores_of

__all__ = ["Counted", "Csat", "Nps", "Period", "QuestionResult", "SurveyResults", "drill_down", "results"]

T = TypeVar("T", Invitation, SurveyAnswer)
Period = tuple[dt.date, dt.date]
"""First and last day, both included, in the company's zone."""
_a = fields(SurveyAnswer)
_i = fields(Invitation)
_LAST: Final = dt.date(9998, 12, 30)
_FIRST: Final = dt.date(1000, 1, 2)


@attrs.frozen
class Counted(Generic[T]):
    """A number of records, and the query that finds just those."""

    number: int
    of: Query[T]


@attrs.frozen(kw_only=True)
class Csat:
    """Customer satisfaction: see :func:`crmcore.surveys.figures.csat`."""

    satisfied: Counted[SurveyAnswer]
    answered: Counted[SurveyAnswer]
    percent: Decimal | None
    """None while nobody has answered."""


@attrs.frozen(kw_only=True)
class Nps:
    """Net promoter score: see :func:`crmcore.surveys.figures.nps`."""

    promoters: Counted[SurveyAnswer]
    passives: Counted[SurveyAnswer]
    detractors: Counted[SurveyAnswer]
    answered: Counted[SurveyAnswer]
    score: Decimal | None
    """None while nobody has answered."""


@attrs.frozen(kw_only=True)
class QuestionResult:
    """What was answered to one question."""

    question: SurveyQuestion
    answered: Counted[SurveyAnswer]
    scores: Mapping[int, Counted[SurveyAnswer]]
    """How often each score, or each choice by its place from 1, was given; empty for a text."""
    csat: Csat | None
    """For a question of satisfaction."""
    nps: Nps | None
    """For a question of recommendation."""


@attrs.frozen(kw_only=True)
class SurveyResults:
    """What a survey has found out."""

    survey: Survey
    invited: Counted[Invitation]
    """Invitations of the period, without those that were withdrawn."""
    answered: Counted[Invitation]
    """How many of these were answered until now."""
    response_rate: Decimal | None
    """How many percent of those invited answered; None while nobody was invited."""
    questions: tuple[QuestionResult, ...]
    csat: Csat
    """Of all questions of satisfaction together."""
    nps: Nps
    """Of all questions of recommendation together."""


@attrs.frozen
class _Answers:
    """How often each score was given to each question, and where the answers are."""

    counts: Mapping[SurveyQuestionId, Mapping[int | None, int]]
    where: tuple[Condition, ...]

    def counted(self, asked: Sequence[SurveyQuestion], scores: Iterable[int] | None = None) -> Counted[SurveyAnswer]:
        """Count the answers to some questions; only of some scores, if these are given."""
        ids, only = [one.id for one in asked], None if scores is None else tuple(scores)
        found = query(SurveyAnswer).where(*self.where, one_of(_a.question, ids))
        if only is not None:
            found = found.where(one_of(_a.score, only))
        given = (pair for id_ in ids for pair in self.counts.get(id_, {}).items())
        return Counted(sum(many for score, many in given if only is None or score in only), found)

    def together(self, asked: Sequence[SurveyQuestion]) -> dict[int, int]:
        """Answer how often each score was given to some questions."""
        return {score: self.counted(asked, (score,)).number for score in range(11)}


@action("survey.read")
def results(work: Work, survey: SurveyId, *, period: Period | None = None) -> SurveyResults:
    """Answer what a survey has found out: response, satisfaction (CSAT), recommendation (NPS), and every score.

    Five questions to the store, however many answers there are.

    Args:
        work: The unit of work.
        survey: Which survey.
        period: Days on which customers answered, or, for the response, were invited; None for all.

    Raises:
        NotFound: There is no such survey.
        Invalid: The period is none.
    """
    found = work.surveys.get(survey)
    asked = questions_of(work, survey)
    where = (eq(_a.survey, survey), *_within(work, _a.answered_at, period))
    rows = work.survey_answers.tally(query(SurveyAnswer).where(*where), by=(_a.question, _a.score), measures=(count(),))
    counts: dict[SurveyQuestionId, dict[int | None, int]] = {}
    for row in rows:
        counts.setdefault(row.key[0], {})[row.key[1]] = row.values[0]
    said = _Answers(counts, where)
    invited, answered = _response(work, survey, period)
    return SurveyResults(
        survey=found,
        invited=invited,
        answered=answered,
        response_rate=percent(answered.number, invited.number),
        questions=tuple(_of_question(one, said) for one in asked),
        csat=_csat(_of_kind(asked, QuestionKind.SATISFACTION), said),
        nps=_nps(_of_kind(asked, QuestionKind.RECOMMENDATION), said),
    )


@action("survey.read")
def drill_down(work: Work, counted: Counted[T], *, page: int = 1, size: int | None = None) -> Page[T]:
    """List the records behind a number, the oldest first.

    Args:
        work: The unit of work.
        counted: A number of :func:`results`.
        page: Which page, from 1.
        size: Most records on a page; None for the company's setting.

    Raises:
        Invalid: It counts neither answers nor invitations.
    """
    given: object = counted  # a form may give anything
    of: object = given.of if isinstance(given, Counted) else None
    if not isinstance(of, Query) or of.entity not in (Invitation, SurveyAnswer):
        raise Invalid(Problem(field="counted", code="query.kind"))
    return page_of(work, work.of(counted.of.entity), counted.of, page=page, size=size)


def _of_kind(asked: Sequence[SurveyQuestion], kind: QuestionKind) -> list[SurveyQuestion]:
    return [one for one in asked if one.kind is kind]


def _of_question(question: SurveyQuestion, said: _Answers) -> QuestionResult:
    return QuestionResult(
        question=question,
        answered=said.counted([question]),
        scores={score: said.counted([question], (score,)) for score in scores_of(question)},
        csat=_csat([question], said) if question.kind is QuestionKind.SATISFACTION else None,
        nps=_nps([question], said) if question.kind is QuestionKind.RECOMMENDATION else None,
    )


def _csat(asked: Sequence[SurveyQuestion], said: _Answers) -> Csat:
    return Csat(
        satisfied=said.counted(asked, SATISFIED), answered=said.counted(asked), percent=csat(said.together(asked))
    )


def _nps(asked: Sequence[SurveyQuestion], said: _Answers) -> Nps:
    return Nps(
        promoters=said.counted(asked, PROMOTERS),
        passives=said.counted(asked, PASSIVES),
        detractors=said.counted(asked, DETRACTORS),
        answered=said.counted(asked),
        score=nps(said.together(asked)),
    )


def _response(work: Work, survey: SurveyId, period: Period | None) -> tuple[Counted[Invitation], Counted[Invitation]]:
    """Count the invitations of a period that were not withdrawn, and those of them that were answered."""
    invited = query(Invitation).where(
        eq(_i.survey, survey), is_null(_i.withdrawn_at), *_within(work, _i.invited_at, period)
    )
    answered = invited.where(negate(is_null(_i.answered_at)))
    return Counted(work.invitations.count(invited), invited), Counted(work.invitations.count(answered), answered)


def _within(work: Work, field: Any, period: object) -> tuple[Condition, ...]:
    """Answer the conditions of the days of a period.

    Raises:
        Invalid: It is not two days, the first of them not after the last.
    """
    if period is None:
        return ()
    days: tuple[object, ...] = tuple(period) if isinstance(period, tuple | list) else ()  # a form may give anything
    first, last = days if len(days) == 2 else (None, None)  # noqa: PLR2004
    if type(first) is not dt.date or type(last) is not dt.date or not _FIRST <= first <= last <= _LAST:
        raise Invalid(Problem(field="period", code="survey.period"))
    start, end = day_range(first, last, work.zone)
    return ge(field, start), lt(field, end)
