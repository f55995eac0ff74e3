"""Every Python example in README and docs runs, top to bottom, as a reader would run it.

An example that is not meant to run says so in the page, in the line before it: ``<!--- skip: next -->``.
What an example writes lands in an empty folder.
"""

from collections.abc import Iterator
from doctest import ELLIPSIS
from pathlib import Path

import pytest
from sybil import Sybil
from sybil.document import Document
from sybil.parsers.myst import PythonCodeBlockParser, SkipParser

from crmcore.storage.action import _REGISTRY

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("README*.md"), *(page for page in ROOT.glob("docs/**/*.md") if "_build" not in page.parts)])


def parsed(page: Path) -> Document:
    document = Sybil(
        parsers=[PythonCodeBlockParser(doctest_optionflags=ELLIPSIS), SkipParser()],
        path=str(page.parent),
        pattern=page.name,
    ).parse(page)
    document.namespace["__name__"] = "__main__"
    return document


@pytest.fixture(autouse=True)
def same_actions() -> Iterator[None]:
    """Forget the actions an example registers."""
    yield
    for name in [name for name in _REGISTRY if name.startswith("__main__.")]:
        del _REGISTRY[name]


@pytest.mark.parametrize("page", PAGES, ids=[str(page.relative_to(ROOT)) for page in PAGES])
def test_the_examples_of_a_page_run(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for example in parsed(page).examples():
        example.evaluate()


def test_an_example_can_be_left_out(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("<!--- skip: next -->\n\n```python\nassert False\n```\n", encoding="utf-8")
    for example in parsed(page).examples():
        example.evaluate()


def test_an_example_that_fails_is_noticed(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("```python\nx = 1\n```\n\ntext\n\n```python\nassert x == 2\n```\n", encoding="utf-8")
    examples = list(parsed(page).examples())
    examples[0].evaluate()
    with pytest.raises(AssertionError):
        examples[1].evaluate()
