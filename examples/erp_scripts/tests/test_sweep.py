"""The nightly check as a script: it warns once, and says for whom."""

import datetime as dt
import importlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from attrs import fields

import crmcore
from crmcore.access.entity import User, UserId
from crmcore.customers.entity import Customer, CustomerId
from crmcore.query import eq, query
from crmcore.sales.entity import OrderId, OrderSummary, lapse_of

HERE = Path(__file__).parents[1]
Sweep = Callable[..., tuple[int, str, str]]


@pytest.fixture
def sweep(url: str, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Sweep:
    """Run the script in this process; answer its exit code and what it said."""
    monkeypatch.syspath_prepend(HERE)
    main: Callable[[list[str]], int] = importlib.import_module("sweep").main
    monkeypatch.setenv("CRM_URL", url)
    monkeypatch.setenv("LANG", "C.UTF-8")

    def run(*arguments: str) -> tuple[int, str, str]:
        capfd.readouterr()
        try:
            code = main([*arguments])
        except SystemExit as stop:
            code = int(str(stop.code))
        said = capfd.readouterr()
        return code, said.out, said.err

    return run


def put_in(url: str, name: str, last_order_on: dt.date) -> None:
    with crmcore.open(url) as crm:
        session = crm.store.begin(write=True)
        (anna,) = session.find(query(User).where(eq(fields(User).name_key, "anna")))
        customer: Any = Customer(
            id=CustomerId(crm.ids()),
            number=f"KH-{name}",
            name=name,
            manager=UserId(anna.id),
            created_by=UserId(anna.id),
            created_at=crm.clock(),
            version=1,
        )
        latest = OrderId(crm.ids())
        lapse = lapse_of(customer.id, latest)
        summary = OrderSummary(id=customer.id, last_order_on=last_order_on, last_order=latest, lapse=lapse, version=1)
        assert session.insert(customer)
        assert session.insert(summary)
        session.commit()
        session.close()


def test_it_warns_once_and_says_for_whom(sweep: Sweep, url: str) -> None:
    put_in(url, "Northgate", dt.date(2025, 1, 31))
    put_in(url, "Southgate", dt.date(2025, 6, 1))
    code, out, err = sweep("--today", "2025-07-31")
    assert (code, err) == (0, "")
    assert out == ("0 churn cases opened: the latest order before 2025-01-31. Checked for 2025-07-31.\n"), (
        "on the day itself nobody is late"
    )
    assert sweep("--today", "2025-08-01")[1].splitlines() == [
        "1 churn cases opened: the latest order before 2025-02-01. Checked for 2025-08-01.",
        "anna: 1 warnings wait",
    ]
    assert sweep("--today", "2025-08-01", "--lang", "zh")[1].splitlines() == [
        "新建流失记录 0 条：最近一次下单早于 2025-02-01。检查日期 2025-08-01。",
        "anna：1 条预警待处理",
    ]


def test_what_is_wrong_is_told_in_a_sentence(sweep: Sweep, tmp_path: Path) -> None:
    code, out, err = sweep("--url", f"sqlite:///{tmp_path / 'none.db'}")
    assert (code, out) == (1, "")
    assert err.count("\n") == 1
    assert sweep("--today", "soon")[0] == 2
