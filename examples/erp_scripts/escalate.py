"""Escalates service requests that were not treated in time, and says for whom escalations wait; for cron.

See ``README.md`` and ``crontab.example``. Exit code 0: done; 1: nothing could be done.
"""

import argparse
import io
import os
import sys
import tomllib
from pathlib import Path
from typing import Final

from attrs import fields

import crmcore
from crmcore import escalation
from crmcore.access.entity import User, Validity
from crmcore.access.rules import NoPermission
from crmcore.base.errors import CrmError
from crmcore.i18n import LANGUAGES, Language, extend, language_of, text
from crmcore.query import asc, eq, query
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
            if options.replan:
                print(text("erp.replanned", language, count=escalation.replan_all(crm)))
            done = escalation.escalate(crm)
            if done.escalated or not options.quiet:
                print(text("erp.escalated", language, count=done.escalated))
                for name, count in waiting(crm):
                    print(text("erp.unseen", language, name=name, count=count))
    except CrmError as error:
        print(error.explain(language), file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print(text("erp.sweep_interrupted", language), file=sys.stderr)
        return 1
    return 0


def arguments_of(arguments: list[str] | None) -> argparse.Namespace:
    """Understand the command line."""
    parser = argparse.ArgumentParser(description="Escalate service requests that were not treated in time.")
    parser.add_argument("--url", default=os.environ.get("CRM_URL"), help="the store; CRM_URL if not given")
    parser.add_argument("--replan", action="store_true", help="plan all open requests anew before")
    parser.add_argument("--quiet", action="store_true", help="say nothing if nothing was escalated")
    parser.add_argument("--lang", choices=LANGUAGES, default=language_of(os.environ.get("LANG"), "en"))
    options = parser.parse_args(arguments)
    if not options.url:
        parser.error("give --url, or set CRM_URL")
    return options


def waiting(crm: Crm) -> list[tuple[str, int]]:
    """Answer for whom how many escalations wait to be seen, as each person's own list shows them."""
    u = fields(User)
    with crm.work(as_user=crmcore.SYSTEM, readonly=True) as work:
        people = tuple(work.users.find(query(User).where(eq(u.status, Validity.VALID)).sort(asc(u.name))))
    counted = ((one, _unseen(crm, one)) for one in people)
    return [
        (f"{one.display_name} <{one.email}>" if one.email else one.display_name, count)
        for one, count in counted
        if count
    ]


def _unseen(crm: Crm, person: User) -> int:
    with crm.work(as_user=person.id, readonly=True) as work:
        try:
            return escalation.mine(work).total
        except NoPermission:  # he has nothing to do with service
            return 0


if __name__ == "__main__":
    if isinstance(sys.stdout, io.TextIOWrapper):  # a log without Chinese letters gets escapes
        sys.stdout.reconfigure(errors="backslashreplace")
    sys.exit(main())
