"""Which files are generated, and by what."""

from collections.abc import Iterator
from pathlib import Path

from golden.produce.coverage import coverage_page
from golden.produce.ddl import ddl_files
from golden.produce.documents import document_files
from golden.produce.reference import reference_pages
from golden.produce.schemas import schema_files

__all__ = ["ROOT", "produced", "write_all"]

ROOT = Path(__file__).resolve().parents[2]


def produced() -> dict[str, str]:
    """Answer the text of every generated file by its path in the repository."""
    return {
        **schema_files(),
        **ddl_files(),
        **document_files(),
        **reference_pages(),
        "docs/coverage.md": coverage_page(ROOT),
    }


def write_all() -> Iterator[str]:
    """Write what is not current, and remove what is produced no more; answer the paths."""
    files = produced()
    for name, text in files.items():
        path = ROOT / name
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
            yield name
    for path in left_over(files):
        path.unlink()
        yield f"{path.relative_to(ROOT)} (removed)"


def left_over(files: dict[str, str]) -> list[Path]:
    """Answer the golden files that nothing produces any more."""
    kept = (path for path in (ROOT / "tests" / "golden" / "kept").rglob("*") if path.is_file())
    return [path for path in kept if str(path.relative_to(ROOT)) not in files]
