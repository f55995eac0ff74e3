"""Every state, every action, every role: what the table of chapter 4 does not allow is refused and leaves no trace.

The tables are written from chapters 4, 8 and 9 of the requirements, not from the rules. A refused call leaves the whole
store as it was, apart from one record of the attempt; it does not even write anything else.
"""

from collections.abc import Callable
from typing import Any, Final
from uuid import UUID

import attrs
import pytest
from attrs import fields

from company import People
from company.clients import entered, put
from company.desk import ASKED, archived, assigned, filed, handled, shared_desk
from crmcore import agreements, service
from crmcore.access.delivered import delivered_role_id
from crmcore.access.directory import user_named
from crmcore.access.entity import CUSTOMER_CONTACT, UserId
from crmcore.access.rules import NotSignedIn
from crmcore.base.errors import NotFound, Refused
from crmcore.customers.entity import Customer
from crmcore.query import eq, query
from crmcore.service.entity import ServiceRequest, ServiceStatus
from crmcore.service.merge_record import RequestMerge
from crmcore.storage.crm import Crm
from crmcore.storage.records import ChangeRecord, Operation
from crmcore.storage.work import Work
from crmcore.subjects import ENTITIES

WHO: Final = {
    "filer": "lihua",  # looks after the customer and filed the request
    "treater": "wangwei",  # it is, or would be, assigned to him
    "stranger": "stranger",  # an account manager who has nothing to do with it
    "supervisor": "zhaomin",
    "executive": "chengang",
    "admin": "admin",
    "contact": "guest",  # somebody at the customer's
    "nobody": None,
}
MEANING: Final = {
    "+": "allowed",
    "P": "access.no_permission",
    "S": NotSignedIn.code,
    "-": "not_found",
    "n": "service.not_new",
    "a": "service.not_assigned",
    "h": "service.not_handled",
    "A": "service.archived",
    "t": "service.not_the_assignee",
    "T": "service.not_the_handler",
    "r": "service.not_archived",
}
TABLE: Final = """
              filer  treater  stranger  supervisor

create        ++++++ ------   ------    PPPPPP
edit          PPPPPP PPPPPP   PPPPPP    PPPPPP
delete        PPPPPP PPPPPP   PPPPPP    +nnnAA
proposals     PPPPPP PPPPPP   PPPPPP    +++aAA
assign        PPPPPP PPPPPP   PPPPPP    +nnnAA
handle        attaAA -++aAA   ------    PPPPPP
feedback      hhhTAA -hh+AA   ------    PPPPPP
send_back     hhhTAA -hh+AA   ------    PPPPPP
note          ++++AA -+++AA   ------    ++++AA
attach        ++++AA -+++AA   ------    ++++AA
wait          attaAA -++aAA   ------    PPPPPP
resume        attaAA -++aAA   ------    PPPPPP
hand_over     PPPPPP PPPPPP   PPPPPP    a++aAA
reopen        rrrr+r -rrr+r   ------    rrrr+r
merge         PPPPPP PPPPPP   PPPPPP    ++++AA
absorb        PPPPPP PPPPPP   PPPPPP    ++++AA
undo_merge    PPPPPP PPPPPP   PPPPPP    ++++AA
detail        ++++++ -+++++   ------    ++++++
merges_of     PPPPPP PPPPPP   PPPPPP    ++++++
"""
"""Of each action and person: what becomes of it in the states new, assigned, waiting, handled, archived and merged.

Executives read, and do nothing else; administrators, people at the customer's and people who have not signed in
do nothing at all.
"""
Call = Callable[[Work, Any, Any], Any]


def _create(work: Work, id_: Any, _: Any) -> Any:
    """File another one for the same customer."""
    request = work.session.load(ServiceRequest, id_)
    assert request is not None
    return service.create(work, **{**ASKED, "customer": request.customer})


def _undo_merge(work: Work, id_: Any, _: Any) -> Any:
    """Take back a merge into a request of the same state."""
    request = work.session.load(ServiceRequest, id_)
    assert request is not None
    merge = work.unscoped(RequestMerge).first(eq(fields(RequestMerge).done_by, request.created_by))
    assert merge is not None
    return service.undo_merge(work, merge.id)


CALLS: Final[dict[str, Call]] = {
    "create": _create,
    "edit": lambda work, id_, _: service.edit(work, id_, title="x"),
    "delete": lambda work, id_, _: service.delete(work, id_),
    "proposals": lambda work, id_, _: agreements.proposals(work, id_),
    "assign": lambda work, id_, _: service.assign(work, id_, to="lihua"),
    "handle": lambda work, id_, _: service.handle(work, id_, "x"),
    "feedback": lambda work, id_, _: service.feedback(work, id_, result="x", satisfaction=3),
    "send_back": lambda work, id_, _: service.feedback(work, id_, result="x", satisfaction=2),
    "note": lambda work, id_, _: service.note(work, id_, "x", internal=False),
    "attach": lambda work, id_, _: service.attach(work, id_, file_name="x", size=1),
    "wait": lambda work, id_, _: service.wait_for_customer(work, id_, "x"),
    "resume": lambda work, id_, _: service.resume(work, id_),
    "hand_over": lambda work, id_, _: service.hand_over(work, id_, to="lihua"),
    "reopen": lambda work, id_, _: service.reopen(work, id_, "x"),
    "merge": service.merge,
    "absorb": lambda work, id_, other: service.merge(work, other, id_),
    "undo_merge": _undo_merge,
    "detail": lambda work, id_, _: service.detail(work, id_),
    "merges_of": lambda work, id_, _: service.merges_of(work, id_),
}
AFTER: Final = {
    "assign": ServiceStatus.ASSIGNED,
    "handle": ServiceStatus.HANDLED,
    "feedback": ServiceStatus.ARCHIVED,
    "send_back": ServiceStatus.ASSIGNED,
    "reopen": ServiceStatus.ASSIGNED,
    "absorb": ServiceStatus.ARCHIVED,
}
"""Where the table of chapter 4 leads; other actions leave the state as it is."""


def _merged(crm: Crm, customer: Customer) -> ServiceRequest:
    gone = assigned(crm, customer)
    crm.perform(service.merge, filed(crm, customer).id, gone.id, as_user="zhaomin")
    return gone


def _waiting(crm: Crm, customer: Customer) -> ServiceRequest:
    return crm.perform(service.wait_for_customer, assigned(crm, customer).id, "哪一台？", as_user="wangwei")


STATES: Final[dict[str, Callable[[Crm, Customer], ServiceRequest]]] = {
    "new": filed,
    "assigned": assigned,
    "waiting": _waiting,
    "handled": handled,
    "archived": archived,
    "merged": _merged,
}


STATUS: Final = {"waiting": ServiceStatus.ASSIGNED, "merged": ServiceStatus.ARCHIVED}
"""Of the states that are named otherwise."""


class Undo(Exception):
    """Takes back what an allowed action did, so that every cell finds the same request."""

    code = "allowed"


def _expected(action: str, person: str, state: str) -> str:
    head, *lines = (line.split() for line in TABLE.splitlines() if line.strip())
    cells = {line[0]: dict(zip(head, line[1:], strict=True)) for line in lines}
    assert cells.keys() == CALLS.keys()
    if person == "nobody":
        return "S"
    if person == "executive" and action == "detail":
        return "+"
    return cells[action].get(person, "P" * len(STATES))[[*STATES].index(state)]


Contents = dict[type[Any], dict[UUID, Any]]


def _contents(crm: Crm) -> Contents:
    session = crm.store.begin(write=False)
    try:
        return {cls: {one.id: one for one in session.find(query(cls))} for cls in ENTITIES}
    finally:
        session.close()


def _call(crm: Crm, who: str | None, call: Call, request: ServiceRequest, other: ServiceRequest) -> tuple[str, Any]:
    """What an action answers, and the state it would leave the request in."""
    state = None
    with pytest.raises((Undo, Refused, NotFound)) as caught, crm.work(as_user=who) as work:  # noqa: PT012
        call(work, request.id, other.id)
        left = work.session.load(ServiceRequest, request.id)
        state = None if left is None else left.status
        raise Undo
    code: str = caught.value.code  # type: ignore[attr-defined]  # all three have one
    return code, state


@pytest.mark.requirement("4.2", "9", "16.1", "16.12", "RBA-13", "SVC-05", "X-SRV-09", "X-SLF-04")
@pytest.mark.parametrize("state", STATES)
def test_only_what_the_table_has_is_done_and_nothing_else_leaves_a_trace(crm: Crm, people: People, state: str) -> None:
    guest = (delivered_role_id(CUSTOMER_CONTACT),)
    put(
        crm,
        attrs.evolve(people.lihua, id=UserId(crm.ids()), name="stranger", name_key="stranger"),
        attrs.evolve(people.lihua, id=UserId(crm.ids()), name="guest", name_key="guest", roles=guest),
    )
    customer = entered(crm)
    request, other = STATES[state](crm, customer), filed(crm, customer)
    joined = shared_desk(crm, STATES[state](crm, customer))
    put(crm, joined["merged_request"], joined["request_merge"])
    with crm.work(as_user="zhaomin", readonly=True) as work:
        users = {who: _id_of(work, who) for who in WHO.values()}
    before, said = _contents(crm), []
    for action, call in CALLS.items():
        for person, who in WHO.items():
            place = (action, person, state)
            sign = _expected(action, person, state)
            moment = crm.store.now()  # type: ignore[attr-defined]  # the watched store of these tests
            code, left = _call(crm, who, call, request, other)
            assert code == MEANING[sign], place
            if sign != "+":
                written = crm.store.written_since(moment)  # type: ignore[attr-defined]
                assert written == [ChangeRecord], place
                hidden = "access.out_of_scope" if sign == "-" else code
                said.append((Operation.DENIED, users[who], _name(action), hidden))
            elif action != "delete":
                assert left is AFTER.get(action, STATUS.get(state) or ServiceStatus(state)), place
    now = _contents(crm)
    records = sorted(now[ChangeRecord].keys() - before[ChangeRecord].keys())
    added = [now[ChangeRecord].pop(id_) for id_ in records]
    assert now == before
    assert sorted(map(str, said)) == sorted(str((one.operation, one.actor, one.action, one.code)) for one in added)


def _name(action: str) -> str:
    if action == "proposals":
        return "agreements.proposals"
    named = {"send_back": "feedback", "wait": "wait_for_customer", "absorb": "merge"}
    return f"service.{named.get(action, action)}"


def _id_of(work: Work, who: str | None) -> UUID | None:
    return None if who is None else user_named(work, who).id
