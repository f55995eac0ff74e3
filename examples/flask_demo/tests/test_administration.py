from typing import Any

import pytest
from browsing import PASSWORD

from conftest import CUSTOMER, PERSON, Browse, Chance, id_of
from crmcore import Crm, access, customers, dictionary, opportunities, window
from crmcore.access.delivered import CUSTOMER_CONTACT_ROLE
from crmcore.access.permissions import PERMISSIONS
from crmcore.dictionary.parameters import SERVICE_REQUIRED, SERVICE_UNUSED


@pytest.mark.requirement("USR-03", "USR-04")
def test_users_are_made_changed_and_retired(browser: Browse, crm: Crm) -> None:
    one = browser("admin", "zh")
    one.open("/users")
    page = one.follow("新建用户")
    roles = page.main_form().choices["roles"]
    page = one.submit(name="sun li", password="x", roles=[])
    assert page.status == 422
    for field in ("name", "roles"):
        assert page.with_id(f"p-{field}"), field
    page = one.submit(name="LiHua", password="first phrase", roles=roles[:1])
    assert page.status == 403
    assert "已存在" in page.text
    page = one.submit(name="sunli", full_name="孙丽", password="short", roles=roles)
    assert page.status == 422
    assert page.with_id("p-password")
    assert page.main_form().fields["roles"] == roles
    page = one.submit(name="sunli", password="first phrase", territory="beijing", speciality="服装")
    assert "保存成功" in page.text
    assert "孙丽" in page.text
    assert "北京" in page.text
    fresh = browser()
    fresh.open("/sign-in")
    assert fresh.submit(name="sunli", password="first phrase").path == "/account"
    one.follow("编辑")
    page = one.submit(full_name="孙莉", roles=roles[:2])
    assert "孙莉" in page.text
    one.follow("停用")
    page = one.submit()
    assert "停用" in page.text
    assert fresh.open("/account").path.startswith("/sign-in")
    one.open("/users?status=retired&name=sun")
    one.follow("恢复")
    assert "操作成功" in one.submit().text
    assert "共 1 条" not in one.open("/users?status=valid").text


@pytest.mark.requirement("USR-06", "GEN-21")
def test_somebody_with_customers_stays(browser: Browse, chance: Chance, crm: Crm) -> None:
    crm.perform(opportunities.win, chance("wangwei").id, as_user="wangwei")
    one = browser("admin", "zh")
    one.open(f"/users/{id_of(crm, 'wangwei')}/retire")
    page = one.submit()
    assert page.status == 403
    assert "北京华建" in page.text


def test_the_last_administrator_stays(browser: Browse, crm: Crm) -> None:
    one = browser("admin", "zh")
    one.open(f"/users/{id_of(crm, 'admin')}/retire")
    assert "最后一位" in one.submit().text
    assert one.page.status == 403


def test_a_password_is_reset_for_others_only(browser: Browse, crm: Crm) -> None:
    one = browser("admin")
    page = one.open(f"/users/{id_of(crm, 'lihua')}")
    one.follow("Reset password")
    assert one.submit(password="x").status == 422
    page = one.submit(password="given phrase")
    assert "Saved" in page.text
    mine = one.open(f"/users/{id_of(crm, 'admin')}")
    assert not mine.has_link("Reset password")
    one.open(f"/users/{id_of(crm, 'admin')}/password")
    assert one.submit(password="another phrase").status == 403


def test_users_changed_twice_at_once_show_both_versions(browser: Browse, crm: Crm) -> None:
    lihua = id_of(crm, "lihua")
    one = browser("admin")
    one.open(f"/users/{lihua}/edit")
    crm.perform(access.edit_user, lihua, phone="123", as_user="admin")
    page = one.submit(phone="456")
    assert page.status == 409
    page = one.submit("Overwrite")
    assert "456" in page.text


@pytest.mark.requirement("RBA-10", "RBA-11", "RBA-12", "RBA-13", "RBA-14")
def test_roles_and_their_rights(browser: Browse, crm: Crm) -> None:
    one = browser("admin", "zh")
    one.open("/roles")
    one.follow("新建角色")
    assert one.submit(name="").status == 422
    page = one.submit(name="高管")
    assert page.status == 403
    assert "已存在" in page.text
    page = one.submit(name="客服", description="回答客户的问题")
    assert "分配权限：客服" in page.text
    assert len(page.main_form().choices["permission"]) == len(PERMISSIONS)
    page = one.submit("保存客服的权限", press="全选")
    assert len(page.main_form().fields["permission"]) == len(PERMISSIONS)
    page = one.submit("保存客服的权限", press="全不选")
    assert "permission" not in page.main_form().fields
    page = one.submit("保存客服的权限", permission=["customer.read", "customer.read_all"])
    assert "保存成功" in page.text
    crm.perform(
        access.create_user, name="kefu", roles=[_role(crm, "客服").id], password="first phrase", as_user="admin"
    )
    one.open("/roles?name=客服")
    one.follow("分配权限")
    assert sorted(one.page.main_form().fields["permission"]) == ["customer.read", "customer.read_all"]
    page = one.submit("保存客服的权限", permission=["customer.read"])
    assert _role(crm, "客服").permissions == ("customer.read",)
    assert page.path.startswith("/roles?name=")
    one.open(f"/roles/{_role(crm, '客服').id}/delete")
    page = one.submit()
    assert page.status == 403
    assert "还有 1 位用户" in page.text
    one.open(f"/roles/{_role(crm, '客服').id}/rights")
    assert one.submit("保存客服的权限", permission=["no.such"]).status == 422


def test_a_guest_of_the_customer_window_is_shown_as_one(browser: Browse, crm: Crm) -> None:
    """He has his role, no password, and nobody else is offered that role (X-SLF-03)."""
    crm.perform(dictionary.set_parameter, "window.open", "yes", as_user="admin")
    given: Any = {**CUSTOMER, "name": "来客公司", "contact": {**PERSON, "mobile": "13800001111"}}
    customer = crm.perform(customers.create, **given, as_user="wangwei")
    (contact,) = crm.perform(customers.contacts, customer.id, as_user="wangwei")
    guest = crm.perform(window.invite, contact.id, as_user="wangwei")
    one = browser("admin", "zh")
    page = one.open(f"/users/{guest.id}")
    assert "客户联系人" in page.text
    assert "重设密码" not in page.text
    page = one.open(f"/users/{guest.id}/edit")
    assert page.main_form().choices["roles"] == [str(CUSTOMER_CONTACT_ROLE)]
    assert str(CUSTOMER_CONTACT_ROLE) not in one.open("/users/new").main_form().choices["roles"]


def _role(crm: Crm, name: str) -> access.Role:
    with crm.work(as_user="admin", readonly=True) as work:
        return access.roles(work, name=name).rows[0]


def test_rights_changed_twice_at_once_are_looked_at_again(browser: Browse, crm: Crm) -> None:
    executive = _role(crm, "高管")
    one = browser("admin")
    one.open(f"/roles/{executive.id}/rights")
    crm.perform(access.set_permissions, executive.id, ["audit.read"], as_user="admin")
    page = one.submit("Save rights", permission=["customer.read"])
    assert page.status == 409
    assert page.main_form().fields["permission"] == ["audit.read"]
    assert "Saved" in one.submit("Save rights", permission=["customer.read"]).text


def test_roles_are_renamed_retired_and_deleted(browser: Browse, crm: Crm) -> None:
    own = crm.perform(access.create_role, name="客服", as_user="admin")
    one = browser("admin", "zh")
    one.open(f"/roles/{own.id}/edit")
    crm.perform(access.edit_role, own.id, description="先改了", as_user="admin")
    assert one.submit(name="客服部").status == 409
    assert "保存成功" in one.submit("用我的").text
    for step, words in (("retire", "操作成功"), ("restore", "操作成功"), ("delete", "删除成功")):
        one.open(f"/roles/{own.id}/{step}")
        assert words in one.submit().text, step
    delivered = _role(crm, "高管")
    one.open(f"/roles/{delivered.id}/delete")
    assert one.submit().status == 403


@pytest.mark.requirement("DIC-01", "DIC-02", "DIC-03", "DIC-04")
def test_the_dictionary(browser: Browse, crm: Crm) -> None:
    one = browser("admin", "zh")
    assert "关怀类型" in one.open("/dictionary").text
    page = one.open("/dictionary?category=customer_level")
    assert "无法编辑" in page.text
    page = one.open("/dictionary?category=region&item=北&value=")
    assert "北京" in page.text
    assert "普通客户" not in page.text
    page = one.follow("新建条目")
    assert {facts.get("value") for tag, facts in page.tags if tag == "option"} >= {"region", "customer_level"}
    page = one.submit(category="region", code="", label_zh="", label_en="", position="-1")
    assert page.status == 422
    entry = {"category": "region", "code": "south", "label_zh": "华南", "label_en": "South", "position": "9"}
    page = one.submit(**entry, editable="yes")
    assert "保存成功" in page.text
    one.open("/dictionary/new")
    page = one.submit(**{**entry, "code": "south2"})
    assert page.status == 403
    assert "已存在" in page.text
    with crm.work(as_user="admin", readonly=True) as work:
        made = dictionary.entries(work, value="south", category="region").rows[0]
        locked = dictionary.entries(work, category="customer_level").rows[0]
    one.open(f"/dictionary/{made.id}/edit")
    assert "category" not in one.page.main_form().fields
    assert "保存成功" in one.submit(label_zh="华南区").text
    one.open(f"/dictionary/{made.id}/delete")
    assert one.submit().status == 403
    for step, words in (
        ("retire", "操作成功"),
        ("restore", "操作成功"),
        ("retire", "操作成功"),
        ("delete", "删除成功"),
    ):
        one.open(f"/dictionary/{made.id}/{step}")
        assert words in one.submit().text, step
    for step in ("edit", "retire", "delete"):
        page = one.open(f"/dictionary/{locked.id}/{step}")
        assert page.status == 403
        assert "无法编辑" in page.text


def test_an_entry_changed_twice_at_once_shows_both_versions(browser: Browse, crm: Crm) -> None:
    with crm.work(as_user="admin", readonly=True) as work:
        entry = next(one for one in dictionary.entries(work, category="region").rows if one.editable)
    one = browser("admin")
    one.open(f"/dictionary/{entry.id}/edit")
    crm.perform(dictionary.edit_entry, entry.id, label_en="Meanwhile", as_user="admin")
    page = one.submit(label_en="Mine")
    assert page.status == 409
    assert "Meanwhile" in page.text
    assert "Saved" in one.submit("Overwrite").text


def test_parameters_are_checked_and_in_force_at_once(browser: Browse, chance: Chance, crm: Crm) -> None:
    for number in range(7):
        chance(customer_name=f"客户{number}")
    one = browser("admin", "zh")
    one.open("/parameters")
    page = one.submit(**{"company.zone": "Mars/Olympus", "list.page_size": "0"})
    assert page.status == 422
    assert page.with_id("p-company.zone")
    assert page.with_id("p-list.page_size")
    assert page.main_form().fields["company.zone"] == ["Mars/Olympus"]
    page = one.submit(**{"company.zone": "Europe/Berlin", "list.page_size": "5", "company.currency": "EUR"})
    assert "保存成功" in page.text
    assert "每页 5 条" in browser("lihua", "zh").open("/opportunities").text
    with crm.work(as_user="admin", readonly=True) as work:
        assert work.zone.key == "Europe/Berlin"


@pytest.mark.requirement("X-ADM-01", "X-SRV-09")
def test_names_are_ticked_in_words(browser: Browse, crm: Crm) -> None:
    one = browser("admin", "zh")
    page = one.open("/parameters")
    assert "转交" in page.text
    assert "/window" in page.text
    assert "none" not in page.text
    assert page.main_form().choices["service.unused"] == ["delete", "hand_over", "reopen", "wait", "merge"]
    one.submit(**{"service.unused": ["wait", "merge"], "service.required": ["contact"]})
    with crm.work(as_user="admin", readonly=True) as work:
        assert work.parameter(SERVICE_UNUSED) == ("wait", "merge")
        assert work.parameter(SERVICE_REQUIRED) == ("contact",)
    one.open("/parameters")
    one.submit(**{"service.unused": [], "service.required": []})
    with crm.work(as_user="admin", readonly=True) as work:
        assert work.parameter(SERVICE_UNUSED) == work.parameter(SERVICE_REQUIRED) == ()
    one.open("/parameters")
    assert one.submit(**{"service.unused": ["nonsense"]}).status == 422


def test_the_audit_trail_names_what_was_refused(browser: Browse, crm: Crm) -> None:
    stranger = browser("wangwei")
    assert stranger.open("/users").status == 403
    stranger.open("/sign-in")
    one = browser("admin", "zh")
    page = one.open("/audit?outcome=refused")
    assert "被拒绝" in page.text
    assert "王伟" in page.text
    assert "修改" not in page.text.split("内容或原因")[1].split("共")[0]
    assert one.open("/audit?entity=user&outcome=done").status == 200
    for path in ("/service/creation", "/escalations", "/care", "/knowledge", "/contracts"):
        assert one.open(path).status == 403, path
    cells = [line.split() for line in one.open("/audit?outcome=refused&size=100").text.split("被拒绝")]
    assert not {"service", "escalation", "care", "knowledge", "agreements"} & {word for line in cells for word in line}
    assert PASSWORD not in one.open("/audit?size=100").text
