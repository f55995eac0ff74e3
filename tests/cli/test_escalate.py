"""``crmcore escalate``: what a scheduler runs every few minutes."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import crmcore
from company.lapses import customer_of
from company.lateness import filed, policy
from crmcore import SYSTEM
from crmcore.access import create_user
from crmcore.access.delivered import delivered_role_id
from crmcore.access.entity import ACCOUNT_MANAGER
from crmcore.escalation.entity import Watched

pytestmark = [pytest.mark.extras, pytest.mark.requirement("X-SRV-05")]
Cli = Callable[..., Any]
LATER = "2099-01-01T00:00+08:00"


@pytest.fixture
def url(cli: Cli, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> str:
    """A store with a request that nobody has assigned, and a policy that was made after it."""
    url = f"sqlite:///{tmp_path / 'crm.db'}"
    monkeypatch.setenv("CRMCORE_PASSWORD", "correct horse battery")
    assert cli("init", url, "--administrator", "admin").code == 0
    with crmcore.open(url) as crm:
        roles = (delivered_role_id(ACCOUNT_MANAGER),)
        crm.perform(create_user, name="lihua", full_name="李华", roles=roles, as_user=SYSTEM)
        filed(crm, customer_of(crm, "客户", manager="lihua"))
        policy(crm, watched=Watched.ASSIGNMENT, after=30)
    return url


def test_what_is_late_is_escalated_once(cli: Cli, url: str) -> None:
    assert cli("escalate", url, "--json").facts["escalated"] == 0
    assert cli("escalate", url, "--now", LATER, "--json").facts["escalated"] == 0, "the policy is younger"
    assert cli("escalate", url, "--replan").out.splitlines()[0] == "Planned anew for 1 requests."
    first, second = (cli("escalate", url, "--now", LATER, "--json") for _ in range(2))
    said = {"ok": True, "command": "escalate", "now": "2098-12-31T16:00:00+00:00"}
    assert (first.code, first.err, first.facts) == (0, "", {**said, "escalated": 1, "messages": 1})
    assert (second.code, second.facts) == (0, {**said, "escalated": 0, "messages": 0})
    assert cli("escalate", url, "--now", LATER).out == "0 escalations. Checked for 2098-12-31T16:00:00+00:00.\n"
    assert "升级 0 条" in cli("escalate", url, "--lang", "zh").out


@pytest.mark.parametrize(("now", "code"), [("soon", "value.instant"), ("2026-08-31T18:00", "value.naive")])
def test_what_is_no_instant_is_refused_before_any_store_is_opened(cli: Cli, now: str, code: str) -> None:
    done = cli("escalate", "sqlite:///none.db", "--now", now, "--json")
    assert done.code == 1
    assert [(one["field"], one["code"]) for one in done.facts["error"]["problems"]] == [("--now", code)]
