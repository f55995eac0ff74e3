"""Which test names which requirement: read from the marks in the test files, without running them."""

import ast
import functools
import tomllib
from collections.abc import Iterator
from pathlib import Path

import attrs

__all__ = ["Part", "coverage_page", "marks", "parts"]

_BUILT = {"yes": "built", "partly": "partly built", "later": "not built yet"}


@attrs.frozen
class Part:
    """A group of requirements."""

    code: str
    title: str
    built: str
    """``yes``, ``partly`` or ``later``."""
    ids: dict[str, str]
    """Id and what it is about."""
    without: dict[str, str]
    """Id that no test names, and why."""
    partly: dict[str, str]
    """Id that tests name, and what of it is not built."""


def parts(root: Path) -> tuple[Part, ...]:
    """Answer every part of the list of requirements."""
    kept = tomllib.loads((root / "docs" / "requirements-ids.toml").read_text(encoding="utf-8"))
    return tuple(
        Part(code, one["title"], one["built"], one["ids"], one.get("without", {}), one.get("partly", {}))
        for code, one in kept.items()
    )


@functools.cache
def marks(root: Path) -> dict[str, list[tuple[str, str]]]:
    """Answer the tests that name each id: file and name of the test, class or module."""
    found: dict[str, list[tuple[str, str]]] = {}
    for folder in (root / "tests", *sorted((root / "examples").glob("*/tests"))):
        for file in sorted(folder.rglob("test_*.py")):
            place = file.relative_to(root).as_posix()
            tree = ast.parse(file.read_text(encoding="utf-8"))
            for name, id_ in _marked(tree):
                found.setdefault(id_, []).append((place, name))
    return found


def _marked(node: ast.AST, prefix: str = "") -> Iterator[tuple[str, str]]:
    for child in ast.iter_child_nodes(node):
        match child:
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                name = f"{prefix}{child.name}"
                for decorator in child.decorator_list:
                    yield from ((name, id_) for id_ in _ids(decorator))
                if isinstance(child, ast.ClassDef):
                    yield from _marked(child, f"{name}::")
            case ast.Assign() | ast.AnnAssign() if child.value is not None:
                targets = child.targets if isinstance(child, ast.Assign) else [child.target]
                if any(isinstance(one, ast.Name) and one.id == "pytestmark" for one in targets):
                    yield from ((f"{prefix}*", id_) for id_ in _ids(child.value))


def _ids(node: ast.AST) -> Iterator[str]:
    """Answer the ids of every ``requirement`` mark in an expression."""
    for call in ast.walk(node):
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr == "requirement":
            for argument in call.args:
                if not isinstance(argument, ast.Constant):
                    message = f"line {argument.lineno}: a requirement is named by a text, so that it can be found"
                    raise TypeError(message)
                yield str(argument.value)


def coverage_page(root: Path) -> str:
    """Write the page."""
    found = marks(root)
    about = (
        'Each id with the tests that name it by `@pytest.mark.requirement("OPP-10")`: they would fail without it. '
        "What an id is about stands in `docs/requirements-ids.toml`."
    )
    lines = [
        "<!-- Made from the tests by `python tests/golden`; changes here are overwritten. -->",
        "",
        "# Requirements and their tests",
        "",
        about,
        "",
        "| Part | | State | Ids | Named by tests |",
        "| --- | --- | --- | --- | --- |",
    ]
    for part in parts(root):
        named = sum(id_ in found for id_ in part.ids)
        lines.append(f"| {part.code} | {part.title} | {_BUILT[part.built]} | {len(part.ids)} | {named} |")
    for part in parts(root):
        lines += ["", f"## {part.code}: {part.title}", ""]
        if part.built != "later":
            lines += [line for id_, title in part.ids.items() for line in _entry(title, found.get(id_, []), part, id_)]
            continue
        lines += ["Not built yet." if not part.ids.keys() & found.keys() else "Not built yet as a whole.", ""]
        lines += ["| Id | About | Tests |", "| --- | --- | --- |"]
        lines += [f"| {id_} | {title} | {len(found.get(id_, [])) or ''} |" for id_, title in part.ids.items()]
    return "\n".join(lines).rstrip() + "\n"


def _entry(title: str, tests: list[tuple[str, str]], part: Part, id_: str) -> Iterator[str]:
    yield f"**{id_}** {title}"
    by_file: dict[str, list[str]] = {}
    for file, name in tests:
        by_file.setdefault(file, []).append(name)
    if not by_file:
        yield f": {part.without.get(id_, '–')}"
    for file, names in by_file.items():
        yield f": `{file}`: {', '.join(f'`{name}`' for name in sorted(set(names)))}"
    if id_ in part.partly:
        yield f": {part.partly[id_]}"
    yield ""
