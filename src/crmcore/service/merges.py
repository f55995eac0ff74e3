"""Merging two requests that say the same, and taking a merge back (requirement X-SRV-09).

A customer who calls twice, or a buyer and his boss who both write, make two requests of one matter. One of them goes
on, with the notes, files and earlier treatments of both; the other is archived and says into which it was merged.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

import attrs
from attrs import fields

from crmcore.access.directory import account_manager
from crmcore.access.entity import User
from crmcore.base.errors import Refused
from crmcore.base.kinds import name_of
from crmcore.base.schema import describe
from crmcore.dictionary.parameters import SERVICE_UNUSED
from crmcore.query import asc, eq, query
from crmcore.query.conditions import FieldRef
from crmcore.service.entity import (
    RequestAttachment,
    RequestMerge,
    RequestMergeId,
    RequestMergeState,
    RequestNote,
    ServiceRequest,
    ServiceRequestId,
    ServiceRound,
    ServiceStatus,
)
from crmcore.service.events import RequestsMerged, RequestsParted
from crmcore.service.keeping import keep
from crmcore.service.rules import check_step_used, may_merge, may_part
from crmcore.storage.action import action
from crmcore.storage.codec import compact, entity_to_json, value_from_json
from crmcore.storage.work import Work

__all__ = ["RequestMergeChanged", "merge", "merges_of", "undo_merge"]

_m = fields(RequestMerge)
_MOVED: Final[dict[type[Any], FieldRef[Any]]] = {
    RequestNote: fields(RequestNote).request,
    RequestAttachment: fields(RequestAttachment).request,
}
_ABSORBED: Final = ("status", "archived_at", "merged_into")
"""What a merge changes about the request that is absorbed; undoing it restores just that."""
_Moved = Mapping[str, Sequence[Any]]


class RequestMergeOver(Refused):
    """The merge was undone before."""

    code = "service.merge_undone"


class RequestMergeChanged(Refused):
    """What the merge moved was treated on, moved on or removed since; undoing it would lose that."""

    code = "service.merge_changed"


@action("service.merge")
def merge(
    work: Work,
    kept: ServiceRequestId,
    absorbed: ServiceRequestId,
    *,
    kept_expected: int | None = None,
    absorbed_expected: int | None = None,
) -> RequestMerge:
    """Make one request of two open ones of the same customer; what was promised for the kept one holds.

    Notes, files and earlier treatments of the absorbed request move to the kept one; its treatments are counted after
    those the kept one has had. The absorbed request is archived and says into which it was merged.

    Args:
        work: The unit of work.
        kept: Which one goes on, with its number, its assignee and its clock.
        absorbed: Which one says the same.
        kept_expected: The version of the kept request that the person saw; None if that does not matter.
        absorbed_expected: That of the absorbed one.

    Raises:
        SameRequest, OtherCustomer: They can't be merged.
        RequestArchived: One of them is archived.
        StepNotUsed: The company merges no requests.
        Conflict: Somebody changed one of them since the person saw it.
    """
    one = work.service_requests.get(kept, expected=kept_expected)
    other = work.service_requests.get(absorbed, expected=absorbed_expected)
    may_merge(one, other, work.actor)
    check_step_used("merge", work.parameter(SERVICE_UNUSED))
    moved: dict[str, list[Any]] = {name_of(cls): _relinked(work, cls, absorbed, kept) for cls in _MOVED}
    moved[name_of(ServiceRound)] = _rounds_moved(work, other, one)
    going_on = attrs.evolve(one, round=one.round + len(moved[name_of(ServiceRound)]))
    _hold(work, one, going_on)
    gone = attrs.evolve(other, status=ServiceStatus.ARCHIVED, archived_at=work.now, merged_into=kept)
    keep(work, other, gone)
    said = {"absorbed": entity_to_json(other), "moved": moved, "round": [one.round, going_on.round]}
    made = RequestMerge(
        id=RequestMergeId(work.new_id()),
        kept=kept,
        absorbed=absorbed,
        before=compact(said),
        done_by=work.user_id,
        done_at=work.now,
    )
    work.record(RequestsMerged(kept, absorbed), about=kept)
    return work.unscoped(RequestMerge).add(made)


@action("service.merge")
def undo_merge(work: Work, id: RequestMergeId) -> RequestMerge:  # noqa: A002
    """Make two requests of one again: everything the merge did is taken back.

    What came to the kept request afterwards stays with it.

    Raises:
        RequestMergeOver: It was undone before.
        RequestArchived: The kept request is archived; open it again first.
        RequestMergeChanged: What the merge moved was treated on or moved on since.
        NotAnAccountManager: Who treated the absorbed request has left.
        NotFound: There is no such merge, or the actor may not see one of the requests.
    """
    record = work.request_merges.get(id)
    kept, absorbed = work.service_requests.get(record.kept), work.service_requests.get(record.absorbed)
    if record.state is RequestMergeState.UNDONE:
        raise RequestMergeOver(number=absorbed.number)
    may_part(kept, work.actor)
    said = json.loads(record.before)
    if absorbed.merged_into != kept.id:
        raise RequestMergeChanged(number=absorbed.number)
    before, after = said["round"]
    if after not in {before, kept.round}:
        raise RequestMergeChanged(number=kept.number)
    _take_back(work, kept, absorbed, said["moved"])
    _hold(work, kept, kept if before == after else attrs.evolve(kept, round=before))
    if absorbed.assignee is not None:
        work.unscoped(User).touch(account_manager(work, absorbed.assignee))
    specs = describe(ServiceRequest).by_name
    restored = {name: value_from_json(specs[name], said["absorbed"][name]) for name in _ABSORBED}
    keep(work, absorbed, attrs.evolve(absorbed, **restored))
    work.record(RequestsParted(kept.id, absorbed.id), about=kept.id)
    return work.unscoped(RequestMerge).save(attrs.evolve(record, state=RequestMergeState.UNDONE))


@action("service.merge")
def merges_of(work: Work, request: ServiceRequestId) -> tuple[RequestMerge, ...]:
    """List the merges that stand and made a request what it is, the first one first."""
    work.service_requests.get(request)
    standing = query(RequestMerge).where(eq(_m.kept, request), eq(_m.state, RequestMergeState.DONE))
    return tuple(work.request_merges.find(standing.sort(asc(_m.done_at))))


def _relinked(work: Work, cls: type[Any], absorbed: ServiceRequestId, kept: ServiceRequestId) -> list[str]:
    """Move what belongs to the absorbed request to the kept one; answer which."""
    found = work.unscoped(cls).find(query(cls).where(eq(_MOVED[cls], absorbed)))
    for one in found:
        work.unscoped(cls).save(attrs.evolve(one, request=kept))
    return [one.id.hex for one in found]


def _rounds_moved(work: Work, absorbed: ServiceRequest, kept: ServiceRequest) -> list[list[Any]]:
    """Move earlier treatments to the kept request, after its own; answer which, and what number each had."""
    r = fields(ServiceRound)
    found = work.unscoped(ServiceRound).find(query(ServiceRound).where(eq(r.request, absorbed.id)).sort(asc(r.number)))
    for place, one in enumerate(found):
        work.unscoped(ServiceRound).save(attrs.evolve(one, request=kept.id, number=kept.round + place))
    return [[one.id.hex, one.number] for one in found]


def _hold(work: Work, known: ServiceRequest, wanted: ServiceRequest) -> None:
    """Store the kept request, unchanged too: nobody archives it at the same moment."""
    if wanted == known:
        work.service_requests.touch(known)
    else:
        keep(work, known, wanted)


def _take_back(work: Work, kept: ServiceRequest, absorbed: ServiceRequest, moved: _Moved) -> None:
    """Link what was moved to the absorbed request again.

    Raises:
        RequestMergeChanged: Something of it was moved on or removed.
    """
    links: dict[type[Any], FieldRef[Any]] = {**_MOVED, ServiceRound: fields(ServiceRound).request}
    known: dict[type[Any], dict[str, Any]] = {
        cls: {one.id.hex: one for one in work.unscoped(cls).find(query(cls).where(eq(field, kept.id)))}
        for cls, field in links.items()
    }
    back: list[Any] = []
    for cls in _MOVED:
        back += [(known[cls].get(id_), {}) for id_ in moved[name_of(cls)]]
    back += [(known[ServiceRound].get(id_), {"number": number}) for id_, number in moved[name_of(ServiceRound)]]
    if any(record is None for record, _ in back):
        raise RequestMergeChanged(number=kept.number)
    for record, values in back:
        work.unscoped(type(record)).save(attrs.evolve(record, request=absorbed.id, **values))
