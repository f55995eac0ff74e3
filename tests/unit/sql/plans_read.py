"""How a product says it would answer the statements of a list."""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final

import pytest

from crmcore.testing.sessions import writing

__all__ = ["Asked", "counted_through", "heard_by", "plan_of", "scanned"]

Asked = list[tuple[str, Sequence[Any]]]
"""Statements with their values."""
_SCANS: Final = {
    "sqlite": r"SCAN ({})\b(?! USING)",
    "postgresql": r"Seq Scan on ({})\b",
    "mariadb": r"\b({}) ALL\b",
}


@contextmanager
def heard_by(store: Any) -> Iterator[Asked]:
    """Hear what a store is asked meanwhile."""
    asked: Asked = []
    cls = _session_class(store)
    rows = cls.rows

    def listen(self: Any, statement: str, values: Sequence[Any]) -> Any:
        asked.append((statement, values))
        return rows(self, statement, values)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cls, "rows", listen)
        yield asked


def scanned(plan: str, product: str, tables: Sequence[str]) -> list[str]:
    """Which of some tables a plan reads from end to end, and by no index."""
    return re.findall(_SCANS[product].format("|".join(tables)), plan)


def plan_of(store: Any, statement: str, values: Sequence[Any]) -> str:
    """How a product would answer a statement."""
    product = store.product.name
    found = _answer(store, f"EXPLAIN {'QUERY PLAN ' if product == 'sqlite' else ''}{statement}", values)
    if product == "mariadb":
        return "\n".join(f"{row[2]} {row[3]} {row[5]} {row[8]} {row[9]}" for row in found)
    return "\n".join(str(row[-1]) for row in found)


def counted_through(store: Any, tables: Sequence[str]) -> None:
    """Let a server look at what its tables hold, as it does by itself after a while; kept only if it is committed."""
    product = store.product.name
    if product != "sqlite":
        with writing(store) as opened:
            session: Any = opened
            session.rows(f"ANALYZE {'TABLE ' if product == 'mariadb' else ''}{', '.join(tables)}", ())


def _answer(store: Any, statement: str, values: Sequence[Any] = ()) -> Sequence[Any]:
    session = store.begin(write=False)
    try:
        return session.rows(statement, values)  # type: ignore[no-any-return]
    finally:
        session.close()


def _session_class(store: Any) -> Any:
    session = store.begin(write=False)
    session.close()
    return type(session)
