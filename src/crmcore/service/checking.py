"""What a request and a customer's answer need to be stored (requirements 4.1, 4.2, X-SRV-08, X-SRV-09)."""

from typing import Any

from crmcore.base.building import written
from crmcore.base.errors import Invalid, Problem
from crmcore.customers.maintaining import contact_problems
from crmcore.dictionary.lookup import check_codes
from crmcore.dictionary.parameters import SERVICE_REQUIRED
from crmcore.opportunities.entity import Opportunity
from crmcore.service.entity import ServiceRequest
from crmcore.service.rules import check_filled_in
from crmcore.storage.work import Work

__all__ = ["answer_of", "check_request"]


def answer_of(result: object, satisfaction: object) -> dict[str, Any]:
    """Answer what the customer said as it is stored; every problem at once.

    Raises:
        Invalid: Result or satisfaction are missing.
    """
    problems: list[Problem] = []
    said: dict[str, Any] = {"satisfaction": satisfaction}
    try:
        said["result"] = written(result, "result", "service_request")
    except Invalid as error:
        problems += error.problems
    if satisfaction is None:
        problems.append(Problem(field="satisfaction", code="value.missing", entity="service_request"))
    if problems:
        raise Invalid(problems)
    return said


def check_request(
    work: Work, made: ServiceRequest, known: ServiceRequest | None, *, unasked: tuple[str, ...] = ()
) -> None:
    """Refuse codes that can't be chosen, what belongs to another customer, and what the company wants filled in.

    What the request has named before is not judged again: a contact may have left since, or a merge was undone.

    Args:
        work: The unit of work, in an action that has checked its permission.
        made: The request as it shall be.
        known: The request as it is; None for a new one.
        unasked: What the company wants filled in and whoever files it can't know.

    Raises:
        Invalid: All problems are listed.
    """
    check_codes(work, made, known=known)
    required = work.parameter(SERVICE_REQUIRED)
    check_filled_in(made, tuple(one for one in required if one not in unasked))
    problems: list[Problem] = []
    if known is None or made.contact != known.contact:
        problems += contact_problems(work, made.contact, made.customer, "service_request")
    if made.opportunity is not None and (known is None or made.opportunity != known.opportunity):
        chance = work.session.load(Opportunity, made.opportunity)
        if chance is None or chance.customer != made.customer:
            problems.append(Problem(field="opportunity", code="service.not_his_opportunity", entity="service_request"))
    if problems:
        raise Invalid(problems)
