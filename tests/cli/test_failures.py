import builtins
import importlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

import crmcore.cli
from crmcore.access.argon2 import MissingPackage
from crmcore.base.errors import (
    BadUrl,
    Conflict,
    Contention,
    CrmError,
    Invalid,
    MissingDriver,
    NotFound,
    NoTransactions,
    Problem,
    Refused,
    SchemaMissing,
    SchemaNewer,
    SchemaOutdated,
    Unavailable,
    UnknownOutcome,
    UnknownScheme,
)
from crmcore.cli import commands
from crmcore.cli.failures import guarded
from crmcore.cli.speaker import Speaker

pytestmark = pytest.mark.extras
Cli = Callable[..., Any]


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (Invalid(Problem(field="size", code="value.missing")), 1),
        (Refused(), 1),
        (NotFound(entity="user", id="x"), 1),
        (Conflict(entity="user", id="x"), 1),
        (BadUrl(url="x", hint=""), 2),
        (UnknownScheme(scheme="x", known=""), 2),
        (Unavailable(reason="down"), 3),
        (UnknownOutcome(), 3),
        (NoTransactions(hint=""), 3),
        (Contention(entity="user", id="x"), 3),
        (SchemaMissing(url="x"), 4),
        (SchemaOutdated(url="x"), 4),
        (SchemaNewer(url="x"), 4),
        (MissingDriver(scheme="x", package="y", extra="z"), 5),
        (MissingPackage(package="argon2-cffi", extra="auth"), 5),
    ],
    ids=lambda value: type(value).__name__,
)
def test_every_error_has_its_exit_code(capfd: pytest.CaptureFixture[str], error: CrmError, code: int) -> None:
    def fail() -> int:
        raise error

    assert guarded(Speaker("zh"), fail) == code
    out, err = capfd.readouterr()
    assert out == ""
    assert err == f"crmcore: {error.explain('zh')}\n"


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_mistake_of_ours_is_told_in_a_sentence(cli: Cli, monkeypatch: pytest.MonkeyPatch, language: str) -> None:
    def broken(*_: Any, **__: Any) -> None:
        raise RuntimeError("postgresql://crm:geheim@db/crm went away")

    monkeypatch.delenv("CRMCORE_TRACEBACK")
    monkeypatch.setattr(commands, "open_crm", broken)
    done = cli("info", "memory://", "--json", "--lang", language)
    assert (done.code, done.facts["error"]["code"]) == (70, "cli.unexpected")
    assert "Traceback" not in done.err
    assert "geheim" not in done.err + done.out
    assert "RuntimeError" in done.err
    monkeypatch.setenv("CRMCORE_TRACEBACK", "1")
    assert "Traceback" in cli("info", "memory://").err


@pytest.mark.parametrize("url", ["mysql://crm:geheim@127.0.0.1:1/crm", "postgresql://crm:geheim@127.0.0.1:1/crm"])
@pytest.mark.parametrize("command", ["init", "upgrade", "demo-data", "info"])
def test_a_server_that_is_down_is_told_without_the_password(cli: Cli, url: str, command: str) -> None:
    done = cli(command, url, "--json")
    assert (done.code, done.facts["error"]["code"]) == (3, "store.unavailable")
    assert "geheim" not in done.out + done.err


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("", 2),
        ("crm.db", 2),
        ("nonsense://x", 2),
        ("sqlite://", 2),
        ("postgresql://[::1/x", 2),
        ("sqlite:////dev/null/x", 3),
    ],
)
def test_a_url_that_can_not_be_used_is_refused(cli: Cli, url: str, code: int) -> None:
    done = cli("info", url, "--json")
    assert done.code == code
    assert done.err.count("\n") == 1


def test_a_missing_driver_names_its_extra(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    def without(*_: Any, **__: Any) -> None:
        raise MissingDriver(scheme="mysql", package="pymysql", extra="mysql")

    monkeypatch.setattr(commands, "open_crm", without)
    done = cli("info", "mysql://x/y")
    assert done.code == 5
    assert 'pip install "crmcore[mysql]"' in done.err


def without_package(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    real = builtins.__import__

    def importing(wanted: str, *rest: Any, **more: Any) -> Any:
        if wanted == "crmcore.cli.running":
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
        return real(wanted, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", importing)


@pytest.mark.parametrize("name", ["typer", "rich.console", "click"])
def test_a_missing_extra_is_told_in_a_sentence(cli: Cli, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    without_package(monkeypatch, name)
    done = cli("info", "--lang", "zh")
    assert (done.code, done.out) == (5, "")
    assert 'pip install "crmcore[cli]"' in done.err
    assert "需要软件包" in done.err


def test_another_missing_module_is_not_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    without_package(monkeypatch, "crmcore_something")
    with pytest.raises(ModuleNotFoundError):
        crmcore.cli.main(["info"])


def test_ctrl_c_before_anything_began(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(_: Any) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr("crmcore.cli.running.run", interrupted)
    assert crmcore.cli.main(["info"]) == 130


@pytest.mark.parametrize("error", [KeyboardInterrupt, EOFError])
def test_ctrl_c_is_no_failure_of_ours(cli: Cli, monkeypatch: pytest.MonkeyPatch, error: type[BaseException]) -> None:
    def interrupted(*_: Any, **__: Any) -> None:
        raise error

    monkeypatch.setattr(commands, "open_crm", interrupted)
    done = cli("info", "memory://", "--json")
    assert (done.code, done.facts["error"]["code"]) == (130, "cli.interrupted")


def _start(*arguments: str, **more: Any) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "crmcore.cli", *arguments]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, **more)


def _heed_ctrl_c() -> None:
    """Let a child hear Ctrl-C even if these tests run in the background, where shells have it ignored."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@pytest.mark.skipif(os.name != "posix", reason="signals are different elsewhere")
def test_ctrl_c_in_the_middle_keeps_what_is_done(cli: Cli, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'crm.db'}"
    cli("init", url)
    with _start("demo-data", url, "--size", "5000000", preexec_fn=_heed_ctrl_c) as process:
        try:
            deadline = time.monotonic() + 200  # a busy machine takes long to prepare the store
            while not cli("info", url, "--json").facts["records"]["opportunity"]:
                assert time.monotonic() < deadline
                assert process.poll() is None
            process.send_signal(signal.SIGINT)
            out, err = process.communicate(timeout=60)
        finally:
            process.kill()
    assert (process.returncode, out) == (130, b"")
    assert err == b"crmcore: Interrupted. What was done until then is kept.\n"
    records = cli("info", url, "--json").facts["records"]
    assert records["opportunity"] % 250 == 0
    assert records["outbox_message"] == 0


@pytest.mark.skipif(os.name != "posix", reason="pipes are different elsewhere")
def test_a_reader_who_goes_away_is_no_failure_of_ours() -> None:
    process = _start("info", "memory://")
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    err = process.stderr.read()
    process.stderr.close()
    assert (process.wait(timeout=60), err) == (141, b"")


@pytest.mark.skipif(os.name != "posix", reason="shells are different elsewhere")
@pytest.mark.parametrize("closed", [">&-", "2>&-", "<&-"])
def test_closed_streams_do_no_harm(closed: str) -> None:
    command = f'"$0" -m crmcore.cli info memory:// {closed}'
    done = subprocess.run(["sh", "-c", command, sys.executable], capture_output=True, check=False, timeout=60)
    assert (done.returncode, done.stderr) == (0, b"")


def test_a_full_disk_is_told(program: Cli) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("there is no /dev/full")
    command = '"$0" -m crmcore.cli info memory:// >/dev/full'
    done = subprocess.run(["sh", "-c", command, sys.executable], capture_output=True, check=False, timeout=60)
    assert done.returncode == 70
    assert b"OSError" in done.stderr


def test_a_mistake_before_the_command_runs_is_told_too(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_: Any) -> Any:
        return SimpleNamespace(help="", params=(), commands={}, __call__=None)

    monkeypatch.setattr("crmcore.cli.running.get_command", broken)
    assert cli("info", "memory://").code == 70


def test_importing_the_module_runs_nothing() -> None:
    assert importlib.import_module("crmcore.cli.__main__").main is crmcore.cli.main


def test_the_module_is_the_command(program: Cli) -> None:
    assert program("--version").out == f"crmcore {crmcore.__version__}\n"
