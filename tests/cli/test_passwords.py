import getpass
import io
import os
import pty
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import crmcore
from crmcore import access
from crmcore.cli.passwords import NoPassword, NotRepeated, PasswordFile, given_password, typed_password
from crmcore.cli.speaker import Speaker

pytestmark = pytest.mark.extras

PASSWORD = "密码 correct horse"
Cli = Callable[..., Any]


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'crm.db'}"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    made = tmp_path / "password"
    made.write_text(f"{PASSWORD}\nanother line\n", encoding="utf-8")
    made.chmod(0o600)
    return made


def can_log_in(url: str, password: str = PASSWORD) -> bool:
    with crmcore.open(url) as crm:
        return access.log_in(crm, "admin", password).user.name == "admin"


def test_a_file(cli: Cli, url: str, file: Path) -> None:
    done = cli("init", url, "--administrator", "admin", "--password-file", str(file))
    assert (done.code, done.err) == (0, "")
    assert can_log_in(url)


def test_standard_input(program: Cli, url: str) -> None:
    done = program("init", url, "--administrator", "admin", "--password-file", "-", stdin=f"{PASSWORD}\r\nrest")
    assert (done.code, done.err) == (0, "")
    assert can_log_in(url)


def test_a_file_wins_over_the_environment(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CRMCORE_PASSWORD", "from the environment")
    assert given_password(Speaker(), str(file)) == PASSWORD
    assert given_password(Speaker(), "") == "from the environment"
    monkeypatch.setenv("CRMCORE_PASSWORD", "")
    assert given_password(Speaker(), "") is None


@pytest.mark.skipif(os.name != "posix", reason="only POSIX says who may read a file")
def test_a_file_that_others_can_read_is_told_about(cli: Cli, url: str, file: Path) -> None:
    file.chmod(0o644)
    done = cli("init", url, "--administrator", "admin", "--password-file", str(file), "--json")
    assert done.code == 0
    assert "others on this machine can read" in done.err
    assert done.facts["administrator"]["state"] == "made"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "first line is empty"),
        (b"\npassword\n", "first line is empty"),
        (b"\xff\xfe\x00", "not UTF-8"),
        (b"x" * 5000, "too long"),
    ],
)
def test_a_file_without_a_password_is_refused(cli: Cli, url: str, file: Path, content: bytes, reason: str) -> None:
    file.write_bytes(content)
    done = cli("init", url, "--administrator", "admin", "--password-file", str(file), "--json")
    assert (done.code, done.facts["error"]["code"]) == (1, "cli.password_file")
    assert reason in done.err


def test_a_byte_order_mark_is_no_part_of_the_password(file: Path) -> None:
    file.write_bytes(b"\xef\xbb\xbfsecret enough\n")
    assert given_password(Speaker(), str(file)) == "secret enough"


@pytest.mark.parametrize("name", ["missing", "."])
def test_a_file_that_can_not_be_read_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(PasswordFile) as refused:
        given_password(Speaker(), str(tmp_path / name))
    assert refused.value.params["reason"]


def test_without_a_terminal_nobody_is_asked(program: Cli, url: str) -> None:
    done = program("init", url, "--administrator", "admin", "--json")
    assert (done.code, done.facts["error"]["code"]) == (1, "cli.no_password")
    assert "CRMCORE_PASSWORD" in done.err


class Keyboard(io.StringIO):
    """Standard input that is a terminal."""

    def isatty(self) -> bool:
        return True


def typing(monkeypatch: pytest.MonkeyPatch, *typed: str) -> list[str]:
    """Let somebody type passwords; answers what he is asked."""
    asked: list[str] = []
    rest: Iterator[str] = iter(typed)

    def ask(prompt: str, stream: Any) -> str:
        assert stream is sys.stderr
        asked.append(prompt)
        return next(rest)

    monkeypatch.setattr(sys, "stdin", Keyboard())
    monkeypatch.setattr(getpass, "getpass", ask)
    return asked


def test_a_password_is_typed_twice(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
    asked = typing(monkeypatch, "one", "two", "secret enough", "secret enough")
    assert typed_password(Speaker("zh"), name="admin") == "secret enough"
    assert asked == ["请输入admin的密码： ", "请再输入一次： "] * 2
    assert "两次输入不一致" in capfd.readouterr().err


def test_after_three_mistakes_it_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    typing(monkeypatch, *"abcdef")
    with pytest.raises(NotRepeated):
        typed_password(Speaker(), name="admin")


def test_a_closed_standard_input_is_no_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", None)
    with pytest.raises(NoPassword):
        typed_password(Speaker(), name="admin")


def test_the_sample_users_password_is_asked_for(cli: Cli, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    cli("init", url)
    asked = typing(monkeypatch, PASSWORD, PASSWORD)
    done = cli("demo-data", url, "--size", "2", "--ask-password")
    assert (done.code, len(asked)) == (0, 2)
    assert can_log_in(url)


def test_nobody_is_asked_when_there_is_an_administrator(
    cli: Cli, url: str, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cli("init", url, "--administrator", "admin", "--password-file", str(file))
    assert typing(monkeypatch) == []
    assert cli("init", url, "--administrator", "admin").code == 0


TERMINAL = """
import fcntl, os, sys, termios
os.setsid()
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
from crmcore.cli import main
sys.exit(main(sys.argv[1:]))
"""


@pytest.mark.skipif(os.name != "posix", reason="there are no pseudo-terminals")
def test_at_a_terminal_the_password_is_not_shown(url: str) -> None:
    terminal, program = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-c", TERMINAL, "init", url, "--administrator", "admin", "--json"],
        stdin=program,
        stdout=subprocess.PIPE,
        stderr=program,
    )
    os.close(program)
    shown = ""
    for prompt in ("Password of admin:", "Once more:"):
        shown += _read_until(terminal, prompt)
        os.write(terminal, PASSWORD.encode() + b"\n")
    out, _ = process.communicate(timeout=60)
    shown += _rest_of(terminal)
    os.close(terminal)
    assert process.returncode == 0, shown
    assert b'"state": "made"' in out
    assert "horse" not in shown
    assert can_log_in(url)


def _read_until(terminal: int, wanted: str) -> str:
    shown, deadline = "", time.monotonic() + 60
    while wanted not in shown:
        assert time.monotonic() < deadline, shown
        shown += os.read(terminal, 1024).decode(errors="replace")
    return shown


def _rest_of(terminal: int) -> str:
    try:
        return os.read(terminal, 4096).decode(errors="replace")
    except OSError:  # the program has closed its end
        return ""
