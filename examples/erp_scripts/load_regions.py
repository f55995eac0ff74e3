"""Fills the list of regions from a JSON file of administrative divisions; see ``README.md``.

Exit code 0: done; 1: nothing could be done.
"""

import argparse
import json
import os
import sys
import tomllib
from pathlib import Path
from typing import Final

from csv_rows import BadFile

import crmcore
from crmcore.base.errors import CrmError
from crmcore.dictionary import load_regions
from crmcore.i18n import LANGUAGES, extend, language_of, text

HERE: Final = Path(__file__).parent
LARGEST: Final = 50_000_000
"""Bytes; the divisions of a large country down to its villages have a tenth of that."""

for _language in LANGUAGES:
    extend(_language, tomllib.loads((HERE / f"{_language}.toml").read_text(encoding="utf-8")))


def main(arguments: list[str] | None = None) -> int:
    """Do what the command line asks for, and answer the exit code."""
    parser = argparse.ArgumentParser(description="Fill the list of regions from a file of administrative divisions.")
    parser.add_argument("file", type=Path, help='JSON: [{"code": "11", "name": "北京市", "children": […]}, …]')
    parser.add_argument("--url", default=os.environ.get("CRM_URL"), help="the store; CRM_URL if not given")
    parser.add_argument("--as-user", required=True, metavar="NAME", help="an administrator")
    parser.add_argument("--lang", choices=LANGUAGES, default=language_of(os.environ.get("LANG"), "en"))
    options = parser.parse_args(arguments)
    if not options.url:
        parser.error("give --url, or set CRM_URL")
    try:
        divisions = read(options.file)
        with crmcore.open(options.url) as crm:
            done = crm.perform(load_regions, divisions, as_user=options.as_user)
    except BadFile as problem:
        said = text(f"erp.file.{problem.code}", options.lang, **problem.params)
        print(text("erp.not_used", options.lang, file=options.file, reason=said), file=sys.stderr)
        return 1
    except CrmError as error:
        print(error.explain(options.lang), file=sys.stderr)
        return 1
    counts = {"created": done.created, "changed": done.changed, "unchanged": done.unchanged}
    print(text("erp.regions_done", options.lang, **counts))
    return 0


def read(path: Path) -> list[dict[str, object]]:
    """Read the divisions from a file.

    Raises:
        BadFile: It can't be read, or is no such file.
    """
    try:
        if path.stat().st_size > LARGEST:
            raise BadFile("regions", reason=f"> {LARGEST} bytes")
        given = json.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError, RecursionError) as error:
        raise BadFile("regions", reason=str(error)[:200]) from error
    if not isinstance(given, list):
        raise BadFile("regions", reason=type(given).__name__)
    return given


if __name__ == "__main__":
    sys.exit(main())
