"""Entering customers by hand."""

from typing import Any

import pytest

from company import People
from company.chances import won
from company.clients import GIVEN, PERSON, entered, stored
from company.duels import at_once
from crmcore import SYSTEM, customers
from crmcore.access.rules import NoPermission, NotAnAccountManager
from crmcore.base.errors import Invalid
from crmcore.customers.entity import CustomerStatus
from crmcore.customers.events import CustomerEntered
from crmcore.customers.rules import REQUIRED_OF_CUSTOMERS, CustomerExists, CustomerOfOthersExists, NotToOthers
from crmcore.storage.crm import Crm
from crmcore.storage.records import OutboxMessage


@pytest.mark.requirement("16.2", "X-CUS-01", "3.1", "GEN-15")
def test_an_account_manager_enters_a_customer_of_his_own(crm: Crm, people: People) -> None:
    customer = entered(crm, "lihua", email="info@huajian.example", trust=4, needs="办公电脑", category="target")
    assert stored(crm, customer) == customer
    assert (customer.manager, customer.created_by, customer.created_at) == (
        people.lihua.id,
        people.lihua.id,
        crm.clock(),
    )
    assert customer.number.startswith("KH260302093000")
    assert (customer.level, customer.satisfaction, customer.credit, customer.trust) == ("1", 3, 3, 4)
    assert customer.status is CustomerStatus.NORMAL
    (person,) = crm.perform(customers.contacts, customer.id, as_user="lihua")
    assert (person.name, person.position, person.mobile) == ("刘芳", "采购经理", "138 1234 5678")
    with crm.work(as_user=SYSTEM, readonly=True) as work:
        (told,) = work.unscoped(OutboxMessage).find()
    assert (told.kind, told.entity_id) == ("customer_entered", customer.id)
    assert CustomerEntered.__name__ == "CustomerEntered"


@pytest.mark.requirement("16.2")
def test_a_supervisor_chooses_an_account_manager(crm: Crm, people: People) -> None:
    assert entered(crm, "zhaomin", manager="wangwei").manager == people.wangwei.id
    refusals: list[tuple[str, Any, type[Exception]]] = [
        ("zhaomin", None, Invalid),
        ("zhaomin", "zhaomin", NotAnAccountManager),
        ("zhaomin", "sunli", NotAnAccountManager),
        ("lihua", "wangwei", NotToOthers),
        ("chengang", "lihua", NoPermission),
    ]
    for by, manager, error in refusals:
        with pytest.raises(error):
            entered(crm, by, name="另一家", manager=manager)
    assert crm.perform(customers.listing, as_user="zhaomin").total == 1


@pytest.mark.requirement("14.15", "GEN-11")
def test_the_form_wants_what_is_required_and_says_all_of_it_at_once(crm: Crm) -> None:
    with pytest.raises(Invalid) as caught:
        crm.perform(customers.create, name=" ", phone="1" * 51, website="\u200b", number="KH1", as_user="lihua")
    assert caught.value.fields == {*REQUIRED_OF_CUSTOMERS, "number"} - {"level"}
    assert "客户名称" in caught.value.explain("zh")
    with pytest.raises(Invalid) as caught:
        entered(crm, level="", satisfaction=6, region="atlantis", contact={"name": "刘芳"})
    assert caught.value.fields == {"level", "satisfaction", "position", "office_phone"}
    with pytest.raises(Invalid) as caught:
        entered(crm, contact={"name": "刘芳"})
    assert caught.value.fields == {"position", "office_phone"}
    with pytest.raises(Invalid) as caught:
        entered(crm, region="atlantis", industry="alchemy")
    assert caught.value.codes == {"dictionary.not_offered"}
    assert caught.value.fields == {"region", "industry"}
    assert crm.perform(customers.listing, as_user="lihua").total == 0


@pytest.mark.requirement("CUS-07", "16.4", "OPP-13")
def test_a_name_is_taken_whatever_its_width_and_case_until_its_customer_is_deleted(crm: Crm) -> None:
    first = entered(crm, name="ABC 贸易")
    for name in ("ＡＢＣ　贸易", "abc 贸易", " ABC\u200b  贸易 "):
        with pytest.raises(CustomerExists) as caught:
            entered(crm, name=name)
        assert caught.value.params["number"] == first.number
        with pytest.raises(CustomerOfOthersExists) as hidden:
            entered(crm, "wangwei", name=name)
        assert set(hidden.value.params) == {"name"}
        assert all(first.number not in hidden.value.explain(one) for one in ("zh", "en"))
    with pytest.raises(CustomerExists):
        won(crm, customer_name="abc 贸易")
    crm.perform(customers.delete, first.id, as_user="lihua")
    assert entered(crm, "wangwei", name="abc 贸易").id != first.id


@pytest.mark.requirement("CUS-07")
def test_of_two_who_enter_the_same_customer_at_once_one_is_told(crm: Crm) -> None:
    outcomes = at_once([lambda: entered(crm, "lihua"), lambda: entered(crm, "wangwei")])
    assert sorted(type(one).__name__ for one in outcomes) == ["Customer", "CustomerOfOthersExists"]
    assert crm.perform(customers.listing, as_user="zhaomin").total == 1


@pytest.mark.requirement("X-CUS-02", "X-CUS-04", "OPP-12")
def test_customers_are_found_however_they_came_into_being(crm: Crm) -> None:
    by_hand = entered(crm, name="上海ABC有限公司", phone="+86 (21) 5888-0000", licence_no="91-310 000x")
    assert (by_hand.name_core, by_hand.phone_key, by_hand.licence_key) == ("上海abc", "2158880000", "91310000x")
    chance = won(crm, customer_name="广州南方电器", contact_name="黄志强", contact_phone="020-3800 1111")
    assert chance.customer is not None
    for keyword, wanted in (("黄志", chance.customer), ("02038001111", chance.customer), ("ａｂｃ", by_hand.id)):
        assert [one.id for one in crm.perform(customers.listing, keyword=keyword, as_user="zhaomin").rows] == [wanted]


def test_giving_covers_what_the_form_requires() -> None:
    assert {"level", *GIVEN} >= set(REQUIRED_OF_CUSTOMERS)
    assert PERSON["name"]
