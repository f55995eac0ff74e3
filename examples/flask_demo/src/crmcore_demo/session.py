"""Who is signed in, and the unit of work in which his page is read."""

import uuid
from collections.abc import Callable, Mapping
from typing import Concatenate, ParamSpec, TypeVar, cast

import attrs
from flask import Flask, current_app, flash, g, redirect, request, session, url_for
from werkzeug.wrappers import Response

from crmcore import Crm, NotFound, Work
from crmcore.access import LogIn, session_is_current
from crmcore.access.actor import Actor
from crmcore.access.entity import UserId
from crmcore.access.rules import UserRetired, may
from crmcore.i18n import LANGUAGES, Language
from crmcore_demo.addresses import here
from crmcore_demo.company import Company, Settings
from crmcore_demo.words import DEFAULT_LANGUAGE, as_language, say

P = ParamSpec("P")
R = TypeVar("R")
USER, STAMP, MUST_CHANGE = "user", "stamp", "must_change"
LANGUAGE_COOKIE = "crm_language"
A_YEAR = 31_536_000
LANGUAGE = "language"
"""What somebody chose before he signed in: it holds for that session, whatever he chose at another time."""
BY_LINK = frozenset({"survey_answering.show", "survey_answering.send"})
"""Pages for whoever was sent their address, which is a secret: no log has it."""
OUTSIDE = BY_LINK | {"survey_answering.thanks"}
"""Pages for people who never sign in."""
ANSWERING = "/s"
"""Where those pages are."""
OPEN_TO_ALL = OUTSIDE | {"static", "account.sign_in", "account.enter", "account.choose", "account.leave"}
BEFORE_NEW_PASSWORD = OPEN_TO_ALL | {"account.show", "account.change_password", "help.topic", "help.index"}


@attrs.frozen(kw_only=True)
class Person:
    """The person in front of the screen."""

    actor: Actor

    @property
    def id(self) -> UserId:
        """The user's id."""
        return cast("UserId", self.actor.id)

    @property
    def display_name(self) -> str:
        """What colleagues call him."""
        return self.actor.name

    @property
    def initial(self) -> str:
        """The first sign of his name."""
        return self.actor.name[:1].upper()

    def may(self, *permissions: str) -> bool:
        """Whether he has any of these permissions."""
        return any(map(self.actor.may, permissions))

    def require(self, permission: str) -> None:
        """Refuse to show a form that could not be sent (RBA-13)."""
        may(self.actor, permission)


def outside() -> bool:
    """Whether this address is for people who never sign in, and perhaps a secret; also if it was asked wrongly."""
    return request.path == ANSWERING or request.path.startswith(f"{ANSWERING}/")


def crm() -> Crm:
    """Return the CRM this application shows."""
    return cast("Crm", current_app.extensions["crm"])


def company() -> Company:
    """Return what is kept of the company's settings."""
    return cast("Company", current_app.extensions["company"])


def settings() -> Settings:
    """Return the company's settings, read with this page if they have become old; what the page reads goes by them."""
    if "settings" not in g:
        g.settings = company().settings(reading())
        reading().presume(g.settings.parameters)
    return cast("Settings", g.settings)


def person() -> Person:
    """Return who is signed in; pages behind the sign-in always have somebody."""
    return cast("Person", g.person)


def reading() -> Work:
    """Return the unit of work in which this page is read, opened when first asked for."""
    if "work" not in g:
        g.work = crm().work(as_user=person().id, readonly=True)
    return cast("Work", g.work)


def stop_reading(error: BaseException | None = None) -> None:
    """Give the store's connection back; a refused look leaves its record, as a refused change does."""
    work: Work | None = g.pop("work", None)
    if work is not None:
        work.__exit__(type(error) if error else None, error, None)


def names_of(*ids: uuid.UUID | None) -> Mapping[uuid.UUID, str]:
    """Return what these colleagues are called."""
    return company().names(reading(), ids)


def perform(action: Callable[Concatenate[Work, P], R], key: str | None, *args: P.args, **kwargs: P.kwargs) -> R:
    """Carry out an action in the person's name; nothing is being read meanwhile.

    Args:
        action: One of the library's actions.
        key: What makes a repeat of the same form the same deed; None where a repeat does no harm.
        args: Passed on.
        kwargs: Passed on.
    """
    stop_reading()
    try:
        # No action of the library has a keyword that `Crm.perform` takes for itself.
        return crm().perform(action, *args, as_user=person().id, key=key, **kwargs)  # type: ignore[arg-type]
    finally:
        company().recount()


def begin(log_in: LogIn) -> None:
    """Start a session of its own for somebody who has proved who he is; of the one before only his language is kept."""
    chosen = as_language(session.get(LANGUAGE))
    session.clear()
    session.permanent = True
    if chosen is not None:
        session[LANGUAGE] = chosen
    session[USER], session[STAMP] = str(log_in.user.id), log_in.stamp
    if log_in.must_change:
        session[MUST_CHANGE] = True


def signed_in(is_current: Callable[[Work, str], bool]) -> Work | None:
    """Open the page's unit of work if the session still holds: the user is valid, and so is what he signed in with.

    Args:
        is_current: The library's answer to that, asked with the session's stamp.
    """
    try:
        user = uuid.UUID(session.get(USER, ""))
    except (ValueError, AttributeError, TypeError):
        return None
    try:
        work = crm().work(as_user=user, readonly=True)
    except (NotFound, UserRetired):
        return None
    try:
        if is_current(work, str(session.get(STAMP, ""))):
            return work
    except BaseException:
        work.session.close()
        raise
    work.session.close()
    return None


def _to_sign_in() -> Response:
    flash(say(g.language, "sign_in.again"), "warn")
    target = here() if request.method == "GET" else None
    return redirect(url_for("account.sign_in", next=target if target != "/" else None))


def browser_language() -> Language:
    """Return the language chosen in this browser, or else the one it asks for: for who has not signed in."""
    chosen = as_language(request.cookies.get(LANGUAGE_COOKIE))
    if chosen is not None:
        return chosen
    asked = request.accept_languages.best_match(LANGUAGES, DEFAULT_LANGUAGE)
    return as_language(asked) or DEFAULT_LANGUAGE


def remember_language(response: Response, chosen: Language) -> None:
    """Let this browser keep which language was chosen in it."""
    response.set_cookie(
        LANGUAGE_COOKIE, chosen, max_age=A_YEAR, httponly=True, samesite="Lax", secure=request.is_secure
    )


def _enter() -> Response | None:
    """Find out who asks, before any page is made."""
    g.person = None
    g.language = browser_language()
    if request.endpoint == "static":
        return None
    if USER in session:
        work = signed_in(session_is_current)
        if work is None:
            session.clear()
            return None if request.endpoint in OPEN_TO_ALL else _to_sign_in()
        g.work, g.person = work, Person(actor=work.actor)
        g.language = as_language(session.get(LANGUAGE)) or as_language(work.actor.language) or g.language
        if session.get(MUST_CHANGE) and request.endpoint not in BEFORE_NEW_PASSWORD:
            return redirect(url_for("account.show"))
    elif request.endpoint is not None and request.endpoint not in OPEN_TO_ALL:
        target = here() if request.method == "GET" else None
        return redirect(url_for("account.sign_in", next=target if target != "/" else None))
    return None


def install(app: Flask) -> None:
    """Know the person before each page, and give the connection back after it."""
    app.before_request(_enter)
    app.teardown_request(stop_reading)
