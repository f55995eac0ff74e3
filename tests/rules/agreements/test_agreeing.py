"""Targets, contracts and skills on every store: who may keep them, and what they do to requests (X-SRV-01, 02, 05)."""

import datetime as dt
from typing import Any

import pytest
from attrs import fields as attributes

from company import People, SetClock
from company.clients import contact_of, entered
from company.desk import assigned, filed, promised
from crmcore import SYSTEM, access, agreements, calendars, customers, dictionary, service
from crmcore.access.entity import Validity
from crmcore.access.rules import NoPermission, NotAnAccountManager
from crmcore.agreements import ContractState, ServiceContract, ServiceTarget
from crmcore.agreements.rules import ContractEnded
from crmcore.base.errors import AlreadyExists, Conflict, CrmError, Invalid, NotFound, Refused
from crmcore.customers.rules import CustomerDeleted, NotTheManager
from crmcore.dictionary.entity import DictionaryEntry
from crmcore.query import eq
from crmcore.service.entity import Priority
from crmcore.storage.crm import Crm
from crmcore.storage.records import OutboxMessage

TODAY = dt.date(2026, 3, 2)
TERM: dict[str, Any] = {"title": "年度维护", "starts_on": dt.date(2026, 1, 1), "ends_on": dt.date(2026, 12, 31)}


def target(crm: Crm, name: str = "紧急", **given: Any) -> ServiceTarget:
    """A target in round-the-clock hours of its own."""
    hours = crm.perform(calendars.create_calendar, name=f"{name}日历", monday=("00:00-24:00",), as_user="zhaomin")
    facts = {"calendar": hours.id, "resolve_within": 60, **given}
    return crm.perform(agreements.create_target, name=name, as_user="zhaomin", **facts)


def agreed(crm: Crm, customer: Any, by: str = "lihua", **given: Any) -> ServiceContract:
    return crm.perform(agreements.create_contract, as_user=by, **{**TERM, "customer": customer.id, **given})


def problems(error: pytest.ExceptionInfo[Any]) -> set[tuple[str, str]]:
    assert error.value.explain("zh") != error.value.explain("en")
    return {(one.field, one.code) for one in error.value.problems}


@pytest.mark.requirement("X-SRV-05")
def test_targets_are_kept_and_promised(crm: Crm, clock: SetClock) -> None:
    promised(crm, resolve_within=600)
    customer = entered(crm)
    urgent = target(crm, priority=Priority.URGENT, type="complaint")
    usual, pressing = filed(crm, customer), filed(crm, customer, priority=Priority.URGENT)
    assert usual.resolve_by == dt.datetime(2026, 3, 3, 3, 30, tzinfo=dt.UTC)
    assert pressing.resolve_by == clock.now + dt.timedelta(hours=1)
    slower = crm.perform(agreements.edit_target, urgent.id, resolve_within=120, expected=1, as_user="admin")
    assert slower.resolve_within == 120
    assert filed(crm, customer, priority=Priority.URGENT).resolve_by == clock.now + dt.timedelta(hours=2)
    crm.perform(agreements.retire_target, urgent.id, as_user="zhaomin")
    assert filed(crm, customer, priority=Priority.URGENT).resolve_by == usual.resolve_by
    assert [one.name for one in crm.perform(agreements.all_targets, as_user="lihua")] == ["所有请求"]
    assert len(crm.perform(agreements.all_targets, status=None, as_user="lihua")) == 2
    assert crm.perform(agreements.restore_target, urgent.id, as_user="zhaomin").status is Validity.VALID


@pytest.mark.requirement("X-SRV-05")
def test_a_target_nobody_can_keep_is_refused(crm: Crm) -> None:
    known = target(crm)
    spare = crm.perform(calendars.create_calendar, name="备用", as_user="zhaomin")
    closed = crm.perform(calendars.create_calendar, name="休息", monday=(), as_user="zhaomin")
    with pytest.raises(Invalid) as error:
        target(crm, "空", calendar=closed.id)
    assert problems(error) == {("calendar", "service.too_few_hours")}
    with pytest.raises(Invalid) as error:
        crm.perform(agreements.edit_target, known.id, resolve_within=None, as_user="zhaomin")
    assert problems(error) == {("resolve_within", "service.no_promise")}
    crm.perform(calendars.retire_calendar, known.calendar, as_user="zhaomin")
    with pytest.raises(Invalid) as error:
        target(crm, "旧", calendar=known.calendar)
    assert problems(error) == {("calendar", "service.no_calendar")}
    with pytest.raises(AlreadyExists):
        crm.perform(agreements.create_target, name=" 紧急", calendar=spare.id, respond_within=1, as_user="zhaomin")
    assert crm.perform(agreements.edit_target, known.id, risk_percent=50, as_user="zhaomin").risk_percent == 50
    with pytest.raises(NoPermission):
        crm.perform(agreements.edit_target, known.id, risk_percent=60, as_user="lihua")


@pytest.mark.requirement("X-SRV-01", "X-SRV-05")
def test_what_a_contract_says_comes_before_every_other_target(crm: Crm, clock: SetClock) -> None:
    promised(crm, resolve_within=600)
    customer = entered(crm)
    target(crm, "高", priority=Priority.URGENT, type="complaint", level="1")
    gold = target(crm, "金牌", resolve_within=15)
    held = agreed(crm, customer, target=gold.id, covers=("complaint",))
    asked = filed(crm, customer, priority=Priority.URGENT)
    assert asked.resolve_by == clock.now + dt.timedelta(minutes=15)
    assert filed(crm, customer, type="inquiry").resolve_by == dt.datetime(2026, 3, 3, 3, 30, tzinfo=dt.UTC)
    assert filed(crm, entered(crm, name="别家"), priority=Priority.URGENT).resolve_by == clock.now + dt.timedelta(
        hours=1
    )
    crm.perform(agreements.retire_target, gold.id, as_user="zhaomin")
    assert filed(crm, customer, priority=Priority.URGENT).resolve_by == clock.now + dt.timedelta(hours=1)
    crm.perform(agreements.restore_target, gold.id, as_user="zhaomin")
    assert filed(crm, customer, priority=Priority.URGENT).resolve_by == asked.resolve_by
    crm.perform(agreements.end_contract, held.id, "客户停用", as_user="lihua")
    assert filed(crm, customer, priority=Priority.URGENT).resolve_by == clock.now + dt.timedelta(hours=1)


@pytest.mark.requirement("X-SRV-01")
def test_a_contract_is_made_changed_and_ended(crm: Crm, people: People, clock: SetClock) -> None:
    customer = entered(crm)
    made = agreed(crm, customer, number="HT-1", covers=("complaint", "inquiry"), products=("X-200",))
    assert (made.number, made.created_by, made.version) == ("HT-1", people.lihua.id, 1)
    assert agreed(crm, customer).number.startswith("HT26030209")
    longer = crm.perform(
        agreements.edit_contract,
        made.id,
        ends_on=dt.date(2027, 6, 30),
        covers=("inquiry",),
        expected=1,
        as_user="zhaomin",
    )
    assert (longer.ends_on, longer.covers, longer.version) == (dt.date(2027, 6, 30), ("inquiry",), 2)
    elsewhere: dict[str, Any] = {"customer": entered(crm, name="别家").id}
    with pytest.raises(Invalid) as error:
        crm.perform(agreements.edit_contract, made.id, as_user="lihua", **elsewhere)
    assert problems(error) == {("customer", "value.not_yours")}
    ended = crm.perform(agreements.end_contract, made.id, " 客户停用 ", as_user="lihua")
    assert (ended.ended_on, ended.remark) == (TODAY, "客户停用")
    for again in (agreements.end_contract, agreements.edit_contract):
        with pytest.raises(ContractEnded):
            crm.perform(again, made.id, as_user="lihua")
    with crm.work(as_user=SYSTEM, readonly=True) as work:
        assert {one.kind for one in work.unscoped(OutboxMessage).find()} >= {"contract_made", "contract_ended_early"}


@pytest.mark.requirement("X-SRV-01")
@pytest.mark.parametrize(
    ("given", "wrong"),
    [
        ({"ends_on": dt.date(2025, 12, 31)}, ("ends_on", "contract.ends_before_start")),
        ({"covers": ("complaint", "kites")}, ("covers", "dictionary.not_offered")),
        ({"number": 5}, ("number", "value.type")),
        ({"included_requests": -1}, ("included_requests", "value.range")),
        ({"title": " "}, ("title", "value.missing")),
        ({"created_by": None}, ("created_by", "value.not_yours")),
        ({"target": "gone"}, ("target", "value.type")),
    ],
)
def test_a_wrong_contract_is_refused_by_field(crm: Crm, given: dict[str, Any], wrong: tuple[str, str]) -> None:
    customer = entered(crm)
    with pytest.raises(Invalid) as error:
        agreed(crm, customer, **given)
    assert problems(error) == {wrong}
    with crm.work(as_user=SYSTEM, readonly=True) as work:
        assert work.service_contracts.count() == 0


@pytest.mark.requirement("X-SRV-01", "9")
def test_who_agrees_with_whom(crm: Crm, people: People) -> None:
    customer = entered(crm)
    gold = target(crm, "金牌")
    known = agreed(crm, customer, number="HT-1", target=gold.id)
    crm.perform(agreements.retire_target, gold.id, as_user="zhaomin")
    assert crm.perform(agreements.edit_contract, known.id, remark="续", as_user="lihua").target == gold.id
    with pytest.raises(Invalid) as error:
        agreed(crm, customer, target=gold.id)
    assert problems(error) == {("target", "contract.no_target")}
    with pytest.raises(AlreadyExists):
        agreed(crm, customer, by="zhaomin", number="HT-1")
    assert agreed(crm, customer, by="zhaomin").created_by == people.supervisor.id
    for who, refusal in (("wangwei", NotFound), ("chengang", NoPermission), ("admin", NoPermission)):
        with pytest.raises(refusal):
            agreed(crm, customer, by=who)
        with pytest.raises(refusal):
            crm.perform(agreements.end_contract, known.id, as_user=who)
    role = next(one for one in crm.perform(access.roles, as_user="admin").rows if one.code == "account_manager")
    crm.perform(access.set_permissions, role.id, (*role.permissions, "customer.read_all"), as_user="admin")
    with pytest.raises(NotTheManager):
        agreed(crm, customer, by="wangwei")
    gone = entered(crm, name="将删除")
    crm.perform(customers.delete, gone.id, as_user="lihua")
    with pytest.raises(CustomerDeleted):
        agreed(crm, gone)


@pytest.mark.requirement("X-SRV-01")
def test_contracts_are_listed_by_where_they_stand(crm: Crm, clock: SetClock) -> None:
    customer, other = entered(crm), entered(crm, "wangwei", name="上海远东")
    running = agreed(crm, customer, number="A")
    ending = agreed(crm, other, by="wangwei", number="B", ends_on=TODAY + dt.timedelta(30))
    last_day = agreed(crm, other, by="wangwei", number="C", ends_on=TODAY)
    over = agreed(crm, customer, number="D", ends_on=TODAY - dt.timedelta(1))
    future = agreed(crm, customer, number="E", starts_on=TODAY + dt.timedelta(1))
    ended = crm.perform(agreements.end_contract, agreed(crm, customer, number="F").id, as_user="lihua")

    def listed(by: str = "zhaomin", **only: Any) -> set[str]:
        page = crm.perform(agreements.contracts, as_user=by, **only)
        assert page.total == len(page.rows)
        return {one.number for one in page.rows}

    assert listed(state=ContractState.RUNNING) == {"A", "B", "C"}
    assert listed(state=ContractState.ENDED) == {"D", "F"}
    assert listed(state=ContractState.FUTURE) == {"E"}
    assert listed(ending_within=30) == {"B", "C"}
    assert listed(ending_within=0) == {"C"}
    assert listed(ending_within=29, customer_name="远东") == {"C"}
    assert listed("lihua") == {"A", "D", "E", "F"}
    assert listed("chengang", customer=other.id) == {"B", "C"}
    for one in (running, ending, last_day, over, future, ended):
        assert one.number in listed(state=one.state(TODAY))
    with pytest.raises(Invalid) as error:
        listed(ending_within=-1)
    assert problems(error) == {("ending_within", "value.range")}


@pytest.mark.requirement("X-SRV-01")
def test_what_was_used_of_a_contract(crm: Crm, clock: SetClock) -> None:
    customer = entered(crm)
    before = filed(crm, customer)
    clock.advance(days=1)
    plan = agreed(crm, customer, starts_on=dt.date(2026, 3, 3), covers=("complaint",), included_requests=2)
    asked = filed(crm, customer)
    filed(crm, customer, type="inquiry")
    filed(crm, entered(crm, name="别家"))
    detail = crm.perform(agreements.contract_detail, plan.id, as_user="lihua")
    assert (detail.state, detail.used, detail.left, detail.target) == (ContractState.RUNNING, 1, 1, None)
    longer = agreed(crm, customer, starts_on=dt.date(2026, 3, 4), ends_on=dt.date(2027, 3, 3))
    clock.advance(days=1)
    both = filed(crm, customer)
    assert [crm.perform(agreements.contract_of, one.id, as_user="lihua") for one in (before, asked, both)] == [
        None,
        plan,
        longer,
    ]
    used = [crm.perform(agreements.contract_detail, one.id, as_user="zhaomin").used for one in (plan, longer)]
    assert used == [1, 1]
    crm.perform(agreements.end_contract, longer.id, as_user="lihua")
    for _ in range(2):
        filed(crm, customer)
    detail = crm.perform(agreements.contract_detail, plan.id, as_user="lihua")
    assert (detail.used, detail.left) == (3, 0)
    assert getattr(crm.perform(agreements.contract_of, both.id, as_user="lihua"), "id", None) == longer.id
    assert crm.perform(agreements.contract_detail, longer.id, as_user="lihua").used == 1
    crm.perform(agreements.end_contract, plan.id, as_user="lihua")
    assert getattr(crm.perform(agreements.contract_of, asked.id, as_user="lihua"), "id", None) == plan.id
    assert crm.perform(agreements.contract_detail, plan.id, as_user="lihua").used == 3


@pytest.mark.requirement("X-SRV-01")
def test_the_deadlines_agreed_are_kept_when_nothing_is_left(crm: Crm, clock: SetClock) -> None:
    customer = entered(crm)
    plan = agreed(crm, customer, target=target(crm, "金牌").id, included_requests=1)
    first, second = filed(crm, customer), filed(crm, customer)
    assert (first.contract, second.contract) == (plan.id, plan.id)
    assert first.resolve_by == second.resolve_by == clock.now + dt.timedelta(hours=1)
    detail = crm.perform(agreements.contract_detail, plan.id, as_user="lihua")
    assert (detail.used, detail.left) == (2, 0)


@pytest.mark.requirement("X-SRV-01", "CUS-08")
def test_what_was_agreed_with_a_deleted_customer_can_only_be_ended(crm: Crm) -> None:
    customer = entered(crm)
    made = agreed(crm, customer, ends_on=TODAY)
    assert crm.perform(agreements.contracts, ending_within=30, as_user="zhaomin").rows == [made]
    crm.perform(customers.delete, customer.id, as_user="lihua")
    assert crm.perform(agreements.contracts, ending_within=30, as_user="zhaomin").total == 0
    assert crm.perform(agreements.contracts, state=ContractState.RUNNING, as_user="zhaomin").rows == [made]
    with pytest.raises(CustomerDeleted):
        crm.perform(agreements.edit_contract, made.id, ends_on=dt.date(2027, 1, 1), as_user="lihua")
    assert crm.perform(agreements.end_contract, made.id, "客户已删除", as_user="lihua").ended_on == TODAY
    with pytest.raises(ContractEnded):
        crm.perform(agreements.end_contract, made.id, as_user="zhaomin")


@pytest.mark.requirement("X-SRV-01")
def test_two_contracts_share_no_number_however_it_is_written(crm: Crm) -> None:
    customer = entered(crm)
    assert agreed(crm, customer, number=" HT-1 ").number == "HT-1"
    other = agreed(crm, customer, number="HT-2")
    for number in ("HT-1", "ht-1", "ＨＴ-1", " HT-1", "HT\u200b-1"):
        with pytest.raises(AlreadyExists) as error:
            agreed(crm, customer, number=number)
        assert error.value.params["field"] == "number"
        with pytest.raises(AlreadyExists):
            crm.perform(agreements.edit_contract, other.id, number=number, as_user="lihua")
    renamed = crm.perform(agreements.edit_contract, other.id, number="ht-2 ", covers=("inquiry",) * 2, as_user="lihua")
    assert (renamed.number, renamed.covers) == ("ht-2", ("inquiry",))
    with crm.work(as_user=SYSTEM, readonly=True) as work:
        assert "contract_edited" in {one.kind for one in work.unscoped(OutboxMessage).find()}


@pytest.mark.requirement("X-SRV-01", "X-SRV-02", "X-SRV-05")
def test_what_is_no_such_thing_is_refused_by_field(crm: Crm) -> None:
    customer = entered(crm)
    gold, made = target(crm), agreed(crm, customer, starts_on=dt.date(1000, 1, 1))
    assert crm.perform(agreements.contract_detail, made.id, as_user="lihua").used == 0
    known = crm.perform(agreements.set_skill, "lihua", type="complaint", as_user="zhaomin")
    wrong: Any = agreements
    calls: list[tuple[str, str, Any]] = [
        ("remark", "lihua", lambda work: wrong.end_contract(work, made.id, 5)),
        ("remark", "lihua", lambda work: wrong.end_contract(work, made.id, ["a"])),
        ("number", "lihua", lambda work: wrong.edit_contract(work, made.id, number=5)),
        ("number", "lihua", lambda work: wrong.edit_contract(work, made.id, number="\u200b")),
        ("covers", "lihua", lambda work: wrong.edit_contract(work, made.id, covers=("complaint", ["a"]))),
        ("ends_on", "lihua", lambda work: wrong.edit_contract(work, made.id, ends_on=dt.date(9999, 12, 31))),
        ("state", "lihua", lambda work: wrong.contracts(work, state="running")),
        ("ending_within", "lihua", lambda work: wrong.contracts(work, ending_within=True)),
        ("name", "zhaomin", lambda work: wrong.edit_target(work, gold.id, name=["a"])),
        ("expected", "zhaomin", lambda work: wrong.retire_target(work, gold.id, expected="1")),
        ("proficiency", "zhaomin", lambda work: wrong.set_skill(work, "lihua", type="inquiry", proficiency=True)),
    ]
    for field, who, call in calls:
        with pytest.raises(Invalid) as error:
            crm.perform(call, as_user=who)
        assert field in {one for one, _ in problems(error)}
    for stale in (agreements.retire_target, agreements.restore_target):
        with pytest.raises(Conflict):
            crm.perform(stale, gold.id, expected=7, as_user="zhaomin")
    with pytest.raises(Conflict):
        crm.perform(agreements.remove_skill, known.id, expected=7, as_user="zhaomin")
    with crm.work(as_user=SYSTEM, readonly=True) as work:
        assert work.service_contracts.get(made.id) == made
        assert work.staff_skills.count() == 1


@pytest.mark.requirement("X-SRV-01", "DIC-04")
def test_a_kind_of_request_that_a_contract_covers_is_in_use(crm: Crm) -> None:
    entry = crm.perform(
        dictionary.add_entry, category="service_type", code="kites", label_zh="风筝", label_en="Kites", as_user="admin"
    )
    known = agreed(crm, entered(crm), covers=("complaint", "kites"))
    crm.perform(dictionary.retire_entry, entry.id, as_user="admin")
    with pytest.raises(CrmError) as error:
        crm.perform(dictionary.delete_entry, entry.id, as_user="admin")
    assert error.value.code == "dictionary.in_use"
    kept = crm.perform(agreements.edit_contract, known.id, covers=("inquiry", "kites"), as_user="lihua")
    assert kept.covers == ("inquiry", "kites")
    crm.perform(agreements.edit_contract, known.id, covers=("inquiry",), as_user="lihua")
    crm.perform(dictionary.delete_entry, entry.id, as_user="admin")
    with crm.work(as_user=SYSTEM, readonly=True) as work:
        assert work.dictionary.first(eq(attributes(DictionaryEntry).id, entry.id)) is None


@pytest.mark.requirement("X-SRV-02")
def test_files_of_support_staff(crm: Crm, people: People) -> None:
    first = crm.perform(agreements.set_skill, "lihua", type="complaint", proficiency=4, as_user="admin")
    again = crm.perform(agreements.set_skill, people.lihua.id, type="complaint", proficiency=5, as_user="zhaomin")
    assert (again.id, again.proficiency) == (first.id, 5)
    assigned(crm, to="lihua")
    files = {one.name: one for one in crm.perform(agreements.staff_files, as_user="zhaomin")}
    assert {name: (one.skills, one.open_requests) for name, one in files.items()} == {
        "李华": ((again,), 1),
        "王伟": ((), 0),
    }
    assert crm.perform(agreements.staff_file, "lihua", as_user="zhaomin") == files["李华"]
    with pytest.raises(NotAnAccountManager):
        crm.perform(agreements.staff_file, "sunli", as_user="zhaomin")
    crm.perform(agreements.remove_skill, first.id, expected=2, as_user="zhaomin")
    assert not any(one.skills for one in crm.perform(agreements.staff_files, as_user="admin"))
    for person in ("sunli", "chengang"):
        with pytest.raises(NotAnAccountManager):
            crm.perform(agreements.set_skill, person, type="complaint", as_user="zhaomin")
    with pytest.raises(Invalid) as error:
        crm.perform(agreements.set_skill, "lihua", type="kites", as_user="zhaomin")
    assert problems(error) == {("type", "dictionary.not_offered")}
    with pytest.raises(NoPermission):
        crm.perform(agreements.set_skill, "lihua", type="complaint", as_user="lihua")


@pytest.mark.requirement("X-SRV-02")
def test_who_is_proposed_for_a_request(crm: Crm, people: People) -> None:
    customer = entered(crm, region="beijing", industry="manufacturing")
    asked = filed(crm, customer, contact=contact_of(crm, customer).id)

    def proposals() -> list[tuple[str, list[str]]]:
        found = crm.perform(agreements.proposals, asked.id, as_user="zhaomin")
        return [(one.name, [reason.code.removeprefix("proposal.") for reason in one.reasons]) for one in found]

    assert proposals() == [("李华", ["unskilled", "responsible", "free"]), ("王伟", ["unskilled", "free"])]
    label = crm.perform(dictionary.labels, "industry", as_user="lihua")["manufacturing"]
    crm.perform(access.edit_user, people.wangwei.id, territory="beijing", speciality=label, as_user="admin")
    crm.perform(agreements.set_skill, "wangwei", type="complaint", as_user="zhaomin")
    other = assigned(crm, entered(crm, name="别家"), to="wangwei")
    assert proposals()[0] == ("王伟", ["skilled", "load", "region", "industry"])
    crm.perform(service.assign, asked.id, to="wangwei", as_user="zhaomin")
    assert [name for name, _ in proposals()] == ["李华"]
    done = crm.perform(service.handle, other.id, "已更换。", as_user="wangwei")
    with pytest.raises(Refused) as refused:
        crm.perform(agreements.proposals, done.id, as_user="zhaomin")
    assert refused.value.code == "service.not_assigned"
    crm.perform(service.feedback, done.id, result="好", satisfaction=5, as_user="wangwei")
    with pytest.raises(Refused) as refused:
        crm.perform(agreements.proposals, done.id, as_user="zhaomin")
    assert refused.value.code == "service.archived"
