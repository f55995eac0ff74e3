"""Reads a MongoDB URL, and writes it so that no password shows."""

import datetime as dt
from typing import Any, Final
from urllib.parse import parse_qsl

from pymongo import MongoClient
from pymongo.errors import PyMongoError

from crmcore.base.errors import BadUrl

__all__ = ["Document", "address_of", "connect"]

Document = dict[str, Any]
DATABASE: Final = "crm"
PATIENCE_MS: Final = 3_000
"""How long to look for a server that answers, unless the URL says ``serverSelectionTimeoutMS``."""
_LONGEST_NAME: Final = 63


def connect(url: str) -> tuple["MongoClient[Document]", str]:
    """Make the client for *url* and name its database; nothing is sent yet.

    What the port promises depends on UUIDs, aware instants and retried writes, so these are not for the URL to choose.

    Raises:
        BadUrl: without the password, and without the driver's words where they could quote it.
    """
    try:
        client: MongoClient[Document] = MongoClient(
            url,
            connect=False,
            uuidRepresentation="standard",
            tz_aware=True,
            tzinfo=dt.UTC,
            retryWrites=True,
            **_defaults(url),
        )
        database = client.get_default_database(DATABASE).name
    except (PyMongoError, ValueError, TypeError) as error:
        reason = "" if "@" in url else str(error)
        raise BadUrl(url=address_of(url), reason=reason) from None
    if len(database.encode()) > _LONGEST_NAME:
        raise BadUrl(url=address_of(url), reason=f"a database name has at most {_LONGEST_NAME} bytes")
    return client, database


def address_of(url: str) -> str:
    """Say where a URL points, without user, password and options."""
    scheme, found, rest = url.partition("://")
    if not found:
        return "…"
    return f"{scheme}://{rest.rpartition('@')[2].partition('?')[0]}"


def _defaults(url: str) -> dict[str, Any]:
    """What holds unless the URL says otherwise; a keyword would silence the URL."""
    given = {name.lower() for name, _ in parse_qsl(url.partition("?")[2], keep_blank_values=True)}
    defaults = {"serverSelectionTimeoutMS": PATIENCE_MS, "appname": "crmcore"}
    return {name: value for name, value in defaults.items() if name.lower() not in given}
