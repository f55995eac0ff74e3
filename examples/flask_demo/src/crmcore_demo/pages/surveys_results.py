"""What a survey has found out: every number opens its records (X-SRV-04)."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

import attrs
from flask import render_template, request, url_for

from crmcore import Invalid, NotFound
from crmcore.surveys import (
    Counted,
    Invitation,
    Period,
    QuestionKind,
    QuestionResult,
    SurveyId,
    SurveyResults,
    drill_down,
    results,
)
from crmcore_demo.addresses import back_to, carry, narrowed
from crmcore_demo.answers import Answer, pages_of
from crmcore_demo.display import language, t
from crmcore_demo.forms import Shown
from crmcore_demo.listing import Filter, read_filter
from crmcore_demo.pages.surveys_inviting import customers_of, state_of
from crmcore_demo.paging import whole_number
from crmcore_demo.session import names_of, reading

pages = pages_of("survey_results", "L0307", "/surveys")
PARTS: Final = ("invited", "answered", "satisfied", "csat", "promoters", "passives", "detractors", "nps")
"""Numbers of the whole survey, by the name they have in addresses."""


@attrs.frozen(kw_only=True)
class Number:
    """A number with its words and the address of its records."""

    words: str
    number: int
    address: str
    share: int = 0
    """Of a hundred, for its bar."""


def _asked() -> Filter:
    return read_filter(
        Shown(name="first", label=t("results.first"), kind="date"),
        Shown(name="last", label=t("results.last"), kind="date"),
    )


def _day(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return None


def _period(asked: Filter) -> Period | None:
    """Read the days in the address; half a period is one to the library to refuse."""
    first, last = asked["first"], asked["last"]
    return (_day(first), _day(last)) if first or last else None  # type: ignore[return-value]


def _addresses(id: UUID) -> Any:  # noqa: A002
    kept = [(name, request.args[name]) for name in ("first", "last") if request.args.get(name)]

    def to(**what: object) -> str:
        named = [(name, str(value)) for name, value in what.items()]
        return narrowed(url_for("survey_results.records", id=id), [*named, *kept])

    return to


def _whole(found: SurveyResults) -> Mapping[str, Counted[Any]]:
    nps, csat = found.nps, found.csat
    return {
        "invited": found.invited,
        "answered": found.answered,
        "satisfied": csat.satisfied,
        "csat": csat.answered,
        "promoters": nps.promoters,
        "passives": nps.passives,
        "detractors": nps.detractors,
        "nps": nps.answered,
    }


def words_of(result: QuestionResult, score: int) -> str:
    """Say a score as the customer read it, or the choice at its place."""
    question = result.question
    if question.kind is QuestionKind.CHOICE:
        return question.choices[score - 1]
    return t(f"answering.satisfaction_{score}") if question.kind is QuestionKind.SATISFACTION else str(score)


def _scores(result: QuestionResult, to: Any) -> Sequence[Number]:
    most = max((one.number for one in result.scores.values()), default=0)
    return [
        Number(
            words=words_of(result, score),
            number=counted.number,
            address=to(question=result.question.number, score=score),
            share=100 * counted.number // most if most else 0,
        )
        for score, counted in result.scores.items()
    ]


@pages.get("/<uuid:id>/results")
def show(id: UUID) -> Answer:  # noqa: A002
    """Show response, satisfaction and recommendation, and how often each score was given."""
    asked, problem = _asked(), ""
    try:
        found = results(reading(), SurveyId(id), period=_period(asked))
    except Invalid as invalid:
        problem, found = invalid.explain(language()), results(reading(), SurveyId(id))
    to = _addresses(id)
    page = render_template(
        "surveys/results.html",
        found=found,
        filter=asked,
        problem=problem,
        numbers={name: Number(words="", number=one.number, address=to(of=name)) for name, one in _whole(found).items()},
        questions=[(one, _scores(one, to), to(question=one.question.number)) for one in found.questions],
        back=back_to("surveys.show", id=id),
    )
    return (page, 422) if problem else page


def _counted(found: SurveyResults) -> tuple[str, Counted[Any]]:
    """Find the number that an address names, and say it.

    Raises:
        NotFound: There is none.
    """
    part = request.args.get("of", "" if "question" in request.args else "answered")
    if part in PARTS:
        return t(f"results.{part}"), _whole(found)[part]
    asked = whole_number(request.args.get("question"), 0)
    result = next((one for one in found.questions if one.question.number == asked), None)
    if result is None:
        raise NotFound(entity="survey_question", id=found.survey.id)
    said = request.args.get("score")
    if said is None:
        return result.question.text, result.answered
    score = next((one for one in result.scores if str(one) == said), None)
    if score is None:
        raise NotFound(entity="survey_answer", id=found.survey.id)
    return f"{result.question.text} – {words_of(result, score)}", result.scores[score]


@pages.get("/<uuid:id>/results/records")
def records(id: UUID) -> str:  # noqa: A002
    """List the records behind one number: just as many as it says."""
    asked = _asked()
    found = results(reading(), SurveyId(id), period=_period(asked))
    words, counted = _counted(found)
    page = drill_down(reading(), counted, **asked.part)
    invited = counted.of.entity is Invitation
    return render_template(
        "surveys/records.html",
        title=words,
        survey=found.survey,
        page=page,
        invited=invited,
        customers=customers_of(page.rows),
        questions={one.question.id: one for one in found.questions},
        words_of=words_of,
        state_of=state_of,
        names=names_of(*(one.invited_by for one in page.rows)) if invited else {},
        back=carry("survey_results.show", id=id, first=asked["first"] or None, last=asked["last"] or None),
    )
