"""The reports of opportunities and of those who sell, each with the best SQL that was found for it by hand."""

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from bench.by_hand import (
    WEIGHT,
    YEAR,
    Compared,
    Way,
    Wording,
    bands,
    mean,
    optional_sum,
    percent,
    read_id,
    sums,
)
from bench.reckoning import Rows
from crmcore import reports
from crmcore.targets.entity import TargetSpan

__all__ = ["OPEN", "SELLING"]

OPEN = "status IN ('unassigned', 'assigned')"
_OVER = "status IN ('won', 'lost')"
_DAY = 86_400_000


def _funnel(of: Wording) -> Sequence[Way]:
    measures = "count(*), count(*) FILTER (WHERE outcome IN ('forward', 'won'))"
    here = f"SELECT stage, count(*), sum(expected_amount) FROM opportunity WHERE {OPEN} GROUP BY 1"
    gone = (
        f"SELECT stage, {measures}, {of.took('entered_at', 'left_at')} FROM stage_passage"
        f" WHERE {of.during('left_at')} GROUP BY {of.alone('stage')}"
    )

    def said(answers: Sequence[Rows]) -> list[Any]:
        found: dict[str, list[Any]] = {}
        for stage, number, amount in answers[0]:
            found[read_id(stage)] = [number, of.amount(amount), 0, 0, None]
        for stage, number, on, took in answers[1]:
            found.setdefault(read_id(stage), [0, None])[2:] = [number, on, mean(took, number, _DAY)]
        return sorted(found.items())

    return [Way((here, gone), said)]


def _funnel_shown(found: Any) -> list[Any]:
    return sorted(
        (
            read_id(one.stage and one.stage.id),
            [each.value for each in (one.number, one.amount, one.left, one.went_on, one.stay)],
        )
        for one in found.stages
        if one.number.value or one.left.value
    )


def _outcomes(of: Wording) -> Sequence[Way]:
    cycle = of.took("created_at", "closed_at")
    new, over = of.during("created_at"), f"{_OVER} AND {of.during('closed_at')}"
    closed = f"SELECT status, count(*), sum(expected_amount), {cycle} FROM opportunity WHERE {over} GROUP BY 1"
    recorded = f"SELECT status, count(*) FROM opportunity WHERE {new} GROUP BY 1"
    kept = "FILTER (WHERE {0})".format
    once = (
        f"SELECT status, count(*) {kept(over)}, sum(expected_amount) {kept(over)},"
        f" {of.took('created_at', 'closed_at', kept(over))},"
        f" count(*) {kept(new)} FROM opportunity WHERE {new} OR {over} GROUP BY {of.alone('status')}"
    )

    def said(answers: Sequence[Rows]) -> list[Any]:
        closed, new = ({row[0]: row[1:] for row in rows} for rows in answers)
        won, lost = (closed.get(status, (0, None, None)) for status in ("won", "lost"))
        return [
            *(sum(row[0] for row in new.values()), new.get("won", (0,))[0], won[0], lost[0]),
            *(percent(won[0], won[0] + lost[0]), of.amount(won[1]), of.amount(lost[1]), mean(won[2], won[0], _DAY)),
        ]

    def said_once(answers: Sequence[Rows]) -> list[Any]:
        rows = answers[0]
        return said([[row[:4] for row in rows], [(row[0], row[4]) for row in rows]])

    return [Way((closed, recorded), said), Way((once,), said_once)]


def _outcomes_shown(found: Any) -> list[Any]:
    one = found.whole
    figures = one.recorded, one.converted, one.won, one.lost, one.win_rate, one.won_amount, one.lost_amount, one.cycle
    return [figure.value for figure in figures]


def _ageing(of: Wording) -> Sequence[Way]:
    """In one pass over the open ones, or in two."""
    today = of.work.today
    age = bands("created_at", [of.day(today - dt.timedelta(days=days)) for days in (180, 90, 60, 30)])
    due = bands("expected_on", [f"'{today + dt.timedelta(days=days)}'" for days in (-30, 0, 31)])
    end = f"count(*), sum(expected_amount) FROM opportunity WHERE {OPEN} GROUP BY 1"

    def said(answers: Sequence[Rows]) -> list[Any]:
        return [sorted((str(key), number, of.amount(amount)) for key, number, amount in rows) for rows in answers]

    def folded(answers: Sequence[Rows]) -> list[Any]:
        rows = answers[0]
        keys = [{row[place] for row in rows} for place in (0, 1)]
        parts = [
            [(key, *sums([row for row in rows if row[place] == key], 2, 3)) for key in some]
            for place, some in enumerate(keys)
        ]
        return said(parts)

    return [
        Way((f"SELECT {age}, {due}, {end}, 2",), folded),
        Way((f"SELECT {age}, {end}", f"SELECT {due}, {end}"), said),
    ]


def _ageing_shown(found: Any) -> list[Any]:
    ages = [(str(4 - place), one) for place, one in enumerate(found.ages)]
    due = [("None" if one.due.value == "unknown" else str(place), one) for place, one in enumerate(found.due)]
    return [
        sorted((key, one.number.value, one.amount.value) for key, one in some if one.number.value)
        for some in (ages, due)
    ]


def _attainment(of: Wording) -> Sequence[Way]:
    since = bands("closed_at", [of.day(YEAR.first)])
    won = (
        f"SELECT assignee, {since}, count(*), sum(expected_amount) FROM opportunity"
        f" WHERE status = 'won' AND {of.during('closed_at', 2023)} GROUP BY {of.alone('assignee')}, 2"
    )
    within = f"o.{OPEN} AND o.expected_on >= '2024-01-01' AND o.expected_on <= '2024-12-31'"
    stage, by = "LEFT JOIN sales_stage s ON s.id = o.stage", f"GROUP BY {of.alone('o.assignee')}"
    both = "count(*) AS n, sum(o.expected_amount) AS a"
    each = (
        f"SELECT o.assignee, {both}, sum(o.expected_amount * {WEIGHT}) FROM opportunity o {stage} WHERE {within} {by}"
    )
    some = f"SELECT o.assignee, o.stage, o.success_rate, {both} FROM opportunity o WHERE {within} {by}, 2, 3"
    grouped = f"SELECT o.assignee, sum(n), sum(a), sum(a * {WEIGHT}) FROM ({some}) o {stage} GROUP BY 1"
    targets = "SELECT \"user\", amount FROM sales_target WHERE span = 'year' AND starts_on = '2024-01-01'"

    def said(answers: Sequence[Rows]) -> dict[str, list[Any]]:
        goals = {read_id(row[0]): of.amount(row[1]) for row in answers[2]}
        people = {read_id(row[0]) for rows in answers for row in rows}
        rows = {one: _attained(of, answers, {one}, goals.get(one) if one else None) for one in people}
        return {**rows, "company": _attained(of, answers, people, goals[""])}

    return [Way((won, ahead, targets), said) for ahead in (each, grouped)]


def _attained(of: Wording, answers: Sequence[Rows], people: set[str], goal: Decimal | None) -> list[Any]:
    won, ahead = ([row for row in rows if read_id(row[0]) in people] for rows in answers[:2])
    now, then = (sums([row for row in won if row[1] == band], 2, 3) for band in (1, 0))
    number, expected, weighted = sums(ahead, 1, 2, 3)
    amount = of.amount(now[1])
    forecast = optional_sum(amount, of.weighted(weighted))
    shares = percent(amount or 0, goal), percent(forecast or 0, goal)
    opened = number or 0, of.amount(expected), forecast
    return [now[0] or 0, amount, *shares, *opened, then[0] or 0, of.amount(then[1])]


def _attained_shown(found: Any) -> dict[str, list[Any]]:
    return {
        "company" if one.target and not one.user else read_id(one.user): [
            figure.value
            for figure in (
                *(one.won, one.amount, one.amount_share, one.outlook.forecast_share, one.outlook.open),
                *(one.outlook.expected, one.outlook.forecast, one.before.won, one.before.amount),
            )
        ]
        for one in found.rows
    }


_KEPT = "count(resolve_met), count(*) FILTER (WHERE resolve_met{}), count(satisfaction)"
_TREATED = f"count(*), {_KEPT}, count(*) FILTER (WHERE satisfaction >= 4)"


def _performance(of: Wording) -> Sequence[Way]:
    """What each person did in a year and in the one before: a pass over each kind of record."""

    def asked(who: str, measures: str, table: str, at: str, where: str = "") -> str:
        now = bands(at, [of.day(YEAR.first)])
        end = f"WHERE {of.during(at, 2023)}{where} GROUP BY {of.alone(who)}, 2"
        return f"SELECT {who}, {now}, {measures} FROM {table} {end}"

    won, treated = "FILTER (WHERE status = 'won')", _TREATED.format(" = 1" if of.kind == "sqlite" else "")
    both = f"count(*) {won}, sum(expected_amount) {won}, count(*)"
    done = "state = 'done' AND done_on >= '2023-01-01' AND done_on <= '2024-12-31'"
    activities = (
        f"SELECT responsible, {bands('done_on', [repr('2024-01-01')])}, count(*) FROM sales_activity"
        f" WHERE {done} GROUP BY {of.alone('responsible')}, 2"
    )
    statements = (
        asked("assignee", both, "opportunity", "closed_at", f" AND {_OVER}"),
        activities,
        asked("manager", "count(*)", "customer", "created_at", " AND status <> 'deleted'"),
        asked("handled_by", treated, "service_request", "handled_at", " AND merged_into IS NULL"),
        asked("handled_by", treated, "service_round", "handled_at"),
    )

    def said(answers: Sequence[Rows]) -> dict[Any, list[Any]]:
        people = {read_id(row[0]) for rows in answers for row in rows} - {""}
        return {(one, band): _performed(of, answers, one, band) for one in people for band in (0, 1)}

    return [Way(statements, said)]


def _performed(of: Wording, answers: Sequence[Rows], user: str, band: int) -> list[Any]:
    his = [next((row[2:] for row in rows if (read_id(row[0]), row[1]) == (user, band)), ()) for rows in answers]
    won, amount, over = his[0] or (0, None, 0)
    last, taken_back = (one or (0,) * 5 for one in his[3:])
    number, promised, met, judged, content = (left + right for left, right in zip(last, taken_back, strict=True))
    counted = [row[0] if row else 0 for row in his[1:3]]
    shares = percent(won, over), percent(met, promised), percent(content, judged)
    return [won, of.amount(amount), *counted, last[0], number - last[0], *shares]


def _performed_shown(found: Any) -> dict[Any, list[Any]]:
    def figures(one: Any) -> list[Any]:
        counts = one.won, one.amount, one.activities, one.customers, one.requests, one.treatments
        return [figure.value for figure in (*counts, one.win_rate, one.in_time, one.csat)]

    return {(read_id(row.user), band): figures(one) for row in found for band, one in enumerate((row.before, row.now))}


SELLING: dict[str, Compared] = {
    "funnel": Compared(lambda work: reports.sales_funnel(work, YEAR), _funnel_shown, _funnel),
    "outcomes": Compared(lambda work: reports.opportunity_outcomes(work, YEAR), _outcomes_shown, _outcomes),
    "ageing": Compared(reports.opportunity_ageing, _ageing_shown, _ageing),
    "attainment": Compared(
        lambda work: reports.target_attainment(work, TargetSpan.YEAR, YEAR.first), _attained_shown, _attainment
    ),
    "performance": Compared(lambda work: reports.sales_performance(work, YEAR), _performed_shown, _performance),
}
