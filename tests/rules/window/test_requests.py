"""What a guest does and sees: his own company's requests and orders, and nothing beside."""

import datetime as dt
from decimal import Decimal
from typing import Any
from uuid import uuid4

import attrs
import pytest

from company import People, SetClock
from company.clients import PERSON, ordered, put, warned
from company.desk import promised, reread
from company.visitors import Visitor, open_window, visitor
from crmcore import SYSTEM, churn, customers, dictionary, service, window
from crmcore.base.errors import Invalid, NotFound
from crmcore.sales.entity import OrderLine, OrderLineId
from crmcore.service.entity import ServiceRequest, ServiceStatus
from crmcore.service.refusals import CustomerNotActive, NotHandled, RequestArchived
from crmcore.storage.crm import Crm
from crmcore.storage.records import ChangeRecord, OutboxMessage

ASKED: dict[str, Any] = {"type": "complaint", "title": "显示器有亮点", "request": "三台显示器有亮点，请更换。"}
NAMES_OF_A_REQUEST = {
    "id",
    "number",
    "title",
    "type",
    "status",
    "created_at",
    "handled_at",
    "archived_at",
    "waiting",
    "merged_into",
    "mine",
}


@pytest.fixture
def guest(crm: Crm, people: People) -> Visitor:
    """A contact of Li Hua's customer, in an open window."""
    open_window(crm)
    return visitor(crm)


def filed(crm: Crm, guest: Visitor, **given: Any) -> ServiceRequest:
    """A request as the guest filed it."""
    id_ = crm.perform(window.file, as_user=guest.user, **{**ASKED, **given})
    with crm.work(as_user=SYSTEM, readonly=True) as work:
        return work.service_requests.get(id_)


def seen(crm: Crm, guest: Visitor, id_: Any) -> window.OwnRequestDetail:
    return crm.perform(window.my_request, id_, as_user=guest.user)


@pytest.mark.requirement("X-SLF-01", "X-SLF-03", "X-SRV-08")
def test_what_a_guest_files_waits_for_assignment_like_any_other(crm: Crm, guest: Visitor) -> None:
    crm.perform(dictionary.set_parameter, "service.required", "contact,channel,opportunity", as_user="admin")
    request = filed(crm, guest)
    assert (request.customer, request.contact, request.channel, request.created_by, request.status) == (
        guest.customer.id,
        guest.contact.id,
        "web",
        guest.user,
        ServiceStatus.NEW,
    )
    opinion = crm.perform(window.give_feedback, "送货", "师傅很有耐心。", as_user=guest.user)
    with crm.work(as_user="zhaomin", readonly=True) as work:
        waiting = service.for_assignment(work).rows
        assert {one.id for one in waiting} == {request.id, opinion}
        assert {one.type for one in waiting} == {"complaint", "suggestion"}
    with crm.work(as_user="lihua", readonly=True) as work:
        assert work.service_requests.get(request.id).title == ASKED["title"]
    with pytest.raises(Invalid) as caught:
        crm.perform(window.file, type="x", title="", request="x" * 3001, as_user=guest.user)
    assert {one.field for one in caught.value.problems} >= {"title", "request"}
    crm.perform(churn.confirm, warned(crm, guest.customer).id, "停业", as_user="lihua")
    with pytest.raises(CustomerNotActive):
        crm.perform(window.file, as_user=guest.user, **ASKED)
    assert len(crm.perform(window.my_requests, as_user=guest.user).rows) == 2


@pytest.mark.requirement("X-SLF-03")
def test_a_guest_sees_progress_and_what_was_said_to_the_customer(crm: Crm, guest: Visitor, clock: SetClock) -> None:
    request = filed(crm, guest)
    crm.perform(service.assign, request.id, to="wangwei", as_user="zhaomin")
    crm.perform(service.note, request.id, "客户很难缠", as_user="wangwei")
    clock.advance(minutes=1)
    crm.perform(service.note, request.id, "我们明天上门。", internal=False, as_user="wangwei")
    clock.advance(minutes=1)
    crm.perform(window.answer, request.id, "好的", as_user=guest.user)
    detail = seen(crm, guest, request.id)
    assert [(one.text, one.by, one.from_customer) for one in detail.messages] == [
        ("我们明天上门。", "王伟", False),
        ("好的", "刘芳", True),
    ]
    assert (detail.request.status, detail.text, detail.request.mine) == (ServiceStatus.ASSIGNED, ASKED["request"], True)
    assert {one.name for one in attrs.fields(window.OwnRequest)} == NAMES_OF_A_REQUEST
    assert {one.name for one in attrs.fields(window.OwnRequestDetail)} == {
        "request",
        "text",
        "messages",
        "result",
        "satisfaction",
    }
    colleague = crm.perform(
        customers.add_contact,
        guest.customer.id,
        **{**PERSON, "name": "何同事", "email": "he@huajian.example"},
        as_user="lihua",
    )
    other = Visitor(guest.customer, colleague, crm.perform(window.invite, colleague.id, as_user="lihua").id)
    his = seen(crm, other, request.id)
    assert (his.text, his.request.mine) == ("", False)
    assert [one.by for one in his.messages] == ["王伟", ""]
    assert "刘芳" not in repr(his)
    twice = crm.perform(window.file, **ASKED, as_user=guest.user)
    crm.perform(service.merge, request.id, twice, as_user="zhaomin")
    absorbed = seen(crm, guest, twice)
    assert (absorbed.request.status, absorbed.request.merged_into) == (ServiceStatus.ARCHIVED, request.id)


@pytest.mark.requirement("X-SLF-03", "X-SRV-05")
def test_an_answer_lets_the_clock_go_on(crm: Crm, guest: Visitor, clock: SetClock) -> None:
    promised(crm, respond_within=60, resolve_within=240)
    request = filed(crm, guest)
    crm.perform(service.assign, request.id, to="wangwei", as_user="zhaomin")
    crm.perform(service.wait_for_customer, request.id, "哪一台？", as_user="wangwei")
    assert seen(crm, guest, request.id).request.waiting
    due = reread(crm, request).resolve_by
    clock.advance(minutes=30)
    crm.perform(window.answer, request.id, "左边那台", as_user=guest.user)
    now = reread(crm, request)
    assert (now.waiting_since, now.waited) == (None, 1800)
    assert due is not None
    assert now.resolve_by == due + dt.timedelta(minutes=30)
    assert not seen(crm, guest, request.id).request.waiting
    with crm.work(as_user=SYSTEM, readonly=True) as work:
        assert {one.kind for one in work.unscoped(OutboxMessage).find()} >= {"contact_invited", "customer_wrote"}


@pytest.mark.requirement("X-SLF-03", "SVC-06", "14.23")
def test_a_low_score_sends_it_back_and_a_high_one_archives_it(crm: Crm, guest: Visitor, people: People) -> None:
    request = filed(crm, guest)

    def rate(stars: Any, text: Any = "还是有亮点") -> None:
        crm.perform(window.rate, request.id, satisfaction=stars, text=text, as_user=guest.user)

    for _ in range(2):
        with pytest.raises(NotHandled):
            rate(5)
        if reread(crm, request).status is ServiceStatus.NEW:
            crm.perform(service.assign, request.id, to="wangwei", as_user="zhaomin")
    crm.perform(service.handle, request.id, "已更换。", as_user="wangwei")
    for stars, text, field in ((0, "x", "satisfaction"), (6, "x", "satisfaction"), (5, " ", "result")):
        with pytest.raises(Invalid) as caught:
            rate(stars, text)
        assert [one.field for one in caught.value.problems] == [field]
    rate(2)
    back = reread(crm, request)
    assert (back.status, back.round, back.assignee, back.satisfaction) == (
        ServiceStatus.ASSIGNED,
        2,
        people.wangwei.id,
        None,
    )
    with crm.work(as_user=SYSTEM, readonly=True) as work:
        (past,) = work.service_rounds.find()
    assert (past.satisfaction, past.result, past.ended_by, past.handling) == (2, "还是有亮点", guest.user, "已更换。")
    assert "已更换" not in repr(seen(crm, guest, request.id))
    crm.perform(service.handle, request.id, "再次更换。", as_user="wangwei")
    rate(3, "好了")
    detail = seen(crm, guest, request.id)
    assert (detail.request.status, detail.result, detail.satisfaction) == (ServiceStatus.ARCHIVED, "好了", 3)
    with pytest.raises(RequestArchived):
        rate(5)
    with pytest.raises(RequestArchived):
        crm.perform(window.answer, request.id, "x", as_user=guest.user)


@pytest.mark.requirement("X-SLF-02", "X-SLF-03", "X-SLF-04")
def test_nothing_is_shown_of_another_company(crm: Crm, guest: Visitor) -> None:
    other = visitor(crm, "wangwei", email="x@other.example", name="另一家公司")
    assert other.contact.mobile == guest.contact.mobile
    request, order = filed(crm, other), ordered(crm, other.customer, dt.date(2026, 1, 5), 100)
    own = ordered(crm, guest.customer, dt.date(2026, 1, 6), 50)
    line = OrderLine(
        id=OrderLineId(crm.ids()), order=own.id, position=1, product_name="屏", quantity=Decimal(2), amount=Decimal(50)
    )
    put(crm, attrs.evolve(line, version=1))
    (shown,) = crm.perform(window.my_orders, as_user=guest.user).rows
    assert (shown.id, shown.number, shown.amount, shown.payment) == (own.id, own.source_key, 50, "order.unpaid")
    assert [one.product_name for one in crm.perform(window.my_order, own.id, as_user=guest.user).lines] == ["屏"]
    assert crm.perform(window.my_requests, as_user=guest.user).rows == []
    for deed, hidden, given in (
        (window.my_request, request.id, {}),
        (window.answer, request.id, {"text": "x"}),
        (window.rate, request.id, {"satisfaction": 5, "text": "x"}),
        (window.my_order, order.id, {}),
    ):
        said = []
        for id_ in (hidden, uuid4()):
            with pytest.raises(NotFound) as caught:
                crm.perform(deed, id_, as_user=guest.user, **given)
            said.append(caught.value.explain("zh").replace(str(id_), ""))
        assert said[0] == said[1]
    with crm.work(as_user=SYSTEM, readonly=True) as work:
        noted = [one.entity_id for one in work.unscoped(ChangeRecord).find() if one.code == "access.out_of_scope"]
    assert noted == [request.id] * 3 + [order.id]


@pytest.mark.requirement("X-SLF-04")
def test_a_guest_queries_by_number_name_and_day(crm: Crm, guest: Visitor, clock: SetClock) -> None:
    first = filed(crm, guest, title="打印机卡纸")
    clock.advance(days=2)
    second = filed(crm, guest)
    for only, found in (
        ({}, [second, first]),
        ({"number": first.number}, [first]),
        ({"title": "卡纸"}, [first]),
        ({"created_from": dt.date(2026, 3, 3)}, [second]),
        ({"created_to": dt.date(2026, 3, 2)}, [first]),
        ({"status": ServiceStatus.HANDLED}, []),
        ({"size": 1, "page": 2}, [first]),
    ):
        rows = crm.perform(window.my_requests, as_user=guest.user, **only).rows
        assert [one.id for one in rows] == [one.id for one in found], only
    for wrong in ({"created_from": dt.date.min}, {"created_to": dt.date.max}, {"created_to": "2026-03-02"}):
        with pytest.raises(Invalid) as caught:
            crm.perform(window.my_requests, as_user=guest.user, **wrong)
        assert [one.field for one in caught.value.problems] == list(wrong)
