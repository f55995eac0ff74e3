"""A CRM on SQLite with two people, and the script as a program."""

import importlib
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import attrs
import pytest

import crmcore
from crmcore import access, setup
from crmcore.access.actor import SYSTEM
from crmcore.access.delivered import delivered_role_id
from crmcore.opportunities import Opportunity

HERE = Path(__file__).parents[1]


@attrs.frozen
class Run:
    """What a run of the script left behind."""

    code: int
    out: str
    err: str


@pytest.fixture
def url(tmp_path: Path) -> str:
    """A prepared store with an account manager and an executive, who may not record opportunities."""
    place = f"sqlite:///{tmp_path / 'crm.db'}"
    setup.install(place, language="en")
    with crmcore.open(place) as crm:
        for name, role in (("anna", "account_manager"), ("victoria", "executive")):
            crm.perform(access.create_user, name=name, roles=(delivered_role_id(role),), as_user=SYSTEM)
    return place


@pytest.fixture
def script(url: str, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Callable[..., Run]:
    """Run the script in this process, which is quicker."""
    monkeypatch.syspath_prepend(HERE)
    main: Callable[[list[str]], int] = importlib.import_module("record_opportunities").main

    def run(*arguments: object, as_user: str = "anna", **environment: str) -> Run:
        for name, value in {"LANG": "C.UTF-8", "CRM_URL": url, **environment}.items():
            monkeypatch.setenv(name, value)
        capfd.readouterr()
        try:
            code = main([*map(str, arguments), "--as-user", as_user])
        except SystemExit as stop:
            code = int(str(stop.code))
        return Run(code, *capfd.readouterr())

    return run


@pytest.fixture
def program(url: str) -> Callable[..., Run]:
    """Run the script as cron would."""

    def run(*arguments: object, **environment: str) -> Run:
        done = subprocess.run(
            [sys.executable, str(HERE / "record_opportunities.py"), *map(str, arguments), "--as-user", "anna"],
            capture_output=True,
            env={**os.environ, "LANG": "C.UTF-8", "CRM_URL": url, **environment},
            check=False,
            timeout=120,
        )
        return Run(done.returncode, done.stdout.decode(), done.stderr.decode())

    return run


@pytest.fixture
def recorded(url: str) -> Callable[[], list[Any]]:
    """Answer all opportunities."""

    def look() -> list[Opportunity]:
        with crmcore.open(url) as crm, crm.work(as_user=SYSTEM, readonly=True) as work:
            return [*work.opportunities.find()]

    return look
