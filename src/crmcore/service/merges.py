"""Merging two requests that say the same, and taking a merge back (requirement X-SRV-09).

A customer who calls twice, or a buyer and his boss who both write, make two requests of one matter. One of them goes
on, with the notes, files and earlier treatments of both; the other is archived and says into which it was merged.
"""

import datetime as dt
import json
from collections.abc import Mapping
from typing import Any, Final

import attrs
from attrs import fields

from crmcore.access.directory import account_manager
from crmcore.access.entity import User
from crmcore.access.guests import is_guest
from crmcore.base.errors import Refused
from crmcore.base.kinds import name_of
from crmcore.base.schema import describe
from crmcore.dictionary.parameters import SERVICE_UNUSED
from crmcore.query import asc, eq, ge, one_of, query
from crmcore.service.belongings import RequestMergeChanged, give_back, take
from crmcore.service.entity import RequestNote, ServiceRequest, ServiceRequestId, ServiceRound, ServiceStatus
from crmcore.service.events import RequestMergeUndone, RequestsMerged
from crmcore.service.keeping import keep
from crmcore.service.merge_record import RequestMerge, RequestMergeId, RequestMergeState
from crmcore.service.refusals import HasAbsorbed
from crmcore.service.rules import check_step_used, may_merge, may_undo_merge
from crmcore.storage.action import action
from crmcore.storage.codec import compact, entity_to_json, value_from_json
from crmcore.storage.work import Work

__all__ = ["check_absorbed_none", "merge", "merges_of", "undo_merge"]

_m = fields(RequestMerge)
_ABSORBED: Final = ("status", "archived_at", "merged_into")
"""What a merge changes about the request that is absorbed; undoing it restores just that."""


class RequestMergeOver(Refused):
    """The merge was undone before."""

    code = "service.merge_undone"


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
        RequestMergeTooLarge: Too much belongs to the absorbed one.
        StepNotUsed: The company merges no requests.
        NotFound: There is no such request.
        Conflict: Somebody changed one of them since the person saw it.
    """
    one = work.service_requests.get(kept, expected=kept_expected)
    other = work.service_requests.get(absorbed, expected=absorbed_expected)
    may_merge(one, other, work.actor)
    check_step_used("merge", work.parameter(SERVICE_UNUSED))
    return _united(work, one, other)


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
    may_undo_merge(kept, work.actor)
    said = json.loads(record.before)
    if absorbed.merged_into != kept.id:
        raise RequestMergeChanged(number=absorbed.number)
    before, after = said["round"]
    if after not in {before, kept.round}:
        raise RequestMergeChanged(number=kept.number)
    give_back(work, said["moved"], kept, absorbed)
    going_on = kept if before == after else attrs.evolve(kept, round=before)
    _hold(work, kept, attrs.evolve(going_on, responded_at=_responded_before(work, record, kept, said)))
    if absorbed.assignee is not None:
        work.unscoped(User).touch(account_manager(work, absorbed.assignee))
    specs = describe(ServiceRequest).by_name
    restored = {name: value_from_json(specs[name], said["absorbed"][name]) for name in _ABSORBED}
    keep(work, absorbed, attrs.evolve(absorbed, **restored))
    work.record(RequestMergeUndone(kept.id, absorbed.id), about=kept.id)
    return work.unscoped(RequestMerge).save(attrs.evolve(record, state=RequestMergeState.UNDONE))


@action("service.merge")
def merges_of(work: Work, request: ServiceRequestId) -> tuple[RequestMerge, ...]:
    """List the merges that stand and made a request what it is, the first one first."""
    work.service_requests.get(request)
    return _standing(work, request)


def check_absorbed_none(work: Work, request: ServiceRequest) -> None:
    """Refuse to remove a request that keeps what belongs to others; for actions.

    Raises:
        HasAbsorbed: Another request was merged into it.
    """
    for one in _standing(work, request.id):
        absorbed = work.unscoped(ServiceRequest).get(one.absorbed)
        raise HasAbsorbed(number=request.number, absorbed=absorbed.number)


def _standing(work: Work, kept: ServiceRequestId) -> tuple[RequestMerge, ...]:
    standing = query(RequestMerge).where(eq(_m.kept, kept), eq(_m.state, RequestMergeState.DONE))
    return tuple(work.unscoped(RequestMerge).find(standing.sort(asc(_m.done_at))))


def _united(work: Work, one: ServiceRequest, other: ServiceRequest) -> RequestMerge:
    """Make one request of two; keep what undoing it needs to know."""
    moved = take(work, one, other)
    answers = [at for at in (one.responded_at, other.responded_at) if at is not None]
    going_on = attrs.evolve(
        one, round=one.round + len(moved[name_of(ServiceRound)]), responded_at=min(answers, default=None)
    )
    _hold(work, one, going_on)
    gone = attrs.evolve(other, status=ServiceStatus.ARCHIVED, archived_at=work.now, merged_into=one.id)
    keep(work, other, gone)
    said = {
        "kept": entity_to_json(one),
        "absorbed": entity_to_json(other),
        "moved": moved,
        "round": [one.round, going_on.round],
    }
    made = RequestMerge(
        id=RequestMergeId(work.new_id()),
        kept=one.id,
        absorbed=other.id,
        before=compact(said),
        done_by=work.user_id,
        done_at=work.now,
    )
    work.record(RequestsMerged(one.id, other.id), about=one.id)
    return work.unscoped(RequestMerge).add(made)


def _hold(work: Work, known: ServiceRequest, wanted: ServiceRequest) -> None:
    """Store the kept request, unchanged too: nobody archives it at the same moment."""
    if wanted == known:
        work.service_requests.touch(known)
    else:
        keep(work, known, wanted)


def _responded_before(
    work: Work, record: RequestMerge, kept: ServiceRequest, said: Mapping[str, Any]
) -> dt.datetime | None:
    """Answer when the customer had his first answer to the kept request alone: before the merge, or after it."""
    if said["absorbed"]["responded_at"] is None:
        return kept.responded_at
    specs = describe(ServiceRequest).by_name
    known: dt.datetime | None = value_from_json(specs["responded_at"], said["kept"]["responded_at"])
    if known is not None:
        return known
    n, r = fields(RequestNote), fields(ServiceRound)
    told = query(RequestNote).where(
        eq(n.request, kept.id), eq(n.internal, value=False), ge(n.written_at, record.done_at)
    )
    notes = work.unscoped(RequestNote).find(told.sort(asc(n.written_at)))
    writers = {one.written_by for one in notes}
    users = work.unscoped(User).find(query(User).where(one_of(fields(User).id, writers))) if writers else ()
    guests = {one.id for one in users if is_guest(one)}
    answers = [one.written_at for one in notes if one.written_by not in guests][:1]
    rounds = work.unscoped(ServiceRound).find(query(ServiceRound).where(eq(r.request, kept.id)))
    handled = (kept.handled_at, *(one.handled_at for one in rounds))
    answers += [at for at in handled if at is not None]
    return min(answers, default=None)
