"""Reads a MongoDB URL, and writes it so that no password shows."""

import datetime as dt
import warnings
from typing import Any, Final
from urllib.parse import parse_qsl

import attrs
from pymongo import MongoClient
from pymongo.errors import PyMongoError

from crmcore.base.errors import BadUrl

__all__ = ["Document", "Target", "connect"]

Document = dict[str, Any]
DATABASE: Final = "crm"
PATIENCE_MS: Final = 3_000
"""How long to look for a server that answers, unless the URL says ``serverSelectionTimeoutMS``."""
_SCHEMES: Final = ("mongodb://", "mongodb+srv://")
_LONGEST_NAME: Final = 63
_SERVERS_OWN: Final = frozenset({"admin", "config", "local"})
"""Databases in which MongoDB allows no transactions."""


@attrs.frozen
class Target:
    """Where a URL points."""

    client: MongoClient[Document]
    database: str
    address: str
    """Scheme, hosts and database, without user, password and options."""


def connect(url: str) -> Target:
    """Make the client for *url*; nothing is sent yet.

    What the port promises depends on UUIDs, aware instants and retried writes, so these are not for the URL to choose.

    Raises:
        BadUrl: without the password, and without the driver's words where they could quote it.
    """
    scheme = next((one for one in _SCHEMES if url.lower().startswith(one)), None)
    if scheme is None:
        raise BadUrl(url="…", hint=" ".join(_SCHEMES))
    url = scheme + url[len(scheme) :]
    place, _, options = url[len(scheme) :].partition("?")
    hosts, _, path = place.partition("/")
    if "." in path or len(path.encode()) > _LONGEST_NAME:
        raise _bad(scheme, url, f"a database name has no dot and at most {_LONGEST_NAME} bytes")
    try:
        with warnings.catch_warnings(action="error", category=UserWarning):  # an option that the driver would ignore
            client: MongoClient[Document] = MongoClient(
                url,
                connect=False,
                uuidRepresentation="standard",
                tz_aware=True,
                tzinfo=dt.UTC,
                retryWrites=True,
                **_defaults(options),
            )
            database = client.get_default_database(DATABASE).name
    except (PyMongoError, ValueError, TypeError, UserWarning) as error:
        raise _bad(scheme, url, str(error)) from None
    if database in _SERVERS_OWN:
        raise _bad(
            scheme, url, f"{database!r} is the server's own; name another database and add ?authSource={database}"
        )
    return Target(client, database, f"{scheme}{hosts.rpartition('@')[2]}/{database}")


def _bad(scheme: str, url: str, why: str) -> BadUrl:
    """Say what is wrong. Where a password has signs that it may not have, only the end of the URL is surely not it."""
    secret, _, rest = url[len(scheme) :].rpartition("@")
    return BadUrl(url=f"{scheme}{rest.partition('?')[0]}", hint="" if secret else why)


def _defaults(options: str) -> dict[str, Any]:
    """What holds unless the URL says otherwise; a keyword would silence the URL."""
    given = {name.lower() for name, _ in parse_qsl(options, keep_blank_values=True)}
    defaults = {"serverSelectionTimeoutMS": PATIENCE_MS, "appname": "crmcore"}
    return {name: value for name, value in defaults.items() if name.lower() not in given}
