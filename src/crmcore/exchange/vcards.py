"""Reads and writes vCards 3.0 and 4.0 (RFC 2426, RFC 6350), and reads what phones write as 2.1 (requirement X-PHB-01).

Only what a contact has is taken; photos and the rest are passed over without keeping them.
"""

import binascii
import io
import re
from collections.abc import Iterator, Mapping
from typing import BinaryIO, Final

from crmcore.exchange.guarding import kept
from crmcore.exchange.limits import LONGEST_CELL, LONGEST_ROW, file_refused

__all__ = ["CARD_COLUMNS", "card", "card_rows"]

CARD_COLUMNS: Final = (
    "name",
    "customer_name",
    "customer_number",
    "position",
    "office_phone",
    "mobile",
    "email",
    "gender",
    "memo",
)
"""What a card says, by the names that contacts are imported under."""
_PLAIN: Final = {"ORG": "customer_name", "TITLE": "position", "EMAIL": "email", "NOTE": "memo", "FN": "name"}
_CUSTOMER: Final = "X-CRMCORE-CUSTOMER"
_WANTED: Final = frozenset({*_PLAIN, "N", "TEL", "GENDER", "X-GENDER", _CUSTOMER, "BEGIN", "END"})
_NAME: Final = re.compile(r'(?:[A-Za-z0-9-]+\.)?(?P<name>[A-Za-z0-9-]+)(?P<facts>(?:;(?:"[^"]*"|[^":])*)?):')
_PART: Final = re.compile(r"(?:^|(?<=;))(?:\\.|[^;\\])*", re.DOTALL)
_ESCAPE: Final = re.compile(r"\\(.)", re.DOTALL)
_ESCAPES: Final = {"n": "\n", "N": "\n", "r": "\r"}
_GENDERS: Final = {"M": "male", "MALE": "male", "F": "female", "FEMALE": "female"}
_MOBILE: Final = re.compile(r"(?:\+?86)?1[3-9][0-9]{9}")
_FOLD: Final = 75
_MOST_LINES: Final = 100_000
"""Lines of one card; a large photo has some ten thousand."""


def card(said: Mapping[str, str], *, version: str = "3.0") -> str:
    """Write one contact as a vCard.

    Args:
        said: Text by the names of :data:`CARD_COLUMNS`; empty ones are left out.
        version: ``3.0``, which every phone reads, or ``4.0``.
    """
    texts = {name: _escaped(kept(text, long=name == "memo")) for name, text in said.items() if text}
    gender = "GENDER" if version == "4.0" else "X-GENDER"
    lines = ["BEGIN:VCARD", f"VERSION:{version}"]
    name = texts.get("name", "")
    lines += [f"FN:{name}", f"N:{name};;;;"]
    for key, start in (
        ("customer_name", "ORG"),
        ("customer_number", _CUSTOMER),
        ("position", "TITLE"),
        ("office_phone", "TEL;TYPE=WORK,VOICE"),
        ("mobile", "TEL;TYPE=CELL"),
        ("email", "EMAIL"),
        ("memo", "NOTE"),
    ):
        if key in texts:
            lines.append(f"{start}:{texts[key]}")
    if said.get("gender"):
        lines.append(f"{gender}:{said['gender'][0].upper()}")
    lines.append("END:VCARD")
    return "".join(map(_folded, lines))


def card_rows(source: BinaryIO, encoding: str) -> Iterator[list[str]]:
    """Go through the cards of a file, as rows of :data:`CARD_COLUMNS` after a heading.

    Args:
        source: The file, from its beginning.
        encoding: Python name of its encoding.

    Raises:
        Invalid: It is in another encoding, a card is never ended, or nested, or too long.
    """
    yield [*CARD_COLUMNS]
    text = io.TextIOWrapper(source, encoding=encoding, errors="strict", newline="")
    number = 1
    said: dict[str, str] | None = None
    try:
        for name, facts, value in _properties(text, encoding):
            if name == "BEGIN":
                if said is not None:
                    raise file_refused("exchange.nested")
                number, said = number + 1, {}
            elif said is not None and name == "END":
                yield [said.get(column, "") for column in CARD_COLUMNS]
                said = None
            elif said is not None:
                _take(said, name, facts, value)
    except UnicodeError as error:
        raise file_refused("exchange.wrong_encoding", row=number, encoding=encoding) from error
    finally:
        _let_go(text)
    if said is not None:
        raise file_refused("exchange.card_not_ended", row=number)


def _let_go(text: io.TextIOWrapper) -> None:
    """Leave the file to whoever opened it; he may have closed it already."""
    if not text.closed:
        text.detach()


def _take(said: dict[str, str], name: str, facts: str, value: str) -> None:
    """Keep what a property says of a contact; of several the first counts, and a full name before its parts."""
    match name:
        case "TEL":
            kinds = facts.upper()
            bare = re.sub(r"[\s()-]", "", value)
            mobile = "CELL" in kinds or ("TYPE=" not in kinds and _MOBILE.fullmatch(bare) is not None)
            said.setdefault(
                "mobile" if mobile else "office_phone",
                _plain(value.removeprefix("tel:") if "VALUE=URI" in kinds else value),
            )
        case "N":
            family, given, *_ = [*map(_plain, _parts(value)), "", ""]
            blank = " " if family.isascii() and given.isascii() else ""
            said.setdefault("name", f"{family}{given}" if not blank else f"{given} {family}".strip())
        case "GENDER" | "X-GENDER":
            said.setdefault("gender", _GENDERS.get(_parts(value)[0].strip().upper(), ""))
        case "ORG":
            said.setdefault("customer_name", _plain(_parts(value)[0]))
        case "FN":
            said["name"] = _plain(value) or said.get("name", "")
        case _ if name == _CUSTOMER:
            said.setdefault("customer_number", _plain(value))
        case _:
            said.setdefault(_PLAIN[name], _plain(value))


def _properties(text: io.TextIOWrapper, encoding: str) -> Iterator[tuple[str, str, str]]:
    """Go through name, parameters and value of the properties that matter, unfolded and decoded."""
    for line in _unfolded(text):
        found = _NAME.match(line)
        name = found["name"].upper() if found else ""
        if found is None or name not in _WANTED:
            continue
        facts, value = found["facts"], line[found.end() :]
        if "QUOTED-PRINTABLE" in facts.upper():
            charset = re.search(r"CHARSET=\"?([A-Za-z0-9_.-]+)", facts, re.IGNORECASE)
            value = _decoded(value, charset[1] if charset else encoding)
        yield name, facts, value


def _decoded(value: str, charset: str) -> str:
    """Decode quoted-printable; backslashes of the text are kept apart from escapes."""
    raw = binascii.a2b_qp(value.encode("latin-1", "replace"))
    try:
        text = raw.decode(charset)
    except (LookupError, UnicodeError) as error:
        raise file_refused("exchange.wrong_encoding", row=1, encoding=charset[:40]) from error
    return text.replace("\r\n", "\n").replace("\n", "\\n")


def _unfolded(text: io.TextIOWrapper) -> Iterator[str]:
    """Join lines that were folded; those of properties that nobody wants are not kept."""
    parts: list[str] = []
    length = lines = 0
    printable = False
    for line in iter(lambda: text.readline(LONGEST_ROW), ""):
        lines += 1
        bare = line.rstrip("\r\n").removeprefix("\ufeff")
        if len(line) >= LONGEST_ROW or lines > _MOST_LINES:
            raise file_refused("exchange.row_too_long", row=1, max=LONGEST_ROW)
        soft = printable and bool(parts) and parts[-1].endswith("=")
        if parts and (soft or bare[:1] in {" ", "\t"}):
            if soft:
                parts[-1] = parts[-1][:-1]
            if _is_wanted(parts[0]):
                more = bare if soft else bare[1:]
                parts.append(more)
                length += len(more)
            if length > LONGEST_CELL:
                raise file_refused("exchange.row_too_long", row=1, max=LONGEST_CELL)
            continue
        if parts:
            yield "".join(parts)
        if bare[:4].upper() == "END:":
            lines = 0
        parts, length = [bare], len(bare)
        printable = "QUOTED-PRINTABLE" in bare.partition(":")[0].upper()
    if parts:
        yield "".join(parts)


def _is_wanted(start: str) -> bool:
    name = re.split("[;:]", start, maxsplit=1)[0]
    return name.rpartition(".")[2].upper() in _WANTED


def _parts(value: str) -> list[str]:
    """Split a value at the semicolons that are not escaped."""
    return _PART.findall(value) if "\\" in value else value.split(";")


def _plain(value: str) -> str:
    return _ESCAPE.sub(lambda found: _ESCAPES.get(found[1], found[1]), value) if "\\" in value else value


def _escaped(text: str) -> str:
    for one, escape in (("\\", "\\\\"), ("\n", "\\n"), ("\r", "\\r"), (",", "\\,"), (";", "\\;")):
        text = text.replace(one, escape)
    return text


def _folded(line: str) -> str:
    """Break a line after 75 bytes, never within a character."""
    if len(line) * 4 <= _FOLD:
        return f"{line}\r\n"
    parts, size = [""], 0
    for one in line:
        width = len(one.encode("utf-8"))
        if size + width > _FOLD:
            parts.append(" ")
            size = 1
        parts[-1] += one
        size += width
    return "\r\n".join(parts) + "\r\n"
