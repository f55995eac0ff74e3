"""Opens a store by its URL, through whatever package says it answers to the scheme."""

import datetime as dt
import os
import re
from collections.abc import Iterable, Sequence
from importlib.metadata import entry_points
from typing import Any, Final
from urllib.parse import urlsplit

from crmcore.access.passwords import PasswordHasher
from crmcore.access.scope import Scope
from crmcore.base.clock import Clock
from crmcore.base.errors import BadUrl, MissingDriver, SchemaMissing, SchemaNewer, SchemaOutdated, UnknownScheme
from crmcore.base.ids import IdSource, TimeOrderedIds
from crmcore.base.schema import EntitySchema, describe
from crmcore.storage.crm import Crm
from crmcore.storage.ports import SchemaState, Store, StoreFactory
from crmcore.subjects import ENTITIES

__all__ = ["GROUP", "known_schemes", "open_crm", "open_store", "public_url"]

GROUP: Final = "crmcore.stores"
"""Entry-point group: a distribution that brings a store names its factory here, under the URL scheme."""
_SCHEME: Final = re.compile(r"([a-z][a-z0-9+.\-]*)://", re.IGNORECASE)
_EXTRAS: Final = {"sqlite": "sql", "postgresql": "postgresql", "mysql": "mysql", "mariadb": "mysql"}


def known_schemes() -> tuple[str, ...]:
    """List the URL schemes that installed stores answer to."""
    return tuple(sorted({one.name for one in entry_points(group=GROUP)}))


def _schemes() -> str:
    return ", ".join(f"{one}://" for one in known_schemes())


def public_url(url: str) -> str:
    """Answer *url*, or a text that speaks of one, with its password blotted out, fit for logs and errors.

    Also of ``user:password@host`` without a scheme, as people and drivers write it.
    """
    known = re.sub(r"(://[^:/@]*):.*@", r"\1:***@", url)  # up to the last @: a password may have one by mistake
    return re.sub(r"(?<![:/\w])([\w.%+\-]*):(?!//)\S+@", r"\1:***@", known)


def open_store(url: str, schemas: Sequence[EntitySchema]) -> Store:
    """Open the store at *url* for these kinds of records, without looking inside.

    Raises:
        BadUrl: It is no URL.
        UnknownScheme: No installed store answers to its scheme; lists those that do.
        MissingDriver: The store is known, the package that talks to it is not installed; names the extra.
    """
    found = _SCHEME.match(str(url))
    if found is None:
        raise BadUrl(url=public_url(str(url))[:200], hint=f"({_schemes()})")
    scheme = found[1].lower()
    entries = [one for one in entry_points(group=GROUP) if one.name == scheme]
    if not entries:
        raise UnknownScheme(scheme=scheme, known=_schemes())
    try:
        urlsplit(url)
        factory: StoreFactory = entries[0].load()
        return factory(url, schemas)
    except ValueError as error:
        hint = "" if "@" in url else str(error)  # Python's words may quote the password
        raise BadUrl(url=public_url(url)[:200], hint=hint) from None
    except ModuleNotFoundError as error:
        extra = _EXTRAS.get(scheme, "mongo")
        raise MissingDriver(scheme=scheme, package=error.name, extra=extra) from error


def open_crm(
    url: str,
    *,
    clock: Clock | None = None,
    ids: IdSource | None = None,
    entities: Iterable[type[Any]] = (),
    scopes: Iterable[Scope] = (),
    check: bool = True,
    passwords: PasswordHasher | None = None,
) -> Crm:
    """Open the CRM kept at *url*; close it when the process ends, or use it as a context manager.

    Args:
        url: Address of the store, ``sqlite:///crm.db``.
        clock: Answers the present instant, aware of its zone; the machine's clock if not given.
        ids: Answers new ids; time-ordered UUIDs if not given.
        entities: An application's own kinds of records, kept beside the core's.
        scopes: Who sees which of them; everybody who is signed in sees all of a kind without scope.
        check: Refuse a store whose tables are not those of this version; False to prepare or upgrade it.
        passwords: Hashes passwords; argon2id if not given.

    Raises:
        BadUrl: The URL can't be read.
        UnknownScheme: No installed store answers to its scheme.
        MissingDriver: The package that talks to the store is not installed; names the extra.
        SchemaMissing: The store has not been prepared; see :func:`crmcore.setup.install`.
        SchemaOutdated: An older version made it; see :func:`crmcore.setup.upgrade`.
        SchemaNewer: A newer version made it.
        Unavailable: The store can't be reached.
    """
    time, kinds = clock or _now, tuple(entities)
    store = open_store(url, tuple(map(describe, (*ENTITIES, *kinds))))
    try:
        if check:
            _check_state(store, url)
    except BaseException:
        store.close()
        raise
    source = ids or TimeOrderedIds(time, os.urandom)
    return Crm(store, clock=time, ids=source, scopes=scopes, passwords=passwords, entities=kinds)


def _check_state(store: Store, url: str) -> None:
    errors = {
        SchemaState.MISSING: SchemaMissing,
        SchemaState.OUTDATED: SchemaOutdated,
        SchemaState.NEWER: SchemaNewer,
    }
    error = errors.get(store.state())
    if error is not None:
        raise error(url=public_url(url))


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)
