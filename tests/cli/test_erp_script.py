"""The example script of ``examples/erp_scripts`` on every store; its own tests say what it does with files."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import crmcore
from crmcore import access, opportunities, setup
from crmcore.access.actor import SYSTEM
from crmcore.access.delivered import delivered_role_id
from crmcore.access.rules import NoPermission
from crmcore.base.errors import Invalid
from crmcore.storage.crm import Crm
from crmcore.subjects import ENTITIES

pytestmark = pytest.mark.extras

FOLDER = Path(__file__).parents[2] / "examples" / "erp_scripts"
Look = Callable[[str], dict[str, list[Any]]]
GIVEN: Any = {"customer_name": "北京华建", "title": "笔记本", "success_rate": 60, "description": "四十台"}


def people(crm: Crm) -> None:
    """Record an account manager and an executive, who may not record opportunities."""
    for name, role in (("lihua", "account_manager"), ("gaojianguo", "executive")):
        crm.perform(access.create_user, name=name, roles=(delivered_role_id(role),), as_user=SYSTEM)


@pytest.fixture
def url(durable_store_url: str) -> str:
    setup.install(durable_store_url)
    with crmcore.open(durable_store_url) as crm:
        people(crm)
    return durable_store_url


def run(url: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(FOLDER / "record_opportunities.py"), *arguments, "--lang", "zh"]
    environment = {**os.environ, "CRM_URL": url, "PYTHONIOENCODING": "utf-8"}
    return subprocess.run(command, capture_output=True, encoding="utf-8", env=environment, check=False, timeout=120)


def test_a_dry_run_changes_nothing_on_any_store(url: str, contents: Look) -> None:
    before = contents(url)
    sample = str(FOLDER / "samples" / "with_errors.zh.csv")
    done = run(url, sample, "--as-user", "lihua", "--dry-run")
    assert (done.returncode, done.stdout) == (1, "试运行，没有改动任何数据：将记录 3 条，原已存在 0 条，将拒绝 5 条\n")
    assert run(url, sample, "--as-user", "gaojianguo", "--dry-run").returncode == 1
    assert contents(url) == before


def test_lines_are_recorded_once_on_every_store(url: str, contents: Look) -> None:
    sample = str(FOLDER / "samples" / "opportunities.gb18030.csv")
    assert run(url, sample, "--as-user", "lihua").returncode == 0
    before = contents(url)
    assert len(before["Opportunity"]) == len(before["Receipt"]) == 5
    assert run(url, sample, "--as-user", "lihua").stdout == "已记录 0 条，原已存在 5 条，拒绝 0 条\n"
    assert contents(url) == before


def everything(crm: Crm) -> dict[str, int]:
    with crm.work(as_user=SYSTEM, readonly=True) as work:
        return {cls.__name__: work.unscoped(cls).count() for cls in ENTITIES}


def test_what_is_rehearsed_leaves_nothing_behind(store_url: str) -> None:
    with crmcore.open(store_url, check=False) as crm:
        setup.install(crm)
        people(crm)
        before = everything(crm)
        made = crm.perform(opportunities.create, as_user="lihua", key="1", rehearse=True, **GIVEN)
        assert made.customer_name == "北京华建"
        with pytest.raises(NoPermission):
            crm.perform(opportunities.create, as_user="gaojianguo", rehearse=True, **GIVEN)
        with pytest.raises(Invalid):
            crm.perform(opportunities.create, as_user="lihua", rehearse=True, **{**GIVEN, "success_rate": 101})
        assert everything(crm) == before
        stored = crm.perform(opportunities.create, as_user="lihua", key="1", **GIVEN)
        again = crm.perform(opportunities.create, as_user="lihua", key="1", rehearse=True, **GIVEN)
        assert again == stored
