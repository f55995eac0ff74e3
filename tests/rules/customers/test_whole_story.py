"""The life of a customer: its stages, everything that happened with him, and who takes him over."""

import datetime as dt
from decimal import Decimal
from typing import Any

import attrs
import pytest

from company import People, SetClock
from company.chances import dispatched, lost, recorded, won
from company.clients import contact_of, entered, ordered, put, stored, warned
from company.duels import at_once
from company.lateness import filed
from company.opinions import answered, invited, opened
from crmcore import SYSTEM, access, agreements, care, customers, opportunities, service
from crmcore.access.rules import NotAnAccountManager, UserHasCustomers
from crmcore.base.errors import Conflict, Invalid, NotFound
from crmcore.churn.entity import ChurnStatus
from crmcore.customers.entity import Customer
from crmcore.customers.handing_over import HandedOver, hand_over_some
from crmcore.customers.purchases import ProductBought
from crmcore.customers.stages import LifeCycle, Stage, stage_of
from crmcore.customers.timelines import TimelineKind
from crmcore.customers.upkeep import derive_all
from crmcore.sales.entity import OrderId, OrderLine, OrderLineId, OrderStatus
from crmcore.service.entity import ServiceRequest
from crmcore.storage import history
from crmcore.storage.crm import Crm
from crmcore.surveys import Invited


@pytest.mark.requirement("X-LIF-01", "X-LIF-02", "X-LIF-03", "CUS-04")
def test_the_stages_of_life_are_counted_within_what_one_sees(crm: Crm) -> None:
    waiting, mine = recorded(crm, by="wangwei"), dispatched(crm, "lihua", customer_name="B")
    dispatched(crm, "wangwei", customer_name="C", by="wangwei")
    lost(crm, "lihua", customer_name="D")
    won(crm, "lihua", customer_name="E")
    entered(crm, "wangwei", name="F")
    assert crm.perform(customers.life_cycle, as_user="lihua") == LifeCycle(2, 1, 0)
    assert crm.perform(customers.life_cycle, as_user="zhaomin") == LifeCycle(3, 2, 0)
    assert crm.perform(customers.life_cycle, as_user="chengang") == LifeCycle(None, 2, 0)
    prospects = crm.perform(customers.prospects, as_user="lihua").rows
    assert {one.id for one in prospects} == {waiting.id, mine.id}
    (customer,) = crm.perform(customers.listing, as_user="lihua").rows
    assert stage_of(customer) is Stage.EXISTING
    assert stage_of(crm.perform(customers.delete, customer.id, as_user="lihua")) is None


def served(crm: Crm, customer: Customer, clock: SetClock) -> ServiceRequest:
    """A request that was treated, and an hour later archived."""
    request = filed(crm, customer)
    crm.perform(service.assign, request.id, to="wangwei", as_user="zhaomin")
    crm.perform(service.handle, request.id, "已更换。", as_user="wangwei")
    clock.advance(hours=1)
    crm.perform(service.feedback, request.id, result="满意", satisfaction=5, as_user="wangwei")
    return request


def agreed_and_asked(crm: Crm, customer: Customer) -> Invited:
    """A contract that has begun and one that has not; a survey that was answered, and one that waits."""
    for number, begins in (("HT-1", dt.date(2026, 2, 15)), ("HT-2", dt.date(2026, 12, 1))):
        given: dict[str, Any] = {"number": number, "title": "年度维保", "starts_on": begins}
        crm.perform(
            agreements.create_contract, customer=customer.id, ends_on=dt.date(2027, 2, 28), as_user="lihua", **given
        )
    asked = opened(crm)
    invited(crm, asked, customer)
    return answered(crm, asked, customer, 5)


@pytest.mark.requirement("X-CUS-12", "X-CUS-15", "X-CUS-16", "GEN-17")
def test_the_timeline_tells_everything_newest_first(crm: Crm, clock: SetClock) -> None:
    chance = won(crm, "lihua")
    assert chance.customer is not None
    with crm.work(as_user=SYSTEM, readonly=True) as work:
        customer = work.customers.get(chance.customer)
    ordered(crm, customer, dt.date(2026, 2, 1), 300)
    greeting: dict[str, Any] = {"kind": "greeting", "content": "新年问候", "planned_on": dt.date(2026, 3, 2)}
    greeted = crm.perform(care.plan, customer.id, as_user="lihua", **greeting)
    crm.perform(care.complete, greeted.id, result="已致电", as_user="lihua")
    clock.advance(hours=1)
    crm.perform(customers.add_tag, customer.id, "重点", as_user="lihua")
    clock.advance(hours=1)
    crm.perform(customers.add_interaction, customer.id, place="北京", title="签约", detail="已签", as_user="lihua")
    clock.advance(hours=1)
    warned(crm, customer)
    clock.advance(hours=1)
    warned(crm, customer, ChurnStatus.RETAINED)
    clock.advance(hours=1)
    request = served(crm, customer, clock)
    clock.advance(hours=1)
    sent = agreed_and_asked(crm, customer)
    clock.advance(hours=1)
    same = entered(crm, "wangwei", name="同一家")
    merge = crm.perform(customers.merge, customer.id, same.id, as_user="zhaomin")
    clock.advance(hours=1)
    crm.perform(customers.undo_merge, merge.id, as_user="zhaomin")
    page = crm.perform(customers.timeline, customer.id, size=50, as_user="lihua")
    kinds = [one.kind for one in page.rows]
    assert page.total == len(kinds) == 16
    assert set(kinds) == set(TimelineKind)
    assert [one.at for one in page.rows] == sorted((one.at for one in page.rows), reverse=True)
    assert (kinds[:5], kinds[7:10], kinds[-3:]) == (
        [
            *(TimelineKind.PARTED, TimelineKind.MERGED, TimelineKind.SURVEY),
            *(TimelineKind.SERVICE_CLOSED, TimelineKind.SERVICE),
        ],
        [TimelineKind.CHURN_WARNING, TimelineKind.INTERACTION, TimelineKind.CHANGED],
        [TimelineKind.CARE, TimelineKind.CONTRACT, TimelineKind.ORDER],
    )
    said = {one.kind: one for one in page.rows}
    assert said[TimelineKind.CHANGED].detail == "标签"
    assert said[TimelineKind.OPPORTUNITY].record == chance.id
    assert said[TimelineKind.ORDER].at == dt.datetime(2026, 1, 31, 16, tzinfo=dt.UTC)
    assert said[TimelineKind.SERVICE].record == said[TimelineKind.SERVICE_CLOSED].record == request.id
    assert said[TimelineKind.SERVICE_CLOSED].detail == "满意"
    begun, opinion = said[TimelineKind.CONTRACT], said[TimelineKind.SURVEY]
    assert (begun.title, begun.detail) == ("服务合同生效：年度维保", "HT-1")
    assert begun.at == dt.datetime(2026, 2, 14, 16, tzinfo=dt.UTC)
    assert (opinion.record, opinion.title) == (sent.invitation.id, "回答满意度调查：服务满意度")
    assert said[TimelineKind.CONTACT].record == contact_of(crm, customer).id
    with crm.work(as_user="lihua", readonly=True) as work:
        by_two = [
            one for number in range(1, 9) for one in customers.timeline(work, customer.id, page=number, size=2).rows
        ]
        assert by_two == list(page.rows)
        with pytest.raises(Invalid):
            customers.timeline(work, customer.id, page="1")  # type: ignore[arg-type]
    with pytest.raises(NotFound):
        crm.perform(customers.timeline, customer.id, as_user="wangwei")


@pytest.mark.requirement("X-CUS-14")
def test_the_products_a_customer_uses_are_those_he_ordered(crm: Crm) -> None:
    customer, other = entered(crm), entered(crm, name="另一家")
    sold = [ordered(crm, customer, dt.date(2026, 1, 5), 10), ordered(crm, other, dt.date(2026, 1, 5), 10)]
    cancelled = attrs.evolve(sold[0], id=OrderId(crm.ids()), source_key="SO-0", status=OrderStatus.CANCELLED)
    put(crm, cancelled)
    wanted = [
        (sold[0], "A", "2.5"),
        (sold[0], "B", "1"),
        (sold[0], "A", "0.5"),
        (sold[1], "C", "9"),
        (cancelled, "D", "9"),
    ]
    for place, (order, key, quantity) in enumerate(wanted, start=1):
        line = OrderLine(
            id=OrderLineId(crm.ids()),
            order=order.id,
            position=place,
            product_key=key,
            product_name=f"产品{key}",
            quantity=Decimal(quantity),
            unit="台",
            amount=Decimal(1),
            version=1,
        )
        put(crm, line)
    assert crm.perform(customers.products_bought, customer.id, as_user="lihua") == [
        ProductBought("A", "产品A", "台", Decimal(3), 2),
        ProductBought("B", "产品B", "台", Decimal(1), 1),
    ]


@pytest.mark.requirement("USR-06", "CHN-09", "X-ADM-09")
def test_a_leaving_manager_hands_everything_over_and_can_go(crm: Crm, people: People) -> None:
    mine = [entered(crm, "lihua", name=f"客户{place}") for place in range(3)]
    gone = crm.perform(customers.delete, entered(crm, "lihua", name="已删除").id, as_user="lihua")
    theirs = entered(crm, "wangwei", name="王伟的")
    case, closed = warned(crm, mine[0]), warned(crm, mine[1], ChurnStatus.LOST)
    chance, given_up = dispatched(crm, "lihua"), lost(crm, "lihua", customer_name="x")
    with pytest.raises(UserHasCustomers) as caught:
        crm.perform(access.retire_user, people.lihua.id, as_user="admin")
    assert (caught.value.params["count"], caught.value.params["manager"]) == (3, people.lihua.id)
    assert crm.perform(customers.held_by, "lihua", as_user="zhaomin") == HandedOver(3, 1, 1)
    first = crm.perform(hand_over_some, before="lihua", to="wangwei", size=2, as_user="zhaomin")
    assert first == HandedOver(2, 1, 1)
    rest = customers.hand_over(crm, before=people.lihua.id, to="wangwei", as_user="zhaomin")
    assert rest == HandedOver(1, 0, 0)
    assert customers.hand_over(crm, before="lihua", to="wangwei", as_user="zhaomin") == HandedOver()
    listed = crm.perform(customers.listing, as_user="wangwei").rows
    assert {one.id for one in listed} == {*(one.id for one in mine), theirs.id}
    with crm.work(as_user=SYSTEM, readonly=True) as work:
        assert work.churn_cases.get(case.id).manager == people.wangwei.id
        assert work.churn_cases.get(closed.id).manager == people.lihua.id
        assert work.opportunities.get(given_up.id).assignee == people.lihua.id
        assert work.customers.get(gone.id).manager == people.lihua.id
    told = crm.perform(history.history, customers.Customer, mine[0].id, as_user="wangwei")[-1]
    assert [(one.field, one.old, one.new) for one in told.changes] == [("manager", people.lihua.id, people.wangwei.id)]
    crm.perform(opportunities.win, chance.id, as_user="wangwei")
    crm.perform(access.retire_user, people.lihua.id, as_user="admin")


@pytest.mark.requirement("USR-06", "3.1", "RBA-15")
def test_one_customer_is_given_to_another_manager(crm: Crm, people: People) -> None:
    customer = entered(crm, "lihua")
    case = warned(crm, customer)
    for wrong, error in (("zhaomin", NotAnAccountManager), ("sunli", NotAnAccountManager), ("nobody", NotFound)):
        with pytest.raises(error):
            crm.perform(customers.assign, customer.id, to=wrong, as_user="zhaomin")
    given = crm.perform(customers.assign, customer.id, to="wangwei", expected=customer.version, as_user="zhaomin")
    assert given.manager == people.wangwei.id
    with crm.work(as_user="wangwei", readonly=True) as work:
        assert work.churn_cases.get(case.id).manager == people.wangwei.id
    with pytest.raises(Conflict):
        crm.perform(customers.assign, customer.id, to="lihua", expected=customer.version, as_user="zhaomin")
    with pytest.raises(Invalid):
        customers.hand_over(crm, before="lihua", to="lihua", as_user="zhaomin")


@pytest.mark.requirement("USR-06")
def test_nobody_is_given_a_customer_while_he_leaves(crm: Crm, people: People) -> None:
    customer = entered(crm, "lihua")
    deeds: list[Any] = [
        lambda: crm.perform(customers.assign, customer.id, to="wangwei", as_user="zhaomin"),
        lambda: crm.perform(access.retire_user, people.wangwei.id, as_user="admin"),
    ]
    outcomes = [type(one).__name__ for one in at_once(deeds)]
    assert outcomes in (["Customer", "UserHasCustomers"], ["NotAnAccountManager", "User"])


@pytest.mark.requirement("X-CUS-04")
def test_customers_of_an_older_version_are_found_after_the_upgrade(crm: Crm) -> None:
    customer = entered(crm)
    session = crm.store.begin(write=True)
    bare = {"name_core": "", "phone_key": "", "licence_key": "", "search_text": ""}
    assert session.replace(attrs.evolve(customer, **bare, version=customer.version + 1), customer.version)  # type: ignore[arg-type]
    session.commit()
    session.close()
    assert crm.perform(customers.listing, keyword="刘芳", as_user="lihua").total == 0
    assert (derive_all(crm), derive_all(crm)) == (1, 0)
    assert crm.perform(customers.listing, keyword="刘芳", as_user="lihua").total == 1
    assert stored(crm, customer).search_text == customer.search_text
