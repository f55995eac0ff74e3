import os
import re
import socket
import stat
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from crmcore import CrmError, reports
from crmcore.statistics.bgnbd import BgNbdFit
from crmcore.statistics.gammagamma import GammaGammaFit
from crmcore_demo import __main__ as start
from crmcore_demo.config import read_settings
from crmcore_demo.instance import prepare_folder, secret_key
from crmcore_demo.start import open_store, sample_users


@pytest.fixture
def port() -> int:
    """A port that was free a moment ago."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        number: int = taken.getsockname()[1]
    return number


def serve(folder: Path, port: int) -> "subprocess.Popen[str]":
    environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
    for name in [name for name in environment if name.startswith("CRM_")]:
        del environment[name]
    return subprocess.Popen(
        [sys.executable, "-m", "crmcore_demo", "--port", str(port)],
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )


def page(port: int, patience: float = 60) -> str:
    until = time.monotonic() + patience
    while True:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/sign-in", timeout=5) as answer:
                return answer.read().decode()
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.1)


def test_one_command_serves_the_demo_with_sample_data(tmp_path: Path, port: int) -> None:
    one = serve(tmp_path, port)
    try:
        assert "登录" in page(port)
        second = serve(tmp_path, port)
        said, complained = second.communicate(timeout=60)
        assert second.returncode == 1
        assert f"--port {port + 1}" in complained
        assert "Traceback" not in complained
    finally:
        one.terminate()
        said, complained = one.communicate(timeout=30)
    assert f"http://127.0.0.1:{port}/" in said
    assert "lihua" in said
    assert "crm-demo-2026" in said
    assert complained == ""
    key = tmp_path / "instance" / "secret_key"
    if os.name == "posix":
        assert stat.S_IMODE(key.stat().st_mode) == 0o600
        assert stat.S_IMODE(key.parent.stat().st_mode) == 0o700
    assert not re.search(re.escape(key.read_text()), said)


def test_a_second_start_keeps_what_is_there(tmp_path: Path) -> None:
    settings = read_settings(["--instance", str(tmp_path), "--language", "en"], {})
    with open_store(settings, lambda _: None) as crm:
        users = sample_users(tmp_path)
        supervisor = next(user.name for user in users if user.role == "sales_supervisor")
        with crm.work(as_user=supervisor, readonly=True) as work:
            before = work.opportunities.count()
            assert work.actor.may("opportunity.dispatch")
            learnt = reports.prediction_model(work)
    assert before > 100
    assert learnt is not None
    assert isinstance(learnt.orders, BgNbdFit)
    assert isinstance(learnt.amounts, GammaGammaFit)
    assert {user.role for user in users} == {"administrator", "account_manager", "sales_supervisor", "executive"}
    told: list[str] = []
    with open_store(settings, told.append) as crm, crm.work(as_user=supervisor, readonly=True) as work:
        assert work.opportunities.count() == before
    assert not told


def test_the_key_is_made_once(tmp_path: Path) -> None:
    prepare_folder(tmp_path / "a" / "b")
    first = secret_key(tmp_path / "a" / "b")
    assert len(first) >= 32
    assert secret_key(tmp_path / "a" / "b") == first
    assert [path.name for path in (tmp_path / "a" / "b").iterdir()] == ["secret_key"]
    (tmp_path / "a" / "b" / "secret_key").write_text("short")
    with pytest.raises(SystemExit, match="delete it"):
        secret_key(tmp_path / "a" / "b")


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("nonsense", "nonsense"),
        ("oracle://user:geheim@host/x", "oracle"),
        ("postgresql://user:geheim@127.0.0.1:1/x", ""),
    ],
)
def test_a_store_that_can_not_be_opened_is_said_in_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], url: str, words: str
) -> None:
    assert start.main([url, "--instance", str(tmp_path)]) == 1
    complained = capsys.readouterr().err
    assert words in complained
    assert "geheim" not in complained
    assert "Traceback" not in complained


def test_a_new_store_is_not_filled_unless_wanted(tmp_path: Path) -> None:
    with pytest.raises(CrmError) as refused:
        open_store(read_settings(["--instance", str(tmp_path), "--no-sample-data"], {}), lambda _: None)
    assert "crmcore init" in str(refused.value)
    assert sample_users(tmp_path) == ()


def test_settings_come_from_the_command_line_before_the_environment() -> None:
    environment = {"CRM_URL": "memory://", "CRM_PORT": "6001", "CRM_SECRET_KEY": "k" * 40, "CRM_SAMPLE_DATA": "no"}
    settings = read_settings([], environment)
    assert (settings.store_url, settings.port, settings.sample_data) == ("memory://", 6001, False)
    assert "kkkk" not in repr(settings)
    assert read_settings(["sqlite:///x.db", "--port", "6002"], environment).port == 6002
    with pytest.raises(SystemExit):
        read_settings(["--port", "70000"], {})
    assert read_settings([], {}).store_url.endswith("/instance/crm.db")
