import io
import json
import re
import sys
import tomllib
from collections.abc import Callable
from importlib import resources
from typing import Any

import pytest

from crmcore.cli.language import language_for
from crmcore.cli.speaker import Answer, Speaker
from crmcore.i18n.catalogue import _flatten

pytestmark = pytest.mark.extras
Cli = Callable[..., Any]
COMMANDS = ("init", "upgrade", "demo-data", "info")


@pytest.mark.parametrize(
    ("arguments", "environment", "language"),
    [
        ([], {}, "en"),
        ([], {"LANG": "zh_CN.UTF-8"}, "zh"),
        ([], {"LANG": "zh_CN.UTF-8", "LC_ALL": "C"}, "en"),
        ([], {"LANG": "en_GB", "LC_MESSAGES": "zh_TW"}, "zh"),
        ([], {"LC_ALL": "", "LANG": "zh"}, "zh"),
        ([], {"LANG": "fr_FR.UTF-8"}, "en"),
        (["info", "--lang", "zh"], {}, "zh"),
        (["info", "--lang=en"], {"LANG": "zh_CN"}, "en"),
        (["info", "--lang", "fr"], {"LANG": "zh_CN"}, "zh"),
        (["info", "--lang"], {}, "en"),
    ],
)
def test_the_language_is_the_one_asked_for_or_the_terminals(
    arguments: list[str], environment: dict[str, str], language: str
) -> None:
    assert language_for(arguments, environment) == language


def catalogue(language: str) -> dict[str, str]:
    source = resources.files("crmcore.cli").joinpath(f"{language}.toml")
    return dict(_flatten(tomllib.loads(source.read_text(encoding="utf-8"))))


def test_both_languages_say_the_same() -> None:
    english, chinese = catalogue("en"), catalogue("zh")
    assert english.keys() == chinese.keys()
    gaps = {key: [set(re.findall(r"\{\w+\}", words[key])) for words in (english, chinese)] for key in english}
    assert [key for key, (one, other) in gaps.items() if one != other] == []
    assert all(re.search(r"[\u4e00-\u9fff]", words) for words in chinese.values())


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("command", [(), *((one,) for one in COMMANDS)])
def test_help_is_in_the_readers_language(cli: Cli, language: str, command: tuple[str, ...]) -> None:
    done = cli("--lang", language, *command, "--help")
    assert (done.code, done.err) == (0, "")
    assert "cli." not in done.out
    assert bool(re.search(r"[\u4e00-\u9fff]", done.out)) == (language == "zh")


def test_somebody_who_says_nothing_gets_help(cli: Cli) -> None:
    for arguments in ((), ("--lang", "zh")):
        done = cli(*arguments)
        assert (done.code, done.out) == (2, "")
        assert all(command in done.err for command in COMMANDS)


@pytest.mark.parametrize(
    ("arguments", "english", "chinese"),
    [
        (("info", "--nonsense"), "No such option: --nonsense", "没有这个选项：--nonsense"),
        (("info",), "Missing argument", "缺少：URL"),
        (("init", "x", "--administrator"), "requires an argument", "--administrator 后面缺少值"),
        (("demo-data", "x", "--size", "many"), "Invalid value for '--size'", "--size 的值不正确"),
        (("nonsense",), "No such command", "无法理解这个命令"),
        (("info", "x", "y"), "unexpected extra argument", "无法理解这个命令"),
    ],
)
def test_a_mistake_in_the_arguments_is_told_in_the_readers_language(
    cli: Cli, arguments: tuple[str, ...], english: str, chinese: str
) -> None:
    done = cli(*arguments)
    assert (done.code, done.out) == (2, "")
    assert english in done.err
    done = cli("--lang", "zh", arguments[0], "--json", *arguments[1:])
    assert done.code == 2
    assert done.facts["error"]["code"] == "cli.usage"
    assert chinese in done.facts["error"]["message"]
    assert chinese in done.err


def test_results_are_aligned_in_chinese_too() -> None:
    rows = Speaker("zh").table([("产品", "SQLite"), ("crmcore", 1), ("空", "")])
    assert rows == ("产品     SQLite", "crmcore  1", "空")


class Ascii(io.StringIO):
    encoding = "ascii"


def test_a_terminal_without_chinese_letters_gets_escapes(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = Ascii()
    monkeypatch.setattr(sys, "stdout", stream)
    Speaker("zh").answer("info", Answer({}, ("北京",)))
    Speaker("zh", as_json=True).answer("info", Answer({"name": "北京"}, ()))
    text, line = stream.getvalue().splitlines()
    assert text == r"\u5317\u4eac"
    assert json.loads(line)["name"] == "北京"


def test_json_keeps_chinese_readable(cli: Cli) -> None:
    done = cli("info", "nonsense", "--json", "--lang", "zh")
    assert done.facts["error"]["message"] in done.out


class Terminal(io.StringIO):
    encoding = "utf-8"

    def isatty(self) -> bool:
        return True


def test_progress_is_shown_to_somebody_who_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal()
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(sys, "stderr", terminal)
    with Speaker().progress("Sample data") as progress:
        progress(3, 4)
        progress(4, 4)
    assert "4/4" in terminal.getvalue()


@pytest.mark.parametrize("stream", [io.StringIO(), None])
def test_progress_is_not_shown_to_a_file(monkeypatch: pytest.MonkeyPatch, stream: io.StringIO | None) -> None:
    monkeypatch.setattr(sys, "stderr", stream)
    with Speaker().progress("Sample data") as progress:
        progress(3, 4)
    assert stream is None or stream.getvalue() == ""
