"""Deleting a request, and deleting the contact it names, on every store: nothing is left that hangs on nothing."""

from typing import Any

import pytest

from company import People, SetClock
from company.clients import contact_of, entered
from company.desk import archived, assigned, filed, reread
from company.lateness import escalations, kept, policy, steps
from company.opinions import invited, opened
from crmcore import SYSTEM, access, customers, escalation, service, surveys
from crmcore.base.errors import CrmError, Invalid
from crmcore.escalation.entity import Escalation, Watched
from crmcore.service.entity import RequestAttachment, RequestNote, ServiceRequest
from crmcore.service.merge_record import RequestMerge
from crmcore.storage.crm import Crm
from crmcore.storage.records import ChangeRecord, Operation


def removed(crm: Crm, kind: str) -> int:
    """Of how many records of a kind the history says that they were removed."""
    return sum(one.entity == kind and one.operation is Operation.REMOVED for one in kept(crm, ChangeRecord))


@pytest.mark.requirement("4.2", "16.12", "X-SRV-05", "X-SRV-04")
def test_what_hangs_on_a_request_is_deleted_with_it(crm: Crm, clock: SetClock) -> None:
    policy(crm, watched=Watched.ASSIGNMENT)
    asked, customer = opened(crm), entered(crm)
    request, other = filed(crm, customer), filed(crm, customer)
    for one in (request, other):
        crm.perform(service.note, one.id, "急", as_user="lihua")
        crm.perform(service.attach, one.id, file_name="照片.jpg", size=1, as_user="lihua")
    clock.advance(days=1)
    escalation.escalate(crm)
    assert len(escalations(crm)) == 2
    about = invited(crm, asked, customer, request=request.id).invitation
    merged = crm.perform(service.merge, other.id, request.id, as_user="zhaomin")
    crm.perform(service.undo_merge, merged.id, as_user="zhaomin")
    crm.perform(service.delete, request.id, as_user="zhaomin")
    for kind in (RequestNote, RequestAttachment, Escalation):
        (left,) = kept(crm, kind)
        assert left.request == other.id, kind
    assert kept(crm, RequestMerge) == []
    assert [one.request for one in steps(crm)] == [other.id]
    assert crm.perform(surveys.invitation, about.id, as_user="zhaomin").invitation.request is None
    assert crm.perform(escalation.notice, as_user="zhaomin").escalated == 1
    names = ("request_note", "request_attachment", "escalation", "request_merge", "service_request")
    assert {name: removed(crm, name) for name in names} == dict.fromkeys(names, 1)


@pytest.mark.requirement("4.2", "X-SRV-09")
def test_a_request_that_has_absorbed_another_is_not_deleted(crm: Crm) -> None:
    customer = entered(crm)
    request, twin = filed(crm, customer), assigned(crm, customer)
    crm.perform(service.note, twin.id, "急", as_user="wangwei")
    merged = crm.perform(service.merge, request.id, twin.id, as_user="zhaomin")
    with pytest.raises(CrmError) as caught:
        crm.perform(service.delete, request.id, as_user="zhaomin")
    assert (caught.value.code, caught.value.params["absorbed"]) == ("service.has_absorbed", twin.number)
    crm.perform(service.undo_merge, merged.id, as_user="zhaomin")
    crm.perform(service.delete, request.id, as_user="zhaomin")
    assert [one.id for one in kept(crm, ServiceRequest)] == [twin.id]
    assert [one.request for one in kept(crm, RequestNote)] == [twin.id]


@pytest.mark.requirement("X-SRV-08", "X-SRV-10", "CON-03")
def test_a_request_names_a_deleted_contact_no_more_and_is_edited_as_before(crm: Crm, people: People) -> None:
    role = people.supervisor.roles[0]
    allowed = [*crm.perform(access.role, role, as_user="admin").permissions, "service.edit"]
    crm.perform(access.set_permissions, role, allowed, as_user="admin")
    customer = entered(crm)
    person = contact_of(crm, customer)
    crm.perform(customers.add_contact, customer.id, name="王", position="经理", office_phone="010-1", as_user="lihua")
    requests = [make(crm, customer, contact=person.id) for make in (assigned, archived)]
    crm.perform(customers.delete_contact, person.id, as_user="lihua")
    assert [reread(crm, one).contact for one in requests] == [None, None]
    history = [one for one in kept(crm, ChangeRecord) if one.entity_id == requests[1].id]
    assert person.id.hex in max(history, key=lambda one: one.entity_version).changes.replace("-", "")
    edited = crm.perform(service.edit, requests[0].id, title="新概要", as_user="zhaomin")
    assert (edited.title, edited.contact) == ("新概要", None)


@pytest.mark.requirement("X-SRV-08", "X-SRV-10")
def test_what_a_request_has_named_before_is_not_judged_again(crm: Crm) -> None:
    customer, other = entered(crm), entered(crm, name="另一家公司")
    request = filed(crm, customer, contact=contact_of(crm, customer).id)
    stranger = contact_of(crm, other).id
    given: dict[str, Any] = {"contact": stranger}
    with pytest.raises(Invalid):
        crm.perform(service.edit, request.id, as_user=SYSTEM, **given)
    person = contact_of(crm, customer)
    moved = crm.perform(customers.merge, other.id, customer.id, as_user="zhaomin")
    assert reread(crm, request).customer == other.id
    later = filed(crm, other, contact=stranger)
    crm.perform(service.edit, later.id, contact=person.id, as_user=SYSTEM)
    crm.perform(service.edit, request.id, contact=stranger, as_user=SYSTEM)
    crm.perform(customers.undo_merge, moved.id, as_user="zhaomin")
    assert (reread(crm, request).customer, reread(crm, request).contact) == (customer.id, stranger)
    assert crm.perform(service.edit, request.id, title="新概要", as_user=SYSTEM).title == "新概要"
