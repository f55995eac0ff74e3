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
from crmcore.surveys import Questionnaire, TokenRefused, answer, questions_for
from crmcore_demo.answers import pages_of
from crmcore_demo.questionnaire import given, questions_form
from crmcore_demo.session import crm, outside, stop_reading
from crmcore_demo.words import as_language

pages = pages_of("survey_answering", "")
HEADERS: Final = {"Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex, nofollow"}


@pages.before_request
def _as_a_stranger() -> None:
    """Treat a colleague who looks at the link like everybody; the address may name another language."""
    stop_reading()
    g.person = None
    g.language = as_language(request.args.get("language")) or g.language


@pages.after_app_request
def _keep_the_address(response: Response) -> Response:
    """Let no browser tell the address to anybody, and no search engine keep it; also where it was asked wrongly."""
    if outside():
        response.headers.update(HEADERS)
    return response


def _refusal() -> Response:
    """Say the same of every link that can't be used, whatever is the matter with it."""
    return make_response(render_template("surveys/refused.html"), 403)


def _page(asked: Questionnaire, error: CrmError | None = None) -> Response:
    with crm().work(as_user=SYSTEM, readonly=True) as work:
        until = asked.expires_at.astimezone(work.parameter(ZONE)).date()
    page = render_template(
        "surveys/answer.html", asked=asked, form=questions_form(asked, error), until=until.isoformat()
    )
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
        answer(crm(), token, given(asked))
    except Invalid as error:
        return _page(asked, error)
    return redirect(url_for("survey_answering.thanks", language=request.args.get("language")))


@pages.get("/s")
def thanks() -> str:
    """Thank whoever has answered; the address has no token any more."""
    return render_template("surveys/thanks.html")
