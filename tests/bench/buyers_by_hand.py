"""Growth, retention, cohorts and concentration, each with the best SQL that was found for it by hand."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from bench.reckoning import Rows, amounts
from crmcore.statistics.periods import instants, year_of
from crmcore.storage.work import Work

__all__ = [
    "MONTH",
    "NOW",
    "PAID",
    "YEAR",
    "YUAN",
    "apart",
    "cohorts",
    "concentrated",
    "concentration",
    "grown",
    "growth",
    "kept",
    "kept_by_hand",
    "retention",
    "spent",
]

YEAR = year_of(2024)
PAID = "FROM \"order\" o WHERE o.status = 'paid'"
YUAN = f"{PAID} AND o.currency = 'CNY'"
MONTH = {"sqlite": "substr({}, 1, 7)", "postgresql": "date_trunc('month', {})"}


def apart(kind: str) -> str:
    """SQLite groups more quickly by sorting than by following an index all over the file."""
    return "+" if kind == "sqlite" else ""


def spent(kind: str, where: str = YUAN) -> str:
    key = apart(kind) + "o.customer"
    return f"SELECT o.customer AS id, count(*) AS n, sum(o.amount) AS s {where} GROUP BY {key}"


def _instants(kind: str, work: Work) -> tuple[str, str]:
    start, end = instants(YEAR, work.zone)
    if kind == "sqlite":
        return str(round(start.timestamp() * 1000)), str(round(end.timestamp() * 1000))
    return f"'{start.isoformat()}'", f"'{end.isoformat()}'"


def growth(kind: str, work: Work) -> Sequence[Sequence[str]]:
    edges = [start for month in range(1, 13) for start in [_begin(kind, work, month)]]
    bands = " ".join(f"WHEN {{0}} < {edge} THEN {place}" for place, edge in enumerate(edges))
    first, last = _instants(kind, work)
    step = f"CASE {bands} ELSE 12 END"
    known = f"FROM customer WHERE status <> 'deleted' AND created_at < {last}"
    lost = f"FROM churn_case WHERE status = 'lost' AND closed_at >= {first} AND closed_at < {last}"
    new = f"SELECT {step.format('created_at')}, count(*) {known} GROUP BY 1"
    return [(new, f"SELECT {step.format('closed_at')}, count(*) {lost} GROUP BY 1")]


def _begin(kind: str, work: Work, month: int) -> str:
    at = dt.datetime(2024, month, 1, tzinfo=work.zone)
    return str(round(at.timestamp() * 1000)) if kind == "sqlite" else f"'{at.isoformat()}'"


def grown(_: str, answers: Sequence[Rows]) -> list[int]:
    came = {row[0]: row[1] for row in answers[0]}
    running = came.get(0, 0)
    return [running := running + came.get(month, 0) for month in range(1, 13)]


THEN = "o.ordered_on >= '2023-01-01' AND o.ordered_on <= '2023-12-31'"
NOW = "o.ordered_on >= '2024-01-01' AND o.ordered_on <= '2024-12-31'"


def retention(kind: str, _: Work) -> Sequence[Sequence[str]]:
    """One pass over two years, by customer; then one over the customers."""
    of = "count(*) FILTER (WHERE {0}) AS n{1}, sum(CASE WHEN o.currency = 'CNY' AND {0} THEN o.amount END) AS s{1}"
    measures = f"{of.format(THEN, 1)}, {of.format(NOW, 2)}"
    source = 'FROM "order" o NOT INDEXED' if kind == "sqlite" else 'FROM "order" o'
    within = "o.status = 'paid' AND o.ordered_on >= '2023-01-01' AND o.ordered_on <= '2024-12-31'"
    inner = f"SELECT o.customer, {measures} {source} WHERE {within} GROUP BY o.customer"
    outer = (
        "count(*) FILTER (WHERE n1 > 0), count(*) FILTER (WHERE n1 > 0 AND n2 > 0), sum(s1),"
        " sum(s2) FILTER (WHERE n1 > 0), sum(s1) FILTER (WHERE n2 = 0)"
    )
    return [(f"SELECT {outer} FROM ({inner}) b",)]


def kept(found: Any) -> list[Any]:
    every = (found.customers, found.retained, found.revenue, found.revenue_kept, found.revenue_lost)
    return [one.value for one in every]


def kept_by_hand(kind: str, answers: Sequence[Rows]) -> list[Any]:
    (row,) = answers[0]
    return [*map(int, row[:2]), *map(amounts(kind, 4), row[2:])]


def cohorts(kind: str, _: Work) -> Sequence[Sequence[str]]:
    first, then = (MONTH[kind].format(one) for one in ("s.first_order_on", "o.ordered_on"))
    in_year = "s.first_order_on >= '2024-01-01' AND s.first_order_on <= '2024-12-31'"
    sizes = f"SELECT {first}, count(*) FROM order_summary s WHERE {in_year} GROUP BY 1"
    join = "CROSS JOIN" if kind == "sqlite" else "JOIN"
    on = "WHERE o.customer = s.id AND" if kind == "sqlite" else "ON o.customer = s.id WHERE"
    again = f'SELECT {first}, {then}, count(DISTINCT o.customer) FROM order_summary s {join} "order" o {on}'
    return [(sizes, f"{again} {in_year} AND {NOW} AND o.status <> 'cancelled' GROUP BY 1, 2")]


def concentration(kind: str, _: Work) -> Sequence[Sequence[str]]:
    ranks = (
        "SELECT s, row_number() OVER w AS p, sum(s) OVER (w ROWS UNBOUNDED PRECEDING) AS run,"
        f" count(*) OVER () AS every, sum(s) OVER () AS whole FROM ({spent(kind)}) g WINDOW w AS (ORDER BY s DESC, id)"
    )
    best = "sum(CASE WHEN p * 100 <= every * 20 + 99 THEN s END), min(CASE WHEN run * 100 >= whole * 80 THEN p END)"
    return [(f"SELECT max(every), max(whole), {best} FROM ({ranks}) r",)]


def concentrated(kind: str, answers: Sequence[Rows]) -> list[Any]:
    ((every, whole, best, needed),) = answers[0]
    amount = amounts(kind, 4)
    return [int(every), amount(whole), amount(best), int(needed)]
