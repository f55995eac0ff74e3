"""The work list of churn cases and the notice at log-in, on every store."""

import datetime as dt

import pytest
from attrs import fields

from company import People
from company.lapses import case_of, change, customer_of
from crmcore import churn, customers
from crmcore.access.rules import NoPermission
from crmcore.base.errors import NotFound
from crmcore.churn.entity import ChurnCase, ChurnStatus
from crmcore.customers.entity import Customer, CustomerStatus
from crmcore.storage.crm import Crm

LONG_AGO = dt.date(2025, 1, 15)


@pytest.fixture
def warned(crm: Crm) -> dict[str, Customer]:
    """Three customers with warnings, the first two Wang Wei's; the second's was delayed."""
    made = {
        "a": customer_of(crm, "华建 Alpha", LONG_AGO),
        "b": customer_of(crm, "华建 Ｂｅｔａ", LONG_AGO),
        "c": customer_of(crm, "长江", LONG_AGO, manager="lihua"),
    }
    churn.sweep(crm)
    change(crm, case_of(crm, made["b"]), status=ChurnStatus.DELAYED)
    return made


def listed(crm: Crm, who: str, **filters: object) -> set[object]:
    with crm.work(as_user=who, readonly=True) as work:
        page = churn.listing(work, **filters)  # type: ignore[arg-type]
    assert page.total == len(page.rows)
    return {one.customer for one in page.rows}


@pytest.mark.requirement("CHN-07", "CHN-09", "16.1")
def test_filters_find_what_they_say(crm: Crm, people: People, warned: dict[str, Customer]) -> None:
    a, b, c = (warned[name].id for name in "abc")
    assert listed(crm, "zhaomin") == listed(crm, "chengang") == {a, b, c}
    assert listed(crm, "wangwei") == {a, b}
    assert listed(crm, "lihua") == listed(crm, "zhaomin", manager=people.lihua.id) == {c}
    assert listed(crm, "zhaomin", customer_name="beta") == listed(crm, "wangwei", status=ChurnStatus.DELAYED) == {b}
    assert listed(crm, "zhaomin", customer_name="华建", status=ChurnStatus.WARNING) == {a}
    assert listed(crm, "zhaomin", status=ChurnStatus.LOST) == listed(crm, "lihua", customer=a) == set()
    assert listed(crm, "wangwei", manager=people.lihua.id, customer_name="长江") == set()


@pytest.mark.requirement("CHN-08", "GEN-10")
def test_the_list_has_its_columns_and_what_waits_longest_is_on_top(crm: Crm, warned: dict[str, Customer]) -> None:
    columns = {"id", "customer", "customer_name", "manager", "last_order_on", "closed_at", "status"}
    assert columns <= {one.name for one in fields(ChurnCase)}
    now = crm.clock()
    for name, hours, status in (("d", 8, ChurnStatus.LOST), ("e", 6, ChurnStatus.RETAINED), ("f", 9, None)):
        warned[name] = customer_of(crm, name, LONG_AGO)
        churn.sweep(crm)
        changes = {"opened_at": now - dt.timedelta(hours=hours)} | ({} if status is None else {"status": status})
        change(crm, case_of(crm, warned[name]), **changes)
    change(crm, warned["f"], status=CustomerStatus.DELETED)
    for name, hours in (("a", 2), ("b", 3), ("c", 1)):
        change(crm, case_of(crm, warned[name]), opened_at=now - dt.timedelta(hours=hours))
    with crm.work(as_user="zhaomin", readonly=True) as work:
        whole = churn.listing(work, size=50)
        paged = [one for page in (1, 2, 3) for one in churn.listing(work, page=page, size=2).rows]
        warnings = churn.listing(work, status=ChurnStatus.WARNING).rows
    names = {customer.id: name for name, customer in warned.items()}
    assert "".join(names[one.customer] for one in whole.rows) == "bacedf", "f is nobody's work"
    assert (paged, whole.total) == ([*whole.rows], 6)
    assert [names[one.customer] for one in warnings] == ["a", "c"]


@pytest.mark.requirement("CHN-09", "USR-06")
def test_cases_follow_the_customer_to_his_new_manager(crm: Crm, people: People, warned: dict[str, Customer]) -> None:
    change(crm, warned["a"], manager=people.lihua.id, status=CustomerStatus.LOST)
    a, b, c = (warned[name].id for name in "abc")
    assert (listed(crm, "wangwei"), listed(crm, "lihua")) == ({b}, {a, c})
    assert listed(crm, "zhaomin", manager=people.lihua.id) == {a, c}
    assert listed(crm, "zhaomin", manager=people.wangwei.id) == {a, b}
    with crm.work(as_user="wangwei", readonly=True) as work, pytest.raises(NotFound):
        churn.detail(work, case_of(crm, warned["a"]).id)


@pytest.mark.requirement("CHN-11")
def test_at_log_in_the_manager_is_told_how_many_new_warnings_wait(
    crm: Crm, people: People, warned: dict[str, Customer]
) -> None:
    def told() -> dict[str, int]:
        found = {}
        for who in ("wangwei", "lihua", "zhaomin"):
            with crm.work(as_user=who, readonly=True) as work:
                found[who] = churn.notice(work)
        return found

    assert told() == {"wangwei": 1, "lihua": 1, "zhaomin": 0}
    change(crm, warned["a"], manager=people.lihua.id)
    assert told() == {"wangwei": 0, "lihua": 2, "zhaomin": 0}
    crm.perform(churn.delay, case_of(crm, warned["a"]).id, "拜访", as_user="lihua")
    assert told()["lihua"] == 1
    with crm.work(as_user="admin", readonly=True) as work, pytest.raises(NoPermission):
        churn.notice(work)


@pytest.mark.requirement("CHN-07", "CHN-11", "X-ADM-11")
def test_a_merged_customers_cases_are_the_kept_ones_and_he_counts_once(
    crm: Crm, people: People, warned: dict[str, Customer]
) -> None:
    def notices() -> list[int]:
        found = []
        for who in ("wangwei", "lihua"):
            with crm.work(as_user=who, readonly=True) as work:
                found.append(churn.notice(work))
        return found

    a, b, c = (warned[name] for name in "abc")
    done = crm.perform(customers.merge, c.id, a.id, as_user="zhaomin")
    with crm.work(as_user="lihua", readonly=True) as work:
        both = churn.listing(work, status=ChurnStatus.WARNING).rows
    assert [(one.customer, one.manager) for one in both] == [(c.id, people.lihua.id)] * 2
    assert notices() == [0, 1]
    assert listed(crm, "zhaomin", customer_name="长江") == listed(crm, "zhaomin", customer_name="alpha") == {c.id}
    crm.perform(customers.undo_merge, done.id, as_user="zhaomin")
    assert (case_of(crm, a).manager, notices()) == (people.wangwei.id, [1, 1])
    change(crm, a, status=CustomerStatus.DELETED, name="更名")
    assert notices() == [0, 1]
    assert listed(crm, "zhaomin", status=ChurnStatus.WARNING) == {c.id}
    assert listed(crm, "zhaomin") == {a.id, b.id, c.id}
    assert listed(crm, "zhaomin", customer_name="更名") == listed(crm, "zhaomin", customer_name="alpha") == {a.id}
