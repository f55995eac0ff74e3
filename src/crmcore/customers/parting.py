"""What goes back when a merge of customers is undone: what it moved and what its people did since (X-ADM-11, X-SLF-03).

A contact who goes back takes along what names him: others at the kept customer have no business with it, and would
read his requests in the customer window.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, Final, cast
from uuid import UUID

from attrs import fields

from crmcore.base.kinds import name_of
from crmcore.care.entity import CareActivity
from crmcore.customers.entity import Contact, CustomerId
from crmcore.customers.relinking import MergeChanged, Moved, portions, returning
from crmcore.query import any_of, eq, one_of, query
from crmcore.query.conditions import FieldRef
from crmcore.service.entity import ServiceRequest
from crmcore.service.merge_record import RequestMerge, RequestMergeState
from crmcore.storage.work import Work
from crmcore.surveys.entity import Invitation, SurveyAnswer

__all__ = ["all_returning"]

_Links = tuple[FieldRef[Any], FieldRef[Any]]
_WITH_PEOPLE: Final[dict[type[Any], _Links]] = {
    ServiceRequest: (fields(ServiceRequest).customer, fields(ServiceRequest).contact),
    CareActivity: (fields(CareActivity).customer, fields(CareActivity).contact),
    Invitation: (fields(Invitation).customer, fields(Invitation).contact),
}
"""What follows a contact, by its links to customer and contact."""
_ANSWERS: Final[_Links] = (fields(SurveyAnswer).customer, fields(SurveyAnswer).invitation)


def all_returning(work: Work, moved: Moved, kept: CustomerId) -> Mapping[type[Any], Sequence[Any]]:
    """Answer the records that belong to the absorbed customer again, as they are now.

    Raises:
        MergeChanged: Something was changed, removed or moved since, or a request of the one customer was merged into
            a request of the other.
    """
    found = {cls: list(records) for cls, records in returning(work, moved, kept).items()}
    people = [one.id for one in found[Contact]]
    for cls, links in _WITH_PEOPLE.items():
        found[cls] += _following(work, cls, links, people, kept, {one.id for one in found[cls]})
    asked = [one.id for one in found[Invitation]]
    known = {one.id for one in found[SurveyAnswer]}
    found[SurveyAnswer] += _following(work, SurveyAnswer, _ANSWERS, asked, kept, known)
    _check_not_joined(work, [one.id for one in found[ServiceRequest]])
    return found


def _following(
    work: Work, cls: type[Any], links: _Links, wanted: Sequence[UUID], kept: CustomerId, known: Collection[UUID]
) -> Iterator[Any]:
    """Answer the kept customer's records that are linked to what goes back, and do not go back anyhow."""
    for some in portions(wanted):
        linked = query(cls).where(eq(links[0], kept), one_of(cast("FieldRef[UUID]", links[1]), some))
        yield from (one for one in work.unscoped(cls).find(linked) if one.id not in known)


def _check_not_joined(work: Work, requests: Sequence[UUID]) -> None:
    """Refuse while a request that goes back and one that stays are one."""
    m, ours = fields(RequestMerge), set(requests)
    for some in portions(requests):
        ids = cast("Sequence[Any]", some)
        standing = query(RequestMerge).where(
            eq(m.state, RequestMergeState.DONE), any_of(one_of(m.kept, ids), one_of(m.absorbed, ids))
        )
        if any((one.kept in ours) is not (one.absorbed in ours) for one in work.unscoped(RequestMerge).find(standing)):
            raise MergeChanged(entity=name_of(RequestMerge))
