"""The classic reports and those of customers, each with the best SQL that was found for it by hand.

Each way by hand is a list of statements that answer everything the report says; several ways compete.
"""

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any

import attrs

from bench.reckoning import Rows, amounts
from crmcore import reports
from crmcore.reports import OrderFilter
from crmcore.statistics.contribution import ContributionBy
from crmcore.statistics.parts import CompositionBy
from crmcore.statistics.periods import Span, instants, year_of
from crmcore.storage.work import Work

__all__ = ["REPORTS", "Asked"]

YEAR = year_of(2024)


@attrs.frozen
class Asked:
    """One report, and the same by hand."""

    report: Callable[[Work], Any]
    by_hand: Callable[[str, Work], Sequence[Sequence[str]]]
    """Ways by hand, for a product."""
    shown: Callable[[Any], Any]
    """What the report says, as numbers."""
    said: Callable[[str, Sequence[Rows]], Any]
    """The same from what the first way has answered."""


_PAID = "FROM \"order\" o WHERE o.status = 'paid'"
_YUAN = f"{_PAID} AND o.currency = 'CNY'"
_MONTH = {"sqlite": "substr({}, 1, 7)", "postgresql": "date_trunc('month', {})"}


def _apart(kind: str) -> str:
    """SQLite groups more quickly by sorting than by following an index all over the file."""
    return "+" if kind == "sqlite" else ""


def _spent(kind: str, where: str = _YUAN) -> str:
    key = _apart(kind) + "o.customer"
    return f"SELECT o.customer AS id, count(*) AS n, sum(o.amount) AS s {where} GROUP BY {key}"


def _ranked(most: int) -> Callable[[str, Work], Sequence[Sequence[str]]]:
    def ways(kind: str, _: Work) -> Sequence[Sequence[str]]:
        others = f"SELECT o.currency, count(*), sum(o.amount) {_PAID} AND o.currency <> 'CNY' GROUP BY 1"
        named = (
            "SELECT t.id, t.n, t.s, t.g, t.w, t.a, c.name FROM ({}) t JOIN customer c ON c.id = t.id ORDER BY 3 DESC, 1"
        )
        every = "count(*) OVER () AS g, sum(count(*)) OVER () AS w, sum(sum(o.amount)) OVER () AS a"
        windows = _spent(kind).replace(" FROM", f", {every} FROM", 1) + f" ORDER BY 3 DESC, 1 LIMIT {most}"
        whole = "(SELECT count(*) AS g, sum(n) AS w, sum(s) AS a FROM spent)"
        joined = f"SELECT t.*, whole.* FROM (SELECT * FROM spent ORDER BY s DESC, id LIMIT {most}) t, {whole} whole"
        once = f"WITH spent AS MATERIALIZED ({_spent(kind)}) " + named.format(joined)
        return [(once, others), (named.format(windows), others)]

    return ways


def _kinds(column: str) -> Callable[[str, Work], Sequence[Sequence[str]]]:
    def ways(kind: str, _: Work) -> Sequence[Sequence[str]]:
        first = (
            f"SELECT c.{column}, sum(n), sum(s) FROM ({_spent(kind)}) g LEFT JOIN customer c ON c.id = g.id GROUP BY 1"
        )
        joined = _YUAN.replace(" WHERE", " LEFT JOIN customer c ON c.id = o.customer WHERE")
        return [(first,), (f"SELECT c.{column}, count(*), sum(o.amount) {joined} GROUP BY 1",)]

    return ways


_QUARTER = "CAST(substr(o.ordered_on, 6, 2) AS INTEGER)"
_STEPS = {
    "year": {"sqlite": "substr(o.ordered_on, 1, 4)", "postgresql": "date_trunc('year', o.ordered_on)"},
    "quarter": {
        "sqlite": f"substr(o.ordered_on, 1, 4) || (({_QUARTER} + 2) / 3)",
        "postgresql": "date_trunc('quarter', o.ordered_on)",
    },
    "month": {kind: text.format("o.ordered_on") for kind, text in _MONTH.items()},
}


def _times(span: str) -> Callable[[str, Work], Sequence[Sequence[str]]]:
    return lambda kind, _: [(f"SELECT {_STEPS[span][kind]}, count(*), sum(o.amount) {_YUAN} GROUP BY 1",)]


def _contributions(rows: Sequence[Any]) -> list[Any]:
    return sorted((one.orders.value, one.amount.value) for one in rows)


def _sums(kind: str, rows: Rows) -> list[Any]:
    amount = amounts(kind, 4)
    return sorted((int(row[1]), amount(row[2])) for row in rows)


def _counts(rows: Rows) -> list[int]:
    return sorted(int(row[-1]) for row in rows)


_BY = {
    ContributionBy.CUSTOMER: _ranked(1000),
    ContributionBy.MANAGER: _kinds("manager"),
    ContributionBy.REGION: _kinds("region"),
    ContributionBy.INDUSTRY: _kinds("industry"),
    ContributionBy.LEVEL: _kinds("level"),
    ContributionBy.CATEGORY: _kinds("category"),
    ContributionBy.COMPANY_SIZE: _kinds("company_size"),
    **{one: _times(one.value) for one in (ContributionBy.YEAR, ContributionBy.QUARTER, ContributionBy.MONTH)},
}


def _instants(kind: str, work: Work) -> tuple[str, str]:
    start, end = instants(YEAR, work.zone)
    if kind == "sqlite":
        return str(round(start.timestamp() * 1000)), str(round(end.timestamp() * 1000))
    return f"'{start.isoformat()}'", f"'{end.isoformat()}'"


def _growth(kind: str, work: Work) -> Sequence[Sequence[str]]:
    edges = [start for month in range(1, 13) for start in [_begin(kind, work, month)]]
    bands = " ".join(f"WHEN {{0}} < {edge} THEN {place}" for place, edge in enumerate(edges))
    first, last = _instants(kind, work)
    step = f"CASE {bands} ELSE 12 END"
    known = f"FROM customer WHERE status <> 'deleted' AND created_at < {last}"
    lost = f"FROM churn_case WHERE status = 'lost' AND closed_at >= {first} AND closed_at < {last}"
    new = f"SELECT {step.format('created_at')}, count(*) {known} GROUP BY 1"
    return [(new, f"SELECT {step.format('closed_at')}, count(*) {lost} GROUP BY 1")]


def _parts(column: str) -> Callable[[str, Work], Sequence[Sequence[str]]]:
    def ways(kind: str, _: Work) -> Sequence[Sequence[str]]:
        start = f"SELECT {column}, count(*) FROM customer"
        there = "WHERE status = 'normal' GROUP BY 1"
        return [(f"{start} {there}",), *([(f"{start} NOT INDEXED {there}",)] if kind == "sqlite" else [])]

    return ways


def _begin(kind: str, work: Work, month: int) -> str:
    at = dt.datetime(2024, month, 1, tzinfo=work.zone)
    return str(round(at.timestamp() * 1000)) if kind == "sqlite" else f"'{at.isoformat()}'"


def _grown(_: str, answers: Sequence[Rows]) -> list[int]:
    came = {row[0]: row[1] for row in answers[0]}
    running = came.get(0, 0)
    return [running := running + came.get(month, 0) for month in range(1, 13)]


_THEN = "o.ordered_on >= '2023-01-01' AND o.ordered_on <= '2023-12-31'"
_NOW = "o.ordered_on >= '2024-01-01' AND o.ordered_on <= '2024-12-31'"


def _retention(kind: str, _: Work) -> Sequence[Sequence[str]]:
    """One pass over two years, by customer; then one over the customers."""
    of = "count(*) FILTER (WHERE {0}) AS n{1}, sum(CASE WHEN o.currency = 'CNY' AND {0} THEN o.amount END) AS s{1}"
    measures = f"{of.format(_THEN, 1)}, {of.format(_NOW, 2)}"
    source = 'FROM "order" o NOT INDEXED' if kind == "sqlite" else 'FROM "order" o'
    within = "o.status = 'paid' AND o.ordered_on >= '2023-01-01' AND o.ordered_on <= '2024-12-31'"
    inner = f"SELECT o.customer, {measures} {source} WHERE {within} GROUP BY o.customer"
    outer = (
        "count(*) FILTER (WHERE n1 > 0), count(*) FILTER (WHERE n1 > 0 AND n2 > 0), sum(s1),"
        " sum(s2) FILTER (WHERE n1 > 0), sum(s1) FILTER (WHERE n2 = 0)"
    )
    return [(f"SELECT {outer} FROM ({inner}) b",)]


def _kept(found: Any) -> list[Any]:
    every = (found.customers, found.retained, found.revenue, found.revenue_kept, found.revenue_lost)
    return [one.value for one in every]


def _kept_by_hand(kind: str, answers: Sequence[Rows]) -> list[Any]:
    (row,) = answers[0]
    return [*map(int, row[:2]), *map(amounts(kind, 4), row[2:])]


def _cohorts(kind: str, _: Work) -> Sequence[Sequence[str]]:
    first, then = (_MONTH[kind].format(one) for one in ("s.first_order_on", "o.ordered_on"))
    in_year = "s.first_order_on >= '2024-01-01' AND s.first_order_on <= '2024-12-31'"
    sizes = f"SELECT {first}, count(*) FROM order_summary s WHERE {in_year} GROUP BY 1"
    join = "CROSS JOIN" if kind == "sqlite" else "JOIN"
    on = "WHERE o.customer = s.id AND" if kind == "sqlite" else "ON o.customer = s.id WHERE"
    again = f'SELECT {first}, {then}, count(DISTINCT o.customer) FROM order_summary s {join} "order" o {on}'
    return [(sizes, f"{again} {in_year} AND {_NOW} AND o.status <> 'cancelled' GROUP BY 1, 2")]


def _concentration(kind: str, _: Work) -> Sequence[Sequence[str]]:
    ranks = (
        "SELECT s, row_number() OVER w AS p, sum(s) OVER (w ROWS UNBOUNDED PRECEDING) AS run,"
        f" count(*) OVER () AS every, sum(s) OVER () AS whole FROM ({_spent(kind)}) g WINDOW w AS (ORDER BY s DESC, id)"
    )
    best = "sum(CASE WHEN p * 100 <= every * 20 + 99 THEN s END), min(CASE WHEN run * 100 >= whole * 80 THEN p END)"
    return [(f"SELECT max(every), max(whole), {best} FROM ({ranks}) r",)]


def _concentrated(kind: str, answers: Sequence[Rows]) -> list[Any]:
    ((every, whole, best, needed),) = answers[0]
    amount = amounts(kind, 4)
    return [int(every), amount(whole), amount(best), int(needed)]


def _products(period: str) -> Callable[[str, Work], Sequence[Sequence[str]]]:
    def ways(kind: str, _: Work) -> Sequence[Sequence[str]]:
        key = _apart(kind) + "l.product_key"
        measures = (
            "l.product_key, count(*), sum(l.quantity), sum(l.amount), sum(count(*)) OVER (), sum(sum(l.amount)) OVER ()"
        )
        end = f"GROUP BY {key} ORDER BY 4 DESC, 1 LIMIT 50"
        orders = f"o.status = 'paid' AND o.currency = 'CNY'{period}"
        within = (
            f'SELECT {measures} FROM order_line l WHERE l."order" IN (SELECT o.id FROM "order" o WHERE {orders}) {end}'
        )
        join = "CROSS JOIN" if kind == "sqlite" else "JOIN"
        on = 'WHERE l."order" = o.id AND' if kind == "sqlite" else 'ON l."order" = o.id WHERE'
        return [(within,), (f'SELECT {measures} FROM "order" o {join} order_line l {on} {orders} {end}',)]

    return ways


def _sold(kind: str, answers: Sequence[Rows]) -> list[Any]:
    amount = amounts(kind, 4)
    return [amount(answers[0][0][5]), [(row[0], amount(row[2]), amount(row[3])) for row in answers[0]]]


def _mix(found: Any) -> list[Any]:
    return [found.amount.value, [(row.product, row.quantity.value, row.amount.value) for row in found.rows]]


_BOUGHT = OrderFilter(period=YEAR)
REPORTS: dict[str, Asked] = {
    "contribution": Asked(
        lambda work: reports.contribution(work, size=50),
        _ranked(50),
        lambda found: _contributions(found.page.rows),
        lambda kind, answers: _sums(kind, answers[0]),
    ),
    **{
        f"contribution by {by.value}": Asked(
            lambda work, by=by: reports.contribution_by(work, by),  # type: ignore[misc]
            ways,
            lambda found: _contributions(found.rows),
            lambda kind, answers: _sums(kind, answers[0]),
        )
        for by, ways in _BY.items()
    },
    **{
        f"composition by {by.value}": Asked(
            lambda work, by=by: reports.composition(work, by),  # type: ignore[misc]
            _parts(by.value),
            lambda found: sorted(one.number.value for one in found.rows if one.number.value),
            lambda _, answers: _counts(answers[0]),
        )
        for by in CompositionBy
    },
    "growth": Asked(
        lambda work: reports.customer_growth(work, YEAR),
        _growth,
        lambda found: [one.all.value for one in found],
        _grown,
    ),
    "retention": Asked(lambda work: reports.customer_retention(work, _BOUGHT), _retention, _kept, _kept_by_hand),
    "cohorts": Asked(
        lambda work: reports.customer_cohorts(work, YEAR, span=Span.MONTH),
        _cohorts,
        lambda found: sorted(figure.value for one in found for figure in one.active if figure.value),
        lambda _, answers: _counts(answers[1]),
    ),
    "concentration": Asked(
        reports.customer_concentration,
        _concentration,
        lambda found: [one.value for one in (found.customers, found.revenue, found.best_revenue, found.needed)],
        _concentrated,
    ),
    "products": Asked(reports.products_sold, _products(""), _mix, _sold),
    "products of a year": Asked(
        lambda work: reports.products_sold(work, _BOUGHT), _products(f" AND {_NOW}"), _mix, _sold
    ),
}
