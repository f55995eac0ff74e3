"""Whatever can be done is registered with the permission it needs; an unregistered use case fails here."""

import importlib
import inspect
import os
import pkgutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import crmcore
from crmcore.access.permissions import PERMISSIONS, known_permissions
from crmcore.access.report import all_actions, main, page
from crmcore.storage.action import ANYONE, SIGNED_IN, SYSTEM_ONLY
from crmcore.storage.work import Work

ROOT = Path(__file__).parents[2]
SUBJECTS = (
    "access",
    "calendars",
    "care",
    "churn",
    "customers",
    "dictionary",
    "escalation",
    "knowledge",
    "opportunities",
    "reports",
    "service",
    "surveys",
    "window",
)
FOR_ACTIONS = {
    "crmcore.access.credentials": {"credential_of", "keep_password"},
    "crmcore.access.directory": {"able_to", "account_manager", "user_named", "valid_account_managers"},
    "crmcore.access.staffing": {
        "check_administrator_left",
        "check_no_customers",
        "check_no_policies",
        "check_no_requests",
        "check_unused",
        "give_roles",
        "has_administrator",
        "roles_of",
    },
    "crmcore.customers.custom_merging": {"custom_pairs", "merge_custom", "restore_custom", "returning_custom"},
    "crmcore.customers.forgetting": {"forget_contact"},
    "crmcore.customers.maintaining": {"contact_problems", "maintained"},
    "crmcore.customers.merge_keeping": {"keep_merge", "tell_absorbed", "tell_parted"},
    "crmcore.customers.merge_storing": {"store_both"},
    "crmcore.customers.parting": {"all_returning"},
    "crmcore.customers.relinking": {"how_many", "moving", "relink", "returning"},
    "crmcore.customers.custom_forms": {"custom_form", "fields_in_use", "store_custom"},
    "crmcore.customers.filtering": {"conditions"},
    "crmcore.customers.opening": {"check_name_free", "customer_for", "open_customer"},
    "crmcore.dictionary.lookup": {"check_codes", "holders"},
    "crmcore.reports.asking": {"currency_of", "customers_who", "names_of", "product_names", "seen"},
    "crmcore.reports.seeing": {"behind", "counted_for", "shown_any"},
    "crmcore.reports.composing": {"code_names", "entries_of", "labels_of"},
    "crmcore.reports.filters": {"as_typed", "read_filters"},
    "crmcore.reports.contributing": {"days_of"},
    "crmcore.reports.growing": {"growth_in"},
    "crmcore.reports.learning": {"learnt_of"},
    "crmcore.reports.meaning": {
        "before_day",
        "chosen_snapshot",
        "customer_meant",
        "newest_snapshot",
        "oldest_snapshot",
    },
    "crmcore.reports.rating": {"verdicts_on"},
    "crmcore.reports.costing": {"kept_costs", "kept_stock"},
    "crmcore.reports.saving": {"run_saved", "saved_named"},
    "crmcore.reports.weighing": {"facts_of", "year_until"},
    "crmcore.setup.bulk": {"write_down"},
    "crmcore.setup.clients": {"clients"},
    "crmcore.setup.delivering": {"add_entry"},
    "crmcore.setup.installing": {"administrators"},
    "crmcore.escalation.lists": {"concerning"},
    "crmcore.escalation.planning": {"forget", "plan", "replan", "replan_many", "replan_of"},
    "crmcore.pipeline.following": {"enter_first", "follow", "passed", "process_of"},
    "crmcore.pipeline.taking": {"keep_snapshot", "note_positions"},
    "crmcore.sales.importing": {"take_over"},
    "crmcore.sales.summing": {"sum_up"},
    "crmcore.exchange.following": {"follow"},
    "crmcore.exchange.lookups": {"contacts_of", "custom_values_of", "customers_by", "holders", "seen_among"},
    "crmcore.exchange.net_changes": {"changed_since"},
    "crmcore.exchange.reading_rows": {"read_rows"},
    "crmcore.exchange.resemblance": {"resembling"},
    "crmcore.setup.replay": {"replay"},
    "crmcore.calendars.timetables": {"check_hours_left", "company_hours", "days_of", "timetable"},
    "crmcore.care.people": {"contact_still_his"},
    "crmcore.care.reopening": {"reopen"},
    "crmcore.service.actions": {"file"},
    "crmcore.service.belongings": {"give_back", "remove_all", "take"},
    "crmcore.service.checking": {"check_request"},
    "crmcore.service.hours": {"hours_of"},
    "crmcore.service.keeping": {"discard", "keep", "keep_many"},
    "crmcore.service.lists": {"count_overdue"},
    "crmcore.service.merges": {"check_absorbed_none"},
    "crmcore.service.noting": {"add_note"},
    "crmcore.service.rounds": {"begin_round", "promised", "promised_anew", "running_timetable", "take_answer"},
    "crmcore.knowledge.actions": {"draft_of", "keep_draft", "written_at"},
    "crmcore.knowledge.judging": {"take_vote", "vote_of"},
    "crmcore.knowledge.lists": {"found_by"},
    "crmcore.storage.history": {"values_over"},
    "crmcore.storage.listing": {"page_among", "page_of", "page_of_both", "place_of"},
    "crmcore.storage.receipts": {"once"},
    "crmcore.storage.scoping": {"key_within_scope", "scope_of", "within_scope"},
    "crmcore.storage.secrets": {"by_digest"},
    "crmcore.window.inviting": {"dismiss"},
    "crmcore.window.requests": {"request_of_company"},
    "crmcore.window.visitors": {"check_open", "company_of", "guest_known_as", "guest_of", "present_guest"},
    "crmcore.agreements.targets": {"contract_for", "promise_for", "target_for"},
    "crmcore.surveys.collecting": {"take_down", "usable"},
    "crmcore.surveys.questions": {"questions_of"},
}
"""Functions of a unit of work that are no use cases: actions call them, after they have checked their permission."""


def modules() -> Iterator[ModuleType]:
    for found in pkgutil.walk_packages(crmcore.__path__, "crmcore."):
        if not found.name.startswith(("crmcore.cli", "crmcore.testing")):
            yield importlib.import_module(found.name)


def takes_work(function: Callable[..., Any]) -> bool:
    first = next(iter(inspect.signature(function).parameters.values()), None)
    return first is not None and getattr(first.annotation, "__name__", first.annotation) == "Work"


def functions_of_work() -> Iterator[tuple[str, str, Callable[..., Any]]]:
    for module in modules():
        for name, function in vars(module).items():
            own = inspect.isfunction(function) and function.__module__ == module.__name__
            if own and not name.startswith("_") and takes_work(function):
                yield module.__name__, name, function


@pytest.mark.requirement("RBA-13")
def test_every_public_function_of_a_unit_of_work_is_registered() -> None:
    known = {one.function for one in all_actions()}
    found = list(functions_of_work())
    assert len(found) > 60
    unregistered = {(module, name) for module, name, function in found if function not in known}
    assert unregistered == {(module, name) for module, names in FOR_ACTIONS.items() for name in names}


@pytest.mark.requirement("RBA-13")
def test_a_subject_offers_registered_use_cases_only() -> None:
    known = {one.function for one in all_actions()}
    for subject in SUBJECTS:
        package = importlib.import_module(f"crmcore.{subject}")
        offered = {name: getattr(package, name) for name in package.__all__}
        functions = {name for name, value in offered.items() if inspect.isfunction(value)}
        assert functions
        assert [name for name in functions if offered[name] not in known] == []


def test_actions_name_permissions_that_exist() -> None:
    open_to = {ANYONE, SIGNED_IN, SYSTEM_ONLY}
    for one in all_actions():
        assert one.permissions, one.name
        if open_to.intersection(one.permissions):
            assert len(one.permissions) == 1, one.name
        else:
            assert known_permissions().issuperset(one.permissions), one.name


def test_every_permission_opens_something() -> None:
    named = {code for one in all_actions() for code in one.permissions}
    widening = {"churn.read_all"}
    assert {one.code for one in PERMISSIONS} - widening == named - {ANYONE, SIGNED_IN, SYSTEM_ONLY}


def test_every_action_says_what_it_does() -> None:
    assert [one.name for one in all_actions() if not one.summary.endswith(".")] == []


def test_the_page_about_permissions_is_up_to_date() -> None:
    """Write it anew with ``python -m crmcore.access.report docs/permissions.md``."""
    assert (ROOT / "docs" / "permissions.md").read_text(encoding="utf-8") == page()


def test_the_page_is_written_to_a_file_or_printed(tmp_path: Path) -> None:
    main([str(tmp_path / "page.md")])
    command = [sys.executable, "-m", "crmcore.access.report"]
    printed = subprocess.run(command, capture_output=True, check=True, env={**os.environ, "PYTHONUTF8": "1"})
    assert (tmp_path / "page.md").read_text(encoding="utf-8") == printed.stdout.decode() == page()
    for words in ("| `opportunities.dispatch` | `opportunity.dispatch` |", "指派销售机会", "| 销售主管 |"):
        assert words in page()


def test_an_unregistered_function_would_be_found() -> None:
    def planted(work: Work, number: int) -> int:
        return number

    assert takes_work(planted)
    assert not takes_work(main)
    assert not takes_work(page)
