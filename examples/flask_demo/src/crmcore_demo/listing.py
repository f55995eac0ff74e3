"""Lists: filters that are read from the address and kept in it, and the page that shows what they find (GEN-16)."""

import enum
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeVar
from uuid import UUID

import attrs
from flask import render_template, request

from crmcore.access import UserId
from crmcore.query import count
from crmcore.storage.collection import Collection
from crmcore_demo.actions import Action, Possibilities, Refusal
from crmcore_demo.display import label, t
from crmcore_demo.forms import Option, Shown
from crmcore_demo.paging import Paging, read_paging
from crmcore_demo.session import names_of, settings
from crmcore_demo.words import has

LONGEST_FILTER = 100
V = TypeVar("V", bound=enum.Enum)
Answers = Callable[[Any], Iterable[Action | Refusal]]


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

    @property
    def typed(self) -> dict[str, Any]:
        """What was typed, and which part of the list is shown: as the library's lists take it, by name."""
        typed_in = {field.name: str(field.value) for field in self.fields if field.kind == "text"}
        return {**typed_in, **self.part}

    @property
    def part(self) -> dict[str, Any]:
        """Which part of the list is shown."""
        return {"page": self.paging.page, "size": self.paging.size}

    def chosen(self, name: str, kind: type[V]) -> V | None:
        """Return the state that was chosen, if any was."""
        return kind(self[name]) if self[name] else None


def typed(text: str) -> str:
    """Keep of a client's text what a person can have typed: no control characters, no endless strings."""
    return "".join(sign for sign in text[:LONGEST_FILTER] if sign.isprintable()).strip()


def _asked(field: Shown) -> str:
    value = typed(request.args.get(field.name, ""))
    if field.kind == "choice" and value not in {option.value for option in field.options}:
        return ""
    return value


def tally_by(records: Collection[Any], field: Any) -> Sequence[Any]:
    """Return what is found in a field of a list's records, for a filter that offers only what finds something."""
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


def texts(entity: str, *names: str) -> tuple[Shown, ...]:
    """Make filters in which one types, named as the library names the fields."""
    return tuple(Shown(name=name, label=label(f"{entity}.{name}")) for name in names)


def states(entity: str, kind: Iterable[enum.Enum], name: str = "status") -> Shown:
    """Make a filter from the states a record can be in."""
    return codes(name, label(f"{entity}.{name}"), [(str(one.value), label(one)) for one in kind])


def codes(name: str, label: str, values: Sequence[tuple[str, str]]) -> Shown:
    """Make a filter from pairs of a stored value and its words, beside "all"."""
    options = tuple(Option(value=value, words=words) for value, words in values)
    return Shown(name=name, label=label, kind="choice", options=options)


def possible_with(rows: Iterable[Any], answers: Answers) -> Mapping[UUID, Possibilities]:
    """Ask for each row what can be done with it."""
    return {it.id: Possibilities.of(answers(it)) for it in rows}


def list_page(
    template: str,
    words: str,
    page: Any,
    asked: Filter,
    answers: Answers | None = None,
    *,
    actions: Iterable[Action] = (),
    **around: Any,
) -> str:
    """Draw a list with its filters, what can be done with each row, and what to do where it is empty (GEN-22).

    Args:
        template: Draws the table, in the block of that name.
        words: Where the sentences are: `<words>.title`, `.lead`, `.none` and `.none_found`.
        page: What was found.
        asked: The filters.
        answers: Says what can be done with one row.
        actions: What can be done with the list, the button of its head.
        around: What else the template needs, or says differently than *words*.
    """
    empty = f"{words}.none_found" if asked.active or not has("zh", f"{words}.none") else f"{words}.none"
    plain = {
        "title": t(f"{words}.title") if "title" not in around else "",
        "topic": words,
        "lead": t(f"{words}.lead") if "lead" not in around else "",
        "nothing": t(empty) if "nothing" not in around else "",
        "beside": (),
        "back": None,
        "ways": (),
        "possible": possible_with(page.rows, answers) if answers else {},
    }
    return render_template(template, page=page, filter=asked, actions=tuple(actions), **{**plain, **around})
