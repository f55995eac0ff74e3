"""System parameters: what there is, setting and resetting."""

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from company import SetClock
from crmcore import SYSTEM, access, dictionary
from crmcore.base.errors import Invalid
from crmcore.dictionary.entity import SystemParameter
from crmcore.dictionary.parameters import LOCKOUT_FAILURES, PAGE_SIZE, PARAMETERS, PROOF_REQUIRED, ZONE
from crmcore.storage.crm import Crm
from crmcore.storage.records import ChangeRecord

DEFAULTS = {
    "company.zone": "Asia/Shanghai",
    "company.currency": "CNY",
    "list.page_size": "10",
    "opportunity.proof_required": "no",
    "opportunity.large_deal": "1000000",
    "process.moves": "skip,back",
    "churn.months": "6",
    "churn.run_at": "02:00",
    "churn.never_ordered": "no",
    "customer.least_likeness": "85",
    "service.required": "none",
    "service.unused": "none",
    "service.reopen_days": "14",
    "window.open": "no",
    "window.link_minutes": "30",
    "access.lockout_failures": "5",
    "access.lockout_minutes": "15",
}


def settings(crm: Crm) -> dict[str, dictionary.Setting]:
    with crm.work(as_user="admin", readonly=True) as work:
        return {one.parameter.key: one for one in dictionary.settings(work)}


@pytest.mark.requirement("X-ADM-01", "16.7", "16.8", "GEN-10")
def test_every_parameter_has_its_default(crm: Crm) -> None:
    found = settings(crm)
    assert {key: one.text for key, one in found.items()} == DEFAULTS
    assert {key: one.default for key, one in found.items()} == DEFAULTS
    assert all(one.is_default for one in found.values())
    assert [*found] == [*PARAMETERS]


@pytest.mark.requirement("X-ADM-01")
@pytest.mark.parametrize(
    ("key", "written", "text", "value"),
    [
        ("company.zone", " Europe/Berlin ", "Europe/Berlin", ZoneInfo("Europe/Berlin")),
        ("company.zone", "UTC", "UTC", ZoneInfo("UTC")),
        ("company.currency", "EUR", "EUR", "EUR"),
        ("list.page_size", "200", "200", 200),
        ("opportunity.proof_required", "YES", "yes", True),
        ("opportunity.proof_required", "true", "yes", True),
        ("churn.months", "012", "12", 12),
        ("churn.run_at", "23:59", "23:59", dt.time(23, 59)),
        ("churn.never_ordered", "1", "yes", True),
        ("access.lockout_failures", "1", "1", 1),
        ("access.lockout_minutes", "1440", "1440", 1440),
    ],
)
def test_a_parameter_is_set_and_reset(crm: Crm, key: str, written: str, text: str, value: Any) -> None:
    done = crm.perform(dictionary.set_parameter, key, written, as_user="admin")
    assert (done.text, done.value, done.default, done.is_default) == (text, value, DEFAULTS[key], False)
    assert settings(crm)[key] == done
    assert {k: one.text for k, one in settings(crm).items()} == {**DEFAULTS, key: text}
    with crm.work(readonly=True) as work:
        assert work.parameter(PARAMETERS[key]) == value
    again = crm.perform(dictionary.reset_parameter, key, as_user="admin")
    assert (again.text, again.is_default) == (DEFAULTS[key], True)
    assert {k: one.text for k, one in settings(crm).items()} == DEFAULTS


@pytest.mark.requirement("X-ADM-01")
@pytest.mark.parametrize(
    ("key", "written", "code"),
    [
        ("company.zone", "Mars/Olympus", "parameter.zone"),
        ("company.zone", "../etc/passwd", "parameter.zone"),
        ("company.zone", "", "value.missing"),
        ("company.zone", "  ", "value.missing"),
        ("company.zone", None, "value.missing"),
        ("company.zone", "Asia", "parameter.zone"),
        ("company.currency", "cny", "parameter.currency"),
        ("company.currency", "元", "parameter.currency"),
        ("list.page_size", "0", "parameter.integer"),
        ("list.page_size", "201", "parameter.integer"),
        ("list.page_size", "ten", "parameter.integer"),
        ("list.page_size", "１０", "parameter.integer"),
        ("list.page_size", 10, "value.missing"),
        ("churn.months", "-1", "parameter.integer"),
        ("churn.run_at", "24:00", "parameter.time"),
        ("churn.run_at", "2:00", "parameter.time"),
        ("opportunity.proof_required", "maybe", "parameter.boolean"),
        ("access.lockout_failures", "0", "parameter.integer"),
    ],
)
def test_a_value_that_is_none_is_refused_by_name(crm: Crm, key: str, written: Any, code: str) -> None:
    with pytest.raises(Invalid) as caught:
        crm.perform(dictionary.set_parameter, key, written, as_user="admin")
    (problem,) = caught.value.problems
    assert (problem.field, problem.code) == (key, code)
    assert problem.label("zh") != key
    assert {k: one.text for k, one in settings(crm).items()} == DEFAULTS


@pytest.mark.parametrize("key", ["company.motto", "", None, 7, []])
def test_an_unknown_parameter_is_invalid(crm: Crm, key: Any) -> None:
    for attempt in (
        lambda: crm.perform(dictionary.set_parameter, key, "x", as_user="admin"),
        lambda: crm.perform(dictionary.reset_parameter, key, as_user="admin"),
    ):
        with pytest.raises(Invalid) as caught:
            attempt()
        assert caught.value.codes == {"parameter.unknown"}


def test_resetting_what_was_never_set_stores_nothing(crm: Crm) -> None:
    crm.perform(dictionary.reset_parameter, ZONE.key, as_user="admin")
    with crm.work(as_user=SYSTEM, readonly=True) as work:
        assert work.unscoped(SystemParameter).count() == 0
        assert work.unscoped(ChangeRecord).count() == 0


@pytest.mark.requirement("X-ADM-09")
def test_the_history_of_a_parameter_goes_on_through_resets(crm: Crm) -> None:
    for value in ("20", "30"):
        crm.perform(dictionary.set_parameter, PAGE_SIZE.key, value, as_user="admin")
    crm.perform(dictionary.reset_parameter, PAGE_SIZE.key, as_user="admin")
    crm.perform(dictionary.set_parameter, PAGE_SIZE.key, "40", as_user="admin")
    with crm.work(as_user="admin", readonly=True) as work:
        changes = [one.changes for one in access.audit_trail(work, entity="system_parameter").rows]
    assert [one.split('"value":')[1] for one in reversed(changes)] == [
        '[null,"20"]}',
        '["20","30"]}',
        '["30",""]}',
        '["","40"]}',
    ]


@pytest.mark.requirement("GEN-10")
def test_the_page_size_counts_in_lists(crm: Crm) -> None:
    crm.perform(dictionary.set_parameter, PAGE_SIZE.key, "3", as_user="admin")
    with crm.work(as_user="admin", readonly=True) as work:
        assert len(access.users(work).rows) == 3


@pytest.mark.requirement("16.8")
def test_the_zone_decides_what_today_is(crm: Crm, clock: SetClock) -> None:
    clock.now = dt.datetime(2026, 3, 2, 20, 0, tzinfo=dt.UTC)
    with crm.work(readonly=True) as work:
        assert work.today == dt.date(2026, 3, 3)
    crm.perform(dictionary.set_parameter, ZONE.key, "America/New_York", as_user="admin")
    with crm.work(readonly=True) as work:
        assert work.today == dt.date(2026, 3, 2)
        assert work.zone == ZoneInfo("America/New_York")


def test_typed_parameters_have_typed_defaults() -> None:
    assert PROOF_REQUIRED.default is False
    assert LOCKOUT_FAILURES.default == 5
