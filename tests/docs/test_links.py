"""A link from one page of the repository to another leads somewhere; Sphinx sees only those below docs."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = [
    *sorted(ROOT.glob("*.md")),
    *sorted(page for page in ROOT.glob("docs/**/*.md") if "_build" not in page.parts),
    *sorted(ROOT.glob("examples/*/README*.md")),
]
LINK = re.compile(r"\]\(([^)\s]+)\)")
FENCE = re.compile(r"^```.*?^```", re.DOTALL | re.MULTILINE)


def links(page: Path) -> set[str]:
    """What a page links to within the repository, outside its examples."""
    text = FENCE.sub("", page.read_text(encoding="utf-8"))
    found = {target.partition("#")[0] for target in LINK.findall(text)}
    return {target for target in found if target and not re.match(r"[a-z+]+:", target)}


@pytest.mark.parametrize("page", PAGES, ids=[str(page.relative_to(ROOT)) for page in PAGES])
def test_every_link_leads_to_a_page(page: Path) -> None:
    assert {target for target in links(page) if not (page.parent / target).exists()} == set()


def test_the_chinese_pages_stand_beside_the_english_ones() -> None:
    chinese = {page.relative_to(ROOT / "docs" / "zh") for page in (ROOT / "docs" / "zh").rglob("*.md")}
    wanted = {Path(name) for name in ("index.md", "why.md", "quick-start.md", "concepts.md")}
    wanted |= {page.relative_to(ROOT / "docs") for page in (ROOT / "docs" / "how-to").glob("*.md")}
    assert wanted - chinese == set()


def test_the_chinese_pages_run_the_same_examples() -> None:
    """Not the same words: the same number of Python blocks, so that none is forgotten when a page grows."""
    for page in (ROOT / "docs" / "zh" / "how-to").glob("*.md"):
        english = (ROOT / "docs" / "how-to" / page.name).read_text(encoding="utf-8").count("```python")
        assert page.read_text(encoding="utf-8").count("```python") == english, page.name
