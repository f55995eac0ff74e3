"""What the list of customers shows, how it goes on after a deletion, and what a rating was over time."""

import pytest

from company import People, SetClock
from company.clients import entered
from crmcore import SYSTEM, customers
from crmcore.customers.entity import Customer
from crmcore.dictionary.lookup import labels
from crmcore.i18n import text
from crmcore.storage.crm import Crm
from crmcore.storage.history import as_of
from crmcore.views.columns import columns
from crmcore.views.shown import shown

COLUMNS = ("number", "name", "region", "manager", "level", "status")


@pytest.mark.requirement("CUS-02")
def test_the_list_has_its_columns_in_words(crm: Crm, people: People) -> None:
    customer = entered(crm, "lihua", region="beijing", level="2")
    with crm.work(as_user="chengang", readonly=True) as work:
        (row,) = customers.listing(work).rows
        said = {name: shown(getattr(row, name), "zh", work.zone) for name in COLUMNS}
        words = labels(work, "region")["beijing"], labels(work, "customer_level")["2"]
    assert [text(one.label, "zh") != one.label for one in columns(Customer, COLUMNS)] == [True] * len(COLUMNS)
    assert (said["number"], said["name"], said["status"]) == (customer.number, customer.name, "正常")
    assert (words, row.manager) == (("北京", "重点开发客户"), people.lihua.id)


@pytest.mark.requirement("X-CUS-17", "CUS-03")
def test_after_a_deletion_the_list_goes_on_with_the_others(crm: Crm) -> None:
    first, second, third = (entered(crm, "lihua", name=name) for name in ("甲", "乙", "丙"))
    crm.perform(customers.delete, second.id, as_user="lihua")
    page = crm.perform(customers.listing, as_user="lihua")
    assert ([one.id for one in page.rows], page.total) == ([third.id, first.id], 2)
    assert [one.id for one in crm.perform(customers.choices, as_user="lihua")] == [third.id, first.id]


@pytest.mark.requirement("X-CUS-18", "X-ADM-09")
def test_how_far_a_customer_was_trusted_is_known_for_any_day(crm: Crm, clock: SetClock) -> None:
    customer = entered(crm, "lihua", trust=2)
    days = [clock.now]
    for trust in (4, 5):
        clock.advance(days=30)
        crm.perform(customers.edit, customer.id, trust=trust, as_user="lihua")
        days.append(clock.now)
    with crm.work(SYSTEM, readonly=True) as work:
        assert [as_of(work, Customer, customer.id, day).trust for day in days] == [2, 4, 5]
