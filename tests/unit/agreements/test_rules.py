"""Which target and which contract apply, what is promised by them, and who is proposed (X-SRV-01, 02, 05)."""

import datetime as dt
import itertools
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmcore.access.entity import UserId
from crmcore.agreements.entity import (
    ContractState,
    ServiceContract,
    ServiceContractId,
    ServiceTarget,
    ServiceTargetId,
)
from crmcore.agreements.proposing import Candidate, proposed
from crmcore.agreements.rules import knows_industry
from crmcore.agreements.targets import covering, most_particular
from crmcore.base.schema import describe
from crmcore.calendars.entity import WorkingCalendarId
from crmcore.calendars.working_time import Timetable
from crmcore.customers.entity import Customer, CustomerId
from crmcore.service.clock import DeadlineState, resolution, response, started
from crmcore.service.entity import Priority, ServiceRequest, ServiceRequestId

ZONE = ZoneInfo("Asia/Shanghai")
OFFICE = Timetable(zone=ZONE, week=(((9 * 60, 17 * 60),),) * 5 + ((),) * 2)
FRIDAY = dt.datetime(2026, 3, 6, 16, tzinfo=ZONE)
SOMEBODY = UserId(UUID(int=1))
DAY = dt.date(2026, 3, 1)
CUSTOMER = Customer(
    id=CustomerId(UUID(int=2)), number="KH1", name="华建", manager=SOMEBODY, created_by=SOMEBODY, created_at=FRIDAY
)
REQUEST = ServiceRequest(
    id=ServiceRequestId(UUID(int=3)),
    number="FW1",
    type="complaint",
    title="t",
    customer=CUSTOMER.id,
    priority=Priority.HIGH,
    request="r",
    created_by=SOMEBODY,
    created_at=FRIDAY,
)


def target(number: int = 1, **given: Any) -> ServiceTarget:
    calendar = WorkingCalendarId(UUID(int=9))
    return ServiceTarget(
        id=ServiceTargetId(UUID(int=number)), name=str(number), name_key=str(number), calendar=calendar, **given
    )


def contract(number: int = 1, **given: Any) -> ServiceContract:
    facts: dict[str, Any] = {"starts_on": DAY, "ends_on": dt.date(2026, 12, 31), **given}
    return ServiceContract(
        id=ServiceContractId(UUID(int=number)),
        number=str(number),
        number_key=str(number),
        customer=CUSTOMER.id,
        title="t",
        created_by=SOMEBODY,
        created_at=FRIDAY,
        **facts,
    )


ALL, LEVEL, TYPE, TYPE_LEVEL, HIGH, HIGH_TYPE = (
    target(1),
    target(2, level="1"),
    target(3, type="complaint"),
    target(4, type="complaint", level="1"),
    target(5, priority=Priority.HIGH),
    target(6, priority=Priority.HIGH, type="complaint"),
)
RISING = (ALL, LEVEL, TYPE, TYPE_LEVEL, HIGH, HIGH_TYPE)
OF_OTHERS = (target(7, type="advice"), target(8, priority=Priority.LOW), target(9, level="5"))


@pytest.mark.requirement("X-SRV-05")
def test_the_most_particular_target_wins() -> None:
    for less, more in itertools.pairwise(RISING):
        assert most_particular((more, less, *OF_OTHERS), REQUEST, CUSTOMER) is more
        assert most_particular((*OF_OTHERS, less, more), REQUEST, CUSTOMER) is more
    assert most_particular(OF_OTHERS, REQUEST, CUSTOMER) is None
    twin = target(10, priority=Priority.HIGH, type="complaint")
    assert most_particular((twin, HIGH_TYPE), REQUEST, CUSTOMER) is HIGH_TYPE


@pytest.mark.requirement("X-SRV-05")
def test_what_is_promised_is_counted_in_working_time() -> None:
    promised = started(REQUEST, target(respond_within=30, resolve_within=480), OFFICE, FRIDAY)
    assert promised.respond_by == FRIDAY + dt.timedelta(minutes=30)
    assert promised.resolve_by == dt.datetime(2026, 3, 9, 16, tzinfo=ZONE)
    assert promised.resolve_risk_at == dt.datetime(2026, 3, 9, 14, 24, tzinfo=ZONE)
    assert response(promised).state(FRIDAY) is DeadlineState.RUNNING
    assert response(promised).state(FRIDAY + dt.timedelta(minutes=24)) is DeadlineState.AT_RISK
    assert response(promised).state(FRIDAY + dt.timedelta(minutes=31)) is DeadlineState.BREACHED
    unpromised = started(REQUEST, None, None, FRIDAY)
    assert (response(unpromised).by, resolution(unpromised).state(FRIDAY)) == (None, DeadlineState.NONE)


@pytest.mark.requirement("X-SRV-01")
@pytest.mark.parametrize(
    ("given", "day", "state"),
    [
        ({}, DAY - dt.timedelta(1), ContractState.FUTURE),
        ({}, DAY, ContractState.RUNNING),
        ({}, dt.date(2026, 12, 31), ContractState.RUNNING),
        ({}, dt.date(2027, 1, 1), ContractState.ENDED),
        ({"ended_on": dt.date(2026, 6, 1)}, dt.date(2026, 5, 31), ContractState.RUNNING),
        ({"ended_on": dt.date(2026, 6, 1)}, dt.date(2026, 6, 1), ContractState.ENDED),
        ({"ended_on": dt.date(2026, 2, 1)}, dt.date(2026, 2, 1), ContractState.ENDED),
    ],
)
def test_a_contract_holds_from_its_first_to_its_last_day(
    given: dict[str, Any], day: dt.date, state: ContractState
) -> None:
    one = contract(**given)
    assert one.state(day) is state
    assert one.holds_on(day) is (state is ContractState.RUNNING)


@pytest.mark.requirement("X-SRV-01")
def test_a_request_is_covered_by_one_contract() -> None:
    complaints = contract(1, covers=("complaint",))
    longer = contract(2, ends_on=dt.date(2027, 1, 31))
    agreed = contract(3, target=ALL.id)
    assert covering([complaints], "complaint", DAY) is complaints
    assert covering([complaints], "advice", DAY) is None
    assert covering([longer, complaints], "complaint", DAY) is longer
    assert covering([longer, agreed, complaints], "complaint", DAY) is agreed
    assert covering([longer, agreed], "complaint", dt.date(2027, 1, 1)) is longer
    assert covering([], "complaint", DAY) is None


def candidate(name: str, **given: Any) -> Candidate:
    facts = {"proficiency": 0, "responsible": False, "open_requests": 0, "knows_region": False, "knows_industry": False}
    return Candidate(user=UserId(UUID(int=ord(name))), name=name, **{**facts, **given})


@pytest.mark.requirement("X-SRV-02")
def test_who_is_proposed_first_and_why() -> None:
    rising = (
        candidate("f"),
        candidate("e", knows_region=True),
        candidate("d", knows_region=True, knows_industry=True),
        candidate("c", responsible=True, open_requests=7),
        candidate("b", proficiency=2, open_requests=3),
        candidate("a", proficiency=5, open_requests=3),
    )
    found = proposed(rising)
    assert [one.name for one in found] == list("abcdef")
    assert found[0].explain("en") == "knows this type of request, level 5 of 5; open requests: 3"
    assert found[2].explain("zh") == "未登记该类服务的技能；负责该客户；未结服务：7 件"
    assert [one.code for one in found[3].reasons] == [
        "proposal.unskilled",
        "proposal.free",
        "proposal.region",
        "proposal.industry",
    ]


CANDIDATES = st.builds(
    candidate,
    st.sampled_from("abcdef"),
    proficiency=st.integers(0, 5),
    responsible=st.booleans(),
    open_requests=st.integers(0, 3),
    knows_region=st.booleans(),
    knows_industry=st.booleans(),
)


@pytest.mark.requirement("X-SRV-02")
@given(st.lists(CANDIDATES, max_size=6, unique_by=lambda one: one.name), st.randoms(use_true_random=False))
def test_the_same_people_are_always_proposed_in_the_same_order(people: list[Candidate], chance: Any) -> None:
    shuffled = chance.sample(people, len(people))
    assert proposed(shuffled) == proposed(people)
    by_name = {one.name: one for one in people}
    places = [by_name[one.name].proficiency for one in proposed(people)]
    assert places == sorted(places, reverse=True)


@pytest.mark.requirement("X-SRV-02")
@pytest.mark.parametrize(
    ("speciality", "names", "known"),
    [
        ("制造业", ("manufacturing", "制造", "Manufacturing"), True),
        ("manufacturing and trade", ("manufacturing", "制造业", "Manufacturing"), True),
        ("金融", ("manufacturing", "制造业", "Manufacturing"), False),
        ("", ("manufacturing", "制造业", "Manufacturing"), False),
        ("制造业", (), False),
        ("制造业", ("", ""), False),
        ("Hospitality", ("it", "信息技术", "IT"), False),
        ("it", ("hospitality", "酒店", "Hospitality"), False),
        ("IT, banking", ("it", "信息技术", "IT"), True),
        ("IT行业", ("it", "信息技术", "IT"), True),
        ("it", ("it_services", "信息服务", "IT services"), True),
        ("services", ("it_services", "信息服务", "IT services"), False),
        ("服务", ("it_services", "信息服务", "IT services"), False),
        ("制造", ("manufacturing", "制造业", "Manufacturing"), True),
        ("制", ("manufacturing", "制造业", "Manufacturing"), False),
        ("Hôtellerie", ("tel", "电信", "Telecom"), False),
        ("石油化工、制药", ("pharma", "药", "Pharma"), False),
        ("a+b (c", ("c", "+", "b (c"), True),
    ],
)
def test_an_industry_is_known_by_any_of_its_names(speciality: str, names: tuple[str, ...], *, known: bool) -> None:
    assert knows_industry(speciality, *names) is known


@pytest.mark.requirement("4.1", "X-SRV-01")
@pytest.mark.parametrize("kind", [ServiceRequest, ServiceContract])
def test_what_was_agreed_or_asked_stays_the_same_customers(kind: type[Any]) -> None:
    assert "customer" in describe(kind).givable
    assert "customer" not in describe(kind).changeable
