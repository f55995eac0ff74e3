"""Addresses that lead on and back without losing the filters of a list."""

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

from flask import Flask, redirect, request, url_for
from werkzeug.wrappers import Response

from crmcore_demo.security import local_path

FROM = "from"
LONGEST_WAY_BACK = 1000


def here() -> str:
    """Return the path and query of this page, to come back to it."""
    if request.method != "GET":
        return request.path
    return request.full_path.removesuffix("?")


def way_back() -> str | None:
    """Return the list this page was come from, if the client named one on this site."""
    target = request.values.get(FROM)
    return local_path(target) if target and len(target) <= LONGEST_WAY_BACK else None


def onward(endpoint: str, **values: Any) -> str:
    """Lead from a list to a record; the record's way back is that list, its filters and page kept.

    The first list of a subject is where its records lead back to anyway.
    """
    address = here()
    plain = "?" not in address and str(request.endpoint).endswith(".index")
    if not plain and len(address) <= LONGEST_WAY_BACK:
        values[FROM] = address
    return url_for(endpoint, **values)


def carry(endpoint: str, **values: Any) -> str:
    """Lead from one page of a record to another, keeping the way back to the list."""
    if target := way_back():
        values[FROM] = target
    return url_for(endpoint, **values)


def back_to(endpoint: str, **values: Any) -> str:
    """Return where this page was come from, or else the page it belongs under."""
    return way_back() or url_for(endpoint, **values)


def kept_arguments() -> list[tuple[str, str]]:
    """List the filters of this address, for a form that only changes the page."""
    return [(name, value) for name, value in request.args.items(multi=False) if name not in {"page", "size"} and value]


def with_filters(endpoint: str) -> str:
    """Lead from a list to another page about everything its filters find."""
    return narrowed(url_for(endpoint), kept_arguments())


def narrowed(path: str, filters: Iterable[tuple[str, str]]) -> str:
    """Return the address of a page with these filters; their names are never ours to trust, so they go as they are."""
    query = urlencode(list(filters))
    return f"{path}?{query}" if query else path


def _filled_in() -> Response | None:
    """Lead to the same page with only what was filled in, so that an address can be read, kept and sent on.

    Browsers send every field of a form, empty ones too.
    """
    given = list(request.args.items(multi=True))
    filled = [(name, value) for name, value in given if value]
    if request.method != "GET" or request.endpoint in {None, "static"} or len(filled) == len(given):
        return None
    path = url_for(str(request.endpoint), **request.view_args or {})
    return redirect(narrowed(path, filled))


def install(app: Flask) -> None:
    """Keep addresses short."""
    app.before_request(_filled_in)


def page_address(number: int) -> str:
    """Return the address of another page of this list, filters kept."""
    arguments = kept_arguments()
    if size := request.args.get("size"):
        arguments.append(("size", size))
    return narrowed(request.path, [*arguments, ("page", str(number))])
