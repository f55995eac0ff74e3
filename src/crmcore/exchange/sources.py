"""Opens a file of any of the formats that are read, as rows under headings (requirement X-ADM-10)."""

import hashlib
import io
import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Final, Literal

import attrs

from crmcore.exchange.csv_files import csv_rows, detect_delimiter
from crmcore.exchange.encodings import SAMPLE_SIZE, checked_encoding, detect_encoding
from crmcore.exchange.limits import file_refused
from crmcore.exchange.vcards import card_rows
from crmcore.exchange.workbooks import sheet_names, sheet_rows

__all__ = ["FileFormat", "ImportFile", "Row", "Vetted", "open_file"]

FileFormat = Literal["csv", "xlsx", "vcard"]
Row = tuple[int, list[str]]
"""The row as spreadsheets number them, the heading being 1; and its cells, as many as there are headings."""
_OLD_EXCEL: Final = bytes.fromhex("d0cf11e0a1b11ae1")
_ZIP: Final = b"PK\x03\x04"
_BLOCK: Final = 1 << 20


@attrs.frozen
class Vetted:
    """What going through a whole file has shown."""

    rows: int
    """How many rows there are that are not blank."""
    digest: str
    """SHA-256 of the file."""


@attrs.frozen(kw_only=True)
class ImportFile:
    """A file whose format and headings are known; its rows are read as often as they are asked for."""

    name: str
    content: Path | bytes
    format: FileFormat
    encoding: str = ""
    """Python name; of separated values only."""
    delimiter: str = ""
    """Of separated values only."""
    sheet: str = ""
    """Of workbooks only."""
    headings: tuple[str, ...] = ()

    def rows(self) -> Iterator[Row]:
        """Go through the rows that are not blank.

        Raises:
            Invalid: The file breaks off, or is larger in some way than is read.
        """
        width = len(self.headings)
        with _opened(self.content) as source:
            filled = (row for row in self._numbered(source) if any(row[1]))
            for number, cells in itertools.islice(filled, 1, None):
                yield number, [*cells, *[""] * (width - len(cells))]

    def vet(self) -> Vetted:
        """Go through the whole file, so that nothing of one that can't be read to its end is imported."""
        rows = sum(1 for _ in self.rows())
        digest = hashlib.sha256()
        with _opened(self.content) as source:
            while block := source.read(_BLOCK):
                digest.update(block)
        return Vetted(rows, digest.hexdigest())

    def _numbered(self, source: BinaryIO) -> Iterator[Row]:
        if self.format == "xlsx":
            return sheet_rows(source, self.sheet)
        read = (
            card_rows(source, self.encoding)
            if self.format == "vcard"
            else csv_rows(source, self.encoding, self.delimiter)
        )
        return enumerate(read, start=1)


def open_file(
    content: str | Path | bytes,
    *,
    name: str = "",
    encoding: str = "",
    delimiter: str = "",
    sheet: str = "",
) -> ImportFile:
    """Look at a file: what it is, how it is written, which headings it has.

    Args:
        content: Path of the file, or what it holds.
        name: What people call it; the path's last part if not given.
        encoding: Name of the encoding, if it is not to be found out.
        delimiter: What separates the values, if it is not to be found out.
        sheet: Name of the workbook's sheet; empty for the first.

    Raises:
        Invalid: It can't be read; says why.
    """
    kept = Path(content) if isinstance(content, str) else content
    called = name or (kept.name if isinstance(kept, Path) else "")
    with _opened(kept) as source:
        sample = source.read(SAMPLE_SIZE)
    found = _found(kept, called, sample, encoding=encoding, delimiter=delimiter, sheet=sheet)
    with _opened(kept) as source:
        first = next((cells for _, cells in found._numbered(source) if any(cells)), [])  # noqa: SLF001  # its own class, half made
    headings = tuple(" ".join(cell.split()) for cell in first)
    while headings and not headings[-1]:
        headings = headings[:-1]
    if not headings:
        raise file_refused("exchange.empty")
    return attrs.evolve(found, headings=headings)


def _found(content: Path | bytes, name: str, sample: bytes, *, encoding: str, delimiter: str, sheet: str) -> ImportFile:
    """Tell the format by what the file holds, and refuse a name that says something else."""
    if not sample.strip(b"\0\t\r\n ") or sample in {b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff"}:
        raise file_refused("exchange.empty")
    if sample.startswith(_OLD_EXCEL):
        raise file_refused("exchange.old_excel")
    if sample.startswith(_ZIP):
        _check_name(name, "xlsx")
        with _opened(content) as source:
            names = sheet_names(source)
        if sheet and sheet not in names:
            raise file_refused("exchange.no_sheet", got=sheet[:50])
        return ImportFile(name=name, content=content, format="xlsx", sheet=sheet or names[0])
    known = checked_encoding(encoding) if encoding else detect_encoding(sample)
    try:
        text = sample.decode(known, errors="ignore")
    except UnicodeError as error:  # UTF-16 without its mark
        raise file_refused("exchange.wrong_encoding", row=1, encoding=known) from error
    if text.lstrip("\ufeff \t\r\n")[:12].upper().startswith("BEGIN:VCARD"):
        _check_name(name, "vcf")
        return ImportFile(name=name, content=content, format="vcard", encoding=known)
    _check_name(name, "csv")
    return ImportFile(
        name=name, content=content, format="csv", encoding=known, delimiter=delimiter or detect_delimiter(text)
    )


_ENDINGS: Final = {"xlsx": {"xlsx", "xlsm"}, "vcf": {"vcf", "vcard"}, "csv": {"csv", "tsv", "txt", "tab"}}


def _check_name(name: str, found: str) -> None:
    """Refuse a file whose name says that it is something else: somebody is mistaken, or wants others to be."""
    ending = name.rpartition(".")[2].lower() if "." in name else ""
    claimed = next((kind for kind, endings in _ENDINGS.items() if ending in endings), "xls" if ending == "xls" else "")
    if claimed and claimed != found:
        raise file_refused("exchange.wrong_name", got=f".{ending}", found=f".{found}")


def _opened(content: Path | bytes) -> BinaryIO:
    try:
        return io.BytesIO(content) if isinstance(content, bytes) else content.open("rb")
    except OSError as error:
        raise file_refused("exchange.not_there", reason=error.strerror or type(error).__name__) from error
