"""``crmcore snapshot``: what a scheduler runs every night, or at the end of a month."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import crmcore
from company.chances import recorded
from crmcore import SYSTEM
from crmcore.access import create_user
from crmcore.access.delivered import delivered_role_id
from crmcore.access.entity import ACCOUNT_MANAGER

pytestmark = [pytest.mark.extras, pytest.mark.requirement("X-TGT-01")]
Cli = Callable[..., Any]


@pytest.fixture
def url(cli: Cli, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> str:
    """A store with two opportunities."""
    url = f"sqlite:///{tmp_path / 'crm.db'}"
    monkeypatch.setenv("CRMCORE_PASSWORD", "correct horse battery")
    assert cli("init", url, "--administrator", "admin").code == 0
    with crmcore.open(url) as crm:
        crm.perform(create_user, name="lihua", roles=(delivered_role_id(ACCOUNT_MANAGER),), as_user=SYSTEM)
        recorded(crm)
        recorded(crm)
    return url


def test_a_snapshot_is_taken_once_a_day_for_each_name(cli: Cli, url: str) -> None:
    first, second = (cli("snapshot", url, "--json") for _ in range(2))
    assert (first.code, first.err, first.facts["new"], first.facts["positions"]) == (0, "", True, 2)
    assert (second.facts["new"], second.facts["positions"], second.facts["open_opportunities"]) == (False, 0, 2)
    assert (first.facts["day"], first.facts["taken_at"]) == (second.facts["day"], second.facts["taken_at"])
    named = cli("snapshot", url, "--name", "月末")
    assert named.out == f"Snapshot of {first.facts['day']}: 2 open opportunities.\n"
    assert "已存在" in cli("snapshot", url, "--name", "月末", "--lang", "zh").out


def test_a_name_that_is_too_long_is_refused(cli: Cli, url: str) -> None:
    done = cli("snapshot", url, "--name", "n" * 51, "--json")
    assert done.code == 1
    assert [(one["field"], one["code"]) for one in done.facts["error"]["problems"]] == [("name", "value.too_long")]
