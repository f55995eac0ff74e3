"""How service requests are handled: how many, how soon, how well, and how often again (X-SRV-14, X-SRV-17).

Times are working time, as each request keeps it: nights, holidays and what was waited for the customer do not count.
See :mod:`crmcore.service.measuring`.
"""

from decimal import Decimal
from typing import Any, Final

import attrs
from attrs import fields

from crmcore.query import TallyRow, ge, is_null, lt, negate
from crmcore.service.entity import ServiceRequest, ServiceRound
from crmcore.statistics.figures import Figure, counted, share
from crmcore.statistics.requested import (
    AGAIN,
    CONTENT,
    Ended,
    HandlingAnswers,
    HandlingBy,
    all_groups,
    keys_in_order,
    one_group,
)
from crmcore.statistics.sums import Answered, joint_share, mean_time, number_of, rows_with

__all__ = ["Handled", "Handling", "handling"]

_TIME: Final = 1
_SECONDS: Final = 3600
_UNIT: Final = "service_request"
_ROUND: Final = "service_round"
_r = fields(ServiceRequest)
_n = fields(ServiceRound)


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
    """Working hours until then, on average, of those of which that was measured."""
    archived: Figure[int]
    """Brought to the archive in the period by the customer's verdict, and still there."""
    resolution: Figure[Decimal]
    """Working hours all their treatments took together, on average: from filing to the handling that ended them."""
    at_once: Figure[int]
    """How many of these were ended by their first treatment."""
    first_time: Figure[Decimal]
    """Their share."""
    satisfied: Figure[int]
    """For how many of the archived ones the customer gave four or five stars."""
    judged_before: Figure[int]
    """Treatments judged in the period that were taken back: by few stars, or as the request was opened again."""
    satisfied_before: Figure[int]
    """How many of these had four or five stars."""
    csat: Figure[Decimal]
    """Share of four and five among all verdicts given: the satisfaction score (CSAT); it opens to ``satisfied``."""
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


def handling(asked: HandlingAnswers, by: HandlingBy | None = None) -> Handling:
    """Answer how the requests of a period were handled (requirements X-SRV-14, X-SRV-17).

    Definition: volume: requests created in the period. Response: mean working time from filing to the first answer to
        the customer, of those created in the period, answered and measured by now. Resolution: mean working time of
        all treatments together, of those archived in the period and measured; a single treatment is measured by
        :func:`crmcore.statistics.promises.promises`. First time: the share of these that their first treatment ended.
        CSAT: of all verdicts given in the period, those included that sent a request back, the share with four or five
        stars. The verdict on a treatment that was opened again counts for the day on which it was handled. Who treated
        it, is told of each treatment. Reopen rate: of those created in the period and archived at least once since, the
        share that was opened again after that.
    Formula: sum of times / number; 100 × part / whole, rounded half up to one decimal place.
    Unit: requests, treatments, working hours, percent.
    Undefined when: the number it is divided by is 0; then None, never 0.
    Source: requirements SVC-06, X-SRV-09, X-SRV-14, X-SRV-17; CSAT as in :func:`crmcore.surveys.figures.csat`; first
        time as "first contact resolution" in the service desk literature.

    Args:
        asked: What the functions above asked with the same bounds, and the answers.
        by: What the groups are, as given to them.
    """
    if by is None:
        return Handling(groups=(), whole=_handled(None, asked))
    answers = (
        asked.came,
        asked.answered,
        asked.ended,
        asked.treated_before,
        asked.sent_back,
        asked.finished,
        asked.reopened,
    )
    keys = keys_in_order(asked.came, asked.ended, asked.sent_back, asked.finished)
    return Handling(
        groups=tuple(_handled(key, HandlingAnswers(*(one_group(one, key) for one in answers))) for key in keys),
        whole=_handled(None, HandlingAnswers(*map(all_groups, answers))),
    )


def _handled(group: Any, asked: HandlingAnswers) -> Handled:
    over, ends = asked.ended[0].of, [Ended(*row.values) for row in asked.ended[1]]
    archived = counted(sum(one.number for one in ends), over, _UNIT)
    at_once = counted(sum(one.at_once for one in ends), over.where(lt(_r.round, AGAIN)), _UNIT)
    satisfied = counted(sum(one.content for one in ends), over.where(ge(_r.satisfaction, CONTENT)), _UNIT)
    back, verdicts = asked.sent_back
    judged_before = number_of(verdicts, back.of, _ROUND)
    content_before = rows_with(verdicts, lambda stars: stars == 1)
    satisfied_before = number_of(content_before, back.of.where(ge(_n.satisfaction, CONTENT)), _ROUND)
    done, again = _number(asked.finished), _number(asked.reopened)
    return Handled(
        group=group,
        came=_number(asked.came),
        answered=_number(asked.answered),
        response=_response(asked.answered),
        archived=archived,
        resolution=_resolution(asked.ended, asked.treated_before),
        at_once=at_once,
        first_time=share(at_once, archived),
        satisfied=satisfied,
        judged_before=judged_before,
        satisfied_before=satisfied_before,
        csat=joint_share((satisfied, satisfied_before), (archived, judged_before)),
        finished=done,
        reopened=again,
        reopen_rate=share(again, done),
    )


def _response(answered: Answered) -> Figure[Decimal]:
    measured = rows_with(answered[1], lambda band: band is not None)
    of = answered[0].of.where(negate(is_null(_r.responded_in)))
    return mean_time(measured, _TIME, of, unit="h", length=_SECONDS)


def _resolution(ended: Answered, before: Answered) -> Figure[Decimal]:
    """Answer the working time from filing to the handling that ended it, treatment by treatment."""
    measured = [TallyRow((), (one.measured, one.time)) for one in (Ended(*row.values) for row in ended[1])]
    earlier = [TallyRow((), (0, *row.values[_TIME:])) for row in before[1]]  # they take time, and are no requests
    of = ended[0].of.where(negate(is_null(_r.resolved_in)))
    return mean_time([*measured, *earlier], _TIME, of, unit="h", length=_SECONDS)


def _number(one: Answered) -> Figure[int]:
    return number_of(one[1], one[0].of, _UNIT)
