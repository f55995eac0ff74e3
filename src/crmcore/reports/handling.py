"""How service is done: volume, times, satisfaction, backlog (X-SRV-14, X-SRV-17, X-ANA-07).

An account manager gets the figures of the requests and answers that he sees; supervisor and executive those of all.
"""

from crmcore.reports.asking import chosen, needed_period
from crmcore.statistics.backlog import Backlog, backlog, late_answers, late_handlings, waiting
from crmcore.statistics.handling import Handling, handling
from crmcore.statistics.opinions import Opinions, opinions, said
from crmcore.statistics.periods import Period, instants
from crmcore.statistics.requested import Asked, HandlingBy, answered, came, ended, finished, reopened
from crmcore.storage.action import action
from crmcore.storage.work import Work

__all__ = ["customer_opinions", "service_backlog", "service_handling"]


@action("service.read_all", "service.read")
def service_handling(work: Work, period: Period, *, by: HandlingBy | None = None) -> Handling:
    """Answer how the requests of a period were handled: number, times, satisfaction, opened again (X-SRV-17).

    Six questions to the store.

    Args:
        work: The unit of work.
        period: Which days.
        by: Told apart by type, priority, channel or who treats them; None for all together only.

    Raises:
        Invalid: Period or choice is none.
    """
    start, end = instants(needed_period(period), work.zone)
    kind: HandlingBy | None = None if by is None else chosen(by, HandlingBy, "by")
    asked = (one(start, end, kind) for one in (came, answered, ended, finished, reopened))
    return handling(Asked(*((one, work.service_requests.groups(one)) for one in asked)), kind)


@action("service.read_all", "service.read")
def service_backlog(work: Work) -> Backlog:
    """Answer which requests are open now, how long they have waited, and which are late (X-SRV-05, X-SRV-17).

    Four questions to the store.
    """
    asked = waiting(work.today, work.zone), late_answers(work.now), late_handlings(work.now)
    open_, unanswered, unsolved = ((one, work.service_requests.groups(one)) for one in asked)
    return backlog(open_, unanswered, unsolved)


@action("survey.read")
def customer_opinions(work: Work, period: Period) -> Opinions:
    """Answer satisfaction (CSAT) and recommendation (NPS) in all surveys of a period together (X-SRV-04, X-SRV-14).

    Two questions to the store.

    Args:
        work: The unit of work.
        period: The days on which customers answered.

    Raises:
        Invalid: The period is none.
    """
    asked = said(*instants(needed_period(period), work.zone))
    return opinions(asked, work.survey_answers.groups(asked))
