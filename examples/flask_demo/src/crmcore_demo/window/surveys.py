"""What a guest is asked for his opinion of: his own invitations, answered without a link (X-SRV-04, X-SLF-01)."""

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for

from crmcore import Invalid
from crmcore.surveys import InvitationId, Questionnaire
from crmcore.surveys.rules import InvitationEnded
from crmcore.window import answer_survey, my_survey, my_surveys
from crmcore_demo.answers import Answer, form_page
from crmcore_demo.display import language, t
from crmcore_demo.questionnaire import given, questions_form
from crmcore_demo.session import perform, reading
from crmcore_demo.window.visitors import PREFIX

pages = Blueprint("surveys", __name__, url_prefix=f"{PREFIX}/surveys")


@pages.get("")
def index() -> str:
    """List what the guest is asked and has not answered."""
    return render_template("window/surveys.html", surveys=my_surveys(reading()), part="surveys")


def _page(asked: Questionnaire, error: Invalid | None = None) -> Answer:
    return form_page(
        "window/survey.html",
        questions_form(asked),
        error,
        asked=asked,
        back=url_for("surveys.index"),
        part="surveys",
    )


def _ended(error: InvitationEnded) -> Answer:
    """Say why nothing can be answered any more, and show what still can."""
    flash(error.explain(language()), "warn")
    return redirect(url_for("surveys.index"))


@pages.get("/<uuid:id>")
def show(id: UUID) -> Answer:  # noqa: A002
    """Show the guest what he is asked, until he has answered."""
    try:
        return _page(my_survey(reading(), InvitationId(id)))
    except InvitationEnded as error:
        return _ended(error)


@pages.post("/<uuid:id>")
def send(id: UUID) -> Answer:  # noqa: A002
    """Take down what the guest answers, once."""
    try:
        asked = my_survey(reading(), InvitationId(id))
        try:
            perform(answer_survey, None, InvitationId(id), given(asked))
        except Invalid as error:
            return _page(asked, error)
    except InvitationEnded as error:
        return _ended(error)
    flash(t("window.answered"), "done")
    return redirect(url_for("surveys.index"))
