"""What is generated is current: a change of an entity, a text or a test's mark shows as a diff of these files.

Not current? Run ``python tests/golden`` and look at the diff before you commit it.
"""

import difflib

import pytest

from golden.files import ROOT, left_over, produced

FILES = produced()


@pytest.mark.parametrize("name", FILES)
def test_a_generated_file_is_current(name: str) -> None:
    path = ROOT / name
    kept = path.read_text(encoding="utf-8") if path.exists() else ""
    diff = list(difflib.unified_diff(kept.splitlines(), FILES[name].splitlines(), "kept", "made now", lineterm="", n=1))
    assert not diff, "\n".join(["run `python tests/golden` and review the diff:", *diff[:60]])


def test_nothing_is_kept_that_is_produced_no_more() -> None:
    assert left_over(FILES) == []
