"""What hangs on a request (requirements X-SRV-09, 4.2).

It moves along when two become one, goes back when a merge is undone, and is not left over when the request is deleted.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import attrs
from attrs import fields

from crmcore.base.errors import Refused
from crmcore.base.kinds import name_of
from crmcore.escalation.entity import Escalation
from crmcore.knowledge.entity import ArticleUse
from crmcore.query import asc, eq, query
from crmcore.query.conditions import FieldRef, path_of
from crmcore.service.entity import RequestAttachment, RequestNote, ServiceRequest, ServiceRequestId, ServiceRound
from crmcore.service.merge_record import RequestMerge
from crmcore.storage.work import Work
from crmcore.surveys.entity import Invitation

__all__ = ["MOST", "Moved", "RequestMergeChanged", "RequestMergeTooLarge", "give_back", "remove_all", "take"]

MOST: Final = 5_000
"""More notes or files do not belong to one request, and would not fit into what is kept of a merge."""
_OWN: Final[dict[type[Any], FieldRef[Any]]] = {
    RequestNote: fields(RequestNote).request,
    RequestAttachment: fields(RequestAttachment).request,
}
"""What is part of a request."""
_NAMING: Final[dict[type[Any], FieldRef[Any]]] = {
    ArticleUse: fields(ArticleUse).request,
    Invitation: fields(Invitation).request,
}
"""What goes on by itself and names a request."""
_GONE_WITH_IT: Final[dict[type[Any], tuple[FieldRef[Any], ...]]] = {
    RequestNote: (fields(RequestNote).request,),
    RequestAttachment: (fields(RequestAttachment).request,),
    Escalation: (fields(Escalation).request,),
    RequestMerge: (fields(RequestMerge).kept, fields(RequestMerge).absorbed),
}
Moved = Mapping[str, Sequence[Any]]
"""Name of the kind to the ids of what was moved, in hexadecimal; of a treatment also the number it had."""


class RequestMergeTooLarge(Refused):
    """So much belongs to the request that it can't be moved in one transaction and kept for undoing."""

    code = "service.merge_too_large"


class RequestMergeChanged(Refused):
    """What the merge moved was treated on, moved on or removed since; undoing it would lose that."""

    code = "service.merge_changed"


def take(work: Work, kept: ServiceRequest, absorbed: ServiceRequest) -> dict[str, list[Any]]:
    """Move everything that hangs on one request to another; answer what, for :func:`give_back`.

    Earlier treatments are counted after those the kept request has had. An article that is said to have solved both
    stays with either.

    Raises:
        RequestMergeTooLarge: That is too much.
    """
    moved: dict[str, list[Any]] = {}
    for cls in (*_OWN, *_NAMING):
        known = _of(work, cls, absorbed)
        here = {one.article for one in _of(work, cls, kept)} if cls is ArticleUse else frozenset()
        some = [one for one in known if cls is not ArticleUse or one.article not in here]
        _relink(work, some, kept.id)
        moved[name_of(cls)] = [one.id.hex for one in some]
    rounds = _rounds(work, absorbed)
    numbered = [attrs.evolve(one, request=kept.id, number=kept.round + place) for place, one in enumerate(rounds)]
    work.bulk.change(list(zip(rounds, numbered, strict=True)))
    moved[name_of(ServiceRound)] = [[one.id.hex, one.number] for one in rounds]
    return moved


def give_back(work: Work, moved: Moved, kept: ServiceRequest, absorbed: ServiceRequest) -> None:
    """Link what was moved to the absorbed request again; of what names a request, whatever still names the kept one.

    Raises:
        RequestMergeChanged: A note, file or treatment was moved on or removed.
    """
    for cls in _OWN:
        known = {one.id.hex: one for one in _of(work, cls, kept)}
        _relink(work, [_still_there(known, id_, kept) for id_ in moved[name_of(cls)]], absorbed.id)
    for cls in _NAMING:
        ids = set(moved[name_of(cls)])
        here = {one.article for one in _of(work, cls, absorbed)} if cls is ArticleUse else frozenset()
        some = [one for one in _of(work, cls, kept) if one.id.hex in ids]
        _relink(work, [one for one in some if cls is not ArticleUse or one.article not in here], absorbed.id)
    rounds = {one.id.hex: one for one in _rounds(work, kept)}
    pairs = [(_still_there(rounds, id_, kept), number) for id_, number in moved[name_of(ServiceRound)]]
    work.bulk.change([(one, attrs.evolve(one, request=absorbed.id, number=number)) for one, number in pairs])


def remove_all(work: Work, request: ServiceRequest) -> None:
    """Remove what is nothing without a request, and let what goes on by itself name it no more."""
    for cls, links in _GONE_WITH_IT.items():
        for link in links:
            for one in list(work.unscoped(cls).scan(query(cls).where(eq(link, request.id)))):
                work.unscoped(cls).remove(one)
    _relink(work, _of(work, Invitation, request), None)


def _of(work: Work, cls: type[Any], request: ServiceRequest) -> Sequence[Any]:
    link = {**_OWN, **_NAMING}[cls]
    found = work.unscoped(cls).find(query(cls).where(eq(link, request.id)).page(MOST + 1))
    if len(found) > MOST:
        raise RequestMergeTooLarge(number=request.number, most=MOST)
    return found


def _rounds(work: Work, request: ServiceRequest) -> Sequence[ServiceRound]:
    r = fields(ServiceRound)
    return work.unscoped(ServiceRound).find(query(ServiceRound).where(eq(r.request, request.id)).sort(asc(r.number)))


def _relink(work: Work, records: Sequence[Any], to: ServiceRequestId | None) -> None:
    """Let records of one kind belong to another request, or to none."""
    if records:
        (name,) = path_of({**_OWN, **_NAMING}[type(records[0])])
        work.bulk.change([(one, attrs.evolve(one, **{name: to})) for one in records])


def _still_there(known: Mapping[str, Any], id_: str, kept: ServiceRequest) -> Any:
    if id_ not in known:
        raise RequestMergeChanged(number=kept.number)
    return known[id_]
