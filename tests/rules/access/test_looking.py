"""The lists of users and roles, who is offered for dispatch, what people are called, and the audit trail."""

import datetime as dt
import json
from typing import Any
from uuid import uuid4

import pytest

from company import STAFF, People, SetClock, password_of
from company.chances import dispatched, recorded
from crmcore import access, opportunities
from crmcore.access.delivered import delivered_role_id
from crmcore.access.directory import account_manager, user_named
from crmcore.access.entity import Validity
from crmcore.access.permissions import menu_for
from crmcore.access.rules import NoPermission, NotAnAccountManager, NotSignedIn
from crmcore.base.errors import Invalid, NotFound, Refused
from crmcore.storage.crm import Crm
from crmcore.storage.records import ChangeRecord, Operation

MANAGER = delivered_role_id("account_manager")


@pytest.mark.requirement("USR-03", "GEN-10", "GEN-17")
def test_users_are_listed_newest_first_in_pages(crm: Crm, clock: SetClock) -> None:
    for number in range(6):
        clock.advance(minutes=1)
        crm.perform(access.create_user, name=f"new{number}", roles=(MANAGER,), as_user="admin")
    with crm.work(as_user="admin", readonly=True) as work:
        first, second = access.users(work), access.users(work, page=2)
        assert (first.total, first.pages, first.size, len(first.rows), len(second.rows)) == (12, 2, 10, 10, 2)
        assert [one.name for one in first.rows[:6]] == [f"new{number}" for number in reversed(range(6))]
        assert {one.name for one in (*first.rows, *second.rows)} == {
            *(f"new{number}" for number in range(6)),
            *(one.name for one in STAFF),
        }
        assert [len(access.users(work, size=5, page=page).rows) for page in (1, 2, 3, 99)] == [5, 5, 2, 2]


@pytest.mark.requirement("USR-03", "GEN-16")
@pytest.mark.parametrize(
    ("filters", "names"),
    [
        ({"name": "LI"}, {"sunli", "lihua"}),
        ({"name": " li "}, {"sunli", "lihua"}),
        ({"name": "%"}, set()),
        ({"status": Validity.RETIRED}, {"sunli"}),
        ({"status": Validity.VALID, "name": "li"}, {"lihua"}),
        ({"name": "", "status": None}, {one.name for one in STAFF}),
    ],
)
def test_users_are_filtered_by_name_and_status(crm: Crm, filters: dict[str, Any], names: set[str]) -> None:
    with crm.work(as_user="admin", readonly=True) as work:
        assert {one.name for one in access.users(work, **filters).rows} == names


@pytest.mark.requirement("RBA-10", "GEN-16", "GEN-17")
def test_roles_are_listed_and_filtered_by_name(crm: Crm, people: People) -> None:
    own = crm.perform(access.create_role, name="CFO", as_user="admin")
    crm.perform(access.create_role, name="顾问", as_user="admin")
    crm.perform(access.retire_role, own.id, as_user="admin")
    with crm.work(as_user="admin", readonly=True) as work:
        assert [one.name for one in access.roles(work).rows] == [
            "顾问",
            "CFO",
            "客户联系人",
            "高管",
            "销售主管",
            "客户经理",
            "系统管理员",
        ]
        assert [one.name for one in access.roles(work, name="cf").rows] == ["CFO"]
        assert [one.name for one in access.roles(work, status=Validity.RETIRED).rows] == ["CFO"]
        assert len(access.roles(work, size=2, page=3).rows) == 2
        assert [one.name for one in access.role_choices(work)] == sorted(
            ["顾问", "高管", "销售主管", "客户经理", "系统管理员"]
        )
        assert access.role(work, MANAGER).code == "account_manager"
        assert access.user(work, people.lihua.id) == people.lihua
        with pytest.raises(NotFound):
            access.role(work, access.RoleId(uuid4()))
        with pytest.raises(NotFound):
            access.user(work, access.UserId(uuid4()))


@pytest.mark.requirement("RBA-15")
def test_account_managers_are_all_valid_users_with_that_role(crm: Crm, people: People) -> None:
    supervisor = delivered_role_id("sales_supervisor")
    both = crm.perform(access.create_user, name="both", roles=(supervisor, MANAGER), as_user="admin")
    with crm.work(as_user="zhaomin", readonly=True) as work:
        offered = access.account_managers(work)
    assert list(offered) == [both, people.lihua, people.wangwei]


@pytest.mark.requirement("RBA-15")
def test_without_the_role_nobody_is_offered(crm: Crm, people: People) -> None:
    for one in (people.lihua, people.wangwei):
        crm.perform(access.retire_user, one.id, as_user="admin")
    crm.perform(access.retire_role, MANAGER, as_user="admin")
    with crm.work(as_user="zhaomin", readonly=True) as work:
        assert list(access.account_managers(work)) == []


def test_a_record_is_given_to_a_valid_account_manager_only(crm: Crm, people: People) -> None:
    with crm.work(as_user="zhaomin", readonly=True) as work:
        assert account_manager(work, people.lihua.id) == account_manager(work, "LIHUA") == people.lihua
        for other in (people.supervisor.id, "chengang", "sunli"):
            with pytest.raises(NotAnAccountManager):
                account_manager(work, other)
        for nobody in ("nobody", access.UserId(uuid4())):
            with pytest.raises(NotFound):
                user_named(work, nobody)
        with pytest.raises(Invalid):
            user_named(work, "")


def test_everybody_signed_in_reads_what_colleagues_are_called(crm: Crm, people: People) -> None:
    plain = crm.perform(access.create_user, name="plain", roles=(MANAGER,), as_user="admin")
    wanted = [people.lihua.id, people.retired.id, plain.id, None, access.UserId(uuid4())]
    with crm.work(as_user="chengang", readonly=True) as work:
        assert access.names(work, wanted) == {
            people.lihua.id: "李华",
            people.retired.id: "孙丽",
            plain.id: "plain",
        }
        assert access.names(work, [None]) == {}
    with crm.work(readonly=True) as work, pytest.raises(NotSignedIn):
        access.names(work, wanted)


@pytest.mark.requirement("RBA-13")
@pytest.mark.parametrize(
    ("who", "sales", "others"),
    [
        (
            "lihua",
            "L01 L0101 L0102 L0103 L0104 L02 L0201 L0202 L0203",
            "L03 L0301 L0303 L0304 L0305 L0306 L0307 L0308 L0309 L0311 L05 L0502 L0503",
        ),
        (
            "zhaomin",
            "L01 L0101 L0102 L0103 L0104 L02 L0201 L0202 L0203 L0204",
            "L03 L0302 L0305 L0306 L0307 L0308 L0309 L0310 L0311 L04 L0401 L0402 L0403 L0404 L0405 L05 L0502 L0503",
        ),
        (
            "chengang",
            "L01 L0103 L0104 L02 L0201 L0202 L0203",
            "L03 L0305 L0306 L0307 L0308 L0309 L04 L0401 L0402 L0403 L0404 L0405 L05 L0502 L0503",
        ),
        ("admin", "L01 L0103", "L03 L0310 L05 L0501 L0504 L06 L0601 L0602 L0603"),
    ],
)
def test_the_menu_shows_what_a_role_allows(crm: Crm, who: str, sales: str, others: str) -> None:
    with crm.work(as_user=who, readonly=True) as work:
        assert [one.code for one in menu_for(work.actor.permissions)] == f"{sales} {others}".split()


@pytest.mark.requirement("RBA-13")
def test_a_function_without_the_right_is_refused_in_words(crm: Crm) -> None:
    with pytest.raises(NoPermission) as caught, crm.work(as_user="lihua") as work:
        access.users(work)
    assert caught.value.explain("zh") == "您没有权限“维护用户”，可请系统管理员授予。"
    assert "Maintain users" in caught.value.explain("en")


def trail(crm: Crm, **filters: Any) -> list[ChangeRecord]:
    with crm.work(as_user="admin", readonly=True) as work:
        return list(access.audit_trail(work, size=200, **filters).rows)


@pytest.mark.requirement("X-ADM-09")
def test_the_audit_trail_lists_changes_and_refusals_newest_first(crm: Crm, people: People) -> None:
    chance = recorded(crm)
    with pytest.raises(Refused):
        crm.perform(opportunities.dispatch, chance.id, to="wangwei", as_user="lihua")
    dispatched(crm, to="lihua")
    everything = trail(crm)
    assert [(one.action, one.operation) for one in reversed(everything)] == [
        ("opportunities.create", Operation.CREATED),
        ("opportunities.dispatch", Operation.DENIED),
        ("opportunities.create", Operation.CREATED),
        ("opportunities.dispatch", Operation.CHANGED),
    ]
    assert trail(crm, denied=True) == [everything[2]]
    assert trail(crm, denied=False) == [everything[0], everything[1], everything[3]]
    assert trail(crm, actor=people.supervisor.id) == [everything[0]]
    assert trail(crm, entity="opportunity") == everything
    assert everything[2].code == "access.no_permission"
    assert (everything[2].actor_name, everything[2].entity_id) == ("李华", chance.id)


@pytest.mark.requirement("X-ADM-09", "16.8")
def test_the_audit_trail_of_days_in_the_companys_zone(crm: Crm, clock: SetClock) -> None:
    clock.now = dt.datetime(2026, 3, 2, 15, 59, 59, tzinfo=dt.UTC)  # the last second of 2 March in Shanghai
    recorded(crm, title="Monday")
    clock.advance(seconds=1)
    recorded(crm, title="Tuesday")
    monday, tuesday = dt.date(2026, 3, 2), dt.date(2026, 3, 3)

    def titles(**filters: Any) -> list[str]:
        return [day for one in trail(crm, **filters) for day in ("Monday", "Tuesday") if day in one.changes]

    assert titles(last=monday) == ["Monday"]
    assert titles(first=tuesday) == ["Tuesday"]
    assert titles(first=monday, last=tuesday) == ["Tuesday", "Monday"]
    assert titles(first=dt.date(2026, 3, 4)) == []


@pytest.mark.parametrize("day", ["2026-03-02", dt.datetime(2026, 3, 2, tzinfo=dt.UTC), dt.date(1, 1, 1), dt.date.max])
@pytest.mark.parametrize("name", ["first", "last"])
def test_a_day_that_is_none_is_invalid(crm: Crm, name: str, day: Any) -> None:
    with pytest.raises(Invalid) as caught:
        trail(crm, **{name: day})
    assert caught.value.fields == {name}


def test_log_ins_are_in_the_audit_trail(crm: Crm, people: People) -> None:
    access.log_in(crm, "lihua", password_of("lihua"))
    access.log_in(crm, "lihua", password_of("lihua"))
    told = [one for one in trail(crm) if one.entity in {"credential", "user"}]
    assert [(one.actor, one.action, json.loads(one.changes)) for one in told] == [
        (people.lihua.id, "access.complete_log_in", {":signed_in": [None, True]})
    ] * 2, "counting an attempt is told as if somebody had changed the credential"
