"""What customers said of their requests, verdict by verdict; for the actions of this package (requirement SVC-06).

A verdict of few stars sends a request back: it stays with the treatment that it was given for, while the request waits
for the next. Whoever looks at requests alone sees satisfied customers only.
"""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from attrs import Attribute, fields

from crmcore.query import (
    Query,
    TallyRow,
    any_of,
    banded,
    count,
    ge,
    in_query,
    is_null,
    lt,
    negate,
    query,
    tally,
    through,
    total,
)
from crmcore.query.groups import Grouping, Through
from crmcore.service.entity import ServiceRequest, ServiceRound
from crmcore.storage.work import Work

__all__ = ["rated_requests", "verdicts_on"]

_r = fields(ServiceRequest)
_n = fields(ServiceRound)


def rated_requests(start: dt.datetime, end: dt.datetime) -> Query[ServiceRequest]:
    """Answer the requests created from one instant up to another of which any treatment has been judged."""
    before = in_query(_r.id, query(ServiceRound).where(negate(is_null(_n.satisfaction))), on=_n.request)
    judged = any_of(negate(is_null(_r.satisfaction)), before)
    return query(ServiceRequest).where(ge(_r.created_at, start), lt(_r.created_at, end), judged)


def verdicts_on(
    work: Work,
    rated: Query[ServiceRequest],
    by: "Attribute[Any] | Through[Any]",
    edges: Sequence[dt.datetime] | None = None,
) -> list[TallyRow]:
    """Answer what was said of some requests, group by group: number of requests, number of verdicts, sum of the stars.

    A group may have several rows: of the treatments that stand, and of the earlier ones, whose requests count once.
    Two questions to the store.

    Args:
        work: The unit of work.
        rated: Some of :func:`rated_requests`.
        by: A field of the request, or one that is found through it.
        edges: Bands of the instant at which requests were created, which come first in the key; None for none.
    """
    created = through(_n.request, ServiceRequest, _r.created_at)
    now: tuple[Grouping, ...] = () if edges is None else (banded(_r.created_at, edges),)
    past: tuple[Grouping, ...] = () if edges is None else (banded(created, edges),)
    of = query(ServiceRound).where(negate(is_null(_n.satisfaction)), in_query(_n.request, rated))
    stand = tally(rated, by=(*now, by, banded(_r.satisfaction, [0])), measures=(count(), total(_r.satisfaction)))
    earlier = tally(of, by=(*past, through(_n.request, ServiceRequest, by)), measures=(count(), total(_n.satisfaction)))
    return [*map(_standing, work.service_requests.groups(stand)), *map(_earlier, work.service_rounds.groups(earlier))]


def _standing(row: TallyRow) -> TallyRow:
    """Answer a group of requests; of some of them only earlier treatments have been judged."""
    (number, stars), judged = row.values, row.key[-1] is not None
    return TallyRow(row.key[:-1], (number, number if judged else 0, stars if judged else 0))


def _earlier(row: TallyRow) -> TallyRow:
    """Answer a group of earlier treatments; their requests are among those that :func:`_standing` counts."""
    return TallyRow(row.key, (0, *row.values))
