"""The forms of the import: which file, how it is read, which column is what, and how it is taken in (X-ADM-10)."""

from collections.abc import Mapping, Sequence
from typing import Any, Final, cast

from flask import request

from crmcore import CrmError
from crmcore.exchange import ImportFile, ImportPlan, Preview, columns_offered, open_file, preview
from crmcore.exchange.encodings import ENCODINGS
from crmcore.exchange.kinds import KEYS
from crmcore.exchange.plans import MODES, Mode
from crmcore_demo import uploads
from crmcore_demo.choosing import posted_colleague
from crmcore_demo.display import language, t
from crmcore_demo.forms import Form, Option, Shown, Trouble
from crmcore_demo.session import company, person, reading

FORMATS: Final = {"csv": "imports.format_csv", "xlsx": "imports.format_xlsx", "vcard": "imports.format_vcard"}
DELIMITERS: Final = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}
READING: Final = ("kind", "encoding", "delimiter", "sheet")
COLUMN: Final = "column-"


def _kinds() -> tuple[Option, ...]:
    return tuple(Option(value=kind, words=t(f"imports.kind_{kind}")) for kind in KEYS)


def asked_kind() -> str:
    """Return what the rows of the file are: customers, unless somebody says otherwise."""
    kind = request.values.get("kind", "")
    return kind if kind in KEYS else "customer"


def upload_form(error: CrmError | Trouble | None = None) -> Form:
    """Ask for a file, and what is in it."""
    form = Form(
        fields=(
            Shown(
                name="kind", label=t("imports.kind"), kind="pick", required=True, options=_kinds(), value=asked_kind()
            ),
            Shown(
                name="file",
                label=t("imports.file"),
                kind="file",
                required=True,
                accept=uploads.ENDINGS,
                help=t("imports.file_help", mb=uploads.LARGEST_FILE // 2**20),
            ),
        )
    )
    if isinstance(error, Trouble):
        return form.with_problems([error])
    return form.with_error(error) if error else form


def opened(values: Mapping[str, str]) -> ImportFile | None:
    """Open this session's file as the person says it is to be read."""
    found = uploads.kept()
    if found is None:
        return None
    path, name = found
    encoding = values.get("encoding", "")
    delimiter = next((sign for sign, word in DELIMITERS.items() if word == values.get("delimiter")), "")
    return open_file(
        path,
        name=name,
        encoding=encoding if encoding in ENCODINGS else "",
        delimiter=delimiter,
        sheet=values.get("sheet", ""),
    )


def understood(kind: str, file: ImportFile) -> Preview:
    """Return what the file is and how it will be understood, the company's own fields among the columns."""
    return preview(file, kind=kind, columns=columns_offered(reading(), kind))


def fields_offered(kind: str) -> tuple[Option, ...]:
    """Return what a column can become."""
    known = columns_offered(reading(), kind).items()
    skip = Option(value="", words=t("imports.skip"))
    return (skip, *(Option(value=name, words=column.label(language())) for name, column in known))


def reading_fields(file: ImportFile) -> tuple[Shown, ...]:
    """Ask how the file is to be read, with what was found out."""
    found: list[Shown] = []
    if file.encoding:
        known = tuple(Option(value=one, words=t(f"imports.encoding_{one}")) for one in ENCODINGS)
        found.append(
            Shown(name="encoding", label=t("imports.encoding"), kind="choice", options=known, value=file.encoding)
        )
    if file.format == "csv":
        known = tuple(Option(value=word, words=t(f"imports.delimiter_{word}")) for word in DELIMITERS.values())
        chosen = DELIMITERS.get(file.delimiter, "")
        found.append(Shown(name="delimiter", label=t("imports.delimiter"), kind="choice", options=known, value=chosen))
    return tuple(found)


def plan_fields(kind: str, found: Preview) -> tuple[Shown, ...]:
    """Ask how the rows are taken in."""

    def choice(name: str, values: Sequence[str], value: str, *, words_help: str = "") -> Shown:
        options = tuple(Option(value=one, words=t(f"imports.{name}_{one}")) for one in values)
        chosen = request.form.get(name, value)
        return Shown(
            name=name, label=t(f"imports.{name}"), kind="choice", options=options, value=chosen, help=words_help
        )

    key = "number" if "number" in found.mapping else "name"
    fields = (
        choice("mode", MODES, "upsert"),
        choice("key", KEYS["customer"], key, words_help=t("imports.key_help")),
        choice("blank", ("keep", "clear"), "keep"),
    )
    return (*fields, _manager_field(found)) if kind == "customer" else fields


def _manager_field(found: Preview) -> Shown:
    """Ask who gets new customers: as the rows say if a column does, else the importer himself if he is one who can."""
    managers = company().account_managers(reading())
    if "manager" in chosen_fields(found):
        words = "imports.manager_row"
    else:
        words = "imports.manager_me" if any(one.id == person().id for one in managers) else "imports.manager_none"
    options = (
        Option(value="", words=t(words)),
        *(Option(value=str(one.id), words=one.display_name) for one in managers),
    )
    return Shown(
        name="manager",
        label=t("imports.manager"),
        kind="choice",
        options=options,
        value=request.form.get("manager", ""),
        help=t("imports.manager_help" if words == "imports.manager_row" else "imports.manager_all_help"),
    )


def chosen_fields(found: Preview) -> Sequence[str]:
    """Return the field of each column: as somebody chose, or as it was guessed."""
    if request.method == "POST":
        return [request.form.get(f"{COLUMN}{place}", "") for place in range(len(found.columns))]
    return found.mapping


def posted_plan(file: ImportFile) -> ImportPlan:
    """Read how the file is to be taken in.

    Raises:
        Invalid: The account manager is none.
    """
    return ImportPlan(
        mapping=tuple(request.form.get(f"{COLUMN}{place}", "") for place in range(len(file.headings))),
        kind=asked_kind(),
        mode=cast("Mode", request.form.get("mode", "")),
        key=request.form.get("key", ""),
        manager=posted_colleague("manager"),
        blank="clear" if request.form.get("blank") == "clear" else "keep",
        duplicates="warn",
    )


def kept_reading() -> dict[str, Any]:
    """Return how the file is read, to be kept from page to page."""
    return {name: value for name in READING if (value := request.values.get(name, ""))}
