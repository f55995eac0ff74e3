"""Commands that end in an unusual way: nothing can be written any more, or something is left as it is."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import crmcore
from company.install import install
from crmcore import customers
from crmcore.cli.failures import UNEXPECTED, guarded
from crmcore.cli.speaker import Speaker

pytestmark = pytest.mark.extras


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no full disk to write to")
def test_a_failure_is_told_when_what_was_said_before_can_not_be_written(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def fail() -> int:
        raise RuntimeError("out of luck")

    with Path("/dev/full").open("w", encoding="utf-8") as full:
        monkeypatch.setattr(sys, "stdout", full)
        full.write("half of it")
        assert guarded(Speaker("en"), fail) == UNEXPECTED
        monkeypatch.undo()
    assert "RuntimeError: out of luck" in capfd.readouterr().err


@pytest.mark.requirement("X-ADM-10")
def test_what_an_import_brought_and_somebody_changed_stays_and_is_told(cli: Callable[..., Any], tmp_path: Path) -> None:
    url, source = f"sqlite:///{tmp_path / 'crm.db'}", tmp_path / "a.csv"
    with crmcore.open(url, check=False) as crm:
        crm.store.prepare()
        install(crm)
    source.write_text("name,manager\nA,lihua\nB,lihua\n")
    done = cli("import", url, str(source), "--user", "zhaomin", "--json")
    with crmcore.open(url) as crm, crm.work("lihua") as work:
        changed = customers.listing(work, name="A").rows[0]
        customers.add_tag(work, changed.id, "重点")
    undone = cli("undo-import", url, done.facts["batch"], "--user", "zhaomin", "--lang", "en")
    assert undone.code == 0
    first, second = undone.out.splitlines()
    assert first == "1 records removed, 0 restored."
    assert second.startswith("1 ")


def test_an_empty_file_that_can_not_be_written_is_told(cli: Callable[..., Any], tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'crm.db'}"
    with crmcore.open(url, check=False) as crm:
        crm.store.prepare()
        install(crm)
    file = str(tmp_path / "no" / "folder.csv")
    done = cli("import", "--template", url, file, "--user", "zhaomin", "--json")
    assert (done.code, done.facts["error"]["code"]) == (1, "invalid")
