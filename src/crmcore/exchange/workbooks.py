"""Reads rows of Excel workbooks (.xlsx) as a stream, and refuses those that are made to do harm (X-ADM-10).

A workbook is a ZIP of XML files. Libraries that build a tree of a sheet, or fill up its empty rows, can be made to use
any amount of memory; here expat goes through the sheet, and only one row and the texts kept apart are in memory.
"""

import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from typing import BinaryIO, Final
from xml.parsers import expat

from crmcore.exchange.limits import MOST_DEPTH, MOST_PARTS, MOST_RATIO, MOST_UNPACKED, file_refused
from crmcore.exchange.sheets import SharedTexts, Sheet, Styles

__all__ = ["sheet_names", "sheet_rows"]

_BLOCK: Final = 1 << 16
_LARGE: Final = 1 << 20
"""Bytes above which a part's ratio says something."""
_WORKBOOK: Final = "xl/workbook.xml"
_RELATIONS: Final = "xl/_rels/workbook.xml.rels"
_TEXTS: Final = "xl/sharedStrings.xml"
_STYLES: Final = "xl/styles.xml"
_MOST_SHEETS: Final = 1_000


def sheet_names(source: BinaryIO) -> tuple[str, ...]:
    """Answer the names of a workbook's sheets.

    Raises:
        Invalid: It is none, or one that nothing is read of.
    """
    return tuple(_sheets(_opened(source)))


def sheet_rows(source: BinaryIO, sheet: str) -> Iterator[tuple[int, list[str]]]:
    """Go through the rows of a sheet that have something in them, with their numbers.

    Numbers are said without the digits a computer adds, days as 2026-03-02, and yes or no.

    Raises:
        Invalid: It is no workbook, or larger in some way than is read.
    """
    book = _opened(source)
    parts = _sheets(book)
    texts = SharedTexts()
    for _ in _parsed(book, _TEXTS, texts.start, texts.end, texts.say):
        pass
    styles = Styles()
    for _ in _parsed(book, _STYLES, styles.start, styles.end, None):
        pass
    rows = Sheet(texts.texts, styles.days)
    for _ in _parsed(book, parts[sheet], rows.start, rows.end, rows.say):
        yield from rows.taken()


def _opened(source: BinaryIO) -> zipfile.ZipFile:
    """Open the ZIP; what it says of itself must be bearable before anything is unpacked."""
    try:
        book = zipfile.ZipFile(source)
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
        raise file_refused("exchange.broken_workbook") from error
    parts = book.infolist()
    if len(parts) > MOST_PARTS or sum(one.file_size for one in parts) > MOST_UNPACKED:
        raise file_refused("exchange.bomb")
    if any(one.file_size > _LARGE and one.file_size > MOST_RATIO * one.compress_size for one in parts):
        raise file_refused("exchange.bomb")
    if any(one.flag_bits & 1 for one in parts):
        raise file_refused("exchange.encrypted")
    if len({one.filename for one in parts}) < len(parts) or _WORKBOOK not in book.NameToInfo:
        raise file_refused("exchange.broken_workbook")
    return book


def _sheets(book: zipfile.ZipFile) -> dict[str, str]:
    """Answer where each sheet is kept, by its name, in their order."""
    named: list[tuple[str, str]] = []
    places: dict[str, str] = {}

    def sheet(name: str, facts: dict[str, str]) -> None:
        if _local(name) == "sheet":
            named.append((facts.get("name", ""), next((v for k, v in facts.items() if k.endswith(":id")), "")))

    def relation(name: str, facts: dict[str, str]) -> None:
        if _local(name) == "Relationship":
            target = facts.get("Target", "")
            places[facts.get("Id", "")] = target.lstrip("/") if target.startswith("/") else f"xl/{target}"

    for part, start in ((_WORKBOOK, sheet), (_RELATIONS, relation)):
        for _ in _parsed(book, part, start, None, None):
            if len(named) > _MOST_SHEETS or len(places) > MOST_PARTS:
                raise file_refused("exchange.bomb")
    found = {name: places[id_] for name, id_ in named if places.get(id_) in book.NameToInfo}
    if not found:
        raise file_refused("exchange.broken_workbook")
    return found


def _parsed(
    book: zipfile.ZipFile,
    part: str,
    start: Callable[[str, dict[str, str]], None],
    end: Callable[[str], None] | None,
    say: Callable[[str], None] | None,
) -> Iterator[None]:
    """Take an XML part to pieces; pauses after each block. A part that is not there is empty."""
    if part not in book.NameToInfo:
        return
    parser = expat.ParserCreate()
    depth = _Depth(start, end)
    parser.StartElementHandler, parser.EndElementHandler = depth.start, depth.end
    parser.CharacterDataHandler = say
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse_declarations
    parser.EntityDeclHandler = _refuse_declarations
    packed, unpacked = book.NameToInfo[part].compress_size, 0
    try:
        with book.open(part) as content:
            while block := content.read(_BLOCK):
                unpacked += len(block)
                if unpacked > _LARGE and unpacked > MOST_RATIO * packed:
                    raise file_refused("exchange.bomb")
                parser.Parse(block, False)  # noqa: FBT003  # expat takes it by position
                yield
        parser.Parse(b"", True)  # noqa: FBT003
        yield
    except (expat.ExpatError, zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError) as error:
        raise file_refused("exchange.broken_workbook") from error


class _Depth:
    """Hands elements on, unless they are nested too deep."""

    def __init__(self, start: Callable[[str, dict[str, str]], None], end: Callable[[str], None] | None) -> None:
        self._start, self._end, self._depth = start, end, 0

    def start(self, name: str, facts: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > MOST_DEPTH:
            raise file_refused("exchange.nested")
        self._start(name, facts)

    def end(self, name: str) -> None:
        self._depth -= 1
        if self._end is not None:
            self._end(name)


def _refuse_declarations(*_facts: object) -> None:
    """Entities are how a small file becomes a large one, and how one reads other files."""
    raise file_refused("exchange.entities")


_PREFIX: Final = re.compile(r"^.*:")


def _local(name: str) -> str:
    return _PREFIX.sub("", name)
