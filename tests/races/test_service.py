"""Two people treat one service request at the same moment: one wins, the other is told, and nothing is lost (4.2)."""

from collections.abc import Callable
from typing import Any

import pytest

from company.clients import entered
from company.desk import assigned, filed, handled
from crmcore import service
from crmcore.access.entity import User
from crmcore.base.errors import CrmError, NotFound
from crmcore.customers.entity import Customer
from crmcore.service import treatment
from crmcore.service.entity import RequestNote, ServiceRequest, ServiceRound, ServiceStatus
from crmcore.service.refusals import HasAbsorbed, NotArchived, NotAssigned, NotHandled, NotNew, NotTheAssignee
from crmcore.storage.crm import Crm
from crmcore.storage.records import Operation
from races.arena import MANAGERS, SUPERVISORS, clash, history_of, kept, messages_of

pytestmark = pytest.mark.timeout(600)
ROUNDS = 8
Made = Callable[..., ServiceRequest]
Act = Callable[[Crm, ServiceRequest], Any]


def duels(rivals: list[Crm], make: Made, one: Act, other: Act) -> list[tuple[ServiceRequest, Any, Any]]:
    """Requests that two machines deal with at once, with what each of them answered."""
    customer = entered(rivals[0])
    requests = [make(rivals[0], customer) for _ in range(ROUNDS)]
    outcomes = clash(
        [lambda number: one(rivals[0], requests[number]), lambda number: other(rivals[1], requests[number])], ROUNDS
    )
    return [(request, *duel) for request, duel in zip(requests, outcomes, strict=True)]


def stored(crm: Crm) -> dict[Any, ServiceRequest]:
    return {one.id: one for one in kept(crm, ServiceRequest)}


def done_to(crm: Crm) -> dict[Any, list[str]]:
    """What was done to each request, without refused attempts, and without who only held it."""
    return {
        about: [one.action for one in records if one.operation is not Operation.DENIED and one.changes != "{}"]
        for about, records in history_of(crm).items()
    }


def assigning(place: int) -> Act:
    return lambda crm, one: crm.perform(service.assign, one.id, to=MANAGERS[place], as_user=SUPERVISORS[place])


@pytest.mark.requirement("4.2", "NFR-14")
def test_of_two_supervisors_exactly_one_assigns(rivals: list[Crm]) -> None:
    fought = duels(rivals, filed, assigning(0), assigning(1))
    after, done, told = stored(rivals[0]), done_to(rivals[0]), messages_of(rivals[0])
    users = {one.name: one.id for one in kept(rivals[0], User)}
    for request, *duel in fought:
        (winner,) = (place for place, outcome in enumerate(duel) if isinstance(outcome, ServiceRequest))
        assert type(duel[1 - winner]) is NotNew, repr(duel[1 - winner])
        assert after[request.id] == duel[winner]
        assert after[request.id].assignee == users[MANAGERS[winner]]
        assert done[request.id] == ["service.create", "service.assign"]
        assert [one.kind for one in told[request.id]] == ["request_created", "request_assigned"]


@pytest.mark.requirement("4.2", "16.12", "X-SRV-09")
def test_a_request_absorbs_another_or_is_deleted(rivals: list[Crm]) -> None:
    twins: dict[Any, ServiceRequest] = {}

    def pair(crm: Crm, customer: Customer) -> ServiceRequest:
        request = filed(crm, customer)
        twins[request.id] = assigned(crm, customer)
        return request

    fought = duels(
        rivals,
        pair,
        lambda crm, one: crm.perform(service.merge, one.id, twins[one.id].id, as_user=SUPERVISORS[0]),
        lambda crm, one: crm.perform(service.delete, one.id, as_user=SUPERVISORS[1]),
    )
    after = stored(rivals[0])
    for request, merged, deleted in fought:
        twin = after[twins[request.id].id]
        if deleted is None:
            assert type(merged) is NotFound, repr(merged)
            assert (request.id in after, twin) == (False, twins[request.id])
        else:
            assert type(deleted) is HasAbsorbed, repr(deleted)
            assert (request.id in after, twin.merged_into) == (True, request.id)


@pytest.mark.requirement("4.2", "16.12")
def test_a_request_is_assigned_or_deleted(rivals: list[Crm]) -> None:
    fought = duels(
        rivals, filed, assigning(0), lambda crm, one: crm.perform(service.delete, one.id, as_user=SUPERVISORS[1])
    )
    after, done = stored(rivals[0]), done_to(rivals[0])
    for request, assigned_, deleted in fought:
        if deleted is None:
            assert type(assigned_) is NotFound, repr(assigned_)
            assert request.id not in after
            assert done[request.id] == ["service.create", "service.delete"]
        else:
            assert type(deleted) is NotNew, repr(deleted)
            assert after[request.id] == assigned_
            assert done[request.id] == ["service.create", "service.assign"]


@pytest.mark.requirement("4.2", "NFR-14")
def test_who_is_relieved_has_handled_it_or_has_not(rivals: list[Crm]) -> None:
    fought = duels(
        rivals,
        assigned,
        lambda crm, one: crm.perform(service.handle, one.id, "已更换。", as_user=MANAGERS[1]),
        lambda crm, one: crm.perform(service.hand_over, one.id, to=MANAGERS[0], as_user=SUPERVISORS[0]),
    )
    after = stored(rivals[0])
    users = {one.name: one.id for one in kept(rivals[0], User)}
    for request, treated, relieved in fought:
        now = after[request.id]
        if isinstance(treated, ServiceRequest):
            assert type(relieved) is NotAssigned, repr(relieved)
            assert (now.status, now.handled_by) == (ServiceStatus.HANDLED, users[MANAGERS[1]])
            assert now == treated
        else:
            assert type(treated) in {NotTheAssignee, NotFound}, repr(treated)
            assert (now.status, now.assignee, now.handling) == (ServiceStatus.ASSIGNED, users[MANAGERS[0]], "")
            assert now == relieved


@pytest.mark.requirement("SVC-05", "X-SRV-09")
def test_what_the_customer_says_is_kept_when_it_is_opened_again_at_once(rivals: list[Crm]) -> None:
    fought = duels(
        rivals,
        handled,
        lambda crm, one: crm.perform(service.feedback, one.id, result="好", satisfaction=5, as_user=MANAGERS[1]),
        lambda crm, one: crm.perform(service.reopen, one.id, "又坏了", as_user=SUPERVISORS[0]),
    )
    after = stored(rivals[0])
    rounds = kept(rivals[0], ServiceRound)
    for request, judged, reopened in fought:
        assert isinstance(judged, ServiceRequest), repr(judged)
        past = [(one.satisfaction, one.reason) for one in rounds if one.request == request.id]
        if isinstance(reopened, ServiceRequest):
            assert (after[request.id], past) == (reopened, [(5, "又坏了")])
            assert (reopened.status, reopened.round) == (ServiceStatus.ASSIGNED, 2)
        else:
            assert type(reopened) is NotArchived, repr(reopened)
            assert (after[request.id], past) == (judged, [])
            assert judged.status is ServiceStatus.ARCHIVED


@pytest.mark.requirement("SVC-06")
def test_a_low_score_that_is_sent_twice_makes_one_round(rivals: list[Crm]) -> None:
    def blaming(crm: Crm, one: ServiceRequest) -> ServiceRequest:
        return crm.perform(service.feedback, one.id, result="差", satisfaction=1, as_user=MANAGERS[1])

    fought = duels(rivals, handled, blaming, blaming)
    after, rounds = stored(rivals[0]), kept(rivals[0], ServiceRound)
    for request, *duel in fought:
        (loser,) = (one for one in duel if isinstance(one, CrmError))
        assert type(loser) is NotHandled, repr(loser)
        assert [one.number for one in rounds if one.request == request.id] == [1]
        assert after[request.id].round == 2


@pytest.mark.requirement("X-SRV-09")
@pytest.mark.parametrize("internal", [True, False])
def test_two_notes_at_once_are_both_kept(rivals: list[Crm], internal: bool) -> None:
    def noting(by: str) -> Act:
        return lambda crm, one: crm.perform(treatment.note, one.id, by, internal=internal, as_user=by)

    fought = duels(rivals, assigned, noting(MANAGERS[1]), noting(SUPERVISORS[0]))
    after, notes = stored(rivals[0]), kept(rivals[0], RequestNote)
    for request, *duel in fought:
        found = [one for one in notes if one.request == request.id]
        assert sorted(found, key=lambda one: one.text) == sorted(duel, key=lambda one: one.text)
        answered = after[request.id].responded_at
        assert (answered is None) if internal else (answered in {one.written_at for one in found})
