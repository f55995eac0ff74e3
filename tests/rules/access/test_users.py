"""Maintaining users."""

from typing import Any
from uuid import uuid4

import attrs
import pytest

from company import People, SetClock, password_of
from company.chances import won
from company.clock import START
from crmcore import SYSTEM, access
from crmcore.access.delivered import delivered_role_id
from crmcore.access.entity import Credential, User, Validity
from crmcore.access.rules import LastAdministrator, RoleRetired, UserHasCustomers, UserRetired
from crmcore.access.signing_in import LogInFailed
from crmcore.base.errors import AlreadyExists, Conflict, Invalid, NotFound
from crmcore.customers.entity import Customer, CustomerStatus
from crmcore.storage.crm import Crm

MANAGER = delivered_role_id("account_manager")
SUPERVISOR = delivered_role_id("sales_supervisor")
ADMINISTRATOR = delivered_role_id("administrator")
GIVEN: dict[str, Any] = {"name": "liuyang", "roles": (MANAGER,)}


def kept(crm: Crm, user: User) -> User:
    with crm.work(as_user=SYSTEM, readonly=True) as work:
        return work.unscoped(User).get(user.id)


def number_of_users(crm: Crm) -> int:
    with crm.work(as_user=SYSTEM, readonly=True) as work:
        return work.unscoped(User).count()


@pytest.mark.requirement("USR-03", "RBA-05", "GEN-15", "GEN-06")
def test_the_administrator_records_a_user(crm: Crm, clock: SetClock) -> None:
    clock.advance(days=1)
    everything = {
        "full_name": "刘洋",
        "territory": "north",
        "speciality": "建筑",
        "organisation": "华北办事处",
        "phone": "010-1234",
        "email": "liuyang@example.com",
        "address": "北京市朝阳区",
        "language": "en",
    }
    made = crm.perform(access.create_user, **GIVEN, **everything, as_user="admin")
    user = kept(crm, made)
    assert user == made
    assert {name: getattr(user, name) for name in everything} == everything
    assert (user.name, user.roles, user.status, user.created_at) == ("liuyang", (MANAGER,), Validity.VALID, clock.now)


@pytest.mark.requirement("USR-03")
def test_a_new_user_works_with_the_rights_of_all_his_roles(crm: Crm) -> None:
    crm.perform(access.create_user, name="liuyang", roles=[MANAGER, SUPERVISOR, MANAGER], as_user="admin")
    with crm.work(as_user="liuyang", readonly=True) as work:
        assert work.actor.may("plan.develop")
        assert work.actor.may("opportunity.dispatch")
        assert work.actor.roles == {"account_manager", "sales_supervisor"}
        assert work.unscoped(User).get(work.user_id).roles == (MANAGER, SUPERVISOR)


@pytest.mark.requirement("USR-03")
def test_a_new_user_logs_in_with_his_first_password_and_has_to_change_it(crm: Crm) -> None:
    crm.perform(access.create_user, **GIVEN, password="correct horse", as_user="admin")
    assert access.log_in(crm, "liuyang", "correct horse").must_change


def test_without_a_password_nobody_logs_in(crm: Crm) -> None:
    crm.perform(access.create_user, **GIVEN, as_user="admin")
    for guess in ("", "None", "x" * 16):
        with pytest.raises((LogInFailed, Invalid)):
            access.log_in(crm, "liuyang", guess)


@pytest.mark.requirement("USR-04")
@pytest.mark.parametrize("name", ["lihua", "LiHua", "ｌｉｈｕａ", "sunli"])
def test_a_user_name_is_taken_once_whatever_its_case_and_width(crm: Crm, name: str) -> None:
    before = number_of_users(crm)
    with pytest.raises(AlreadyExists) as caught:
        crm.perform(access.create_user, name=name, roles=(MANAGER,), as_user="admin")
    assert caught.value.params["field"] == "name"
    assert "已存在" in caught.value.explain("zh")
    assert number_of_users(crm) == before


@pytest.mark.requirement("USR-04")
def test_a_user_cannot_be_renamed_to_a_taken_name(crm: Crm, people: People) -> None:
    with pytest.raises(AlreadyExists):
        crm.perform(access.edit_user, people.wangwei.id, name="LIHUA", as_user="admin")
    assert kept(crm, people.wangwei) == people.wangwei


@pytest.mark.requirement("USR-04")
def test_a_new_name_is_found_and_the_old_one_is_free(crm: Crm, people: People) -> None:
    crm.perform(access.edit_user, people.lihua.id, name="LiHua2", as_user="admin")
    assert access.log_in(crm, "lihua2", password_of("lihua")).user.name == "LiHua2"
    crm.perform(access.create_user, name="lihua", roles=(MANAGER,), as_user="admin")


@pytest.mark.requirement("USR-03", "GEN-11", "GEN-15")
@pytest.mark.parametrize(
    ("given", "field", "code"),
    [
        ({"roles": (MANAGER,)}, "name", "value.missing"),
        ({"name": "", "roles": (MANAGER,)}, "name", "value.missing"),
        ({"name": None, "roles": (MANAGER,)}, "name", "value.missing"),
        ({"name": 7, "roles": (MANAGER,)}, "name", "value.type"),
        ({"name": "two words", "roles": (MANAGER,)}, "name", "value.pattern"),
        ({"name": "x" * 51, "roles": (MANAGER,)}, "name", "value.too_long"),
        ({"name": "nul\0", "roles": (MANAGER,)}, "name", "value.characters"),
        ({"name": "half\ud800", "roles": (MANAGER,)}, "name", "value.characters"),
        ({"name": "liuyang"}, "roles", "value.missing"),
        ({"name": "liuyang", "roles": ()}, "roles", "value.missing"),
        ({"name": "liuyang", "roles": "administrator"}, "roles", "value.type"),
        ({"name": "liuyang", "roles": ("administrator",)}, "roles", "value.type"),
        ({**GIVEN, "territory": "atlantis"}, "territory", "dictionary.not_offered"),
        ({**GIVEN, "language": "fr"}, "language", "value.pattern"),
        ({**GIVEN, "status": Validity.VALID}, "status", "value.not_yours"),
        ({**GIVEN, "name_key": "other"}, "name_key", "value.not_yours"),
        ({**GIVEN, "created_at": START}, "created_at", "value.not_yours"),
        ({**GIVEN, "colour": "red"}, "colour", "value.unknown_field"),
        ({**GIVEN, "password": "short"}, "password", "value.too_short"),
        ({**GIVEN, "name": "LiuYang26", "password": "ｌｉｕyang26"}, "password", "access.password_is_name"),
        ({**GIVEN, "password": 12345678}, "password", "value.type"),
    ],
)
def test_bad_input_names_the_field_and_stores_nothing(crm: Crm, given: dict[str, Any], field: str, code: str) -> None:
    before = number_of_users(crm)
    with pytest.raises(Invalid) as caught:
        crm.perform(access.create_user, **given, as_user="admin")
    assert (field, code) in {(one.field, one.code) for one in caught.value.problems}
    assert number_of_users(crm) == before


@pytest.mark.requirement("USR-03")
def test_roles_have_to_exist_and_be_valid(crm: Crm) -> None:
    with pytest.raises(NotFound):
        crm.perform(access.create_user, name="liuyang", roles=(uuid4(),), as_user="admin")
    role = crm.perform(access.create_role, name="见习", as_user="admin")
    crm.perform(access.retire_role, role.id, as_user="admin")
    with pytest.raises(RoleRetired):
        crm.perform(access.create_user, name="liuyang", roles=(role.id,), as_user="admin")


@pytest.mark.requirement("USR-03")
def test_the_administrator_changes_a_user(crm: Crm, people: People) -> None:
    changed = crm.perform(
        access.edit_user, people.lihua.id, full_name="李小华", territory="west", roles=(SUPERVISOR,), as_user="admin"
    )
    assert kept(crm, people.lihua) == changed
    assert (changed.full_name, changed.territory, changed.roles, changed.version) == (
        "李小华",
        "west",
        (SUPERVISOR,),
        2,
    )
    with crm.work(as_user="lihua", readonly=True) as work:
        assert work.actor.may("opportunity.dispatch")
        assert not work.actor.may("plan.develop")


@pytest.mark.requirement("USR-03")
@pytest.mark.parametrize(
    ("changes", "field"), [({"roles": ()}, "roles"), ({"name": ""}, "name"), ({"version": 9}, "version")]
)
def test_bad_changes_change_nothing(crm: Crm, people: People, changes: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as caught:
        crm.perform(access.edit_user, people.lihua.id, **changes, as_user="admin")
    assert caught.value.fields == {field}
    assert kept(crm, people.lihua) == people.lihua


def test_a_stale_copy_is_a_conflict(crm: Crm, people: People) -> None:
    crm.perform(access.edit_user, people.lihua.id, phone="1", as_user="admin")
    with pytest.raises(Conflict):
        crm.perform(access.edit_user, people.lihua.id, phone="2", expected=1, as_user="admin")
    assert kept(crm, people.lihua).phone == "1"


@pytest.mark.requirement("USR-02", "USR-03", "GEN-21", "16.12")
def test_a_retired_user_stays_readable_and_is_locked_out(crm: Crm, people: People) -> None:
    assert access.log_in(crm, "lihua", password_of("lihua")).user.id == people.lihua.id
    crm.perform(access.retire_user, people.lihua.id, as_user="admin")
    assert kept(crm, people.lihua).status is Validity.RETIRED
    with pytest.raises(LogInFailed):
        access.log_in(crm, "lihua", password_of("lihua"))
    with pytest.raises(UserRetired):
        crm.work(as_user="lihua")
    with crm.work(as_user="admin", readonly=True) as work:
        assert access.names(work, [people.lihua.id]) == {people.lihua.id: "李华"}


@pytest.mark.requirement("USR-03", "GEN-21")
def test_a_retired_user_can_come_back(crm: Crm, people: People) -> None:
    back = crm.perform(access.restore_user, people.retired.id, as_user="admin")
    assert (back.status, back.roles) == (Validity.VALID, (MANAGER,))
    assert access.log_in(crm, "sunli", password_of("sunli")).user == back
    assert crm.perform(access.restore_user, people.retired.id, as_user="admin") == back


def test_nobody_comes_back_with_a_retired_role(crm: Crm, people: People) -> None:
    role = crm.perform(access.create_role, name="见习", as_user="admin")
    crm.perform(access.edit_user, people.retired.id, roles=(role.id,), as_user="admin")
    crm.perform(access.retire_role, role.id, as_user="admin")
    with pytest.raises(RoleRetired):
        crm.perform(access.restore_user, people.retired.id, as_user="admin")
    assert kept(crm, people.retired).status is Validity.RETIRED


@pytest.mark.requirement("USR-06")
def test_a_user_with_customers_stays_and_the_customers_are_named(crm: Crm, people: People) -> None:
    chance = won(crm)
    with pytest.raises(UserHasCustomers) as caught:
        crm.perform(access.retire_user, people.wangwei.id, as_user="admin")
    assert caught.value.params["count"] == 1
    assert caught.value.params["manager"] == people.wangwei.id
    assert chance.customer_name in caught.value.explain("zh")
    assert kept(crm, people.wangwei).status is Validity.VALID
    with pytest.raises(UserHasCustomers) as caught:
        crm.perform(access.edit_user, people.wangwei.id, roles=(SUPERVISOR,), as_user="admin")
    assert caught.value.params["manager"] == people.wangwei.id
    both = crm.perform(access.edit_user, people.wangwei.id, roles=(SUPERVISOR, MANAGER), as_user="admin")
    assert both.roles == (SUPERVISOR, MANAGER)


@pytest.mark.requirement("USR-06", "14.11")
def test_deleted_customers_keep_nobody(crm: Crm, people: People) -> None:
    chance = won(crm)
    assert chance.customer is not None
    session = crm.store.begin(write=True)
    try:
        customer = session.load(Customer, chance.customer)
        assert customer is not None
        gone = attrs.evolve(customer, status=CustomerStatus.DELETED, name_key=None, version=customer.version + 1)
        assert session.replace(gone, customer.version)
        session.commit()
    finally:
        session.close()
    crm.perform(access.retire_user, people.wangwei.id, as_user="admin")


@pytest.mark.requirement("USR-06")
def test_many_customers_are_counted_and_the_first_are_named(crm: Crm, people: People) -> None:
    for number in range(7):
        won(crm, customer_name=f"客户{number}")
    with pytest.raises(UserHasCustomers) as caught:
        crm.perform(access.retire_user, people.wangwei.id, as_user="admin")
    assert caught.value.params["count"] == 7
    assert str(caught.value.params["customers"]).count("客户") == 5
    assert str(caught.value.params["customers"]).endswith("…")


@pytest.mark.requirement("RBA-01")
def test_the_last_administrator_stays_one(crm: Crm, people: People) -> None:
    for attempt in (
        lambda: crm.perform(access.retire_user, people.administrator.id, as_user="admin"),
        lambda: crm.perform(access.edit_user, people.administrator.id, roles=(MANAGER,), as_user="admin"),
        lambda: crm.perform(access.retire_user, people.administrator.id, as_user=SYSTEM),
    ):
        with pytest.raises(LastAdministrator):
            attempt()
    assert kept(crm, people.administrator) == people.administrator


@pytest.mark.requirement("RBA-01")
def test_a_retired_administrator_does_not_count(crm: Crm, people: People) -> None:
    second = crm.perform(access.create_user, name="second", roles=(ADMINISTRATOR,), as_user="admin")
    crm.perform(access.retire_user, second.id, as_user="admin")
    with pytest.raises(LastAdministrator):
        crm.perform(access.retire_user, people.administrator.id, as_user="admin")
    crm.perform(access.edit_user, second.id, roles=(MANAGER,), as_user="admin")


@pytest.mark.requirement("RBA-01")
def test_one_of_two_administrators_may_leave(crm: Crm, people: People) -> None:
    crm.perform(
        access.create_user, name="second", roles=(ADMINISTRATOR,), password="a good long password", as_user="admin"
    )
    crm.perform(access.retire_user, people.administrator.id, as_user="second")
    assert kept(crm, people.administrator).status is Validity.RETIRED


def test_the_last_administrator_who_can_log_in_stays(crm: Crm, people: People) -> None:
    crm.perform(access.create_user, name="second", roles=(ADMINISTRATOR,), as_user="admin")
    with pytest.raises(LastAdministrator):
        crm.perform(access.retire_user, people.administrator.id, as_user="second")
    assert kept(crm, people.administrator).status is Validity.VALID


def test_everybody_chooses_his_language(crm: Crm, people: People) -> None:
    crm.perform(access.choose_language, "en", as_user="chengang")
    with crm.work(as_user="chengang", readonly=True) as work:
        assert work.actor.language == "en"
    with pytest.raises(Invalid):
        crm.perform(access.choose_language, "fr", as_user="chengang")
    assert kept(crm, people.executive).language == "en"


def test_no_list_or_record_shows_a_password(crm: Crm, people: People) -> None:
    with crm.work(as_user="admin") as work:
        access.set_password(work, people.lihua.id, password="brand new secret")
        kept_hash = work.unscoped(Credential).get(people.lihua.id).password_hash
    with crm.work(as_user="admin", readonly=True) as work:
        said = repr((access.users(work, size=100), access.audit_trail(work, size=200)))
    assert kept_hash not in said
    assert "brand new secret" not in said
    assert '"password_hash":["***","***"]' in said
