"""Signing in and out, the own password, the language (USR-01, USR-02, USR-05, GEN-20)."""

from attrs import fields
from flask import Blueprint, current_app, flash, g, redirect, request, session, url_for
from werkzeug.wrappers import Response

from crmcore import Invalid, Refused
from crmcore.access import LogIn, change_own_password, choose_language, log_in
from crmcore.access.entity import Role, User
from crmcore.access.passwords import LONGEST, SHORTEST
from crmcore.churn import ChurnStatus, notice
from crmcore.query import one_of, query
from crmcore_demo import uploads
from crmcore_demo.answers import Answer, form_page
from crmcore_demo.display import label, t, told
from crmcore_demo.forms import Form, Shown
from crmcore_demo.security import local_path
from crmcore_demo.session import (
    LANGUAGE,
    MUST_CHANGE,
    begin,
    crm,
    perform,
    person,
    reading,
    remember_language,
    stop_reading,
)
from crmcore_demo.start import SAMPLE_PASSWORD
from crmcore_demo.words import as_language

pages = Blueprint("account", __name__)
LONGEST_NAME = 50


def _after_sign_in() -> str:
    return local_path(request.values.get("next")) or url_for("home.home")


def _sign_in_page(name: str = "", error: Invalid | Refused | None = None) -> Answer:
    form = Form(
        fields=(
            Shown(
                name="name",
                label=label("user.name"),
                value=name,
                required=True,
                longest=LONGEST_NAME,
                autocomplete="username",
            ),
            Shown(
                name="password",
                label=label("credential.password"),
                kind="password",
                required=True,
                longest=LONGEST,
                autocomplete="current-password",
            ),
        ),
        hidden={"next": _after_sign_in()},
    )
    sample = current_app.extensions["sample"]
    return form_page("account/sign_in.html", form, error, sample=sample, sample_password=SAMPLE_PASSWORD)


@pages.get("/sign-in")
def sign_in() -> Answer:
    """Ask for user name and password."""
    return redirect(url_for("home.home")) if g.person else _sign_in_page()


@pages.post("/sign-in")
def enter() -> Answer:
    """Let somebody in who proves who he is (USR-01); the session begins anew."""
    name = request.form.get("name", "")
    try:
        done = log_in(crm(), name, request.form.get("password", ""))
    except (Invalid, Refused) as error:
        return _sign_in_page(name, error)
    target = _after_sign_in()
    begin(done)
    if not done.must_change:
        _tell_of_warnings(done)
    return redirect(target)


def _tell_of_warnings(done: LogIn) -> None:
    """Tell an account manager how many new churn warnings he has (CHN-11)."""
    with crm().work(as_user=done.user.id, readonly=True) as work:
        if not work.actor.may("churn.decide"):
            return
        number = notice(work)
    if number:
        g.language = as_language(session.get(LANGUAGE)) or as_language(work.actor.language) or g.language
        address = url_for("churn.index", status=ChurnStatus.WARNING.value)
        told(t("churn.notice", n=number), t("churn.notice_link"), address)


@pages.post("/sign-out")
def leave() -> Response:
    """End the session (GEN-20); a file that was being imported goes with it."""
    if g.person:
        uploads.discard()
    session.clear()
    flash(t("sign_in.signed_out"), "done")
    return redirect(url_for("account.sign_in"))


@pages.post("/language")
def choose() -> Response:
    """Change the language: of the user who is signed in, and of this browser."""
    response = redirect(local_path(request.form.get("next")) or url_for("home.home"))
    chosen = as_language(request.form.get("language"))
    if chosen is not None:
        if g.person and person().actor.language != chosen:
            perform(choose_language, None, chosen)
        session[LANGUAGE] = chosen
        remember_language(response, chosen)
    return response


def _password(name: str, words: str, autocomplete: str, words_help: str = "") -> Shown:
    return Shown(
        name=name,
        label=words,
        kind="password",
        required=True,
        longest=LONGEST,
        autocomplete=autocomplete,
        help=words_help,
    )


def _account_page(error: Invalid | Refused | None = None) -> Answer:
    form = Form(
        fields=(
            _password("old", t("account.old"), "current-password"),
            _password("new", t("account.new"), "new-password", t("account.rule", n=SHORTEST)),
            _password("repeated", t("account.repeat"), "new-password"),
        )
    )
    work = reading()
    it = work.unscoped(User).get(work.user_id)
    return form_page(
        "account/show.html",
        form,
        error,
        it=it,
        roles=[role.name for role in work.unscoped(Role).find(query(Role).where(one_of(fields(Role).id, it.roles)))],
        must_change=session.get(MUST_CHANGE, False),
    )


@pages.get("/account")
def show() -> Answer:
    """Show who the person is, and offer to change the password."""
    return _account_page()


@pages.post("/account")
def change_password() -> Answer:
    """Change the own password; every other session of the user ends (USR-05)."""
    sent = {name: request.form.get(name, "") for name in ("old", "new", "repeated")}
    stop_reading()
    try:
        done = change_own_password(crm(), as_user=person().id, **sent)
    except (Invalid, Refused) as error:
        return _account_page(error)
    begin(done)
    flash(t("account.changed"), "done")
    return redirect(url_for("account.show"))
