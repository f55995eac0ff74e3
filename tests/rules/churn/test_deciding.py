"""Delay, confirm and retain on every store: who may, in which state, and what becomes of the customer."""

import datetime as dt
import json
from collections.abc import Callable
from typing import Any

import pytest

from company import People, SetClock
from company.lapses import case_of, cases, change, contents, customer_of, now, order
from crmcore import churn
from crmcore.access.rules import NoPermission
from crmcore.base.errors import Conflict, Invalid, NotFound, Refused
from crmcore.churn.entity import ChurnCase, ChurnStatus
from crmcore.churn.rules import AlreadyConfirmed, AlreadyRetained, NoNewerOrder, NotTheManager
from crmcore.customers.entity import Customer, CustomerStatus
from crmcore.storage.crm import Crm
from crmcore.storage.records import ChangeRecord, Operation, OutboxMessage

LONG_AGO = dt.date(2025, 1, 15)
RECENT = dt.date(2026, 2, 20)

DECISIONS: dict[str, Callable[..., ChurnCase]] = {
    "delay": lambda crm, case, who="wangwei", **more: crm.perform(churn.delay, case.id, "拜访", as_user=who, **more),
    "confirm": lambda crm, case, who="wangwei", **more: crm.perform(
        churn.confirm, case.id, "破产", as_user=who, **more
    ),
    "retain": lambda crm, case, who="wangwei", **more: crm.perform(churn.retain, case.id, as_user=who, **more),
}


@pytest.fixture
def customer(crm: Crm) -> Customer:
    """A customer of Wang Wei's who has a new warning."""
    made = customer_of(crm, "华建科技", LONG_AGO)
    churn.sweep(crm)
    return made


@pytest.mark.requirement("3.7", "CHN-10")
def test_measures_are_appended_each_with_its_time(crm: Crm, clock: SetClock, customer: Customer) -> None:
    case = case_of(crm, customer)
    crm.perform(churn.delay, case.id, " 电话回访，\n约周五见面 ", as_user="wangwei")
    clock.advance(days=1)
    delayed = crm.perform(churn.delay, case.id, "上门拜访", as_user="wangwei", expected=2)
    assert delayed.status is ChurnStatus.DELAYED
    assert delayed.measures == "2026-03-02 09:30 电话回访， 约周五见面\n2026-03-03 09:30 上门拜访"
    assert case_of(crm, customer) == delayed
    with crm.work(as_user="wangwei", readonly=True) as work:
        shown = churn.detail(work, case.id)
    assert shown.measures == ("2026-03-02 09:30 电话回访， 约周五见面", "2026-03-03 09:30 上门拜访")
    assert (shown.case, shown.customer, shown.newer_order_on) == (delayed, customer, None)


@pytest.mark.requirement("3.2", "3.7")
@pytest.mark.parametrize("delayed", [False, True])
def test_confirming_closes_the_case_and_marks_the_customer(
    crm: Crm, clock: SetClock, customer: Customer, *, delayed: bool
) -> None:
    case = case_of(crm, customer)
    if delayed:
        DECISIONS["delay"](crm, case)
    clock.advance(hours=1)
    closed = crm.perform(churn.confirm, case.id, " 采购转向竞争对手 ", as_user="wangwei")
    assert (closed.status, closed.reason, closed.closed_at) == (ChurnStatus.LOST, "采购转向竞争对手", clock.now)
    assert now(crm, customer).status is CustomerStatus.LOST
    changes = [one for one in contents(crm, ChangeRecord)[ChangeRecord] if one.action == "churn.confirm"]
    assert {one.entity for one in changes} == {"churn_case", "customer"}
    (said,) = [json.loads(one.changes) for one in changes if one.entity == "customer"]
    assert said == {"status": ["normal", "lost"]}
    assert churn.sweep(crm).opened == 0


@pytest.mark.requirement("3.2")
def test_a_deleted_customer_stays_deleted(crm: Crm, customer: Customer) -> None:
    change(crm, customer, status=CustomerStatus.DELETED, name_key=None)
    DECISIONS["confirm"](crm, case_of(crm, customer))
    assert now(crm, customer).status is CustomerStatus.DELETED


@pytest.mark.requirement("3.2")
@pytest.mark.parametrize("decision", ["delay", "retain"])
def test_a_customer_who_was_marked_lost_by_other_means_becomes_active_again(
    crm: Crm, customer: Customer, decision: str
) -> None:
    change(crm, customer, status=CustomerStatus.LOST)
    order(crm, customer, RECENT)
    DECISIONS[decision](crm, case_of(crm, customer))
    assert now(crm, customer).status is CustomerStatus.NORMAL


@pytest.mark.requirement("CHN-12")
def test_a_new_order_does_not_close_a_case_but_lets_the_manager_close_it(
    crm: Crm, clock: SetClock, customer: Customer
) -> None:
    case = case_of(crm, customer)
    with pytest.raises(NoNewerOrder):
        DECISIONS["retain"](crm, case)
    order(crm, customer, RECENT)
    churn.sweep(crm)
    assert cases(crm) == [case]
    with crm.work(as_user="wangwei", readonly=True) as work:
        assert churn.detail(work, case.id).newer_order_on == RECENT
    retained = crm.perform(churn.retain, case.id, "新报价", as_user="wangwei")
    assert (retained.status, retained.reason, retained.closed_at) == (ChurnStatus.RETAINED, "新报价", clock.now)
    assert now(crm, customer) == customer
    clock.advance(days=400)
    assert churn.sweep(crm).opened == 1


@pytest.mark.requirement("3.7")
@pytest.mark.parametrize(
    ("status", "error"), [(ChurnStatus.LOST, AlreadyConfirmed), (ChurnStatus.RETAINED, AlreadyRetained)]
)
def test_a_closed_case_is_read_only(crm: Crm, customer: Customer, status: ChurnStatus, error: type[Refused]) -> None:
    order(crm, customer, RECENT)
    closed = change(crm, case_of(crm, customer), status=status)
    for decide in DECISIONS.values():
        with pytest.raises(error) as refusal:
            decide(crm, closed)
        assert "华建科技" in refusal.value.explain("zh")
    assert (cases(crm), now(crm, customer)) == ([closed], customer)


@pytest.mark.requirement("3.7", "RBA-03", "9", "CHN-09")
@pytest.mark.parametrize("decision", DECISIONS)
def test_only_the_responsible_manager_decides(crm: Crm, people: People, customer: Customer, decision: str) -> None:
    order(crm, customer, RECENT)
    case = case_of(crm, customer)
    with pytest.raises(NotFound):
        DECISIONS[decision](crm, case, "lihua")
    for who in ("zhaomin", "chengang", "admin"):
        with pytest.raises(NoPermission):
            DECISIONS[decision](crm, case, who)
    assert cases(crm) == [case]
    change(crm, customer, manager=people.lihua.id)
    with pytest.raises(NotFound):
        DECISIONS[decision](crm, case)
    assert DECISIONS[decision](crm, case, "lihua").manager == people.wangwei.id, "the case keeps whom it was opened for"


@pytest.mark.requirement("3.7")
def test_seeing_all_cases_does_not_make_anybody_responsible(crm: Crm, customer: Customer) -> None:
    from crmcore import access

    rights = ["churn.read_all", "churn.decide"]
    role = crm.perform(access.create_role, name="区域主管", permissions=rights, as_user="admin")
    crm.perform(access.create_user, name="qianjin", full_name="钱进", roles=(role.id,), as_user="admin")
    with pytest.raises(NotTheManager):
        DECISIONS["delay"](crm, case_of(crm, customer), "qianjin")


UNKEPT: list[tuple[Any, str, str]] = [
    (lambda work, id_: churn.delay(work, id_, " "), "measure", "value.missing"),
    (lambda work, id_: churn.delay(work, id_, "x" * 4000), "measure", "churn.measures_full"),
    (lambda work, id_: churn.confirm(work, id_, "\u200b"), "reason", "value.missing"),
    (lambda work, id_: churn.confirm(work, id_, "x" * 2001), "reason", "value.too_long"),
    (lambda work, id_: churn.retain(work, id_, "a\0"), "reason", "value.characters"),
]


@pytest.mark.requirement("3.7")
def test_what_can_not_be_kept_is_refused_and_nothing_is_written(crm: Crm, customer: Customer) -> None:
    order(crm, customer, RECENT)
    before = contents(crm, ChurnCase, Customer, ChangeRecord, OutboxMessage)
    for decide, field, code in UNKEPT:
        with pytest.raises(Invalid) as refusal:
            crm.perform(decide, cases(crm)[0].id, as_user="wangwei")
        assert [(one.field, one.code) for one in refusal.value.problems] == [(field, code)]
    assert contents(crm, ChurnCase, Customer, ChangeRecord, OutboxMessage) == before


@pytest.mark.requirement("NFR-14")
def test_who_has_seen_an_older_version_is_told(crm: Crm, customer: Customer) -> None:
    case = case_of(crm, customer)
    DECISIONS["delay"](crm, case)
    for decision in ("delay", "confirm"):
        with pytest.raises(Conflict):
            DECISIONS[decision](crm, case, expected=1)


def test_other_systems_hear_of_decisions(crm: Crm, customer: Customer) -> None:
    second = customer_of(crm, "第二家", LONG_AGO)
    churn.sweep(crm)
    order(crm, customer, RECENT)
    DECISIONS["delay"](crm, case_of(crm, customer))
    DECISIONS["retain"](crm, case_of(crm, customer))
    DECISIONS["confirm"](crm, case_of(crm, second))
    messages = contents(crm, OutboxMessage)[OutboxMessage]
    assert [one.kind for one in sorted(messages, key=lambda one: one.id)] == [
        "churn_delayed",
        "customer_retained",
        "churn_confirmed",
    ]
    assert {json.loads(one.payload)["customer"] for one in messages} == {str(customer.id), str(second.id)}


@pytest.mark.requirement("X-ADM-09")
def test_a_refused_attempt_is_noted_about_the_case(crm: Crm, customer: Customer) -> None:
    case = case_of(crm, customer)
    with pytest.raises(NoPermission):
        DECISIONS["confirm"](crm, case, "zhaomin")
    (denied,) = [one for one in contents(crm, ChangeRecord)[ChangeRecord] if one.operation is Operation.DENIED]
    assert (denied.entity, denied.entity_id, denied.action) == ("churn_case", case.id, "churn.confirm")
