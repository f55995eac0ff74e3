"""Every error crmcore raises on purpose.

::

    CrmError
    ├── Invalid                 a value or a request breaks a constraint; names every field concerned
    ├── Refused                 a business rule or a permission says no
    ├── NotFound                no such record, or none that this person may see
    ├── Conflict                somebody else changed the record first
    │   └── Contention          … while this unit of work was running (is Transient too)
    └── StoreError              the store failed
        ├── Transient           running the whole unit of work again is safe and may succeed
        │   └── Contention
        ├── Unavailable         the store can't be reached
        ├── UnknownOutcome      the connection broke during commit: done or not done, nobody knows
        ├── SchemaMismatch
        │   ├── SchemaMissing   the store is empty: ``crmcore init``
        │   ├── SchemaOutdated  made by an older version: ``crmcore upgrade``
        │   └── SchemaNewer     made by a newer version: update crmcore
        ├── NoTransactions      the server can't do what crmcore promises
        └── StoreUrlError
            ├── BadUrl          the URL can't be read
            ├── UnknownScheme   no store is installed for this scheme
            └── MissingDriver   the scheme is known, its driver is not installed

``code`` is the catalogue key below ``error.``; ``params`` fill the text; :meth:`CrmError.explain` says it in Chinese
or English.
"""

from collections.abc import Iterable
from typing import Any, ClassVar

import attrs

from crmcore.base.spoken import spoken
from crmcore.i18n import Language, has_text, text

__all__ = [
    "AlreadyExists",
    "BadUrl",
    "Conflict",
    "Contention",
    "CrmError",
    "Invalid",
    "MissingDriver",
    "NoTransactions",
    "NotFound",
    "Problem",
    "Refused",
    "SchemaMismatch",
    "SchemaMissing",
    "SchemaNewer",
    "SchemaOutdated",
    "StoreError",
    "StoreUrlError",
    "Transient",
    "Unavailable",
    "UnknownOutcome",
    "UnknownScheme",
]


def _again(error: "type[CrmError]", params: dict[str, object]) -> "CrmError":
    return error(**params)


class CrmError(Exception):
    """Something crmcore could not or would not do, with a code that programs and a text that people can read."""

    code: ClassVar[str] = "unexpected"

    def __init__(self, **params: object) -> None:
        """Keep the facts that the text of this error names."""
        super().__init__(self.code, params)
        self.params = params

    def explain(self, language: Language = "en") -> str:
        """Say in one sentence what is wrong and what can be done."""
        return text(f"error.{self.code}", language, **spoken(self.params, language))

    def __reduce__(self) -> tuple[Any, ...]:
        """Let the error travel to another process, as executors and test runners need."""
        return _again, (type(self), self.params)

    def __str__(self) -> str:
        """Say it in English, for logs and tracebacks."""
        return self.explain("en")


@attrs.frozen
class Problem:
    """One thing wrong with one field of the input."""

    field: str
    """Name of the field; dotted for a value inside a value, ``price.amount``."""
    code: str
    """Catalogue key below ``error.``, such as ``value.range``."""
    entity: str = ""
    """Name of the entity the field belongs to, for its label; empty for a free-standing value."""
    params: dict[str, object] = attrs.field(factory=dict)

    def label(self, language: Language = "en") -> str:
        """Name the field as people know it; the programmer's name where there is no label."""
        key = f"{self.entity}.{self.field}"
        return text(key, language) if has_text(key, language) else self.field

    def explain(self, language: Language = "en") -> str:
        """Say what is wrong with the field."""
        return text(f"error.{self.code}", language, **spoken(self.params, language), field=self.label(language))


class Invalid(CrmError):
    """A value or a request breaks a constraint; nothing was written.

    ``problems`` has one entry for each thing wrong, so that a form can show all of them at once.
    """

    code = "invalid"

    def __init__(self, problems: Iterable[Problem] | Problem) -> None:
        """Collect what is wrong."""
        self.problems = (problems,) if isinstance(problems, Problem) else tuple(problems)
        super().__init__(problems=self.problems)

    def explain(self, language: Language = "en") -> str:
        """Say every problem, separated as the language does."""
        return ("；" if language == "zh" else "; ").join(problem.explain(language) for problem in self.problems)

    @property
    def fields(self) -> frozenset[str]:
        """The names of the fields concerned."""
        return frozenset(problem.field for problem in self.problems)

    @property
    def codes(self) -> frozenset[str]:
        """The codes of all problems."""
        return frozenset(problem.code for problem in self.problems)


class Refused(CrmError):
    """A business rule or a permission says no; nothing was written but the record of the attempt."""

    code = "refused"


class AlreadyExists(Refused):
    """A value that must be unique is taken (requirements USR-04, RBA-12, DIC-03)."""

    code = "already_exists"


class NotFound(CrmError, LookupError):
    """There is no such record, or none within what this person may see; both get the same answer."""

    code = "not_found"


class Conflict(CrmError):
    """Somebody else changed the record after it was read; look at the new version and decide again."""

    code = "conflict"


class StoreError(CrmError):
    """The store failed; what was not committed is not there."""

    code = "store.failed"


class Transient(StoreError):
    """The unit of work was rolled back by the store; running all of it again is safe and may succeed."""

    code = "store.transient"


class Contention(Transient, Conflict):
    """Another unit of work committed a change to the same record first; this one was rolled back."""

    code = "store.contention"


class Unavailable(StoreError):
    """The store can't be reached: it is down, the address is wrong, or it refuses the log-in."""

    code = "store.unavailable"


class UnknownOutcome(StoreError):
    """The connection broke while committing; repeat with an idempotency key to be sure."""

    code = "store.unknown_outcome"


class SchemaMismatch(StoreError):
    """The tables or collections in the store are not those of this version."""

    code = "store.schema"


class SchemaMissing(SchemaMismatch):
    """The store has not been initialised."""

    code = "store.schema_missing"


class SchemaOutdated(SchemaMismatch):
    """An older version of crmcore made the store; it has to be upgraded first."""

    code = "store.schema_outdated"


class SchemaNewer(SchemaMismatch):
    """A newer version of crmcore made the store; this version would damage it."""

    code = "store.schema_newer"


class NoTransactions(StoreError):
    """The server can't run transactions, and crmcore has no degraded mode."""

    code = "store.no_transactions"


class StoreUrlError(StoreError):
    """No store can be opened from this URL."""

    code = "store.url"


class BadUrl(StoreUrlError):
    """The URL can't be read."""

    code = "store.bad_url"


class UnknownScheme(StoreUrlError):
    """No installed store answers to the scheme of the URL."""

    code = "store.unknown_scheme"


class MissingDriver(StoreUrlError):
    """The store is known, the Python package that talks to it is not installed."""

    code = "store.missing_driver"
