"""Reads the rows of a chunk into values and problems, column by column (requirements GEN-11, X-ADM-10)."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

import attrs

from crmcore.base.errors import Invalid, Problem
from crmcore.customers.custom_forms import CustomProblem, fields_in_use
from crmcore.customers.grouping import CustomField
from crmcore.customers.merge_choices import CUSTOM
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
    own: dict[str, CustomField]
    """Column to the company's own field that it is."""

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
        """Note something else that is wrong with a row; one thing for each field is enough."""
        found = self.wrong.setdefault(place, [])
        if all((one.entity, one.field) != (problem.entity, problem.field) for one in found):
            found.append(problem)

    def named(self, name: str, problem: Problem) -> Problem:
        """Answer a problem with a column's value, named as the company names its own field if it is one."""
        field = self.own.get(name)
        if field is None:
            return problem
        return CustomProblem(
            field.code, problem.code, params=problem.params, label_zh=field.label_zh, label_en=field.label_en
        )


def read_rows(work: Work, plan: ImportPlan, rows: Sequence[Row]) -> ReadRows:
    """Read rows as forms read what people fill in; every problem of a row is noted.

    Args:
        work: The unit of work.
        plan: Which column is which field.
        rows: The rows, each as wide as the file has headings or wider.
    """
    taken = [(place, one) for place, one in enumerate(_columns(work, plan)) if one is not None]
    controls = {column.name: control_of(column, work.zone) for _, column in taken if column.name not in _SPECIAL}
    categories = {name: one.dictionary for name, one in controls.items() if one.dictionary}
    choices = Choices(work, categories.values())
    own = {column.name: column.custom for _, column in taken if column.custom is not None}
    read = ReadRows({}, {}, choices, categories, own)
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


def _columns(work: Work, plan: ImportPlan) -> list[Column | None]:
    """Answer the column of each cell; None for those that are not taken.

    Raises:
        Invalid: The company has no such field of its own, or asks for it no more.
    """
    custom = fields_in_use(work).values() if any(name.startswith(CUSTOM) for name in plan.mapping) else ()
    known = columns_of(plan.kind, custom)
    unknown = [name for name in plan.mapping if name and name not in known]
    if unknown:
        raise Invalid(Problem("mapping", "exchange.unknown_field", "import_plan", {"got": one}) for one in unknown)
    return [known[name] if name else None for name in plan.mapping]


def _values(read: ReadRows, column: Column, reader: ColumnReader, cells: Iterable[str]) -> list[Any]:
    values = reader([*cells])
    for place, value in enumerate(values):
        if value.__class__ is Wrong:
            for problem in value.problems:
                read.refuse(place, read.named(column.name, attrs.evolve(problem, field=column.field)))
            values[place] = None
    return values


def _note_wide(read: ReadRows, rows: Sequence[Row], width: int) -> None:
    for place, (_, cells) in enumerate(rows):
        if len(cells) > width and any(cells[width:]):
            read.refuse(
                place, Problem(field="row", code="exchange.too_many_cells", entity="import_file", params={"max": width})
            )
