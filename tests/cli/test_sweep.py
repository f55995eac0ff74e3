"""``crmcore sweep``: what a scheduler runs every night."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import crmcore
from company.lapses import customer_of
from crmcore import churn, dictionary

pytestmark = pytest.mark.extras
Cli = Callable[..., Any]
PASSWORD = "correct horse battery"
LONG_AGO = dt.date(2024, 2, 28)


def filled(cli: Cli, monkeypatch: pytest.MonkeyPatch, url: str) -> str:
    """A store with one customer whose latest order was long ago, and one who never ordered."""
    monkeypatch.setenv("CRMCORE_PASSWORD", PASSWORD)
    assert cli("init", url, "--administrator", "admin").code == 0
    with crmcore.open(url) as crm:
        customer_of(crm, "久未下单", LONG_AGO, manager="admin")
        customer_of(crm, "从未下单", manager="admin", created_at=dt.datetime(2020, 1, 1, tzinfo=dt.UTC))
    return url


@pytest.fixture
def url(cli: Cli, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> str:
    return filled(cli, monkeypatch, f"sqlite:///{tmp_path / 'crm.db'}")


@pytest.mark.requirement("CHN-01", "CHN-05")
def test_the_check_runs_from_the_command_line_on_every_store(
    cli: Cli, monkeypatch: pytest.MonkeyPatch, durable_store_url: str
) -> None:
    filled(cli, monkeypatch, durable_store_url)
    first, second = (cli("sweep", durable_store_url, "--today", "2024-08-31", "--json") for _ in range(2))
    assert (first.code, first.err, second.code) == (0, "", 0)
    said = {"ok": True, "command": "sweep", "due": True, "today": "2024-08-31", "cutoff": "2024-02-29"}
    assert first.facts == {**said, "opened": 1, "never_ordered": 0}
    assert second.facts == {**said, "opened": 0, "never_ordered": 0}


def test_people_are_told_what_was_done(cli: Cli, url: str) -> None:
    with crmcore.open(url) as crm:
        crm.perform(dictionary.set_parameter, "churn.never_ordered", "yes", as_user="admin")
    done = cli("sweep", url, "--today", "2024-08-31")
    assert done.out == (
        "2 churn cases opened: the latest order before 2024-02-29. Checked for 2024-08-31.\n"
        "1 of them about customers that never ordered.\n"
    )
    assert "新建流失记录 0 条" in cli("sweep", url, "--today", "2024-08-31", "--lang", "zh").out


@pytest.mark.requirement("CHN-04", "CHN-13")
def test_when_due_it_runs_once_a_day_from_the_hour_that_is_set(cli: Cli, url: str) -> None:
    with crmcore.open(url) as crm:
        crm.perform(dictionary.set_parameter, "churn.run_at", "00:00", as_user="admin")
    done, again = (cli("sweep", url, "--when-due", "--json") for _ in range(2))
    assert (done.facts["due"], done.facts["opened"]) == (True, 1)
    assert (again.code, again.facts) == (0, {"ok": True, "command": "sweep", "due": False})
    assert cli("sweep", url).code == 0, "without the option it runs at any time"


@pytest.mark.parametrize("day", ["yesterday", "2024-02-30", "20240831", "2024-W35-6"])
def test_what_is_no_day_is_refused(cli: Cli, url: str, day: str) -> None:
    done = cli("sweep", url, "--today", day, "--json")
    assert done.code == 1
    assert done.facts["error"]["problems"][0]["field"] == "--today"
    with crmcore.open(url) as crm, crm.work(as_user=crmcore.SYSTEM, readonly=True) as work:
        assert churn.listing(work).total == 0


def test_a_store_that_was_not_prepared_is_told_apart(cli: Cli, tmp_path: Path) -> None:
    assert cli("sweep", f"sqlite:///{tmp_path / 'none.db'}").code == 4
    assert cli("sweep", "no such store").code == 2
