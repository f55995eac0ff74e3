"""Coming into the customer window with a link, and leaving it (requirements X-SLF-01 to 03)."""

from typing import cast

from flask import Blueprint, current_app, flash, g, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response

from crmcore import Invalid, Refused
from crmcore.window import LinkDelivery, send_link, sign_in
from crmcore_demo.answers import Answer, form_page
from crmcore_demo.display import label, language, t
from crmcore_demo.forms import Form, Shown
from crmcore_demo.security import local_path
from crmcore_demo.session import LANGUAGE, begin, crm, remember_language, stop_reading
from crmcore_demo.window.visitors import PREFIX
from crmcore_demo.words import as_language

pages = Blueprint("account", __name__, url_prefix=PREFIX)
LONGEST_ADDRESS = 200
LONGEST_TOKEN = 200


def _ask(address: str = "", error: Invalid | Refused | None = None) -> Answer:
    asked = Shown(
        name="address",
        label=label("sign_in_link.address"),
        value=address,
        required=True,
        longest=LONGEST_ADDRESS,
        autocomplete="username",
        help=t("window.address_help"),
    )
    return form_page("window/sign_in.html", Form(fields=(asked,)), error)


@pages.get("/sign-in", endpoint="sign_in")
def ask() -> Answer:
    """Ask for mail address or mobile number."""
    return redirect(url_for("home.home")) if g.person else _ask()


@pages.post("/sign-in")
def send() -> Answer:
    """Send a link to whoever was invited with this address; the answer is the same for anybody's."""
    address = request.form.get("address", "")
    try:
        send_link(crm(), address, cast("LinkDelivery", current_app.extensions["deliver"]))
    except Invalid as error:
        return _ask(address, error)
    return redirect(url_for("account.sent"))


@pages.get("/sent")
def sent() -> str:
    """Say where to look for the link, if one was sent."""
    return render_template("window/sent.html", minutes=g.link_minutes)


def _enter_page(token: str) -> str:
    return render_template("window/enter.html", token=token[:LONGEST_TOKEN])


@pages.get("/enter")
def enter() -> Answer:
    """Ask whether somebody wants to come in; what merely opens a mail's links does not use them up."""
    token = request.args.get("token", "")
    return _enter_page(token) if token else redirect(url_for("account.sign_in"))


@pages.post("/enter")
def use() -> Answer:
    """Let in whoever has a link that was not used; the session begins anew."""
    stop_reading()
    try:
        done = sign_in(crm(), request.form.get("token", ""))
    except Refused:
        return _enter_page(""), 403
    begin(done)
    return redirect(url_for("home.home"))


@pages.post("/sign-out")
def leave() -> Response:
    """End the session."""
    chosen = language()
    session.clear()
    session[LANGUAGE] = chosen
    flash(t("window.signed_out"), "done")
    return redirect(url_for("account.sign_in"))


@pages.post("/language")
def choose() -> Response:
    """Change the language of the pages in this browser."""
    target = local_path(request.form.get("next")) or PREFIX
    response = redirect(target if target.startswith(f"{PREFIX}/") else url_for("home.home"))
    chosen = as_language(request.form.get("language"))
    if chosen is not None:
        session[LANGUAGE] = chosen
        remember_language(response, chosen)
    return response
