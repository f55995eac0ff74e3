"""Defining roles and ticking what they allow."""

from typing import Any

import attrs
import pytest

from company import People
from crmcore import SYSTEM, access
from crmcore.access.delivered import delivered_role_id
from crmcore.access.entity import Role, RoleId, Validity
from crmcore.access.permissions import DELIVERED_ROLES
from crmcore.access.rules import AdministratorRole, DeliveredRole, NoPermission, RoleInUse
from crmcore.base.errors import AlreadyExists, Invalid, NotFound
from crmcore.storage.action import action
from crmcore.storage.crm import Crm
from crmcore.storage.work import Work

MANAGER = delivered_role_id("account_manager")
EXECUTIVE = delivered_role_id("executive")
ADMINISTRATOR = delivered_role_id("administrator")


def kept(crm: Crm, role: RoleId) -> Role:
    with crm.work(as_user=SYSTEM, readonly=True) as work:
        return work.unscoped(Role).get(role)


@pytest.mark.requirement("RBA-10", "14.14")
def test_a_role_of_the_companys_own(crm: Crm) -> None:
    made = crm.perform(
        access.create_role, name="实习生", description="只看", permissions=["plan.read"], as_user="admin"
    )
    assert kept(crm, made.id) == made
    assert (made.name, made.description, made.permissions, made.code) == ("实习生", "只看", ("plan.read",), "")
    crm.perform(access.create_user, name="intern", roles=(made.id,), as_user="admin")
    with crm.work(as_user="intern", readonly=True) as work:
        assert work.actor.permissions == {"plan.read"}
        assert work.actor.roles == set()


@pytest.mark.requirement("RBA-12")
@pytest.mark.parametrize("name", ["客户经理", " 客户经理 ", "ＣＦＯ", "cfo"])
def test_a_role_name_is_taken_once(crm: Crm, name: str) -> None:
    crm.perform(access.create_role, name="CFO", as_user="admin")
    with pytest.raises(AlreadyExists) as caught:
        crm.perform(access.create_role, name=name, as_user="admin")
    assert caught.value.params["field"] == "name"
    assert "已存在" in caught.value.explain("zh")
    with pytest.raises(AlreadyExists):
        crm.perform(access.edit_role, EXECUTIVE, name=name, as_user="admin")
    assert kept(crm, EXECUTIVE).name == "高管"


@pytest.mark.requirement("RBA-10", "RBA-12")
def test_a_renamed_role_leaves_its_name_free(crm: Crm) -> None:
    renamed = crm.perform(access.edit_role, MANAGER, name="客户代表", description="外勤", as_user="admin")
    assert kept(crm, MANAGER) == renamed
    assert (renamed.name, renamed.code, renamed.permissions) == (
        "客户代表",
        "account_manager",
        DELIVERED_ROLES["account_manager"],
    )
    crm.perform(access.create_role, name="客户经理", as_user="admin")


@pytest.mark.requirement("RBA-10", "GEN-11")
@pytest.mark.parametrize(
    ("given", "field", "code"),
    [
        ({}, "name", "value.missing"),
        ({"name": ""}, "name", "value.missing"),
        ({"name": " "}, "name", "value.missing"),
        ({"name": None}, "name", "value.missing"),
        ({"name": "x" * 51}, "name", "value.too_long"),
        ({"name": "x", "description": "x" * 201}, "description", "value.too_long"),
        ({"name": "x", "code": "administrator"}, "code", "value.not_yours"),
        ({"name": "x", "permissions": ["opportunity.fly"]}, "permissions", "access.unknown_permission"),
        ({"name": "x", "permissions": "plan.read"}, "permissions", "value.type"),
        ({"name": "x", "permissions": None}, "permissions", "value.type"),
    ],
)
def test_bad_input_names_the_field(crm: Crm, given: dict[str, Any], field: str, code: str) -> None:
    with pytest.raises(Invalid) as caught:
        crm.perform(access.create_role, **given, as_user="admin")
    assert (field, code) in {(one.field, one.code) for one in caught.value.problems}
    with crm.work(as_user="admin", readonly=True) as work:
        assert access.roles(work).total == 5


@pytest.mark.requirement("RBA-11")
def test_ticked_rights_replace_the_old_set_completely(crm: Crm) -> None:
    with crm.work(as_user="lihua", readonly=True) as work:
        assert work.actor.may("opportunity.create")
    changed = crm.perform(
        access.set_permissions, MANAGER, ["customer.read_all", "plan.read", "plan.read"], as_user="admin"
    )
    assert kept(crm, MANAGER) == changed
    assert changed.permissions == ("plan.read", "customer.read_all")
    with crm.work(as_user="lihua", readonly=True) as work:
        assert work.actor.permissions == {"plan.read", "customer.read_all"}
    crm.perform(access.set_permissions, MANAGER, (), as_user="admin")
    with crm.work(as_user="lihua", readonly=True) as work:
        assert work.actor.permissions == set()


@pytest.mark.requirement("RBA-11")
def test_unknown_rights_are_all_named_and_nothing_changes(crm: Crm) -> None:
    before = kept(crm, MANAGER)
    wrong: Any = ["plan.read", "plan.fly", 7, ["plan.read"], "anyone", "signed_in", "system"]
    with pytest.raises(Invalid) as caught:
        crm.perform(access.set_permissions, MANAGER, wrong, as_user="admin")
    assert [one.params["got"] for one in caught.value.problems] == [
        "plan.fly",
        "7",
        "['plan.read']",
        "anyone",
        "signed_in",
        "system",
    ]
    assert kept(crm, MANAGER) == before


@pytest.mark.requirement("RBA-10")
def test_an_applications_own_action_can_be_ticked(crm: Crm) -> None:
    @action("invoice.send")
    def send_invoice(work: Work) -> str:
        return work.actor.name

    with pytest.raises(NoPermission):
        crm.perform(send_invoice, as_user="lihua")
    crm.perform(access.set_permissions, MANAGER, ["plan.read", "invoice.send"], as_user="admin")
    assert kept(crm, MANAGER).permissions == ("plan.read", "invoice.send")
    assert crm.perform(send_invoice, as_user="lihua") == "李华"


@pytest.mark.requirement("RBA-01")
@pytest.mark.parametrize("left", [(), ("user.manage",), ("role.manage", "audit.read")])
def test_the_administrator_role_keeps_its_keys(crm: Crm, left: tuple[str, ...]) -> None:
    with pytest.raises(AdministratorRole):
        crm.perform(access.set_permissions, ADMINISTRATOR, left, as_user="admin")
    assert kept(crm, ADMINISTRATOR).permissions == DELIVERED_ROLES["administrator"]
    crm.perform(access.set_permissions, ADMINISTRATOR, ("user.manage", "role.manage"), as_user="admin")


@pytest.mark.requirement("RBA-14")
def test_a_role_in_use_stays_and_its_users_are_named(crm: Crm, people: People) -> None:
    with pytest.raises(RoleInUse) as caught:
        crm.perform(access.retire_role, MANAGER, as_user="admin")
    assert caught.value.params["count"] == 2
    assert "李华" in caught.value.explain("zh")
    assert "王伟" in caught.value.explain("zh")
    assert kept(crm, MANAGER).status is Validity.VALID
    own = crm.perform(access.create_role, name="外勤", as_user="admin")
    crm.perform(access.edit_user, people.lihua.id, roles=(MANAGER, own.id), as_user="admin")
    for attempt in (access.retire_role, access.delete_role):
        with pytest.raises(RoleInUse):
            crm.perform(attempt, own.id, as_user="admin")


@pytest.mark.requirement("RBA-14")
def test_a_role_of_retired_users_can_be_retired_but_not_deleted(crm: Crm, people: People) -> None:
    own = crm.perform(access.create_role, name="外勤", as_user="admin")
    crm.perform(access.edit_user, people.retired.id, roles=(own.id,), as_user="admin")
    with pytest.raises(RoleInUse):
        crm.perform(access.delete_role, own.id, as_user="admin")
    crm.perform(access.retire_role, own.id, as_user="admin")
    assert kept(crm, own.id).status is Validity.RETIRED


@pytest.mark.requirement("RBA-10", "RBA-14")
def test_an_unused_role_is_deleted(crm: Crm) -> None:
    own = crm.perform(access.create_role, name="外勤", as_user="admin")
    crm.perform(access.delete_role, own.id, as_user="admin")
    with pytest.raises(NotFound):
        kept(crm, own.id)
    crm.perform(access.create_role, name="外勤", as_user="admin")


@pytest.mark.requirement("RBA-14")
def test_delivered_roles_are_not_deleted_and_the_administrators_not_retired(crm: Crm, people: People) -> None:
    crm.perform(access.retire_user, people.executive.id, as_user="admin")
    with pytest.raises(DeliveredRole):
        crm.perform(access.delete_role, EXECUTIVE, as_user="admin")
    assert crm.perform(access.retire_role, EXECUTIVE, as_user="admin").status is Validity.RETIRED
    with pytest.raises(AdministratorRole):
        crm.perform(access.retire_role, ADMINISTRATOR, as_user="admin")


@pytest.mark.requirement("RBA-10")
def test_a_retired_role_is_offered_again_after_it_was_restored(crm: Crm) -> None:
    own = crm.perform(access.create_role, name="外勤", as_user="admin")
    crm.perform(access.retire_role, own.id, as_user="admin")
    with crm.work(as_user="admin", readonly=True) as work:
        assert own.id not in {one.id for one in access.role_choices(work)}
    crm.perform(access.restore_role, own.id, as_user="admin")
    with crm.work(as_user="admin", readonly=True) as work:
        assert own.id in {one.id for one in access.role_choices(work)}


@pytest.mark.requirement("RBA-13")
def test_a_retired_role_allows_nothing(crm: Crm, people: People) -> None:
    session = crm.store.begin(write=True)
    try:
        role = session.load(Role, EXECUTIVE)
        assert role is not None
        assert session.replace(attrs.evolve(role, status=Validity.RETIRED, version=2), 1)
        session.commit()
    finally:
        session.close()
    with crm.work(as_user="chengang", readonly=True) as work:
        assert work.actor.permissions == set()
