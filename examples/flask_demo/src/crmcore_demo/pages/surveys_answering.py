"""Answering a survey with nothing but the link one was sent: outside the sign-in (X-SRV-04).

The token stands in the address and nowhere else: not in a log, a title, a link or a form of these pages, and no
browser tells it to anybody.
"""

from typing import Any, Final

from flask import Response, g, make_response, redirect, render_template, request, url_for
from flask_wtf.csrf import validate_csrf  # type: ignore[import-untyped]  # the package has no types
from wtforms import ValidationError  # type: ignore[import-untyped]  # the package has no types

from crmcore import SYSTEM, CrmError, Invalid
from crmcore.dictionary.parameters import ZONE
from crmcore.surveys import (
    QuestionKind,
    Questionnaire,
    SurveyQuestion,
    SurveyQuestionId,
    TokenRefused,
    answer,
    questions_for,
)
from crmcore.surveys.reading import scores_of
from crmcore_demo.answers import pages_of
from crmcore_demo.display import t
from crmcore_demo.forms import Form, Option, Shown
from crmcore_demo.session import crm, stop_reading
from crmcore_demo.words import as_language

pages = pages_of("survey_answering", "")
LONGEST: Final = 2000
ROWS: Final = 4
SHORTEST_SCORE: Final = 2
HEADERS: Final = {"Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex, nofollow"}


@pages.before_request
def _as_a_stranger() -> None:
    """Treat a colleague who looks at the link like everybody; the address may name another language."""
    stop_reading()
    g.person = None
    g.language = as_language(request.args.get("language")) or g.language


@pages.after_request
def _keep_the_address(response: Response) -> Response:
    """Let no browser tell the address to anybody, and no search engine keep it."""
    response.headers.update(HEADERS)
    return response


def _refusal() -> Response:
    """Say the same of every link that can't be used, whatever is the matter with it."""
    return make_response(render_template("surveys/refused.html"), 403)


def _options(question: SurveyQuestion) -> tuple[Option, ...]:
    """Offer the scores or the choices; the ends of a scale say what they mean."""
    if question.kind is QuestionKind.CHOICE:
        return tuple(Option(value=str(place), words=words) for place, words in enumerate(question.choices, 1))
    scale = question.kind.value
    return tuple(
        Option(value=str(score), words=t(f"answering.{scale}_{score}") if _said(question, score) else str(score))
        for score in scores_of(question)
    )


def _said(question: SurveyQuestion, score: int) -> bool:
    """Whether a score is said in words: all of a short scale, the ends of a long one."""
    possible = scores_of(question)
    return question.kind is QuestionKind.SATISFACTION or score in {possible[0], possible[-1]}


def _field(question: SurveyQuestion) -> Shown:
    name = f"question_{question.number}"
    text = question.kind is QuestionKind.TEXT
    return Shown(
        name=name,
        label=f"{question.number}. {question.text}",
        kind="long" if text else "pick",
        required=question.required,
        value=request.form.get(name, ""),
        longest=LONGEST if text else None,
        rows=ROWS,
        options=() if text else _options(question),
    )


def _given(asked: Questionnaire) -> dict[SurveyQuestionId, Any]:
    """Read the answers; what is no number stays what it is, and is refused with everything else that is wrong."""
    said: dict[SurveyQuestionId, Any] = {}
    for one in asked.questions:
        typed = request.form.get(f"question_{one.number}", "").replace("\r\n", "\n")
        number = one.kind is not QuestionKind.TEXT and typed.isascii() and typed.isdecimal()
        said[one.id] = int(typed) if number and len(typed) <= SHORTEST_SCORE else typed
    return said


def _page(asked: Questionnaire, error: CrmError | None = None) -> Response:
    form = Form(fields=tuple(map(_field, asked.questions)))
    form = form if error is None else form.with_error(error)
    with crm().work(as_user=SYSTEM, readonly=True) as work:
        until = asked.expires_at.astimezone(work.parameter(ZONE)).date()
    page = render_template("surveys/answer.html", asked=asked, form=form, until=until.isoformat())
    return make_response(page, 200 if error is None else 422)


@pages.get("/s/<path:token>")
def show(token: str) -> Response:
    """Show whoever has the link what he is asked."""
    try:
        return _page(questions_for(crm(), token))
    except TokenRefused:
        return _refusal()


@pages.post("/s/<path:token>")
def send(token: str) -> Any:
    """Take down what is answered, once."""
    # Flask-WTF would want the address of the page that sent the form, which this page keeps to itself; so the token of
    # the form is looked at here.
    try:
        validate_csrf(request.form.get("csrf_token"))
    except ValidationError:
        return make_response(render_template("surveys/again.html"), 400)
    try:
        return _take(token, questions_for(crm(), token))
    except TokenRefused:
        return _refusal()


def _take(token: str, asked: Questionnaire) -> Any:
    try:
        answer(crm(), token, _given(asked))
    except Invalid as error:
        return _page(asked, error)
    return redirect(url_for("survey_answering.thanks", language=request.args.get("language")))


@pages.get("/s")
def thanks() -> str:
    """Thank whoever has answered; the address has no token any more."""
    return render_template("surveys/thanks.html")
