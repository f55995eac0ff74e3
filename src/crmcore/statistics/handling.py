"""How service requests are handled: how many, how soon, how well, and how often again (X-SRV-14, X-SRV-17).

Times are those of the calendar: nights and holidays count. What was promised is counted in working time, by the clock
of each request; see :mod:`crmcore.service.clock`.
"""

from decimal import Decimal
from typing import Any, Final

import attrs
from attrs import fields

from crmcore.query import is_null, lt, negate, one_of
from crmcore.service.entity import ServiceRequest
from crmcore.statistics.figures import Figure, share
from crmcore.statistics.requested import AGAIN, Answered, Asked, HandlingBy, all_groups, keys_in_order, one_group
from crmcore.statistics.sums import HOUR, mean_time, number_of, rows_with
from crmcore.surveys.figures import SATISFIED

__all__ = ["Handled", "Handling", "handling"]

_TIME: Final = 1
_UNIT: Final = "service_request"
_r = fields(ServiceRequest)


@attrs.frozen(kw_only=True)
class Handled:
    """How a group of requests was handled."""

    group: Any
    """The code of the type or channel, the priority, or the person's id; None for all together, or for nobody."""
    came: Figure[int]
    """Created in the period: the volume (服务数量)."""
    answered: Figure[int]
    """How many of these have had a first answer."""
    response: Figure[Decimal]
    """Hours until then, on average."""
    archived: Figure[int]
    """Brought to the archive in the period and still there; those merged into others do not count."""
    resolution: Figure[Decimal]
    """Hours from their creation to the handling that ended them, on average."""
    at_once: Figure[int]
    """How many of these were ended by their first treatment."""
    first_time: Figure[Decimal]
    """Their share."""
    judged: Figure[int]
    """How many of these the customer has given stars."""
    satisfied: Figure[int]
    """How many got four or five."""
    csat: Figure[Decimal]
    """Their share: the satisfaction score (CSAT)."""
    finished: Figure[int]
    """Created in the period, and archived at least once since."""
    reopened: Figure[int]
    """How many of these were opened again."""
    reopen_rate: Figure[Decimal]
    """Their share."""


@attrs.frozen(kw_only=True)
class Handling:
    """The groups by their key, and all together."""

    groups: tuple[Handled, ...]
    whole: Handled


def handling(asked: Asked, by: HandlingBy | None = None) -> Handling:
    """Answer how the requests of a period were handled (requirements X-SRV-14, X-SRV-17).

    Definition: volume: requests created in the period. Response: mean time from creation to the first answer to the
        customer, of those created in the period and answered by now. Resolution: mean time from creation to the
        handling that ended it, of those archived in the period. First time: the share of these that their first
        treatment ended. CSAT: of those archived in the period with stars, the share with four or five. Reopen rate: of
        those created in the period and archived at least once since, the share that was opened again after that.
    Formula: sum of times / number; 100 × part / whole, rounded half up to one decimal place.
    Unit: requests, hours of the calendar, percent.
    Undefined when: the number it is divided by is 0; then None, never 0.
    Source: requirements X-SRV-09, X-SRV-14, X-SRV-17; CSAT as in :func:`crmcore.surveys.figures.csat`; first time as
        "first contact resolution" in the service desk literature.

    Args:
        asked: What the functions above asked with the same bounds, and the answers.
        by: What the groups are, as given to them.
    """
    if by is None:
        return Handling(groups=(), whole=_handled(None, asked))
    answers = asked.came, asked.answered, asked.ended, asked.finished, asked.reopened
    keys = keys_in_order(asked.came, asked.ended, asked.finished)
    return Handling(
        groups=tuple(_handled(key, Asked(*(one_group(one, by, key) for one in answers))) for key in keys),
        whole=_handled(None, Asked(*map(all_groups, answers))),
    )


def _handled(group: Any, asked: Asked) -> Handled:
    over, ends = asked.ended[0].of, asked.ended[1]
    once = rows_with(ends, lambda _, again: again == 0)
    stars = rows_with(ends, lambda given, _: given is not None)
    happy = rows_with(stars, lambda given, _: given in SATISFIED)
    archived = number_of(ends, over, _UNIT)
    at_once = number_of(once, over.where(lt(_r.round, AGAIN)), _UNIT)
    judged = number_of(stars, over.where(negate(is_null(_r.satisfaction))), _UNIT)
    satisfied = number_of(happy, over.where(one_of(_r.satisfaction, SATISFIED)), _UNIT)
    done, back = _number(asked.finished), _number(asked.reopened)
    return Handled(
        group=group,
        came=_number(asked.came),
        answered=_number(asked.answered),
        response=mean_time(asked.answered[1], _TIME, asked.answered[0].of, unit="h", length=HOUR),
        archived=archived,
        resolution=mean_time(ends, _TIME, over, unit="h", length=HOUR),
        at_once=at_once,
        first_time=share(at_once, archived),
        judged=judged,
        satisfied=satisfied,
        csat=share(satisfied, judged),
        finished=done,
        reopened=back,
        reopen_rate=share(back, done),
    )


def _number(one: Answered) -> Figure[int]:
    return number_of(one[1], one[0].of, _UNIT)
