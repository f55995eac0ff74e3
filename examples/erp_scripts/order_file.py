"""Reads whole orders from a CSV file with one line of an order a row, in whatever order the rows are.

Memory use does not grow with the file: its lines are put into a temporary SQLite file, and come back order by order.
"""

import contextlib
import datetime as dt
import json
import re
import sqlite3
import tempfile
import tomllib
from collections.abc import Iterator, Mapping
from decimal import ROUND_HALF_UP, Decimal, DecimalException
from pathlib import Path
from typing import Any, Final, Self

import attrs
from csv_rows import BadFile, Table

from crmcore.base.errors import Problem
from crmcore.sales import LineRow, OrderRow

__all__ = ["ColumnMapping", "OrderFile", "ReadOrder"]

CENT: Final = Decimal("0.01")
HEAD: Final = (
    "source_key",
    "ordered_on",
    "customer",
    "customer_key",
    "customer_name",
    "status",
    "delivery_address",
    "currency",
)
LINE: Final = ("product_key", "product_name", "quantity", "unit", "unit_price", "amount")
NUMBERS: Final = frozenset({"quantity", "unit_price", "amount"})
THOUSANDS: Final = re.compile(r"-?\d{1,3}(,\d{3})+(\.\d+)?")
"""A comma that stands for a decimal point is not taken for one between thousands."""
OPTIONS: Final = frozenset({"status", "currency", "date", "round"})


@attrs.frozen
class ReadOrder:
    """One order of the file."""

    lines: tuple[int, ...]
    """Numbers of its lines in the file."""
    row: OrderRow | None
    """The order as the feed takes it; None if something can't be read."""
    problems: tuple[tuple[int, Problem], ...] = ()
    """What can't be read, each with the number of the line."""


@attrs.frozen(kw_only=True)
class ColumnMapping:
    """Which column of the file is which field."""

    columns: Mapping[str, str]
    """Column to field; a field that several columns make up is numbered, ``delivery_address#1``."""
    status: str = "new"
    currency: str = ""
    date: str = ""
    """How dates are written; empty for ``yyyy-mm-dd``."""
    round: bool = False
    """Round amounts that are not to the cent, half up."""

    @classmethod
    def read(cls, path: Path | None) -> "ColumnMapping":
        """Read a mapping from a TOML file; without one the columns are called like the fields.

        Raises:
            BadFile: It is no such mapping.
        """
        if path is None:
            return cls(columns={name: name for name in (*HEAD, *LINE)})
        try:
            given = tomllib.loads(path.read_text(encoding="utf-8"))
            columns: dict[str, str] = {}
            for part, names in (("order", HEAD), ("line", LINE)):
                for field, column in given.get(part, {}).items():
                    if field not in names:
                        raise BadFile("mapping_field", field=field)
                    several = [column] if isinstance(column, str) else list(column)
                    columns |= {one: field if len(several) == 1 else f"{field}#{n}" for n, one in enumerate(several)}
        except (OSError, ValueError, TypeError, AttributeError) as error:
            raise BadFile("mapping", reason=str(error)) from error
        options = given.get("options", {})
        if unknown := options.keys() - OPTIONS:
            raise BadFile("mapping_field", field=min(unknown))
        return cls(columns=columns, **options)


class OrderFile:
    """The orders of a CSV file. To be closed: it keeps a temporary file."""

    def __init__(self, path: Path, mapping: ColumnMapping) -> None:
        """Look at the whole file, and put its lines where they can be had order by order.

        Raises:
            BadFile: It can't be read, is no CSV file with a header, or has no column for the orders' numbers or dates.
        """
        self.mapping = mapping
        key = next((column for column, field in mapping.columns.items() if field == "source_key"), "")
        self.table = Table(path, mapping.columns, key_column=key)
        here = {field.partition("#")[0] for field in self.table.fields.values()}
        missing = {"source_key", "ordered_on"} - here
        if missing or not here & {"customer", "customer_key", "customer_name"}:
            raise BadFile("columns", missing=", ".join(sorted(missing or {"customer"})))
        self._place = tempfile.TemporaryDirectory(prefix="orders-")
        self._kept = sqlite3.connect(Path(self._place.name) / "lines.db", isolation_level=None)
        for statement in ("PRAGMA journal_mode=OFF", "PRAGMA synchronous=OFF", "BEGIN"):
            self._kept.execute(statement)
        self._kept.execute("CREATE TABLE line (source_key TEXT, number INTEGER, cells TEXT)")
        rows = ((one.key, one.line, json.dumps([one.values, len(one.cells)])) for one in self.table)
        self._kept.executemany("INSERT INTO line VALUES (?, ?, ?)", rows)
        self._kept.execute("COMMIT")

    def __enter__(self) -> Self:
        """Enter; the temporary file goes at the end."""
        return self

    def __exit__(self, *_: object) -> None:
        """Remove the temporary file."""
        self._kept.close()
        with contextlib.suppress(OSError):
            self._place.cleanup()

    def __iter__(self) -> Iterator[ReadOrder]:
        """Go through the orders, in the order in which they begin in the file."""
        rows = self._kept.execute(
            "SELECT source_key, number, cells, MIN(number) OVER (PARTITION BY source_key) AS first FROM line "
            "ORDER BY first, number"
        )
        lines: list[tuple[int, dict[str, str], int]] = []
        last: str | None = None
        for key, number, cells, _ in rows:
            if lines and key != last:
                yield self._read(lines)
                lines = []
            last = key
            values, width = json.loads(cells)
            lines.append((number, values, width))
        if lines:
            yield self._read(lines)

    def _read(self, lines: list[tuple[int, dict[str, str], int]]) -> ReadOrder:
        """Make one order of its lines; what they all say of the order has to be the same."""
        problems: list[tuple[int, Problem]] = []
        numbers = tuple(number for number, _, _ in lines)
        head: dict[str, Any] | None = None
        made: list[LineRow] = []
        for number, values, width in lines:
            if width != len(self.table.header):
                counts: dict[str, object] = {"got": width, "wanted": len(self.table.header)}
                problems.append((number, Problem(field="", code="erp.cells", params=counts)))
                continue
            joined = _joined(values)
            said = {name: joined.get(name, "") for name in HEAD}
            if head is None:
                head = said
            for name in HEAD:
                if said[name] != head[name]:
                    params: dict[str, object] = {"got": said[name][:50], "first": head[name][:50]}
                    problems.append((number, Problem(name, "erp.contradiction", "order", params)))
            if any(joined.get(name) for name in LINE):
                made.append(self._line(number, joined, problems))
        row = None if head is None else self._head(numbers[0], head, made, problems)
        return ReadOrder(numbers, None if problems else row, tuple(problems))

    def _head(self, number: int, said: dict[str, Any], lines: list[LineRow], problems: list[Any]) -> OrderRow | None:
        try:
            written, style = said["ordered_on"], self.mapping.date
            day = dt.datetime.strptime(written, style).date() if style else dt.date.fromisoformat(written)  # noqa: DTZ007
        except ValueError:
            code = "value.date" if said["ordered_on"] else "value.missing"
            problems.append((number, Problem("ordered_on", code, "order", {"got": said["ordered_on"][:50]})))
            return None
        said |= {
            "ordered_on": day,
            "status": said["status"] or self.mapping.status,
            "currency": said["currency"] or self.mapping.currency,
        }
        return OrderRow(**said, lines=lines)

    def _line(self, number: int, said: Mapping[str, str], problems: list[tuple[int, Problem]]) -> LineRow:
        given: dict[str, Any] = {name: said[name] for name in LINE if said.get(name)}
        for name in NUMBERS & given.keys():
            try:
                given[name] = self._number(name, given[name])
            except DecimalException:
                problems.append((number, Problem(name, "value.decimal", "order_line", {"got": given[name][:50]})))
                given[name] = None
        return LineRow(**given)

    def _number(self, name: str, written: str) -> Decimal:
        number = Decimal(written.replace(",", "") if THOUSANDS.fullmatch(written) else written)
        return number.quantize(CENT, ROUND_HALF_UP) if name == "amount" and self.mapping.round else number


def _joined(values: Mapping[str, str]) -> dict[str, str]:
    """Put together what several columns say of one field."""
    found: dict[str, str] = {}
    for name, text in sorted(values.items()):
        field = name.partition("#")[0]
        found[field] = f"{found[field]}, {text}" if found.get(field) and text else found.get(field, "") or text
    return found
