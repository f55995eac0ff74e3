"""Warns of customers who may be leaving, and says for whom warnings wait; what a company would run from cron at night.

See ``README.md`` and ``crontab.example``. Exit code 0: done; 1: nothing could be done.
"""

import argparse
import datetime as dt
import io
import os
import sys
import tomllib
from collections import Counter
from pathlib import Path
from typing import Final

from attrs import fields

import crmcore
from crmcore import churn
from crmcore.access.entity import User
from crmcore.base.errors import CrmError
from crmcore.churn import ChurnCase, ChurnStatus
from crmcore.customers import Customer
from crmcore.i18n import LANGUAGES, Language, extend, language_of, text
from crmcore.query import eq, in_query, one_of, query
from crmcore.storage.crm import Crm

HERE: Final = Path(__file__).parent

for _language in LANGUAGES:
    extend(_language, tomllib.loads((HERE / f"{_language}.toml").read_text(encoding="utf-8")))


def main(arguments: list[str] | None = None) -> int:
    """Do what the command line asks for, and answer the exit code."""
    options = arguments_of(arguments)
    language: Language = options.lang
    try:
        with crmcore.open(options.url) as crm:
            done = churn.sweep(crm, options.today)
            said = {"opened": done.opened, "today": done.today, "cutoff": done.cutoff}
            print(text("erp.swept", language, **said))
            for name, count in waiting(crm):
                print(text("erp.waiting", language, name=name, count=count))
    except CrmError as error:
        print(error.explain(language), file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print(text("erp.sweep_interrupted", language), file=sys.stderr)
        return 1
    return 0


def arguments_of(arguments: list[str] | None) -> argparse.Namespace:
    """Understand the command line."""
    parser = argparse.ArgumentParser(description="Warn of customers who have not ordered for months.")
    parser.add_argument("--url", default=os.environ.get("CRM_URL"), help="the store; CRM_URL if not given")
    parser.add_argument("--today", type=dt.date.fromisoformat, metavar="DATE", help="check for this day, yyyy-mm-dd")
    parser.add_argument("--lang", choices=LANGUAGES, default=language_of(os.environ.get("LANG"), "en"))
    options = parser.parse_args(arguments)
    if not options.url:
        parser.error("give --url, or set CRM_URL")
    return options


def waiting(crm: Crm) -> list[tuple[str, int]]:
    """Answer for whom how many warnings wait that nothing was decided about: whoever has the customer now."""
    warned = query(ChurnCase).where(eq(fields(ChurnCase).status, ChurnStatus.WARNING))
    with crm.work(as_user=crmcore.SYSTEM, readonly=True) as work:
        customers = query(Customer).where(in_query(fields(Customer).id, warned, on=fields(ChurnCase).customer))
        managers = {one.id: one.manager for one in work.customers.scan(customers)}
        counts = Counter(managers[one.customer] for one in work.churn_cases.scan(warned) if one.customer in managers)
        people = work.users.find(query(User).where(one_of(fields(User).id, counts)))
    return sorted(
        (f"{one.display_name} <{one.email}>" if one.email else one.display_name, counts[one.id]) for one in people
    )


if __name__ == "__main__":
    if isinstance(sys.stdout, io.TextIOWrapper):  # a log without Chinese letters gets escapes
        sys.stdout.reconfigure(errors="backslashreplace")
    sys.exit(main())
