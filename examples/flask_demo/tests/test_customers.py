"""Customers by hand: entering, duplicates, contacts, interactions, merging, handing over, own fields."""

import datetime as dt
from typing import Any

import pytest

from conftest import CUSTOMER, PERSON, Browse, id_of, of_customers
from crmcore import Crm, customers, sales
from crmcore.customers.grouping import CustomKind

pytestmark = pytest.mark.parametrize("crm", ["sqlite"], indirect=True)
CONTACT = {f"contact_{name}": value for name, value in PERSON.items()}


def entered(crm: Crm, name: str, by: str = "wangwei", **more: Any) -> customers.Customer:
    return crm.perform(customers.create, name=name, contact=PERSON, as_user=by, **{**CUSTOMER, **more})


@pytest.mark.requirement("X-CUS-01", "CUS-07")
def test_entering_a_customer_looks_for_those_who_may_be_the_same(browser: Browse, crm: Crm) -> None:
    entered(crm, "北京华建科技有限公司")
    entered(crm, "沈阳重工集团", by="zhangmin")
    one = browser("wangwei")
    one.open("/customers/new")
    assert {"name", "region", "phone", "bank_account"} <= one.page.main_form().required
    page = one.submit(name="", contact_name="刘")
    assert page.status == 422
    assert "Customer name: please fill this in" in page.text
    assert page.with_id("p-contact_position") is not None
    page = one.submit(name="北京华建科技", **CUSTOMER, **CONTACT)
    assert page.status == 409
    assert "This customer may exist already" in page.text
    assert page.has_link("北京华建科技有限公司")
    assert page.with_id("f-name")["value"] == "北京华建科技"
    page = one.submit(name="沈阳重工", phone="024-1", **{k: v for k, v in CUSTOMER.items() if k != "phone"})
    assert page.status == 409
    assert "supervisor" in page.text
    assert "沈阳重工集团" not in page.text
    page = one.submit(name="沈阳重工", though="yes")
    assert page.status == 200, page.text
    assert "Saved" in page.text
    page = one.follow("Contacts")
    assert "刘经理" in page.text
    with crm.work(as_user="lihua", readonly=True) as work:
        assert customers.listing(work).total == 3


def test_a_name_that_is_taken_is_refused_at_its_field(browser: Browse, crm: Crm) -> None:
    entered(crm, "北京华建")
    one = browser("lihua", "zh")
    one.open("/customers/new")
    assert one.page.main_form().choices["manager"]
    page = one.submit(name="北京华建", though="yes", manager=str(id_of(crm, "wangwei")), **CUSTOMER)
    assert page.status == 422
    assert "北京华建" in page.text
    assert page.with_id("p-name") is not None


@pytest.mark.requirement("X-CUS-17", "CUS-03")
def test_deleting_moves_on_to_the_next_customer(browser: Browse, crm: Crm) -> None:
    for name in ("甲公司", "乙公司"):
        entered(crm, name)
    one = browser("wangwei", "zh")
    one.open("/customers")
    page = one.follow("乙公司")
    one.follow("删除")
    page = one.submit("删除这个客户")
    assert "“乙公司”已删除" in page.text
    assert "甲公司" in page.text
    one.follow("删除")
    page = one.submit("删除这个客户")
    assert page.path.startswith("/customers")
    assert "没有任何数据" in page.text
    assert "乙公司" in one.open("/customers?status=deleted").text


@pytest.mark.requirement("CON-01", "CON-02", "CON-03", "INT-01", "INT-02", "INT-03")
def test_contacts_and_interactions_are_kept_on_their_tabs(browser: Browse, crm: Crm) -> None:
    it = entered(crm, "北京华建")
    one = browser("wangwei")
    page = one.open(f"/customers/{it.id}/contacts")
    assert not page.has_link("Delete")
    assert "at least one" in page.text
    one.follow("New contact")
    assert one.submit(name="陈静", position="", office_phone="").status == 422
    page = one.submit(name="陈静", position="财务", office_phone="010-1")
    assert "陈静" in page.text
    assert page.has_link("Delete")
    one.follow("Delete")
    page = one.submit("Delete this contact")
    assert "Deleted" in page.text
    assert "at least one" in page.text
    one.open(f"/customers/{it.id}/interactions")
    one.follow("New interaction")
    page = one.submit(place="客户处", title="谈价格", channel="phone", at="2026-11-20T10:30")
    assert "谈价格" in page.text
    assert "2026-11-20 10:30" in page.text
    assert "Phone" in page.text
    one.follow("Edit")
    assert "谈好价格" in one.submit(title="谈好价格").text
    page = one.follow("Timeline")
    assert "谈好价格" in page.text
    assert one.follow("Changes").status == 200


@pytest.mark.requirement("X-ADM-11")
def test_two_customers_become_one_and_two_again(browser: Browse, crm: Crm) -> None:
    kept, other = entered(crm, "北京华建科技有限公司"), entered(crm, "北京华建科技公司", by="zhangmin", phone="010-99")
    one = browser("lihua")
    page = one.open("/duplicates")
    assert "北京华建科技公司" in page.text
    one.open(f"/duplicates/merge/{kept.id}/{other.id}")
    page = one.submit("Merge into", **{"choose-phone": "absorbed", "choose-name": "kept"})
    assert "Merged." in page.text
    assert "010-99" in page.text
    assert "Merged with" in one.open(f"/customers/{kept.id}/timeline").text
    assert f"{other.number} 北京华建科技公司" in one.open(f"/customers/{kept.id}/changes").text
    assert "was merged into another one" in browser("zhangmin").open(f"/customers/{other.id}").text
    one.open(f"/customers/{other.id}/contacts")
    assert "010-99" in one.follow("Go on with that customer").text
    (merge,) = crm.perform(customers.merge_history, as_user="lihua").rows
    one.open(f"/duplicates/merges/{merge.id}/undo")
    page = one.submit("Undo this merge")
    assert "The merge is undone" in page.text
    with crm.work(as_user="lihua", readonly=True) as work:
        assert work.customers.get(kept.id).phone == CUSTOMER["phone"]
        assert customers.listing(work).total == 2
    page = one.open(f"/duplicates/merge/{kept.id}/{kept.id}")
    assert page.status == 403
    assert browser("wangwei").open("/duplicates").status == 403


@pytest.mark.requirement("X-CUS-08", "X-CUS-06")
def test_a_company_s_own_field_is_asked_for_shown_and_found(browser: Browse, crm: Crm) -> None:
    admin = browser("admin", "zh")
    admin.open("/custom-fields/new")
    page = admin.submit(
        label_zh="车辆数", label_en="Fleet size", code="fleet", kind=CustomKind.NUMBER.value, position="1"
    )
    assert "车辆数" in page.text
    it = entered(crm, "北京华建")
    entered(crm, "上海远洋")
    one = browser("wangwei", "zh")
    one.open(f"/customers/{it.id}/edit")
    page = one.submit(custom_fleet="许多")
    assert page.status == 422
    assert page.with_id("p-custom_fleet") is not None
    page = one.submit(custom_fleet="12.50")
    assert "车辆数12.5" in page.text.replace(" ", "")
    page = one.open("/customers?custom_fleet=12.5")
    assert "北京华建" in page.text
    assert "上海远洋" not in page.text
    one.follow("存为客户分组")
    page = one.submit(name="有车的")
    assert "北京华建" in page.text
    assert "车辆数：12.5" in page.text


@pytest.mark.requirement("X-CUS-02", "X-CUS-03", "X-CUS-04", "X-PHB-01")
def test_customers_are_found_by_all_that_is_known(browser: Browse, crm: Crm) -> None:
    ids = of_customers(crm)
    one = browser("lihua", "zh")
    today = dt.datetime.now(dt.UTC).astimezone(dt.timezone(dt.timedelta(hours=8))).date()  # noqa: TID251
    for query in ("keyword=陈静", "amount_from=9000", f"created_from={today}&keyword=华建", "status=churn_warning"):
        page = one.open(f"/customers?{query}")
        assert "北京华建" in page.text, query
        assert "上海远洋" not in page.text, query
    assert "没有任何数据" in one.open(f"/customers?created_to={today - dt.timedelta(days=1)}").text
    page = one.open("/phone-book?text=陈静")
    assert "北京华建" in page.text
    assert any(link["href"].startswith("tel:") for link in page.links)
    order = one.open(f"/orders/{ids['sales']}")
    assert "9,000.00" in order.text
    assert "未回款" in order.text
    with crm.work(as_user="lihua", readonly=True) as work:
        assert sales.orders(work).total == 1


@pytest.mark.requirement("GEN-11", "CON-01")
def test_everything_wrong_with_a_contact_is_said_at_once(browser: Browse, crm: Crm) -> None:
    it = entered(crm, "北京华建")
    one = browser("wangwei")
    one.open(f"/customers/{it.id}/contacts/new")
    page = one.submit(name="", email="x" * 500)
    assert page.status == 422
    assert {name for name in ("name", "position", "office_phone", "email") if page.with_id(f"p-{name}")} == {
        "name",
        "position",
        "office_phone",
        "email",
    }


@pytest.mark.requirement("GEN-11", "X-CUS-01", "X-CUS-08")
def test_everything_wrong_with_a_new_customer_is_said_at_once(browser: Browse, crm: Crm) -> None:
    field = {"code": "fleet", "label_zh": "车辆数", "label_en": "Fleet size", "kind": CustomKind.NUMBER}
    crm.perform(customers.add_custom_field, **field, required=True, as_user="admin")
    one = browser("lihua")
    one.open("/customers/new")
    page = one.submit(email="x" * 500, contact_name="刘", contact_email="x" * 500)
    assert page.status == 422
    for name in ("name", "manager", "email", "contact_position", "contact_email", "custom_fleet"):
        assert page.with_id(f"p-{name}"), name
    with crm.work(as_user="lihua", readonly=True) as work:
        assert customers.listing(work).total == 0


@pytest.mark.requirement("X-CUS-18")
def test_a_customer_leads_to_how_far_he_could_be_trusted(browser: Browse, crm: Crm) -> None:
    it = entered(crm, "北京华建", trust=4)
    for name in ("wangwei", "lihua", "gaojianguo"):
        one = browser(name)
        one.open(f"/customers/{it.id}")
        page = one.follow("over time")
        assert page.path == f"/reports/trust_curve?customer={it.number}"
        assert "4 of 5 stars" in page.text
