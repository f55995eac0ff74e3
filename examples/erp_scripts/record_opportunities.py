"""Records sales opportunities from a CSV file, in somebody's name; what a company would run from cron.

See ``README.md``. Exit code 0: every line is recorded, or was before; 1: lines were refused, or nothing could be done.
"""

import argparse
import csv
import functools
import io
import os
import sys
import tomllib
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from csv_rows import BadFile, Row, Table

import crmcore
from crmcore.base.errors import CrmError, Invalid, Problem
from crmcore.i18n import LANGUAGES, Language, extend, language_of, text
from crmcore.opportunities import Opportunity, create
from crmcore.storage.crm import Crm
from crmcore.storage.work import Work
from crmcore.views import Form, form_for

HERE: Final = Path(__file__).parent
REASON: Final = "erp.reason"
SHOWN: Final = 60
"""So much of a refused value is shown."""

for _language in LANGUAGES:
    extend(_language, tomllib.loads((HERE / f"{_language}.toml").read_text(encoding="utf-8")))


def main(arguments: list[str] | None = None) -> int:
    """Do what the command line asks for, and answer the exit code."""
    options = arguments_of(arguments)
    try:
        return Import(options).run()
    except BadFile as problem:
        said = text(f"erp.file.{problem.code}", options.lang, **problem.params)
        tell(options.lang, "not_used", file=options.file, reason=said)
    except CrmError as error:
        print(error.explain(options.lang), file=sys.stderr)
    except KeyboardInterrupt:
        tell(options.lang, "interrupted")
    return 1


def arguments_of(arguments: list[str] | None) -> argparse.Namespace:
    """Understand the command line."""
    parser = argparse.ArgumentParser(description="Record sales opportunities from a CSV file.")
    parser.add_argument("file", type=Path, help="CSV file with a header, UTF-8 or GB18030; , ; or tab between cells")
    parser.add_argument("--url", default=os.environ.get("CRM_URL"), help="the store; CRM_URL if not given")
    parser.add_argument("--as-user", required=True, metavar="NAME", help="user who records the opportunities")
    parser.add_argument("--key-column", default="", metavar="NAME", help="column that tells lines apart for good")
    parser.add_argument("--refused", type=Path, metavar="FILE", help="write refused lines there, each with its reason")
    parser.add_argument("--dry-run", action="store_true", help="change nothing, only say what would be refused")
    parser.add_argument("--lang", choices=LANGUAGES, default=language_of(os.environ.get("LANG"), "en"))
    options = parser.parse_args(arguments)
    if not options.url:
        parser.error("give --url, or set CRM_URL")
    return options


class Import:
    """One run of the script."""

    def __init__(self, options: argparse.Namespace) -> None:
        """Look at the file, before anything is opened."""
        self.options, self.language = options, options.lang
        self.form = form_for(Opportunity, zone=ZoneInfo("UTC"))
        self.table = Table(options.file, column_names(self.form), key_column=options.key_column)
        missing = [one.name for one in self.form if one.required and one.name not in self.table.fields.values()]
        if missing:
            raise BadFile("columns", missing=", ".join(self.label(name) for name in missing))
        self.counts: Counter[str] = Counter()

    def run(self) -> int:
        """Record every line that can be, tell about every line that can't, and answer the exit code."""
        self.describe()
        with crmcore.open(self.options.url) as crm, self.refused_lines() as refuse:
            for row in self.table:
                try:
                    self.counts["recorded" if self.record(crm, row) else "known"] += 1
                except Invalid as invalid:
                    self.counts["refused"] += 1
                    reasons = [problem.explain(self.language) for problem in invalid.problems]
                    refuse(row, " ".join(reasons))
                    for problem, reason in zip(invalid.problems, reasons, strict=True):
                        value = row.values.get(problem.field, "")[:SHOWN]
                        shown = f"{reason} [{value}]" if value else reason
                        tell(self.language, "refused_line", line=row.line, reason=shown)
        counts = {name: self.counts[name] for name in ("recorded", "known", "refused")}
        print(text(f"erp.{'rehearsed' if self.options.dry_run else 'done'}", self.language, **counts))
        return 1 if self.counts["refused"] else 0

    def record(self, crm: Crm, row: Row) -> bool:
        """Record one line; answer whether it is new.

        Each line is a unit of work of its own, with a key: a line that was recorded is not recorded again.
        """
        made: list[Opportunity] = []

        @functools.wraps(create)
        def create_once(work: Work, **fields: Any) -> Opportunity:
            made.append(create(work, **fields))
            return made[-1]

        given, key = self.read(row), f"erp_scripts:{row.key}"
        stored = crm.perform(create_once, as_user=self.options.as_user, key=key, rehearse=self.options.dry_run, **given)
        return bool(made) and stored is made[-1]

    def read(self, row: Row) -> dict[str, Any]:
        """Answer the fields of a line, read as a form would read them."""
        if len(row.cells) != len(self.table.header):
            params: dict[str, object] = {"got": len(row.cells), "wanted": len(self.table.header)}
            raise Invalid(Problem(field="", code="erp.cells", params=params))
        if not row.key:
            raise Invalid(Problem(field=self.options.key_column, code="value.missing"))
        values = dict(row.values)
        if "success_rate" in values:
            values["success_rate"] = values["success_rate"].rstrip("%％").rstrip()
        return self.form.parse(values)

    @contextmanager
    def refused_lines(self) -> Iterator[Any]:
        """Open the file for refused lines, if one is wanted; answer what writes a line into it."""
        path: Path | None = self.options.refused
        if path is None:
            yield lambda _row, _reason: None
            return
        if path.exists() and path.samefile(self.options.file):
            raise BadFile("same_file")
        reasons = {place for place, field in self.table.fields.items() if not field}
        try:
            target = path.open("w", encoding="utf-8-sig", newline="")
        except OSError as error:
            raise BadFile("refused_file", file=path, reason=error.strerror) from error
        with target:
            writer = csv.writer(target, delimiter=self.table.delimiter)
            kept = [name for place, name in enumerate(self.table.header) if place not in reasons]
            writer.writerow([*kept, text(REASON, self.language)])

            def refuse(row: Row, reason: str) -> None:
                padded = [*row.cells, *[""] * (len(self.table.header) - len(row.cells))]
                cells = [cell for place, cell in enumerate(padded) if place not in reasons]
                writer.writerow([*cells, reason])

            yield refuse

    def describe(self) -> None:
        """Say what was assumed about the file."""
        delimiter = text(f"erp.delimiter.{ord(self.table.delimiter)}", self.language)
        tell(self.language, "assumed", file=self.options.file, encoding=self.table.encoding, delimiter=delimiter)
        if self.table.ignored:
            tell(self.language, "ignored", columns=", ".join(self.table.ignored))

    def label(self, name: str) -> str:
        """Answer what people call a field."""
        return text(f"opportunity.{name}", self.language)


def column_names(form: Form) -> dict[str, str]:
    """Answer what columns may be called: the fields' own names, and their labels in Chinese and English."""
    names = {one.name: one.name for one in form}
    names |= {text(one.label, language): one.name for one in form for language in LANGUAGES}
    return names | {text(REASON, language): "" for language in LANGUAGES}


def tell(language: Language, what: str, **params: object) -> None:
    """Say something on standard error."""
    print(text(f"erp.{what}", language, **params), file=sys.stderr)


if __name__ == "__main__":
    if isinstance(sys.stdout, io.TextIOWrapper):  # a log without Chinese letters gets escapes
        sys.stdout.reconfigure(errors="backslashreplace")
    sys.exit(main())
