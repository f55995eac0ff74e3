"""What a type checker tells the author of a query before it runs: every planted mistake, and nothing else."""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = Path(__file__).with_name("queries.py")


def lines_refused() -> dict[int, str]:
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--no-error-summary", "--hide-error-context", str(PAGE)],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
    )
    assert not done.stderr
    found = re.findall(rf"^{re.escape(str(PAGE.relative_to(ROOT)))}:(\d+): error: (.*)$", done.stdout, re.MULTILINE)
    return {int(number): message for number, message in found}


def test_every_planted_mistake_is_refused_and_nothing_else() -> None:
    lines = PAGE.read_text(encoding="utf-8").splitlines()
    planted = {number for number, line in enumerate(lines, start=1) if line.endswith("# wrong")}
    refused = lines_refused()
    assert {lines[number - 1].strip(): refused[number] for number in refused.keys() - planted} == {}
    assert [lines[number - 1].strip() for number in sorted(planted - refused.keys())] == []
