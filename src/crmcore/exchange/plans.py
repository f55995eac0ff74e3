"""How a file is to be taken in: what its rows are, which column is which field, and what they may do (X-ADM-10)."""

import hashlib
from collections.abc import Iterator, Sequence
from typing import Any, Final, Literal
from uuid import UUID

import attrs

from crmcore.access.entity import UserId
from crmcore.base.errors import Invalid, Problem
from crmcore.customers.merge_choices import CUSTOM
from crmcore.exchange.kinds import KEYS, columns_of
from crmcore.storage.codec import compact

__all__ = ["CHUNK_SIZE", "ImportPlan", "Mode", "checked_plan"]

Mode = Literal["insert", "update", "upsert"]
MODES: Final = ("insert", "update", "upsert")
CHUNK_SIZE: Final = 1_000
_MOST_AT_ONCE: Final = 1_000


@attrs.frozen(kw_only=True)
class ImportPlan:
    """How a file is taken in; the same file and plan again go on with an import that was broken off."""

    mapping: tuple[str, ...]
    """The field of each column of the file, in order; empty for columns that are not taken. See :func:`preview`."""
    kind: str = "customer"
    """``customer``, each with a contact if there are columns for one; or ``contact``, each of a customer."""
    mode: Mode = "insert"
    """``insert`` takes new records only, ``update`` known ones only, ``upsert`` both."""
    key: str = "name"
    """By what a row finds its record: ``number``, ``external_key`` or ``name`` of the customer."""
    manager: UserId | None = None
    """The account manager of new customers whose row names none; None for the importer, if he is one."""
    blank: Literal["keep", "clear"] = "keep"
    """What an empty cell does to a known record: nothing, or it empties the field."""
    duplicates: Literal["ignore", "warn"] = "ignore"
    """Whether rows of new customers that resemble known ones are told of; they are imported all the same."""
    chunk_size: int = CHUNK_SIZE
    """Rows of one transaction."""

    @property
    def description(self) -> str:
        """What the kept batch says of the plan."""
        return f"{self.mode}:{self.key}"

    def fingerprint(self, digest: str, **reading: Any) -> str:
        """Answer what recognises this import.

        Args:
            digest: SHA-256 of the file.
            reading: How the file is read.
        """
        said = {name: str(value) if isinstance(value, UUID) else value for name, value in attrs.asdict(self).items()}
        return hashlib.sha256(compact({**said, **reading, "digest": digest}).encode()).hexdigest()


def checked_plan(plan: ImportPlan, headings: Sequence[str]) -> ImportPlan:
    """Answer the plan if it fits a file.

    Raises:
        Invalid: It names a field that does not exist, or twice; lacks one that is needed; or is no plan at all.
    """
    problems = [*_wrong_types(plan)]
    if problems:
        raise Invalid(problems)
    known = columns_of(plan.kind)
    taken = [name for name in plan.mapping if name]
    own = CUSTOM if plan.kind == "customer" else "-"  # which of them there are, is asked when rows are read
    problems += [
        _wrong("import_plan.mapping", "exchange.unknown_field", got=name[:50])
        for name in taken
        if name not in known and not name.startswith(own)
    ]
    problems += [
        _wrong("import_plan.mapping", "exchange.twice", got=name) for name in sorted({*taken}) if taken.count(name) > 1
    ]
    if len(plan.mapping) != len(headings):
        problems.append(_wrong("import_plan.mapping", "exchange.columns", got=len(plan.mapping), wanted=len(headings)))
    problems += [
        _wrong(label, "value.choice", got=str(_of(plan, label))[:50])
        for label, allowed in _CHOICES.items()
        if _of(plan, label) not in allowed
    ]
    if not 1 <= plan.chunk_size <= _MOST_AT_ONCE:
        problems.append(_wrong("import_plan.chunk_size", "value.range", min=1, max=_MOST_AT_ONCE, got=plan.chunk_size))
    problems += [
        _wrong("import_plan.mapping", "exchange.needed", got=known[name].label("zh"), name=name)
        for name in _needed(plan)
        if name not in taken
    ]
    if problems:
        raise Invalid(problems)
    return plan


_KEYS: Final = KEYS["customer"]
_CHOICES: Final[dict[str, tuple[str, ...]]] = {
    "import_plan.mode": MODES,
    "import_plan.key": _KEYS,
    "import_plan.blank": ("keep", "clear"),
    "import_plan.duplicates": ("ignore", "warn"),
}
_TYPES: Final[dict[str, tuple[type, ...]]] = {
    "import_plan.mapping": (tuple, list),
    "import_plan.kind": (str,),
    **dict.fromkeys(_CHOICES, (str,)),
    "import_plan.manager": (UUID, type(None)),
    "import_plan.chunk_size": (int,),
}


def _of(plan: ImportPlan, label: str) -> Any:
    return getattr(plan, label.removeprefix("import_plan."))


def _wrong_types(plan: ImportPlan) -> Iterator[Problem]:
    """Name what is of another type than a plan has it: programs pass on what they were given."""
    for label, wanted in _TYPES.items():
        value = _of(plan, label)
        if not isinstance(value, wanted) or isinstance(value, bool):
            yield _wrong(label, "value.type", wanted=wanted[0].__name__, got=type(value).__name__)
        elif value is plan.mapping and not all(isinstance(one, str) for one in plan.mapping):
            yield _wrong(label, "value.type", wanted="str", got=type(value).__name__)


def _needed(plan: ImportPlan) -> tuple[str, ...]:
    """Answer the columns without which a plan can do nothing."""
    if plan.key not in _KEYS:
        return ()
    if plan.kind == "contact":
        return (f"customer_{plan.key}", "name")
    if plan.mode == "update":
        return (plan.key,)
    return ("name",) if plan.mode == "insert" else tuple(dict.fromkeys(("name", plan.key)))


def _wrong(label: str, code: str, **params: object) -> Problem:
    entity, _, field = label.partition(".")
    return Problem(field=field, code=code, entity=entity, params=params)
