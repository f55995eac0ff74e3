"""Escalations on the pages: told on the first page, looked at, marked as seen (X-SRV-05)."""

import pytest

from conftest import CUSTOMER, PERSON, Browse
from crmcore import Crm, customers, escalation, service

pytestmark = [
    pytest.mark.parametrize("crm", ["memory", "sqlite"], indirect=True),
    pytest.mark.requirement("X-SRV-05"),
]


def test_who_was_told_sees_it_and_says_so(browser: Browse, crm: Crm) -> None:
    policy = {"name": "无人分配", "watched": escalation.Watched.ASSIGNMENT}
    crm.perform(escalation.create_policy, **policy, as_user="lihua")
    customer = crm.perform(customers.create, name="北京华建", contact=PERSON, as_user="wangwei", **CUSTOMER)
    asked = {"type": "complaint", "title": "屏幕坏点", "request": "三块屏幕"}
    made = crm.perform(service.create, customer=customer.id, **asked, as_user="wangwei")
    assert escalation.escalate(crm).escalated == 1
    boss = browser("lihua")
    page = boss.open("/")
    assert "Unseen escalations1" in page.text
    page = boss.open("/escalations")
    assert "屏幕坏点" in page.text
    assert made.number in page.text
    page = boss.submit("Mark as seen")
    assert "Marked as seen" in page.text
    assert "Nothing waits for you" in page.text
    assert "Unseen escalations0" in boss.open("/").text
    page = boss.open("/escalations/all?watched=assignment")
    assert "李华" in page.text
    assert "屏幕坏点" not in boss.open("/escalations/all?unseen=yes").text
    one = browser("wangwei")
    assert "Nothing waits for you" in one.open("/escalations").text
    assert one.open("/escalations/all").status == 403
    assert browser("admin").open("/escalations").status == 403
