"""What a page says when something can't be done: one table from the library's errors to answers."""

import logging
from collections.abc import Iterable
from http import HTTPStatus
from typing import Final
from urllib.parse import urlsplit, urlunsplit

from flask import Flask, current_app, g, render_template, request, url_for
from flask_wtf.csrf import CSRFError  # type: ignore[import-untyped]  # the package has no types
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from crmcore import Conflict, CrmError, Invalid, NotFound, Refused, StoreError
from crmcore.statistics import NoPrediction
from crmcore_demo.actions import Action
from crmcore_demo.display import language, t
from crmcore_demo.security import local_path
from crmcore_demo.session import ANSWERING, BY_LINK, outside, stop_reading
from crmcore_demo.words import has

LOG: Final = logging.getLogger("crmcore_demo")
STATUS: Final[tuple[tuple[type[CrmError], int], ...]] = (
    (Invalid, 422),
    (Refused, 403),
    (NotFound, 404),
    (Conflict, 409),
    (StoreError, 503),
    (NoPrediction, 422),
)
"""The first that fits counts: lost contention is a conflict before it is a failure of the store."""


def status_of(error: CrmError) -> int:
    """Return the status code that tells a program what the page tells a person."""
    return next((status for kind, status in STATUS if isinstance(error, kind)), 500)


def _came_from() -> str | None:
    """Return the page of this site that led here, if the browser says so."""
    try:
        came_from = urlsplit(request.headers.get("Referer", ""))
    except ValueError:  # a browser sends no such address, but anything else may
        return None
    if came_from.netloc != request.host or came_from.path == request.path:
        return None
    return local_path(urlunsplit(("", "", came_from.path, came_from.query, "")))


def _logged() -> str:
    """Name the page for the log: one whose address is a secret by its pattern alone."""
    if request.endpoint in BY_LINK:
        return str(request.url_rule)
    return ANSWERING if outside() else request.path


def _actions() -> Iterable[Action]:
    if outside():
        return
    if came_from := _came_from():
        yield Action(words=t("page.back"), address=came_from)
    if g.get("person"):
        yield Action(words=t(current_app.extensions["home_words"]), address=url_for("home.home"))
    else:
        yield Action(words=t("trouble.sign_in"), address=url_for("account.sign_in"))


def trouble(status: int, detail: str = "") -> tuple[str, int]:
    """Draw the page for a status code, with what the library said about it."""
    key = f"trouble.{status}" if has(language(), f"trouble.{status}.title") else "trouble.400"
    page = render_template(
        "trouble.html",
        code=status,
        title=t(f"{key}.title"),
        words=detail or t(f"{key}.words"),
        actions=tuple(_actions()),
    )
    return page, status


def _refused(error: CrmError) -> tuple[str, int]:
    status = status_of(error)
    stop_reading(error)
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        LOG.error("%s %s: %s", request.method, _logged(), error, exc_info=error)
        return trouble(status)
    # A missing record is explained by the page itself: the library's text would show its id.
    return trouble(status, "" if isinstance(error, NotFound) else error.explain(language()))


def _not_understood(error: HTTPException) -> Response | tuple[str, int]:
    if error.response is not None or error.code is None or error.code < HTTPStatus.BAD_REQUEST:
        return error.get_response()
    page, status = trouble(error.code)
    allowed = getattr(error, "valid_methods", None)
    response = Response(page, status, mimetype="text/html")
    if allowed:
        response.headers["Allow"] = ", ".join(sorted(allowed))
    return response


def _broken(error: Exception) -> tuple[str, int]:
    LOG.error("%s %s", request.method, _logged(), exc_info=error)
    stop_reading()
    return trouble(500)


def install(app: Flask, home: str = "trouble.home") -> None:
    """Answer every error with a page a person can use; *home* is what the first page is called there."""
    app.extensions["home_words"] = home
    app.register_error_handler(CrmError, _refused)
    app.register_error_handler(CSRFError, lambda _: trouble(400))
    app.register_error_handler(HTTPException, _not_understood)
    app.register_error_handler(Exception, _broken)
