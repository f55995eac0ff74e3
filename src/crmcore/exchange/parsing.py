"""Reads columns of texts as forms read them, prepared once and column by column: quick enough for very many rows."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final
from zoneinfo import ZoneInfo

from crmcore.base.errors import Invalid, Problem
from crmcore.base.text import key_of
from crmcore.exchange.guarding import unguarded, unlisted
from crmcore.i18n import LANGUAGES
from crmcore.i18n import text as said
from crmcore.views.forms import Control, Form
from crmcore.views.reading import LISTS

__all__ = ["ColumnReader", "Wrong", "cell_reader"]

_ODD: Final = frozenset(" '\u3000\u00a0")


class Wrong:
    """Stands where a value would, and says what is wrong with the cell."""

    __slots__ = ("problems",)

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        """Keep what is wrong."""
        self.problems = problems


ColumnReader = Callable[[Sequence[str]], list[Any]]
"""Answers the values of a column's cells; a :class:`Wrong` where there is none, None where the cell is blank."""


def cell_reader(control: Control, zone: ZoneInfo, *, choices: Mapping[str, str] | None = None) -> ColumnReader:
    """Make the reader of a column.

    Args:
        control: How a form asks for the value.
        zone: Zone in which dates with time are written.
        choices: Folded codes and labels to codes, of a field whose values are in the dictionary.
    """
    form = Form(entity=control.entity, controls=(control,), zone=zone)

    def read(text: str) -> Any:
        """Read one cell as the form does; a guarded text as it is."""
        try:
            return _value(form, control, text, choices)
        except Invalid as invalid:
            return Wrong(invalid.problems)

    if control.kind != "text" or choices is not None or control.pattern:
        return _remembering(read)
    longest = control.max_length or 0

    def texts(cells: Sequence[str]) -> list[Any]:
        return [
            cell
            if cell and len(cell) <= longest and cell.isprintable() and cell[0] not in _ODD and cell[-1] not in _ODD
            else read(cell)
            for cell in cells
        ]

    return texts


def _remembering(read: Callable[[str], Any]) -> ColumnReader:
    """Read each different text once: such columns have few."""
    known: dict[str, Any] = {"": None}

    def values(cells: Sequence[str]) -> list[Any]:
        for cell in set(cells).difference(known):
            known[cell] = read(cell)
        return [known[cell] for cell in cells]

    return values


def _value(form: Form, control: Control, text: str, choices: Mapping[str, str] | None) -> Any:
    if not text.strip():
        return None
    if choices is not None:
        code = choices.get(key_of(unguarded(text) or text))
        if code is None:
            raise Invalid(Problem(control.name, "dictionary.not_offered", control.entity, {"got": text[:40]}))
        return code
    if control.kind == "text" or control.kind in LISTS:
        exact = unguarded(text, long=control.long or control.kind in LISTS)
        if control.kind in LISTS:
            exact_list = unlisted(text if exact is None else exact)
            control.check(None, None, exact_list)
            return exact_list
        if exact is not None:
            control.check(None, None, exact)
            return exact
    if control.members is not None:
        text = _member(control, text)
    return form.parse({control.name: text})[control.name]


def _member(control: Control, text: str) -> str:
    """Answer the code of a choice that was given by code or by label, in either language."""
    key = key_of(text)
    for one in control.choices or ():
        if key in {key_of(one.value), *(key_of(said(one.label, language)) for language in LANGUAGES)}:
            return one.value
    return text
