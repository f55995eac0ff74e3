"""README's two commands are where CI and the reader find them, each a single line to copy."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
COMMAND = re.compile(r"<!-- command: (\w+) -->\s*```sh\n(.*?)```", re.DOTALL)


def commands(page: str) -> dict[str, str]:
    return dict(COMMAND.findall((ROOT / page).read_text(encoding="utf-8")))


def test_both_commands_are_one_line_each() -> None:
    found = commands("README.md")
    assert found.keys() == {"demo", "test"}
    assert all(command.count("\n") == 1 for command in found.values())


def test_the_test_command_runs_tox() -> None:
    assert commands("README.md")["test"].rstrip().endswith(".venv/bin/tox")


@pytest.mark.skipif(not (ROOT / "README.zh-CN.md").exists(), reason="there is no Chinese README")
def test_both_languages_give_the_same_commands() -> None:
    assert commands("README.zh-CN.md") == commands("README.md")
