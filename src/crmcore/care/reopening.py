"""What a customer said waits again when the request it became is removed (requirement X-CAR-03)."""

import attrs
from attrs import fields

from crmcore.care.entity import CareActivity, OpinionState
from crmcore.query import eq, query
from crmcore.service.entity import ServiceRequestId
from crmcore.storage.work import Work

__all__ = ["reopen"]


def reopen(work: Work, request: ServiceRequestId) -> None:
    """Open the opinion that was filed as a request which is removed now; for actions that have checked that."""
    activities = work.unscoped(CareActivity)
    for one in activities.find(query(CareActivity).where(eq(fields(CareActivity).opinion_request, request))):
        waiting = attrs.evolve(
            one,
            opinion_state=OpinionState.OPEN,
            opinion_request=None,
            opinion_processed_by=None,
            opinion_processed_at=None,
        )
        activities.save(waiting)
