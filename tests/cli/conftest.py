"""Ways to run the command line: in this process, quick and counted, and as a program of its own."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import attrs
import pytest

import crmcore
from crmcore.cli import main
from crmcore.query import query
from crmcore.subjects import ENTITIES

LANGUAGE = {"LC_ALL": "C.UTF-8"}


@attrs.frozen
class Outcome:
    """What a run of the command line left behind."""

    code: int
    out: str
    err: str

    @property
    def facts(self) -> Any:
        """The one JSON object on standard output."""
        (line,) = self.out.splitlines()
        return json.loads(line)


Cli = Callable[..., Outcome]


@pytest.fixture(autouse=True)
def _plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("CRM_URL", "CRMCORE_PASSWORD", "CRMCORE_TRACEBACK", "LANG", "LC_MESSAGES"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    monkeypatch.setenv("CRMCORE_TRACEBACK", "1")


@pytest.fixture
def cli(capfd: pytest.CaptureFixture[str]) -> Cli:
    """Run ``crmcore`` in this process."""

    def run(*arguments: str) -> Outcome:
        capfd.readouterr()
        code = main(arguments)
        done = Outcome(code, *capfd.readouterr())
        sys.stderr.write(done.err)  # shown when a test fails
        return done

    return run


@pytest.fixture
def program() -> Cli:
    """Run ``python -m crmcore.cli`` as a program of its own, with nobody at its keyboard."""

    def run(*arguments: str, stdin: str = "", **environment: str) -> Outcome:
        done = subprocess.run(
            [sys.executable, "-m", "crmcore.cli", *arguments],
            input=stdin.encode(),
            capture_output=True,
            env={**os.environ, **environment},
            check=False,
            timeout=120,
        )
        return Outcome(done.returncode, done.stdout.decode(), done.stderr.decode())

    return run


@pytest.fixture
def contents() -> Callable[[str], dict[str, list[Any]]]:
    """Answer everything in the store at a URL, by kind."""

    def look(url: str) -> dict[str, list[Any]]:
        with crmcore.open(url) as crm:
            session = crm.store.begin(write=False)
            try:
                return {cls.__name__: list(session.find(query(cls))) for cls in ENTITIES}
            finally:
                session.close()

    return look
