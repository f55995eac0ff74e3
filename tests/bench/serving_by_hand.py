"""What is to be done for customers, what they say, who was lost: each with the best SQL found for it by hand."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from bench.by_hand import PROMISES, YEAR, Compared, Way, Wording, bands, percent, read_id, sums
from bench.reckoning import Rows
from crmcore import reports
from crmcore.reports import LossFilter, ServiceFilter
from crmcore.statistics.parts import ServicesBy
from crmcore.statistics.periods import instants

__all__ = ["SERVING"]


def _backlog(of: Wording) -> Sequence[Way]:
    """In one pass over what is open, or in one over the index and another over what it says of promises."""
    ago = bands("created_at", [of.day(of.work.today - dt.timedelta(days=days)) for days in (30, 7, 3, 1)])
    open_ = "FROM service_request WHERE status IN ('new', 'assigned', 'handled')"
    runs, now = "(waiting_since IS NULL OR next_due_at IS NOT NULL)", of.at(of.work.now)
    late = [f"{name}_by < {now} AND {done}_at IS NULL AND {runs}" for name, done in PROMISES]
    counts = ", ".join(f"count(*) FILTER (WHERE {one})" for one in late)
    once = f"SELECT status, {ago}, count(*), {counts} {open_} GROUP BY 1, 2"
    twice = f"SELECT status, {ago}, count(*) {open_} GROUP BY 1, 2", f"SELECT {counts} {open_}"

    def said(answers: Sequence[Rows]) -> list[Any]:
        rows = answers[0]
        parts = [[row for row in rows if row[0] == status] for status in ("new", "assigned", "handled")]
        parts += [[row for row in rows if row[1] == band] for band in (4, 3, 2, 1, 0)]
        beside = answers[1][0] if answers[1:] else sums(rows, 3, 4)
        return [*(sums(part, 2)[0] or 0 for part in parts), *beside]

    return [Way((once,), said), Way(twice, said)]


def _backlog_shown(found: Any) -> list[Any]:
    bands_ = (one.number for one in found.waits)
    every = (found.new, found.assigned, found.handled, *bands_, found.unanswered, found.unsolved)
    return [one.value for one in every]


def _trend(of: Wording) -> Sequence[Way]:
    """What was open at first, what came and what ended by month; or all by both months at once."""
    first, last = (of.at(one) for one in instants(YEAR, of.work.zone))
    there = f"FROM service_request WHERE created_at < {{}} AND (archived_at IS NULL OR archived_at >= {first})".format
    came, ended = (bands(field, of.edges()) for field in ("created_at", "archived_at"))
    apart = (
        f"SELECT count(*) {there(first)}",
        f"SELECT {came}, count(*) FROM service_request WHERE {of.during('created_at')} GROUP BY 1",
        f"SELECT {ended}, count(*) FROM service_request WHERE {of.during('archived_at')} GROUP BY 1",
    )
    once = f"SELECT {came}, {ended}, count(*) {there(last)} GROUP BY 1, 2"

    def said(answers: Sequence[Rows]) -> list[Any]:
        ((stood,),), *counted = answers
        new, over = ({row[0]: row[1] for row in rows} for rows in counted)
        found = []
        for month in range(1, 13):
            left = stood + new.get(month, 0) - over.get(month, 0)
            found.append([stood, new.get(month, 0), over.get(month, 0), left])
            stood = left
        return found

    def said_once(answers: Sequence[Rows]) -> list[Any]:
        rows = answers[0]
        stood = sums([row for row in rows if row[0] == 0], 2)
        parts = [[(n, sums([row for row in rows if row[at] == n], 2)[0] or 0) for n in range(1, 13)] for at in (0, 1)]
        return said([[[stood[0] or 0]], *parts])

    return [Way(apart, said), Way((once,), said_once)]


def _trend_shown(found: Any) -> list[Any]:
    return [[one.opening.value, one.came.value, one.ended.value, one.closing.value] for one in found]


def _opinions(of: Wording) -> Sequence[Way]:
    """Join each answer to its question, or count by question first."""
    during = f"{of.during('answered_at')} AND score IS NOT NULL"
    kinds = "q.kind IN ('satisfaction', 'recommendation')"
    wanted = f"{during} AND question IN (SELECT q.id FROM survey_question q WHERE {kinds})"
    each = f"SELECT q.kind, a.score, count(*) FROM {{}} {kinds} AND {during} GROUP BY 1, 2".format
    some = "SELECT question, score, count(*) AS n FROM survey_answer WHERE {} GROUP BY {}, score".format
    grouped = "SELECT q.kind, g.score, sum(g.n) FROM ({}) g JOIN survey_question q ON q.id = g.question GROUP BY 1, 2"
    join = "CROSS JOIN survey_answer a WHERE" if of.kind == "sqlite" else "JOIN survey_answer a ON"
    statements = (
        each("survey_answer a JOIN survey_question q ON q.id = a.question WHERE"),
        each(f"survey_question q {join} a.question = q.id AND"),
        *(grouped.format(some(where, of.alone("question"))) for where in (during, wanted)),
    )
    return [Way((one,), _scores) for one in statements]


def _scores(answers: Sequence[Rows]) -> list[Any]:
    def number(kind: str, first: int = 0, last: int = 10) -> int:
        return int(sum(row[2] for row in answers[0] if row[0] == kind and first <= row[1] <= last))

    content, judged = number("satisfaction", 4), number("satisfaction")
    parts = [number("recommendation", *scores) for scores in ((9, 10), (7, 8), (0, 6))]
    return [content, judged, percent(content, judged), *parts, sum(parts), percent(parts[0] - parts[2], sum(parts))]


def _opinions_shown(found: Any) -> list[Any]:
    stars = found.satisfied, found.judged, found.csat
    figures = *stars, found.promoters, found.passives, found.detractors, found.recommending, found.nps
    return [one.value for one in figures]


def _by_type(of: Wording) -> Sequence[Way]:
    asked = f"SELECT type, count(*) FROM service_request WHERE {of.during('created_at')} GROUP BY 1"
    return [Way((asked,), lambda answers: [sum(row[1] for row in answers[0]), {row[0]: row[1] for row in answers[0]}])]


def _by_type_shown(found: Any) -> list[Any]:
    return [found.requests.value, {one.key: one.number.value for one in found.page.rows if one.number.value}]


def _by_customer(of: Wording) -> Sequence[Way]:
    every = "count(*) OVER () AS g, sum(count(*)) OVER () AS w"
    ranked = (
        f"SELECT customer, count(*) AS n, {every} FROM service_request WHERE {of.during('created_at')}"
        f" GROUP BY {{}} ORDER BY 2 DESC, 1 LIMIT 50"
    )
    named = f"SELECT t.*, c.name FROM ({ranked}) t LEFT JOIN customer c ON c.id = t.customer ORDER BY 2 DESC, 1"

    def said(answers: Sequence[Rows]) -> list[Any]:
        rows = answers[0]
        return [int(rows[0][3]), rows[0][2], [(read_id(row[0]), row[1], row[4]) for row in rows]]

    return [Way((named.format(one),), said) for one in ("customer", of.alone("customer"))]


def _by_customer_shown(found: Any) -> list[Any]:
    rows = [(read_id(one.key), one.number.value, found.labels[one.key]) for one in found.page.rows]
    return [found.requests.value, found.page.total, rows]


def _losses(of: Wording) -> Sequence[Way]:
    lost = f"FROM churn_case c WHERE c.status = 'lost' AND {of.during('c.closed_at')}"
    latest = f"SELECT * {lost} ORDER BY c.closed_at DESC, c.id DESC LIMIT 50"
    people = 'LEFT JOIN "user" u ON u.id = c.manager ORDER BY c.closed_at DESC, c.id DESC'
    named = f"SELECT c.*, u.full_name FROM ({latest}) c {people}"

    def said(answers: Sequence[Rows]) -> list[Any]:
        return [answers[0][0][0], [(read_id(row[0]), row[-1]) for row in answers[1]]]

    return [Way((f"SELECT count(*) {lost}", named), said)]


def _losses_shown(found: Any) -> list[Any]:
    return [found.losses.value, [(read_id(one.case.id), one.manager_name) for one in found.page.rows]]


_CAME = ServiceFilter(period=YEAR)
SERVING: dict[str, Compared] = {
    "backlog": Compared(reports.service_backlog, _backlog_shown, _backlog),
    "backlog trend": Compared(lambda work: reports.service_backlog_trend(work, YEAR), _trend_shown, _trend),
    "opinions": Compared(lambda work: reports.customer_opinions(work, YEAR), _opinions_shown, _opinions),
    "services by type": Compared(lambda work: reports.services(work, _CAME), _by_type_shown, _by_type),
    "services by customer": Compared(
        lambda work: reports.services(work, _CAME, by=ServicesBy.CUSTOMER, size=50), _by_customer_shown, _by_customer
    ),
    "losses": Compared(lambda work: reports.losses(work, LossFilter(period=YEAR), size=50), _losses_shown, _losses),
}
