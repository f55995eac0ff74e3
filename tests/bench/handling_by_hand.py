"""How requests are handled, and what was promised: each with the best SQL that was found for it by hand."""

from collections.abc import Sequence
from typing import Any

from bench.by_hand import PROMISES, YEAR, Compared, Way, Wording, bands, mean, percent, sums
from bench.reckoning import Rows
from crmcore import reports

__all__ = ["HANDLING"]

_AGAIN = "SELECT request FROM service_round WHERE reason <> ''"
_HOUR = 3600


def _handling(of: Wording) -> Sequence[Way]:
    """One pass each over those that came, those that ended, and their earlier treatments, joined or searched."""
    came = "count(*), count(responded_at), count(responded_in), sum(responded_in)"
    archived = "status = 'archived' AND merged_into IS NULL"
    new = f"{came}, count(*) FILTER (WHERE {archived} OR {{0}}), count(*) FILTER (WHERE {{0}})".format
    created = of.during("created_at")
    within = f"SELECT {new(f'id IN ({_AGAIN})')} FROM service_request WHERE {created}"
    again = f"LEFT JOIN (SELECT DISTINCT request FROM ({_AGAIN}) a) g ON g.request = r.id"
    joined = f"SELECT {new('g.request IS NOT NULL')} FROM service_request r {again} WHERE {created}"
    over = f"{of.during('archived_at')} AND {{0}}satisfaction IS NOT NULL".format
    ended = (
        "SELECT count(*), count(*) FILTER (WHERE round < 2), count(*) FILTER (WHERE satisfaction >= 4),"
        f" count(resolved_in), sum(resolved_in) FROM service_request WHERE {over('')}"
    )
    measured = f"{over('r.')} AND r.resolved_in IS NOT NULL"
    join, back = (
        "JOIN service_request r ON r.id = n.request",
        (f"(n.satisfaction < 3 AND {of.during('n.ended_at')} OR n.satisfaction >= 3 AND {of.during('n.handled_at')})"),
    )
    treated = f"SELECT sum(n.resolved_in) FROM service_round n {join} WHERE {measured}"
    judged = f"SELECT count(*), count(*) FILTER (WHERE n.satisfaction >= 4) FROM service_round n WHERE {back}"
    both = (
        f"SELECT sum(n.resolved_in) FILTER (WHERE {measured}), count(*) FILTER (WHERE {back}),"
        f" count(*) FILTER (WHERE n.satisfaction >= 4 AND {back}) FROM service_round n {join}"
    )
    those = f"SELECT id FROM service_request WHERE {over('')} AND resolved_in IS NOT NULL"
    searched = f"SELECT sum(resolved_in) FROM service_round WHERE request IN ({those})"
    ways = (
        (within, ended, treated, judged),
        (joined, ended, treated, judged),
        (within, ended, both),
        (within, ended, searched, judged),
    )
    return [Way(way, _handled) for way in ways]


def _handled(answers: Sequence[Rows]) -> list[Any]:
    (came, answered, timed, response, finished, again), (archived, once, content, measured, took), *before = (
        rows[0] for rows in answers
    )
    earlier, judged, content_before = (value for row in before for value in row)
    return [
        *(came, answered, mean(response, timed, _HOUR), archived),
        *(mean((took or 0) + (earlier or 0), measured, _HOUR), once, percent(once, archived), content),
        *(judged, content_before, percent(content + content_before, archived + judged)),
        *(finished, again, percent(again, finished)),
    ]


def _handling_shown(found: Any) -> list[Any]:
    one = found.whole
    figures = (
        *(one.came, one.answered, one.response, one.archived, one.resolution, one.at_once, one.first_time),
        *(one.satisfied, one.judged_before, one.satisfied_before, one.csat),
        *(one.finished, one.reopened, one.reopen_rate),
    )
    return [figure.value for figure in figures]


_TIMES = {"respond": "responded_in", "resolve": "resolved_in"}
_LIMITS = [str(hours * 3600 + 1) for hours in (1, 4, 8, 16, 40)]


def _promises(of: Wording) -> Sequence[Way]:
    """Everything of the requests in one pass, counted by conditions; or the two promises grouped by themselves."""
    there = f"FROM service_request WHERE {of.during('created_at')} AND merged_into IS NULL"
    runs = "status <> 'archived' AND (waiting_since IS NULL OR next_due_at IS NOT NULL)"
    late = [
        f"count(*) FILTER (WHERE {name}_by < {of.at(of.work.now)} AND {done}_at IS NULL AND {runs})"
        for name, done in PROMISES
    ]
    measures, grouped = [], []
    for name, done in PROMISES:
        took, met = _TIMES[name], f"{name}_met"
        band = bands(took, _LIMITS)
        counts = [f"{took} >= {low} AND {took} < {high}" for low, high in zip(["0", *_LIMITS], _LIMITS, strict=False)]
        kept, broken = (met, f"NOT {met}")
        wanted = (*counts, f"{took} >= {_LIMITS[-1]}", kept, broken)
        parts = (f"count(*) FILTER (WHERE {one})" for one in wanted)
        measures += [f"count({done}_at), count({took}), sum({took}), {', '.join(parts)}"]
        grouped += [f"SELECT {met}, {band}, count(*), sum({took}) {there} AND {done}_at IS NOT NULL GROUP BY 1, 2"]
    overdue = f"SELECT {', '.join(late)} {there} AND {runs}"
    earlier = (
        "SELECT count(*), count(n.resolved_in), sum(n.resolved_in), count(*) FILTER (WHERE n.resolve_met),"
        " count(*) FILTER (WHERE NOT n.resolve_met) FROM service_round n JOIN service_request r ON r.id = n.request"
        f" WHERE {of.during('r.created_at')} AND r.merged_into IS NULL AND n.handled_at IS NOT NULL"
    )
    once = f"SELECT {', '.join([*measures, *late])} {there}"
    return [Way((once, earlier), _kept_once), Way((*grouped, overdue, earlier), _kept_apart)]


def _kept_once(answers: Sequence[Rows]) -> list[Any]:
    row = answers[0][0]
    return _kept([row[:11], row[11:22]], row[22:], answers[1][0])


def _kept_apart(answers: Sequence[Rows]) -> list[Any]:
    both = []
    for rows in answers[:2]:
        timed = [row for row in rows if row[1] is not None]
        parts = [[row for row in rows if row[1] == band] for band in range(6)]
        parts += [[row for row in rows if row[0] is not None and bool(row[0]) is met] for met in (True, False)]
        wholes = [sums(rows, 2)[0], sums(timed, 2)[0], sums(timed, 3)[0]]
        both.append([*wholes, *(sums(part, 2)[0] or 0 for part in parts)])
    return _kept(both, answers[2][0], answers[3][0])


def _kept(both: Sequence[Sequence[Any]], late: Sequence[int], before: Sequence[Any]) -> list[Any]:
    done, timed, took, met, missed = before
    found: list[Any] = [done, mean(took, timed, _HOUR), met, missed, percent(met, met + missed)]
    for (number, measured, time, *within, kept, broken), overdue, (more, all_) in zip(
        both, late, ((0, 0), (met, met + missed)), strict=True
    ):
        share = percent(kept + more, kept + broken + overdue + all_)
        found += [number, mean(time, measured, _HOUR), *within, kept, broken, overdue, share]
    return found


def _promises_shown(found: Any) -> list[Any]:
    one, figures = found.whole, []
    figures += [one.earlier.done, one.earlier.hours, one.earlier.met, one.earlier.missed, one.earlier.share]
    for each in (one.response, one.resolution):
        figures += [each.done, each.hours, *(band.number for band in each.within)]
        figures += [each.met, each.missed, each.overdue, each.share]
    return [figure.value for figure in figures]


HANDLING: dict[str, Compared] = {
    "handling": Compared(lambda work: reports.service_handling(work, YEAR), _handling_shown, _handling),
    "promises": Compared(lambda work: reports.service_promises(work, YEAR), _promises_shown, _promises),
}
