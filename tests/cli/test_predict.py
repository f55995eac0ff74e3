"""``crmcore predict``: what a scheduler runs every night, so that pages tell what to expect of customers."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import crmcore
from company.shoppers import many_shoppers
from company.trade import bought, customer
from crmcore import SYSTEM
from crmcore.access import create_user
from crmcore.access.delivered import delivered_role_id
from crmcore.access.entity import ACCOUNT_MANAGER

pytestmark = [pytest.mark.extras, pytest.mark.requirement("X-ANA-03", "X-ANA-04")]
Cli = Callable[..., Any]


@pytest.fixture
def url(cli: Cli, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> str:
    """A store with an account manager."""
    url = f"sqlite:///{tmp_path / 'crm.db'}"
    monkeypatch.setenv("CRMCORE_PASSWORD", "correct horse battery")
    assert cli("init", url, "--administrator", "admin").code == 0
    with crmcore.open(url) as crm:
        crm.perform(create_user, name="lihua", roles=(delivered_role_id(ACCOUNT_MANAGER),), as_user=SYSTEM)
    return url


def test_it_learns_from_all_orders(cli: Cli, url: str) -> None:
    with crmcore.open(url) as crm:
        many_shoppers(crm)
    done = cli("predict", url, "--json", "--today", "2026-03-02")
    assert (done.code, done.err) == (0, "")
    learnt = ("until", "currency", "customers", "orders", "amounts", "ahead")
    assert [done.facts[name] for name in learnt] == ["2026-03-02", "CNY", 130, "learnt", "learnt", 90]
    assert float(done.facts["expected_orders"]) > 1
    assert float(done.facts["expected_amount"]) > float(done.facts["expected_orders"])
    said = cli("predict", url, "--today", "2026-03-02", "--lang", "zh").out.splitlines()
    assert len(said) == 2
    assert "130" in said[0]


def test_where_nothing_can_be_learnt_it_says_why_and_is_no_failure(cli: Cli, url: str) -> None:
    with crmcore.open(url) as crm:
        bought(crm, customer(crm, "甲"), dt.date(2026, 1, 5), "10")
    done = cli("predict", url)
    assert (done.code, done.err) == (0, "")
    assert "None of the 1 customers" in done.out
    assert cli("predict", url, "--json").facts["orders"] == "prediction.nobody_again"


def test_a_day_that_is_none_is_refused(cli: Cli, url: str) -> None:
    done = cli("predict", url, "--json", "--today", "2026-02-30")
    assert done.code == 1


def test_a_day_that_orders_can_not_have_is_named_by_its_option(cli: Cli, url: str) -> None:
    done = cli("predict", url, "--today", "9999-12-31")
    assert done.code == 1
    assert "--today" in done.err


def test_what_was_learnt_of_later_orders_is_not_lost_by_a_slip(cli: Cli, url: str) -> None:
    with crmcore.open(url) as crm:
        bought(crm, customer(crm, "甲"), dt.date(2026, 1, 5), "10")
    assert cli("predict", url, "--today", "2026-02-01").code == 0
    refused = cli("predict", url, "--today", "1990-01-01")
    assert refused.code == 1
    assert "2026-02-01" in refused.err
    assert cli("predict", url, "--today", "2026-02-01").code == 0
    assert cli("predict", url, "--today", "2026-01-31", "--force", "--json").facts["until"] == "2026-01-31"
