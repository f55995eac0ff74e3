"""Processing what customers said: filed as a request, or dealt with and kept (客户意见; requirement X-CAR-03)."""

from typing import Any, Unpack

import attrs

from crmcore.base.building import written
from crmcore.base.errors import Invalid, Problem
from crmcore.care.entity import CareActivity, CareActivityId, OpinionState
from crmcore.care.events import OpinionProcessed
from crmcore.care.inputs import OpinionFields
from crmcore.care.people import contact_still_his
from crmcore.care.rules import may_process
from crmcore.customers.entity import Customer
from crmcore.service.actions import create
from crmcore.service.entity import ServiceRequest
from crmcore.storage.action import action
from crmcore.storage.work import Work

__all__ = ["file_opinion", "process_opinion"]


@action("care.manage")
def file_opinion(
    work: Work,
    id: CareActivityId,  # noqa: A002
    *,
    expected: int | None = None,
    **fields: Unpack[OpinionFields],
) -> ServiceRequest:
    """Make a service request of what a customer said, so that somebody treats it (requirement X-CAR-03).

    From then on the request is followed, and the opinion is processed; each leads to the other. Filing takes the
    right to file requests as well.

    Args:
        work: The unit of work.
        id: The activity in which he said it.
        expected: The version the person saw; None if that does not matter.
        fields: ``type`` and ``title`` of the request, and what else :func:`crmcore.service.create` takes; without
            ``request`` it says what the customer said, without ``contact`` it names whom the activity was for.

    Raises:
        NotFound: There is no such activity.
        NotTheManager: Somebody else is responsible for the customer.
        NoOpenOpinion: The customer said nothing, or it was processed before.
        CustomerNotActive: The customer is lost or deleted.
        Conflict: Somebody changed it since the person saw it.
        Invalid: A value breaks a constraint, or something is missing; all problems are listed.
    """
    known, customer = _open(work, id, expected)
    given: dict[str, Any] = {"request": known.opinion, "contact": contact_still_his(work, known), **fields}
    if "customer" in given:
        raise Invalid(Problem(field="customer", code="value.not_yours", entity="service_request"))
    request = create(work, customer=customer.id, **given)
    _processed(work, attrs.evolve(known, opinion_request=request.id))
    return request


@action("care.manage")
def process_opinion(
    work: Work,
    id: CareActivityId,  # noqa: A002
    outcome: str,
    *,
    expected: int | None = None,
) -> CareActivity:
    """Record what was done about what a customer said; it is kept with who did it, and when (requirement X-CAR-03).

    Args:
        work: The unit of work.
        id: The activity in which he said it.
        outcome: What was done, 1 to 1000 characters.
        expected: The version the person saw; None if that does not matter.

    Raises:
        NotFound: There is no such activity.
        NotTheManager: Somebody else is responsible for the customer.
        NoOpenOpinion: The customer said nothing, or it was processed before.
        Conflict: Somebody changed it since the person saw it.
        Invalid: The text is missing or too long.
    """
    known, customer = _open(work, id, expected)
    done = written(outcome, "opinion_outcome", "care_activity")
    stored = _processed(work, attrs.evolve(known, opinion_outcome=done))
    work.unscoped(Customer).touch(customer)  # nobody hands him over at the same moment
    return stored


def _open(work: Work, id_: CareActivityId, expected: int | None) -> tuple[CareActivity, Customer]:
    """Answer an activity whose opinion waits, and its customer, if the actor may process it."""
    known = work.care_activities.get(id_, expected=expected)
    customer = work.unscoped(Customer).get(known.customer)
    may_process(known, customer, work.actor)
    return known, customer


def _processed(work: Work, known: CareActivity) -> CareActivity:
    """Store that an opinion is processed, and tell of it."""
    done = attrs.evolve(
        known,
        opinion_state=OpinionState.PROCESSED,
        opinion_processed_by=work.user_id,
        opinion_processed_at=work.now,
    )
    stored = work.care_activities.save(done)
    work.record(OpinionProcessed(known.id, known.customer, known.opinion_request), about=known.id)
    return stored
