"""The columns of the five work lists, as the requirements name them (SVC-03)."""

import re

import pytest

from conftest import CUSTOMER, PERSON, Browse, id_of
from crmcore import Crm, customers, service

pytestmark = pytest.mark.parametrize("crm", ["sqlite"], indirect=True)
ALL = ["Number", "Customer", "Title", "Type", "Created by, Created"]
LAST = {
    "creation": ["Actions"],
    "assignment": ["Assign to"],
    "handling": ["Actions"],
    "feedback": ["Actions"],
    "archive": ["Status", "Actions"],
}


@pytest.mark.requirement("SVC-03")
def test_every_list_has_its_columns_and_says_in_them_what_they_are_called(browser: Browse, crm: Crm) -> None:
    customer = crm.perform(customers.create, name="北京华建", contact=PERSON, as_user="wangwei", **CUSTOMER)
    asked = {"type": "complaint", "title": "显示器有亮点", "request": "请更换。", "customer": customer.id}
    for step in range(4):
        made = crm.perform(service.create, as_user="wangwei", **asked)
        if step > 0:
            crm.perform(service.assign, made.id, to=id_of(crm, "wangwei"), as_user="lihua")
        if step > 1:
            crm.perform(service.handle, made.id, "已更换", as_user="wangwei")
        if step > 2:
            crm.perform(service.feedback, made.id, result="好了", satisfaction=5, as_user="wangwei")
    for name, last in LAST.items():
        page = browser("lihua" if name == "assignment" else "wangwei").open(f"/service/{name}")
        html = page.response.get_data(as_text=True)
        heads = [re.sub(r"<[^>]+>", "", one).strip() for one in re.findall(r"<th\b.*?</th>", html, re.DOTALL)]
        assert heads == [*ALL, *last], name
        (row,) = re.findall(r"<tr>\s*<td.*?</tr>", html, re.DOTALL)
        for said in ("FW", "北京华建", "显示器有亮点", "Complaint", "王伟"):
            assert said in row, (name, said)
        assert ("Archived" in row) == (name == "archive")
