"""Reads the URLs of SQL stores; the only place that sees a password."""

import importlib.util
from collections.abc import Mapping
from typing import Final
from urllib.parse import parse_qsl, unquote, urlsplit

import attrs

from crmcore.base.errors import BadUrl, MissingDriver

__all__ = ["Address", "read_url"]

_PACKAGES: Final = {"sqlite": (), "postgresql": ("psycopg",), "mariadb": ("pymysql",)}
_EXTRAS: Final = {"sqlite": "sql", "postgresql": "postgresql", "mariadb": "mysql"}
_PRODUCTS: Final = {"sqlite": "sqlite", "postgresql": "postgresql", "mysql": "mariadb", "mariadb": "mariadb"}
_SYNCHRONOUS: Final = ("NORMAL", "FULL", "EXTRA")


@attrs.frozen(kw_only=True)
class Address:
    """Where a store is, taken apart."""

    scheme: str
    product: str
    """``sqlite``, ``postgresql`` or ``mariadb`` (which MySQL answers to as well)."""
    public: str
    """The URL without its password: for errors, logs and operators."""
    database: str
    """Name of the database, or path of the file."""
    host: str = ""
    port: int | None = None
    user: str = ""
    password: str = attrs.field(default="", repr=False)
    options: Mapping[str, str] = attrs.field(factory=dict, repr=False)

    def check_packages(self) -> None:
        """Refuse when a Python package that this store needs is not installed.

        Raises:
            MissingDriver: Names the package and the extra that brings it.
        """
        for package in ("sqlalchemy", "alembic", *_PACKAGES[self.product]):
            if importlib.util.find_spec(package) is None:
                raise MissingDriver(scheme=self.scheme, package=package, extra=_EXTRAS[self.product])

    def number(self, option: str, default: float) -> float:
        """Answer a numeric option of the URL.

        Raises:
            BadUrl: It is not a number above zero.
        """
        given = self.options.get(option)
        if given is None:
            return default
        try:
            found = float(given)
        except ValueError:
            found = 0.0
        if not 0 < found < 1_000_000:  # noqa: PLR2004  # days, or more connections than any server allows
            raise self.refuse(f"{option} has to be a number above 0")
        return found

    def choice(self, option: str, choices: tuple[str, ...], default: str) -> str:
        """Answer an option of the URL that has a few possible values."""
        given = self.options.get(option, default).upper()
        if given not in choices:
            raise self.refuse(f"{option} has to be one of {', '.join(choices)}")
        return given

    @property
    def synchronous(self) -> str:
        """How far a commit in SQLite goes: FULL survives a power cut, NORMAL only a crash of the program."""
        return self.choice("synchronous", _SYNCHRONOUS, "FULL")

    def refuse(self, reason: str) -> BadUrl:
        """Make the error that says what is wrong with the URL, without its password."""
        return BadUrl(url=self.public, hint=reason)


def read_url(url: str) -> Address:
    """Take a URL apart.

    Raises:
        BadUrl: It can't be read, or names no database.
    """
    scheme = url.partition("://")[0].lower()
    product = _PRODUCTS.get(scheme)
    if product is None:
        raise BadUrl(url=f"{scheme[:20]}://", hint=", ".join(f"{one}://" for one in _PRODUCTS))
    try:
        return _sqlite(url) if product == "sqlite" else _server(url, scheme, product)
    except (ValueError, UnicodeError) as error:  # urlsplit and port: no number, unbalanced brackets
        raise BadUrl(url=f"{scheme}://", hint=type(error).__name__) from None


def _options(text: str) -> dict[str, str]:
    return dict(parse_qsl(text, keep_blank_values=True, strict_parsing=True)) if text else {}


def _sqlite(url: str) -> Address:
    place, _, query = url.partition("://")[2].partition("?")
    path = unquote(place.removeprefix("/"), errors="strict")
    address = Address(scheme="sqlite", product="sqlite", public=url, database=path, options=_options(query))
    if not place.startswith("/") and place:
        raise address.refuse("a file has no host: three slashes before a relative path, four before an absolute one")
    if path in {"", ":memory:"}:
        raise address.refuse("names no file; memory:// keeps records in memory")
    if "\0" in path:
        raise address.refuse("a path can't contain NUL")
    return _only(address, {"synchronous", "timeout", "pool_size"})


def _only(address: Address, known: set[str]) -> Address:
    """Refuse options that would do nothing: a misspelt one must not go unnoticed."""
    unknown = address.options.keys() - known
    if unknown:
        raise address.refuse(f"unknown option {min(unknown)}; known are {', '.join(sorted(known))}")
    return address


def _server(url: str, scheme: str, product: str) -> Address:
    parts = urlsplit(url)
    user, host, port = parts.username or "", parts.hostname or "", parts.port
    shown_host = f"[{host}]" if ":" in host else host
    shown = f"{user}@" if user else ""
    shown += shown_host + (f":{port}" if port else "")
    options = _options(parts.query)
    listed = "&".join(f"{name}={'***' if 'pass' in name else value}" for name, value in options.items())
    address = Address(
        scheme=scheme,
        product=product,
        public=f"{scheme}://{shown}{parts.path}" + (f"?{listed}" if listed else ""),
        database=unquote(parts.path.removeprefix("/"), errors="strict"),
        host=unquote(host),
        port=port,
        user=unquote(user, errors="strict"),
        password=unquote(parts.password or "", errors="strict"),
        options=options,
    )
    if not address.database or "/" in address.database or "\0" in unquote(url):
        raise address.refuse("names no database")
    return address
