"""The classic reports and those of customers, each with the best SQL that was found for it by hand.

Each way by hand is a list of statements that answer everything the report says; several ways compete.
"""

from collections.abc import Callable, Sequence
from typing import Any

import attrs

from bench.buyers_by_hand import (
    MONTH,
    NOW,
    PAID,
    YEAR,
    YUAN,
    apart,
    cohorts,
    concentrated,
    concentration,
    grown,
    growth,
    kept,
    kept_by_hand,
    retention,
    spent,
)
from bench.reckoning import Rows, amounts
from crmcore import reports
from crmcore.reports import OrderFilter
from crmcore.statistics.contribution import ContributionBy
from crmcore.statistics.parts import CompositionBy
from crmcore.statistics.periods import Span
from crmcore.storage.work import Work

__all__ = ["REPORTS", "Asked"]


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


def _ranked(most: int) -> Callable[[str, Work], Sequence[Sequence[str]]]:
    def ways(kind: str, _: Work) -> Sequence[Sequence[str]]:
        others = f"SELECT o.currency, count(*), sum(o.amount) {PAID} AND o.currency <> 'CNY' GROUP BY 1"
        named = (
            "SELECT t.id, t.n, t.s, t.g, t.w, t.a, c.name FROM ({}) t JOIN customer c ON c.id = t.id ORDER BY 3 DESC, 1"
        )
        every = "count(*) OVER () AS g, sum(count(*)) OVER () AS w, sum(sum(o.amount)) OVER () AS a"
        windows = spent(kind).replace(" FROM", f", {every} FROM", 1) + f" ORDER BY 3 DESC, 1 LIMIT {most}"
        whole = "(SELECT count(*) AS g, sum(n) AS w, sum(s) AS a FROM spent)"
        joined = f"SELECT t.*, whole.* FROM (SELECT * FROM spent ORDER BY s DESC, id LIMIT {most}) t, {whole} whole"
        once = f"WITH spent AS MATERIALIZED ({spent(kind)}) " + named.format(joined)
        return [(once, others), (named.format(windows), others)]

    return ways


def _kinds(column: str) -> Callable[[str, Work], Sequence[Sequence[str]]]:
    def ways(kind: str, _: Work) -> Sequence[Sequence[str]]:
        first = (
            f"SELECT c.{column}, sum(n), sum(s) FROM ({spent(kind)}) g LEFT JOIN customer c ON c.id = g.id GROUP BY 1"
        )
        joined = YUAN.replace(" WHERE", " LEFT JOIN customer c ON c.id = o.customer WHERE")
        return [(first,), (f"SELECT c.{column}, count(*), sum(o.amount) {joined} GROUP BY 1",)]

    return ways


_QUARTER = "CAST(substr(o.ordered_on, 6, 2) AS INTEGER)"
_STEPS = {
    "year": {"sqlite": "substr(o.ordered_on, 1, 4)", "postgresql": "date_trunc('year', o.ordered_on)"},
    "quarter": {
        "sqlite": f"substr(o.ordered_on, 1, 4) || (({_QUARTER} + 2) / 3)",
        "postgresql": "date_trunc('quarter', o.ordered_on)",
    },
    "month": {kind: text.format("o.ordered_on") for kind, text in MONTH.items()},
}


def _times(span: str) -> Callable[[str, Work], Sequence[Sequence[str]]]:
    return lambda kind, _: [(f"SELECT {_STEPS[span][kind]}, count(*), sum(o.amount) {YUAN} GROUP BY 1",)]


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


def _parts(column: str) -> Callable[[str, Work], Sequence[Sequence[str]]]:
    def ways(kind: str, _: Work) -> Sequence[Sequence[str]]:
        start = f"SELECT {column}, count(*) FROM customer"
        there = "WHERE status = 'normal' GROUP BY 1"
        return [(f"{start} {there}",), *([(f"{start} NOT INDEXED {there}",)] if kind == "sqlite" else [])]

    return ways


def _products(period: str) -> Callable[[str, Work], Sequence[Sequence[str]]]:
    def ways(kind: str, _: Work) -> Sequence[Sequence[str]]:
        key = apart(kind) + "l.product_key"
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
        growth,
        lambda found: [one.all.value for one in found],
        grown,
    ),
    "retention": Asked(lambda work: reports.customer_retention(work, _BOUGHT), retention, kept, kept_by_hand),
    "cohorts": Asked(
        lambda work: reports.customer_cohorts(work, YEAR, span=Span.MONTH),
        cohorts,
        lambda found: sorted(figure.value for one in found for figure in one.active if figure.value),
        lambda _, answers: _counts(answers[1]),
    ),
    "concentration": Asked(
        reports.customer_concentration,
        concentration,
        lambda found: [one.value for one in (found.customers, found.revenue, found.best_revenue, found.needed)],
        concentrated,
    ),
    "products": Asked(reports.products_sold, _products(""), _mix, _sold),
    "products of a year": Asked(
        lambda work: reports.products_sold(work, _BOUGHT), _products(f" AND {NOW}"), _mix, _sold
    ),
}
