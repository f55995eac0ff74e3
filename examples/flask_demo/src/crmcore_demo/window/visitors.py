"""Who is in the customer window; asked before every page of it, with the window's own cookie."""

from typing import Final

from flask import Flask, Response, abort, flash, g, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response as Answer

from crmcore import SYSTEM, Refused, Work
from crmcore.dictionary.parameters import WINDOW_LINK_MINUTES, WINDOW_OPEN
from crmcore.window import session_is_current
from crmcore.window.rules import WindowClosed
from crmcore_demo.display import t
from crmcore_demo.session import LANGUAGE, USER, Person, browser_language, company, crm, signed_in, stop_reading
from crmcore_demo.words import as_language

PREFIX: Final = "/window"
"""The window's pages and its cookie are below it, the staff's are not."""
OPEN_TO_ALL: Final = frozenset(
    {
        "static",
        "account.choose",
        "account.enter",
        "account.leave",
        "account.send",
        "account.sent",
        "account.sign_in",
        "account.use",
    }
)
WHILE_CLOSED: Final = frozenset({"static", "account.choose"})


def _look() -> bool:
    """Read the company's settings, and whether it has a window at all."""
    with crm().work(as_user=SYSTEM, readonly=True) as work:
        g.settings = company().settings(work)
        g.link_minutes = work.parameter(WINDOW_LINK_MINUTES)
        return bool(work.parameter(WINDOW_OPEN))


def _is_current(work: Work, stamp: str) -> bool:
    """Ask whether a guest's session goes on; staff is not at home here, whatever it brings."""
    try:
        return session_is_current(work, stamp)
    except WindowClosed:
        raise
    except Refused:
        return False


def _closed() -> tuple[str, int]:
    return render_template("window/closed.html"), 403


def _inside() -> bool:
    """Whether an address is one of the window's: browsers send its cookie to no other.

    So who looks for anything else, as browsers do for an icon, has no session here, and is given none: it would take
    the place of the one he has.
    """
    return request.path == PREFIX or request.path.startswith(f"{PREFIX}/")


def _enter() -> Answer | tuple[str, int] | None:
    """Find out who asks, before any page is made."""
    g.person = None
    if not _inside():
        g.language = browser_language()
        return render_template("window/elsewhere.html"), 404
    g.language = as_language(session.get(LANGUAGE)) or browser_language()
    if request.endpoint == "static":
        return None
    if request.headers.get("Sec-Fetch-Site") == "cross-site" and request.method == "POST":
        abort(400)
    if not _look() and request.endpoint not in WHILE_CLOSED:
        return _closed()
    if USER not in session or request.endpoint == "account.choose":
        return None if request.endpoint in OPEN_TO_ALL or request.endpoint is None else _to_sign_in()
    try:
        work = signed_in(_is_current)
    except WindowClosed:
        return _closed()
    if work is None:
        session.clear()
        if request.endpoint in OPEN_TO_ALL:
            return None
        flash(t("window.again"), "warn")
        return _to_sign_in()
    g.work, g.person = work, Person(actor=work.actor)
    g.language = as_language(session.get(LANGUAGE)) or as_language(work.actor.language) or g.language
    return None


def _to_sign_in() -> Answer:
    return redirect(url_for("account.sign_in"))


def _tell_nobody(response: Response) -> Response:
    """Tell no other site, and no search engine, what somebody looked at here: an address may hold a link."""
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response


def install(app: Flask) -> None:
    """Know the guest before each page; call after the headers of every answer are installed."""
    app.before_request(_enter)
    app.teardown_request(stop_reading)
    app.after_request(_tell_nobody)
