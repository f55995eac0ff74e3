"""Service requests when customers are merged and parted, or change hands, on every store (X-ADM-11, X-SRV-05)."""

import datetime as dt
from typing import Any

import pytest

from company import People, SetClock
from company.clients import entered
from company.counting import CountingStore
from company.desk import assigned, filed, promised, reread
from company.lateness import policy, steps
from company.opinions import answered, opened
from company.visitors import Visitor, open_window, visitor
from crmcore import care, customers, escalation, service, window
from crmcore.access.entity import UserId
from crmcore.base.errors import CrmError, NotFound
from crmcore.care.entity import CareActivity
from crmcore.customers.entity import CustomerId
from crmcore.escalation.entity import Recipient, Watched
from crmcore.service.entity import ServiceRequestId
from crmcore.storage.crm import Crm
from crmcore.surveys.entity import SurveyAnswer

ASKED: dict[str, Any] = {"type": "complaint", "title": "合同价格", "request": "只给我们公司看。"}


def told(crm: Crm) -> set[UserId | None]:
    """To whom what is planned will be escalated."""
    return {one.recipient_user for one in steps(crm)}


def of_company(crm: Crm, guest: Visitor) -> set[ServiceRequestId]:
    """What a guest finds in the window."""
    return {one.id for one in crm.perform(window.my_requests, as_user=guest.user).rows}


def all_of(crm: Crm, kind: type[Any]) -> dict[Any, CustomerId]:
    """Whose each record of a kind is."""
    with crm.work(as_user="zhaomin", readonly=True) as work:
        return {one.id: one.customer for one in work.unscoped(kind).find()}


@pytest.mark.requirement("X-ADM-11", "X-SLF-03", "X-SLF-04", "X-SRV-04", "X-CAR-02")
def test_what_a_contact_did_after_a_merge_goes_back_with_him(crm: Crm, people: People) -> None:
    open_window(crm)
    host, guest = visitor(crm, email="host@huajian.example"), visitor(crm, name="另一家公司")
    asked = opened(crm)
    before = filed(crm, guest.customer)
    done = crm.perform(customers.merge, host.customer.id, guest.customer.id, as_user="zhaomin")
    own = crm.perform(window.file, as_user=guest.user, **ASKED)
    crm.perform(window.answer, own, "请保密。", as_user=guest.user)
    theirs = crm.perform(window.file, as_user=host.user, **ASKED)
    planned: Any = {"kind": "visit", "content": "x", "planned_on": dt.date(2026, 6, 1), "contact": guest.contact.id}
    visit = crm.perform(care.plan, host.customer.id, as_user="lihua", **planned)
    sent = answered(crm, asked, host.customer, 5)
    assert of_company(crm, host) == of_company(crm, guest) == {before.id, own, theirs}
    crm.perform(customers.undo_merge, done.id, as_user="zhaomin")
    assert (of_company(crm, host), of_company(crm, guest)) == ({theirs}, {before.id, own})
    with pytest.raises(NotFound):
        crm.perform(window.my_request, own, as_user=host.user)
    shown = crm.perform(window.my_request, own, as_user=guest.user)
    assert [one.text for one in shown.messages] == ["请保密。"]
    assert all_of(crm, CareActivity)[visit.id] == guest.customer.id
    assert sent.invitation.customer == host.customer.id
    assert {*all_of(crm, SurveyAnswer).values()} == {host.customer.id}, "nobody at the other customer was asked"


@pytest.mark.requirement("X-ADM-11", "X-SRV-09")
def test_customers_are_not_parted_while_their_requests_are_one(crm: Crm) -> None:
    host, guest = entered(crm), entered(crm, name="另一家公司")
    one, other = filed(crm, host), filed(crm, guest)
    done = crm.perform(customers.merge, host.id, guest.id, as_user="zhaomin")
    for pair in ((one, other), (other, one)):
        joined = crm.perform(service.merge, *(request.id for request in pair), as_user="zhaomin")
        with pytest.raises(CrmError) as caught:
            crm.perform(customers.undo_merge, done.id, as_user="zhaomin")
        assert caught.value.code == "customer.merge_changed"
        crm.perform(service.undo_merge, joined.id, as_user="zhaomin")
    twin = filed(crm, host)
    crm.perform(service.merge, one.id, twin.id, as_user="zhaomin")
    crm.perform(customers.undo_merge, done.id, as_user="zhaomin")
    assert [reread(crm, request).customer for request in (one, twin, other)] == [host.id, host.id, guest.id]


@pytest.mark.requirement("X-ADM-11", "X-SRV-05")
def test_who_looks_after_the_customer_is_told_after_a_merge_too(crm: Crm, people: People) -> None:
    promised(crm, resolve_within=60)
    policy(crm, recipient=Recipient.MANAGER)
    host, guest = entered(crm), entered(crm, "wangwei", name="另一家公司")
    requests = [filed(crm, host), filed(crm, guest, by="wangwei")]
    lihua, wangwei = people.lihua.id, people.wangwei.id
    assert {one.request: one.recipient_user for one in steps(crm)} == dict(
        zip([one.id for one in requests], [lihua, wangwei], strict=True)
    )
    done = crm.perform(customers.merge, host.id, guest.id, {"manager": "absorbed"}, as_user="zhaomin")
    assert told(crm) == {wangwei}
    crm.perform(customers.undo_merge, done.id, as_user="zhaomin")
    assert {one.request: one.recipient_user for one in steps(crm)} == dict(
        zip([one.id for one in requests], [lihua, wangwei], strict=True)
    )
    crm.perform(customers.merge, host.id, guest.id, as_user="zhaomin")
    assert told(crm) == {lihua}


@pytest.mark.requirement("USR-06", "X-SRV-05")
def test_who_looks_after_the_customer_is_told_after_a_hand_over_too(crm: Crm, people: People, clock: SetClock) -> None:
    promised(crm, resolve_within=60)
    policy(crm, "客户经理", recipient=Recipient.MANAGER)
    customer, other = entered(crm), entered(crm, name="另一家公司")
    request = filed(crm, customer)
    kept = filed(crm, other)
    crm.perform(customers.assign, customer.id, to="wangwei", as_user="zhaomin")
    assert {one.request: one.recipient_user for one in steps(crm)} == {
        request.id: people.wangwei.id,
        kept.id: people.lihua.id,
    }
    customers.hand_over(crm, before="wangwei", to="lihua", as_user="zhaomin")
    assert told(crm) == {people.lihua.id}
    clock.advance(days=3)
    escalation.escalate(crm)
    assert len(crm.perform(escalation.mine, as_user="lihua").rows) == 2


@pytest.mark.requirement("USR-06", "X-SRV-05")
def test_handing_over_asks_the_store_equally_often_however_many_requests_there_are(crm: Crm) -> None:
    promised(crm, resolve_within=60)
    policy(crm, "处理人", recipient=Recipient.ASSIGNEE)
    policy(crm, "客户经理", recipient=Recipient.MANAGER, watched=Watched.RESOLUTION)
    customer = entered(crm)
    counted = []
    for number in (3, 12):
        for _ in range(number):
            assigned(crm, customer)
        store = CountingStore(crm.store)
        given = Crm(store, clock=crm.clock, ids=crm.ids).perform(
            customers.hand_over_some, before="wangwei", to="lihua", as_user="zhaomin"
        )
        assert given.requests == number
        counted.append(store.asked)
    assert counted[0] == counted[1]
