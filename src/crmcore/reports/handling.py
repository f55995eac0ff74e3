"""How service is done: volume, times, promises kept, satisfaction, backlog (X-SRV-14, X-SRV-17, X-ANA-07).

An account manager gets the figures of the requests and answers that he sees; supervisor and executive those of all.
"""

from crmcore.reports.asking import chosen, needed_period
from crmcore.statistics.arrivals import arrivals, arrived, came_back
from crmcore.statistics.backlog import (
    Backlog,
    backlog,
    late_answers,
    late_handlings,
    late_parts,
    waiting,
    waiting_or_late,
)
from crmcore.statistics.backlog_trend import BacklogStep, backlog_trend, stood
from crmcore.statistics.earlier import done_before, sent_back, treated_before
from crmcore.statistics.handling import Handling, handling
from crmcore.statistics.opinions import Opinions, opinions, said, without_choices
from crmcore.statistics.periods import Period, Span, instants, steps
from crmcore.statistics.promised import HANDLED, RESPONDED, done, done_and_late, done_rows, late, late_rows
from crmcore.statistics.promises import Promises, promises
from crmcore.statistics.requested import (
    HandlingAnswers,
    HandlingBy,
    answered,
    came,
    ended,
    finished,
    reopened,
)
from crmcore.storage.action import action
from crmcore.storage.work import Work

__all__ = ["customer_opinions", "service_backlog", "service_backlog_trend", "service_handling", "service_promises"]


@action("service.read_all", "service.read")
def service_handling(work: Work, period: Period, *, by: HandlingBy | None = None) -> Handling:
    """Answer how the requests of a period were handled: number, times, satisfaction, opened again (X-SRV-17).

    Five questions to the store.

    Args:
        work: The unit of work.
        period: Which days.
        by: Told apart by type, priority, channel or who treats them; None for all together only.

    Raises:
        Invalid: Period or choice is none.
    """
    start, end = instants(needed_period(period), work.zone)
    kind: HandlingBy | None = None if by is None else chosen(by, HandlingBy, "by")
    requests, rounds = work.service_requests, work.service_rounds
    found = arrivals(requests.groups(arrived(start, end, kind)), rounds.groups(came_back(start, end, kind)))
    over = ended(start, end, kind)
    times, verdicts = treated_before(start, end, kind), sent_back(start, end, kind)
    asked = HandlingAnswers(
        came=(came(start, end, kind), found.came),
        answered=(answered(start, end, kind), found.answered),
        ended=(over, requests.groups(over)),
        treated_before=(times, rounds.groups(times)),
        sent_back=(verdicts, rounds.groups(verdicts)),
        finished=(finished(start, end, kind), found.finished),
        reopened=(reopened(start, end, kind), found.reopened),
    )
    return handling(asked, kind)


@action("service.read_all", "service.read")
def service_promises(work: Work, period: Period, *, by: HandlingBy | None = None) -> Promises:
    """Answer in how much working time customers were answered and helped, and how many promises were kept (X-SRV-14).

    Two questions to the store: one of the requests, one of their earlier treatments.

    Args:
        work: The unit of work.
        period: The days on which requests were created.
        by: Told apart by type, priority, channel, state or who treats them; None for all together only.

    Raises:
        Invalid: Period or choice is none.
    """
    start, end = instants(needed_period(period), work.zone)
    group: HandlingBy | None = None if by is None else chosen(by, HandlingBy, "by")
    rows = work.service_requests.groups(done_and_late(start, end, work.now, group))
    response, resolution = (
        (
            (done(kind, start, end, group), done_rows(kind, rows)),
            (late(kind, start, end, work.now, group), late_rows(kind, rows)),
        )
        for kind in (RESPONDED, HANDLED)
    )
    before = done_before(start, end, group)
    return promises(response, resolution, (before, work.service_rounds.groups(before)), group)


@action("service.read_all", "service.read")
def service_backlog(work: Work) -> Backlog:
    """Answer which requests are open now, how long they have waited, and which are late (X-SRV-05, X-SRV-17).

    One question to the store.
    """
    rows = work.service_requests.groups(waiting_or_late(work.today, work.zone, work.now))
    unanswered, unsolved = late_parts(rows)
    answers, handlings = late_answers(work.now), late_handlings(work.now)
    return backlog((waiting(work.today, work.zone), rows), (answers, unanswered), (handlings, unsolved))


@action("service.read_all", "service.read")
def service_backlog_trend(work: Work, period: Period, *, span: Span = Span.MONTH) -> tuple[BacklogStep, ...]:
    """Answer how many requests were open as each part of a period began and ended, came and ended (X-SRV-17).

    Opening + came − ended = closing. Two questions to the store.

    Args:
        work: The unit of work.
        period: Which days.
        span: Days, months, quarters or years.

    Raises:
        Invalid: Period or span is none, or it has too many parts.
    """
    parts = steps(needed_period(period), chosen(span, Span, "span"))
    return backlog_trend(parts, work.zone, work.service_requests.groups(stood(parts, work.zone)))


@action("survey.read")
def customer_opinions(work: Work, period: Period) -> Opinions:
    """Answer satisfaction (CSAT) and recommendation (NPS) in all surveys of a period together (X-SRV-04, X-SRV-14).

    One question to the store.

    Args:
        work: The unit of work.
        period: The days on which customers answered.

    Raises:
        Invalid: The period is none.
    """
    asked = said(*instants(needed_period(period), work.zone))
    return opinions(asked, work.survey_answers.groups(without_choices(asked)))
