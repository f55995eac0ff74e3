"""The filters of a list: read from the address, kept in it, and ignored when they mean nothing (GEN-16)."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

import attrs
from flask import request

from crmcore.access import UserId
from crmcore.query import count
from crmcore.storage.collection import Collection
from crmcore_demo.forms import Option, Shown
from crmcore_demo.paging import Paging, read_paging
from crmcore_demo.session import names_of, settings

LONGEST_FILTER = 100


@attrs.frozen(kw_only=True)
class Filter:
    """The filters of a list as the address has them."""

    fields: tuple[Shown, ...]
    paging: Paging

    @property
    def active(self) -> bool:
        """Whether anything narrows the list."""
        return any(field.value for field in self.fields)

    def __getitem__(self, name: str) -> str:
        """Return what was asked for, empty for nothing."""
        return str(next(field.value for field in self.fields if field.name == name))


def typed(text: str) -> str:
    """Keep of a client's text what a person can have typed: no control characters, no endless strings."""
    return "".join(sign for sign in text[:LONGEST_FILTER] if sign.isprintable()).strip()


def _asked(field: Shown) -> str:
    value = typed(request.args.get(field.name, ""))
    if field.kind == "choice" and value not in {option.value for option in field.options}:
        return ""
    return value


def tally_by(records: Collection[Any], field: Any) -> Sequence[UserId]:
    """Return the colleagues whose records are in a list, for a filter that offers only names that find something."""
    rows = records.tally(by=(field,), measures=(count(),))
    return [row.key[0] for row in rows if row.key[0] is not None]


def colleagues(name: str, label: str, ids: Sequence[UserId]) -> tuple[Shown, ...]:
    """Make a filter from colleagues; none if there is nothing to choose between."""
    known = sorted(names_of(*ids).items(), key=lambda pair: pair[1])
    return (codes(name, label, [(str(one), words) for one, words in known]),) if known else ()


def chosen_colleague(asked: Filter, name: str) -> UserId | None:
    """Return the colleague chosen in a filter."""
    return UserId(UUID(asked[name])) if any(field.name == name and field.value for field in asked.fields) else None


def read_filter(*fields: Shown) -> Filter:
    """Read the filters of this address; what means nothing is ignored."""
    return Filter(
        fields=tuple(attrs.evolve(field, value=_asked(field)) for field in fields),
        paging=read_paging(request.args, settings().page_size),
    )


def choice(name: str, label: str, options: Iterable[Option]) -> Shown:
    """Make a filter that offers a fixed list beside "all"."""
    return Shown(name=name, label=label, kind="choice", options=tuple(options))


def codes(name: str, label: str, values: Sequence[tuple[str, str]]) -> Shown:
    """Make a filter from pairs of a stored value and its words."""
    return choice(name, label, (Option(value=value, words=words) for value, words in values))
