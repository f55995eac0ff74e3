"""Forecasts, how good they were, and how a pipeline changed, each with the best SQL that was found for it by hand."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from bench.by_hand import WEIGHT, YEAR, Compared, Way, Wording, bands, optional_sum, percent, sums
from bench.reckoning import Rows
from bench.selling import FIRST, TAKEN, THEN
from bench.selling_by_hand import OPEN
from crmcore import reports

__all__ = ["EXPECTING"]

_CATEGORIES = ("pipeline", "best_case", "commit")
_MONTHS = range(1, 13)
_DAYS = [*(f"'2024-{month:02}-01'" for month in _MONTHS), "'2025-01-01'"]


def _forecast(of: Wording) -> Sequence[Way]:
    """Weigh each opportunity by its stage, or the sums of those of the same stage and success rate."""
    month = bands("o.expected_on", _DAYS)
    category, stage = "coalesce(o.category, 'pipeline')", "LEFT JOIN sales_stage s ON s.id = o.stage"
    each = (
        f"SELECT {month}, {category}, count(*), sum(o.expected_amount), sum(o.expected_amount * {WEIGHT})"
        f" FROM opportunity o {stage} WHERE o.{OPEN} GROUP BY 1, 2"
    )
    some = (
        f"SELECT {month} AS m, {category} AS c, o.stage, CASE WHEN o.stage IS NULL THEN o.success_rate END AS"
        " success_rate, count(*) AS n, sum(o.expected_amount) AS a FROM opportunity o"
        f" WHERE o.{OPEN} GROUP BY 1, 2, 3, 4"
    )
    grouped = f"SELECT m, c, sum(n), sum(a), sum(a * {WEIGHT}) FROM ({some}) o {stage} GROUP BY 1, 2"
    won = (
        f"SELECT {bands('closed_at', of.edges())}, count(*), sum(expected_amount) FROM opportunity"
        f" WHERE status = 'won' AND {of.during('closed_at')} GROUP BY 1"
    )

    def said(answers: Sequence[Rows]) -> list[Any]:
        won = {row[0]: [row[1], of.amount(row[2])] for row in answers[1]}
        return [_expected(of, answers[0], band) + won.get(band, [0, None]) for band in (*range(14), None)]

    return [Way((open_, won), said) for open_ in (each, grouped)]


def _expected(of: Wording, rows: Rows, band: int | None) -> list[Any]:
    his = [row for row in rows if row[0] == band]
    number, amount, weighted = sums(his, 2, 3, 4)
    parts = [of.amount(*sums([row for row in his if row[1] == one], 3)) for one in _CATEGORIES]
    return [number or 0, of.amount(amount), of.weighted(weighted), *parts]


def _forecast_shown(found: Any) -> list[Any]:
    def figures(one: Any) -> list[Any]:
        parts = {category.value: figure.value for category, figure in one.categories.items()}
        return [one.number.value, one.amount.value, one.weighted.value, *(parts[name] for name in _CATEGORIES)]

    steps = [[*figures(one.open), one.won.value, one.closed.value] for one in found.steps]
    beside = [[*figures(one), 0, None] for one in (found.earlier, found.later, found.undated)]
    return [beside[0], *steps, *beside[1:]]


def _standing(at: str, columns: str, where: str) -> list[str]:
    """Ask for what stood at an instant: in one go, or for what has changed since and what has not."""
    ask = f"SELECT {columns} FROM pipeline_position p WHERE p.{OPEN} AND p.since <= {at}{where}"
    return [
        f"{ask} AND (p.until IS NULL OR p.until > {at})",
        f"{ask} AND p.until IS NULL UNION ALL {ask} AND p.until > {at}",
    ]


def _accuracy(of: Wording) -> Sequence[Way]:
    at, snapshot = of.at(TAKEN[0]), of.id(FIRST)
    stage = f"LEFT JOIN snapshot_stage s ON s.snapshot = {snapshot} AND s.stage = o.stage"
    within = " AND p.expected_on >= '2024-01-01' AND p.expected_on <= '2024-12-31'"
    standing = _standing(at, "p.expected_on, p.stage, p.success_rate, p.amount", within)
    asked = f"SELECT {bands('o.expected_on', _DAYS)}, count(*), sum(o.amount), sum(o.amount * {WEIGHT})"
    won = (
        f"SELECT {bands('closed_at', of.edges())}, closed_at <= {at}, count(*), sum(expected_amount) FROM opportunity"
        f" WHERE status = 'won' AND {of.during('closed_at')} GROUP BY 1, 2"
    )
    taken = f"SELECT taken_at FROM pipeline_snapshot WHERE id = {snapshot}"

    def said(answers: Sequence[Rows]) -> list[Any]:
        open_ = {row[0]: row[1:] for row in answers[0]}
        return [_came_near(of, open_.get(one), [row for row in answers[1] if row[0] == one]) for one in _MONTHS]

    return [Way((f"{asked} FROM ({one}) o {stage} GROUP BY 1", won, taken), said) for one in standing]


def _came_near(of: Wording, open_: Sequence[Any] | None, won: Rows) -> list[Any]:
    number, _, weighted = open_ or (0, None, None)
    won_then = of.amount(*sums([row for row in won if row[1]], 3))
    won_now, actual = sums(won, 2, 3)
    forecast, brought = optional_sum(of.weighted(weighted), won_then), of.amount(actual)
    error = None if brought is None else percent((forecast or 0) - brought, brought)
    near = None if error is None else max(Decimal(0), 100 - abs(error))
    return [number, of.weighted(weighted), won_then, forecast, won_now or 0, brought, error, near]


def _near_shown(found: Any) -> list[Any]:
    return [
        [
            figure.value
            for figure in (
                *(one.open, one.weighted, one.won_then, one.forecast),
                *(one.won, one.actual, one.error, one.accuracy),
            )
        ]
        for one in found.steps
    ]


_HERE = f"{OPEN} AND amount IS NOT NULL"
_BEFORE = f"prior_{OPEN} AND prior_amount IS NOT NULL"
_MOVED = (
    f"CASE WHEN {_HERE} THEN CASE WHEN {_BEFORE} THEN 'changed' WHEN prior_amount IS NULL THEN 'new' ELSE 'moved_in'"
    f" END WHEN {_BEFORE} THEN CASE WHEN status IN ('won', 'lost') THEN status ELSE 'moved_out' END END"
)
_ENTERING = ("new", "moved_in")


def _waterfall(of: Wording) -> Sequence[Way]:
    """Each instant by itself and the movements between, or all in one pass."""
    first, then = map(of.at, TAKEN)
    held = [
        [
            f"SELECT count(*), sum(amount) FROM ({one}) o"
            for one in _standing(at, "p.amount", " AND p.amount IS NOT NULL")
        ]
        for at in (first, then)
    ]
    between = f"since > {first} AND since <= {then}"
    gained = "sum(CASE WHEN {0} THEN amount END), sum(CASE WHEN {0} THEN prior_amount END)"
    moved = (
        f"SELECT {_MOVED}, count(*), sum(amount), sum(prior_amount) FROM pipeline_position WHERE {between} GROUP BY 1"
    )
    at = "count(*) FILTER (WHERE {0}), sum(amount) FILTER (WHERE {0})".format
    stood = [f"{_HERE} AND since <= {one} AND (until IS NULL OR until > {one})" for one in (first, then)]
    once = (
        f"SELECT {_MOVED}, count(*) FILTER (WHERE {between}), {gained.format(between)}, {', '.join(map(at, stood))}"
        f" FROM pipeline_position WHERE since <= {then} GROUP BY 1"
    )

    def said(answers: Sequence[Rows]) -> list[Any]:
        ends = [[row[0], of.amount(row[1])] for rows in answers[:2] for row in rows]
        return [*ends, {row[0]: _gained(of, row) for row in answers[2] if row[0] and row[1]}]

    def said_once(answers: Sequence[Rows]) -> list[Any]:
        ends = [[sums(answers[0], *places)] for places in ((4, 5), (6, 7))]
        return said([*ends, [row[:4] for row in answers[0]]])

    return [*(Way((*pair, moved), said) for pair in zip(*held, strict=True)), Way((once,), said_once)]


def _gained(of: Wording, row: Sequence[Any]) -> list[Any]:
    kind, number, comes, went = row
    comes, went = of.amount(comes) or Decimal(0), of.amount(went) or Decimal(0)
    return [number, comes if kind in _ENTERING else comes - went if kind == "changed" else -went]


def _waterfall_shown(found: Any) -> list[Any]:
    ends = (found.opening, found.opening_amount), (found.closing, found.closing_amount)
    moved = {kind.value: [one.number.value, one.amount.value] for kind, one in found.movements.items()}
    return [*([one.value for one in pair] for pair in ends), {kind: one for kind, one in moved.items() if one[0]}]


EXPECTING: dict[str, Compared] = {
    "forecast": Compared(lambda work: reports.sales_forecast(work, YEAR), _forecast_shown, _forecast),
    "accuracy": Compared(lambda work: reports.forecast_accuracy(work, FIRST, YEAR), _near_shown, _accuracy),
    "waterfall": Compared(lambda work: reports.pipeline_waterfall(work, FIRST, THEN), _waterfall_shown, _waterfall),
}
