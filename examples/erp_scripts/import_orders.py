"""Takes over orders from a CSV file that the sales system has exported; what a company would run from cron at night.

See ``README.md``. Exit code 0: every order is in, or was before; 1: orders were refused, or nothing could be done.
"""

import argparse
import csv
import io
import itertools
import os
import sys
import tempfile
import tomllib
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from csv_rows import BadFile
from order_file import ColumnMapping, OrderFile, ReadOrder

import crmcore
from crmcore import exchange, sales
from crmcore.base.errors import CrmError, Problem
from crmcore.i18n import LANGUAGES, extend, language_of, text
from crmcore.storage.crm import Crm

HERE: Final = Path(__file__).parent
CHUNK: Final = 2000
COUNTED: Final = ("created", "changed", "unchanged", "unmatched")

for _language in LANGUAGES:
    extend(_language, tomllib.loads((HERE / f"{_language}.toml").read_text(encoding="utf-8")))


def main(arguments: list[str] | None = None) -> int:
    """Do what the command line asks for, and answer the exit code."""
    options = arguments_of(arguments)
    try:
        mapping = ColumnMapping.read(options.mapping)
        with OrderFile(options.file, mapping) as orders, crmcore.open(options.url) as crm:
            return Feed(crm, options).run(orders)
    except BadFile as problem:
        said = text(f"erp.file.{problem.code}", options.lang, **problem.params)
        print(text("erp.not_used", options.lang, file=options.file, reason=said), file=sys.stderr)
    except CrmError as error:
        print(error.explain(options.lang), file=sys.stderr)
    except KeyboardInterrupt:
        print(text("erp.orders_interrupted", options.lang), file=sys.stderr)
    return 1


def arguments_of(arguments: list[str] | None) -> argparse.Namespace:
    """Understand the command line."""
    parser = argparse.ArgumentParser(description="Take over orders from a CSV file.")
    parser.add_argument("file", type=Path, help="CSV file with a header, one line of an order a row")
    parser.add_argument("--mapping", type=Path, metavar="FILE", help="TOML file that says which column is which field")
    parser.add_argument("--url", default=os.environ.get("CRM_URL"), help="the store; CRM_URL if not given")
    parser.add_argument("--as-user", required=True, metavar="NAME", help="user in whose name orders are taken over")
    parser.add_argument(
        "--create-customers", metavar="MANAGER", help="open missing customers, for this account manager"
    )
    parser.add_argument("--dry-run", action="store_true", help="change nothing, only say what would be done")
    parser.add_argument("--lang", choices=LANGUAGES, default=language_of(os.environ.get("LANG"), "en"))
    options = parser.parse_args(arguments)
    if not options.url:
        parser.error("give --url, or set CRM_URL")
    return options


class Feed:
    """One run of the script."""

    def __init__(self, crm: Crm, options: argparse.Namespace) -> None:
        """Prepare to take over orders."""
        self.crm, self.options, self.language = crm, options, options.lang
        self.counts: Counter[str] = Counter()
        self.missing: dict[str, str] = {}
        """Key to name of customers nobody knows."""

    def run(self, orders: OrderFile) -> int:
        """Take over all orders, a chunk at a time, tell about those that can't be, and answer the exit code.

        What is there already is not written again, so a run that broke off is simply repeated.
        """
        left = iter(orders)
        while chunk := list(itertools.islice(left, CHUNK)):
            self.take_over(chunk)
        if not self.options.dry_run:
            if self.options.create_customers and self.missing:
                self.open_customers()
            tried = sales.rematch_all(self.crm, as_user=self.options.as_user)
            self.counts["created"] += tried.orders_created
            self.counts["unmatched"] = tried.orders_unmatched
        counts = {name: self.counts[name] for name in (*COUNTED, "refused", "customers")}
        print(text("erp.orders_rehearsed" if self.options.dry_run else "erp.orders_done", self.language, **counts))
        return 1 if self.counts["refused"] else 0

    def take_over(self, chunk: list[ReadOrder]) -> None:
        """Take over some orders in one transaction."""
        good = [one for one in chunk if one.row is not None]
        for one in chunk:
            if one.problems:
                self.refuse(one.problems)
        done = self.crm.perform(
            sales.import_orders,
            [one.row for one in good],
            as_user=self.options.as_user,
            rehearse=self.options.dry_run,
        )
        for wrong in done.problems:
            order = good[wrong.row]
            self.refuse([placed(order, problem) for problem in wrong.problems])
        self.counts.update({name: getattr(done, f"orders_{name}") for name in COUNTED})
        for one in good:
            row = one.row
            if row and done.unmatched.get(row.source_key) == "unknown" and row.customer_key and row.customer_name:
                self.missing[row.customer_key] = row.customer_name

    def refuse(self, problems: Iterable[tuple[int, Problem]]) -> None:
        """Tell what is wrong with an order."""
        self.counts["refused"] += 1
        for line, problem in problems:
            said = text("erp.refused_line", self.language, line=line, reason=problem.explain(self.language))
            print(said, file=sys.stderr)

    def open_customers(self) -> None:
        """Open the missing customers, as an import of customers does."""
        with tempfile.TemporaryDirectory(prefix="customers-") as place:
            path = Path(place) / "customers.csv"
            with path.open("w", encoding="utf-8", newline="") as target:
                writer = csv.writer(target)
                writer.writerow(["external_key", "name", "manager"])
                writer.writerows((key, name, self.options.create_customers) for key, name in self.missing.items())
            plan = exchange.ImportPlan(mapping=("external_key", "name", "manager"), key="external_key")
            opened = exchange.import_file(self.crm, path, plan, as_user=self.options.as_user)
        for wrong in opened.errors:
            reason = "; ".join(problem.explain(self.language) for problem in wrong.problems)
            print(text("erp.customer_refused", self.language, row=wrong.row, reason=reason), file=sys.stderr)
        self.counts["customers"] = opened.created


def placed(order: ReadOrder, problem: Problem) -> tuple[int, Problem]:
    """Answer the number of the line of the file that a problem is about: the order's first if it is about all."""
    place = getattr(problem, "line", 0)
    if not 0 < place <= len(order.lines):
        return order.lines[0], problem
    return order.lines[place - 1], Problem(problem.field, problem.code, problem.entity, problem.params)


if __name__ == "__main__":
    if isinstance(sys.stdout, io.TextIOWrapper):  # a log without Chinese letters gets escapes
        sys.stdout.reconfigure(errors="backslashreplace")
    sys.exit(main())
