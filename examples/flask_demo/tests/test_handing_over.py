"""Everything of a colleague who leaves goes to another, after somebody has seen how much that is (USR-06)."""

import pytest

from conftest import CUSTOMER, PERSON, Browse, Chance, id_of
from crmcore import Crm, access, customers
from crmcore.access.delivered import delivered_role_id

pytestmark = pytest.mark.parametrize("crm", ["sqlite"], indirect=True)


@pytest.fixture(autouse=True)
def _one_customer(crm: Crm) -> None:
    crm.perform(customers.create, name="北京华建", contact=PERSON, **CUSTOMER, as_user="wangwei")


@pytest.mark.requirement("USR-06")
def test_a_leaving_colleague_hands_everything_over(browser: Browse, crm: Crm) -> None:
    admin = browser("admin", "zh")
    admin.open(f"/users/{id_of(crm, 'wangwei')}/retire")
    assert "移交其全部客户" not in admin.submit("停用").text
    boss = browser("lihua", "zh")
    page = boss.open(f"/hand-over?before={id_of(crm, 'wangwei')}")
    assert "王伟名下有 1 个客户" in page.text
    assert boss.submit("下一步", assignee="").status == 422
    boss.submit("下一步", before=str(id_of(crm, "wangwei")), assignee=str(id_of(crm, "zhangmin")))
    page = boss.submit("移交给张敏")
    assert "已移交 1 个客户" in page.text
    assert "北京华建" in browser("zhangmin").open("/customers").text
    admin.open(f"/users/{id_of(crm, 'wangwei')}/retire")
    assert admin.submit("停用").status == 200


@pytest.mark.requirement("USR-06")
@pytest.mark.parametrize(
    ("language", "next_step", "words"),
    [
        ("zh", "下一步", "共有 1 个客户、1 条进行中的销售机会、0 条未结束的流失预警和 0 个未归档的服务请求"),
        ("en", "Next", "1 customer, 1 open opportunity, 0 open churn cases and 0 open service requests"),
    ],
)
def test_nothing_goes_over_before_somebody_has_seen_how_much(
    browser: Browse, crm: Crm, chance: Chance, language: str, next_step: str, words: str
) -> None:
    chance("wangwei")
    boss = browser("lihua", language)
    boss.open("/hand-over")
    page = boss.submit(next_step, before=str(id_of(crm, "wangwei")), assignee=str(id_of(crm, "zhangmin")))
    assert page.status == 200
    assert words in page.text
    assert "王伟" in page.text
    assert "张敏" in page.text
    assert "北京华建" in browser("wangwei").open("/customers").text
    assert "北京华建" not in browser("zhangmin").open("/customers").text


@pytest.mark.requirement("USR-06")
def test_who_has_nothing_is_told_so(browser: Browse, crm: Crm) -> None:
    boss = browser("lihua", "zh")
    boss.open(f"/hand-over?before={id_of(crm, 'zhangmin')}")
    page = boss.submit("下一步", before=str(id_of(crm, "zhangmin")), assignee=str(id_of(crm, "wangwei")))
    assert page.status == 422
    assert "张敏名下没有需要移交的记录" in page.text


def test_the_refusal_to_retire_leads_to_handing_over(browser: Browse, crm: Crm) -> None:
    both = (delivered_role_id("administrator"), delivered_role_id("sales_supervisor"))
    crm.perform(access.edit_user, id_of(crm, "admin"), roles=both, as_user="admin")
    one = browser("admin", "zh")
    one.open(f"/users/{id_of(crm, 'wangwei')}/retire")
    assert one.submit("停用").status == 403
    page = one.follow("移交其全部客户")
    assert "王伟名下有 1 个客户" in page.text
