import sqlite3
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import crmcore
from crmcore import access
from crmcore.dictionary.delivered import delivered_entries
from crmcore.setup import sample
from crmcore.subjects import ENTITIES

pytestmark = pytest.mark.extras

PASSWORD = "correct horse battery"
ENTRIES = len([*delivered_entries()])
ROLES = 5
Cli = Callable[..., Any]
Look = Callable[[str], dict[str, list[Any]]]


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'crm.db'}"


@pytest.fixture
def with_password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CRMCORE_PASSWORD", PASSWORD)


def test_init_prepares_every_store(cli: Cli, store_url: str, with_password: None) -> None:
    done = cli("init", store_url, "--administrator", "admin")
    assert (done.code, done.err) == (0, "")
    assert f"Added {ROLES} roles and {ENTRIES} dictionary entries." in done.out
    assert "admin can log in as the first administrator." in done.out


def test_init_again_changes_nothing(cli: Cli, durable_store_url: str, with_password: None, contents: Look) -> None:
    cli("init", durable_store_url, "--administrator", "admin")
    before = contents(durable_store_url)
    again = cli("init", durable_store_url, "--administrator", "Admin", "--json")
    assert again.code == 0
    assert again.facts["roles"] == again.facts["entries"] == []
    assert again.facts["administrator"] == {"name": "Admin", "state": "there"}
    assert again.facts["schema_before"] == "current"
    assert contents(durable_store_url) == before


def test_the_first_administrator_can_log_in(cli: Cli, sqlite_url: str, with_password: None) -> None:
    cli("init", sqlite_url, "--administrator", "admin", "--language", "en")
    with crmcore.open(sqlite_url) as crm:
        signed_in = access.log_in(crm, "admin", PASSWORD)
    assert signed_in.user.language == "en"


def test_there_is_only_one_first_administrator(cli: Cli, sqlite_url: str, with_password: None, contents: Look) -> None:
    cli("init", sqlite_url, "--administrator", "admin")
    before = contents(sqlite_url)["User"]
    done = cli("init", sqlite_url, "--administrator", "mallory")
    assert done.code == 1
    assert contents(sqlite_url)["User"] == before


def test_init_says_what_it_did_to_programs(cli: Cli, sqlite_url: str, with_password: None) -> None:
    done = cli("init", sqlite_url, "--administrator", "admin", "--json")
    assert done.err == ""
    assert done.facts == {
        "ok": True,
        "command": "init",
        "address": sqlite_url,
        "schema_before": "missing",
        "schema": "current",
        "roles": ["administrator", "account_manager", "sales_supervisor", "executive", "customer_contact"],
        "entries": [f"{one.category}.{one.code}" for one in delivered_entries()],
        "rights": [],
        "withheld": [],
        "administrator": {"name": "admin", "state": "made"},
    }


def test_init_without_an_administrator_says_how_to_make_one(cli: Cli, sqlite_url: str, with_password: None) -> None:
    assert "crmcore init URL --administrator NAME" in cli("init", sqlite_url).out
    cli("init", sqlite_url, "--administrator", "admin")
    assert "There is an administrator" in cli("init", sqlite_url).out


def test_init_names_roles_in_the_language_asked_for(cli: Cli, sqlite_url: str, contents: Look) -> None:
    cli("init", sqlite_url, "--language", "zh")
    assert "客户经理" in {one.name for one in contents(sqlite_url)["Role"]}


@pytest.mark.parametrize(("name", "password"), [("admin", "geheim"), ("two words", PASSWORD), ("x" * 51, PASSWORD)])
def test_init_refuses_a_bad_administrator(
    cli: Cli, sqlite_url: str, monkeypatch: pytest.MonkeyPatch, contents: Look, name: str, password: str
) -> None:
    monkeypatch.setenv("CRMCORE_PASSWORD", password)
    done = cli("init", sqlite_url, "--administrator", name, "--json")
    assert done.code == 1
    (problem,) = done.facts["error"]["problems"]
    assert problem["message"] in done.err
    assert password not in done.out + done.err
    assert contents(sqlite_url)["User"] == []


def test_upgrade_of_a_current_store_changes_nothing(cli: Cli, durable_store_url: str, contents: Look) -> None:
    cli("init", durable_store_url)
    before = contents(durable_store_url)
    done = cli("upgrade", durable_store_url, "--json")
    assert done.code == 0
    assert done.facts["schema_before"] == done.facts["schema"] == "current"
    assert "administrator" not in done.facts
    assert contents(durable_store_url) == before


def test_upgrade_wants_a_store_that_was_prepared(cli: Cli, durable_store_url: str) -> None:
    done = cli("upgrade", durable_store_url, "--json")
    assert done.code == 4
    assert done.facts["error"]["code"] == "store.schema_missing"
    assert "crmcore init" in done.err


@pytest.mark.parametrize("command", ["init", "upgrade", "demo-data"])
def test_a_store_of_a_newer_version_is_left_alone(cli: Cli, sqlite_url: str, tmp_path: Path, command: str) -> None:
    cli("init", sqlite_url)
    with sqlite3.connect(tmp_path / "crm.db") as database:
        database.execute("UPDATE crmcore_schema SET version_num = '9999'")
    database.close()
    done = cli(command, sqlite_url, "--json")
    assert done.code == 4
    assert done.facts["error"]["code"] == "store.schema_newer"
    shown = cli("info", sqlite_url, "--json")
    assert (shown.code, shown.facts["schema"]["state"], shown.facts["records"]) == (0, "newer", {})


def test_demo_data_go_into_every_store(cli: Cli, durable_store_url: str, contents: Look) -> None:
    cli("init", durable_store_url)
    done = cli("demo-data", durable_store_url, "--size", "20", "--language", "en", "--json")
    assert (done.code, done.err) == (0, "")
    assert done.facts["opportunities"] == {"unassigned": 3, "assigned": 6, "won": 7, "lost": 4}
    found = contents(durable_store_url)
    assert (len(found["Opportunity"]), len(found["Customer"]), found["OutboxMessage"]) == (20, 7, [])
    assert {one.name for one in found["User"]} == {one["name"] for one in done.facts["users"]}
    with crmcore.open(durable_store_url) as crm:
        for one in done.facts["users"][:2]:
            access.log_in(crm, one["name"], done.facts["password"])


def test_demo_data_written_down_go_into_every_store(
    cli: Cli, durable_store_url: str, contents: Look, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sample, "_ACTED_OUT", 0)
    cli("init", durable_store_url)
    assert cli("demo-data", durable_store_url, "--size", "20").code == 0
    found = contents(durable_store_url)
    assert len(found["Opportunity"]) == 20
    steps = Counter(one.entity_id for one in found["ChangeRecord"])
    assert [one.version for one in found["Opportunity"]] == [steps[one.id] for one in found["Opportunity"]]
    assert min(one.version for one in found["Opportunity"]) == 1


def test_demo_data_can_be_tried_in_memory(cli: Cli) -> None:
    assert cli("demo-data", "memory://", "--size", "5").code == 0


def test_the_made_up_password_is_shown_once(cli: Cli, sqlite_url: str) -> None:
    cli("init", sqlite_url)
    done = cli("demo-data", sqlite_url, "--size", "4")
    (line,) = (line for line in done.out.splitlines() if "shown this once" in line)
    with crmcore.open(sqlite_url) as crm:
        access.log_in(crm, "helen", line.rpartition(" ")[2])
    assert "Account manager" in done.out


def test_a_password_that_was_given_is_not_shown(cli: Cli, sqlite_url: str, with_password: None) -> None:
    cli("init", sqlite_url)
    done = cli("demo-data", sqlite_url, "--size", "4")
    assert PASSWORD not in done.out
    assert "the password you gave" in done.out
    with crmcore.open(sqlite_url) as crm:
        access.log_in(crm, "helen", PASSWORD)


def test_the_same_seed_gives_the_same_companies(cli: Cli, tmp_path: Path, contents: Look) -> None:
    def names(file: str, seed: str) -> set[str]:
        url = f"sqlite:///{tmp_path / file}"
        cli("init", url)
        cli("demo-data", url, "--size", "10", "--seed", seed)
        return {one.customer_name for one in contents(url)["Opportunity"]}

    assert names("one.db", "7") == names("two.db", "7") != names("three.db", "8")


@pytest.mark.parametrize(
    ("options", "code"), [(("--size", "0"), 1), (("--size", "99999999"), 1), (("--size", "x"), 2), (("--seed", ""), 2)]
)
def test_demo_data_refuse_what_can_not_be(
    cli: Cli, sqlite_url: str, contents: Look, options: tuple[str, str], code: int
) -> None:
    cli("init", sqlite_url)
    done = cli("demo-data", sqlite_url, *options, "--json")
    assert done.code == code
    assert not done.facts["ok"]
    assert contents(sqlite_url)["Opportunity"] == []


def test_demo_data_want_an_empty_store(cli: Cli, durable_store_url: str, contents: Look) -> None:
    cli("init", durable_store_url)
    cli("demo-data", durable_store_url, "--size", "2")
    before = contents(durable_store_url)
    done = cli("demo-data", durable_store_url, "--size", "2", "--json")
    assert (done.code, done.facts["error"]["code"]) == (1, "sample.not_empty")
    assert contents(durable_store_url) == before


def test_demo_data_want_a_prepared_store(cli: Cli, durable_store_url: str) -> None:
    done = cli("demo-data", durable_store_url)
    assert done.code == 4


def test_info_counts_the_records(cli: Cli, durable_store_url: str) -> None:
    cli("init", durable_store_url)
    done = cli("info", durable_store_url, "--json")
    assert done.code == 0
    assert set(done.facts) == {"ok", "command", "product", "version", "address", "schema", "records", "crmcore"}
    assert done.facts["crmcore"] == crmcore.__version__
    assert done.facts["schema"]["state"] == "current"
    assert len(done.facts["records"]) == len(ENTITIES)
    assert (done.facts["records"]["role"], done.facts["records"]["dictionary_entry"]) == (ROLES, ENTRIES)
    shown = cli("info", durable_store_url).out
    assert done.facts["product"] in shown
    assert str(ROLES + ENTRIES) in shown  # change records


def test_info_of_a_store_that_was_not_prepared_says_so_and_leaves_it(cli: Cli, durable_store_url: str) -> None:
    for _ in range(2):
        done = cli("info", durable_store_url, "--json")
        assert (done.code, done.facts["schema"]["state"], done.facts["records"]) == (0, "missing", {})


def test_info_makes_no_file(cli: Cli, sqlite_url: str, tmp_path: Path) -> None:
    assert "run crmcore init" in cli("info", sqlite_url).out
    assert [*tmp_path.iterdir()] == []


def test_the_url_may_come_from_the_environment(cli: Cli, sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CRM_URL", sqlite_url)
    assert cli("init").code == 0
    assert cli("info", "--json").facts["address"] == sqlite_url


def test_the_version_is_said(cli: Cli) -> None:
    done = cli("--version")
    assert (done.code, done.out) == (0, f"crmcore {crmcore.__version__}\n")
