"""Reads the rows of a chunk into values and problems, column by column (requirements GEN-11, X-ADM-10)."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

import attrs

from crmcore.base.errors import Problem
from crmcore.dictionary.entity import DictionaryEntry
from crmcore.exchange.kinds import Column, columns_of, control_of
from crmcore.exchange.lookups import Choices
from crmcore.exchange.parsing import ColumnReader, Wrong, cell_reader
from crmcore.exchange.plans import ImportPlan
from crmcore.exchange.sources import Row
from crmcore.storage.work import Work

__all__ = ["ReadRows", "read_rows"]

_SPECIAL: Final = frozenset({"manager"})
"""Columns whose text is no form's: looked up by whoever reads the rows."""


@attrs.frozen
class ReadRows:
    """The rows of a chunk as values."""

    columns: dict[str, list[Any]]
    """Column to its values, one a row; None for a blank cell."""
    wrong: dict[int, list[Problem]]
    """Place of a row in the chunk to what is wrong with it."""
    choices: Choices
    categories: dict[str, str]
    """Column to the dictionary's category that its codes are of."""

    def used_entries(self) -> list[DictionaryEntry]:
        """Answer the dictionary's entries that the rows choose."""
        used = {
            (category, code)
            for name, category in self.categories.items()
            for code in self.columns[name]
            if code is not None and (category, code) not in self.choices.retired
        }
        return [self.choices.entries[one] for one in sorted(used)]

    def retired(self, place: int) -> Iterator[tuple[str, str]]:
        """Answer columns and codes of a row that only records may have who have them already (decision 16.9)."""
        for name, category in self.categories.items():
            code = self.columns[name][place]
            if (category, code) in self.choices.retired:
                yield name, code

    def refuse(self, place: int, problem: Problem) -> None:
        """Note something else that is wrong with a row."""
        self.wrong.setdefault(place, []).append(problem)


def read_rows(work: Work, plan: ImportPlan, rows: Sequence[Row]) -> ReadRows:
    """Read rows as forms read what people fill in; every problem of a row is noted.

    Args:
        work: The unit of work.
        plan: Which column is which field.
        rows: The rows, each as wide as the file has headings or wider.
    """
    known = columns_of(plan.kind)
    taken = [(place, known[name]) for place, name in enumerate(plan.mapping) if name]
    controls = {column.name: control_of(column, work.zone) for _, column in taken if column.name not in _SPECIAL}
    categories = {name: one.dictionary for name, one in controls.items() if one.dictionary}
    choices = Choices(work, categories.values())
    read = ReadRows({}, {}, choices, categories)
    width = len(plan.mapping)
    _note_wide(read, rows, width)
    for place, column in taken:
        cells = [cells[place] for _, cells in rows]
        if column.name in _SPECIAL:
            read.columns[column.name] = [cell.strip() or None for cell in cells]
            continue
        control = controls[column.name]
        reader = cell_reader(control, work.zone, choices=choices.of(control.dictionary) if control.dictionary else None)
        read.columns[column.name] = _values(read, column, reader, cells)
    return read


def _values(read: ReadRows, column: Column, reader: ColumnReader, cells: Iterable[str]) -> list[Any]:
    values = reader([*cells])
    for place, value in enumerate(values):
        if value.__class__ is Wrong:
            for problem in value.problems:
                read.refuse(place, attrs.evolve(problem, field=column.field))
            values[place] = None
    return values


def _note_wide(read: ReadRows, rows: Sequence[Row], width: int) -> None:
    for place, (_, cells) in enumerate(rows):
        if len(cells) > width and any(cells[width:]):
            read.refuse(
                place, Problem(field="row", code="exchange.too_many_cells", entity="import_file", params={"max": width})
            )
