"""Escalation as a script: it tells once, and says for whom something waits."""

import datetime as dt
import importlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from attrs import fields

import crmcore
from crmcore.access.entity import User, UserId
from crmcore.customers.entity import CustomerId
from crmcore.escalation.entity import EscalationPolicy, EscalationPolicyId, Recipient
from crmcore.query import eq, query
from crmcore.service.entity import ServiceRequest, ServiceRequestId, ServiceStatus

HERE = Path(__file__).parents[1]
Escalate = Callable[..., tuple[int, str, str]]


@pytest.fixture
def escalate(url: str, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Escalate:
    """Run the script in this process; answer its exit code and what it said."""
    monkeypatch.syspath_prepend(HERE)
    main: Callable[[list[str]], int] = importlib.import_module("escalate").main
    monkeypatch.setenv("CRM_URL", url)
    monkeypatch.setenv("LANG", "C.UTF-8")

    def run(*arguments: str) -> tuple[int, str, str]:
        capfd.readouterr()
        code = main([*arguments])
        said = capfd.readouterr()
        return code, said.out, said.err

    return run


def late_request(url: str) -> None:
    """A request that anna treats and should have handled yesterday, and a policy that is younger."""
    with crmcore.open(url) as crm:
        session = crm.store.begin(write=True)
        (anna,) = session.find(query(User).where(eq(fields(User).name_key, "anna")))
        yesterday = crm.clock() - dt.timedelta(days=1)
        given: dict[str, Any] = {"created_by": UserId(anna.id), "created_at": yesterday, "resolve_by": yesterday}
        request = ServiceRequest(
            id=ServiceRequestId(crm.ids()),
            number="FW1",
            type="complaint",
            title="Printer",
            customer=CustomerId(crm.ids()),
            request="It does not print.",
            assignee=UserId(anna.id),
            assigned_at=yesterday,
            status=ServiceStatus.ASSIGNED,
            version=1,
            **given,
        )
        policy = EscalationPolicy(
            id=EscalationPolicyId(crm.ids()), name="Late", name_key="late", recipient=Recipient.ASSIGNEE, version=1
        )
        assert session.insert(request)
        assert session.insert(policy)
        session.commit()
        session.close()


def test_it_tells_once_and_says_for_whom(escalate: Escalate, url: str) -> None:
    late_request(url)
    assert escalate("--quiet") == (0, "", "")
    code, out, err = escalate("--replan", "--quiet")
    assert (code, err) == (0, "")
    assert out.splitlines() == [
        "Planned anew for 1 requests.",
        "1 escalations of late service requests",
        "anna: 1 escalations wait to be seen",
    ]
    assert escalate("--quiet") == (0, "", "")
    assert escalate("--lang", "zh")[1].splitlines() == ["服务请求超时升级 0 条", "anna：1 条升级记录待查看"]


def test_what_is_wrong_is_told_in_a_sentence(escalate: Escalate, tmp_path: Path) -> None:
    code, out, err = escalate("--url", f"sqlite:///{tmp_path / 'none.db'}")
    assert (code, out) == (1, "")
    assert err.count("\n") == 1
