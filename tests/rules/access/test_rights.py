"""Nobody gets rights by himself: the rights to manage users and roles pass only between people who have them."""

from typing import Any

import pytest

from company import People, password_of
from crmcore import SYSTEM, access
from crmcore.access.delivered import delivered_role_id
from crmcore.access.entity import Role, User
from crmcore.access.rules import BeyondOwnRights, NoPermission, OwnPassword, OwnRights
from crmcore.base.errors import Refused
from crmcore.storage.crm import Crm

MANAGER = delivered_role_id("account_manager")
SUPERVISOR = delivered_role_id("sales_supervisor")
ADMINISTRATOR = delivered_role_id("administrator")
EXECUTIVE = delivered_role_id("executive")

pytestmark = pytest.mark.requirement("RBA-01", "RBA-13")


@pytest.fixture
def clerk(crm: Crm) -> User:
    """Somebody who maintains users, and no roles."""
    role = crm.perform(access.create_role, name="人事", permissions=("user.manage",), as_user="admin")
    return crm.perform(access.create_user, name="clerk", roles=(role.id,), as_user="admin")


@pytest.fixture
def designer(crm: Crm) -> User:
    """Somebody who maintains roles, and no users."""
    role = crm.perform(access.create_role, name="设计", permissions=("role.manage",), as_user="admin")
    return crm.perform(access.create_user, name="designer", roles=(role.id,), as_user="admin")


def everything(crm: Crm) -> list[Any]:
    with crm.work(as_user=SYSTEM, readonly=True) as work:
        return [*work.unscoped(User).find(), *work.unscoped(Role).find()]


def refused(crm: Crm, error: type[Refused], action: Any, *args: Any, by: str, **kwargs: Any) -> None:
    before = everything(crm)
    with pytest.raises(error):
        crm.perform(action, *args, as_user=by, **kwargs)
    assert everything(crm) == before


def test_who_maintains_users_makes_no_administrators(crm: Crm, people: People, clerk: User) -> None:
    refused(crm, BeyondOwnRights, access.create_user, name="x", roles=(ADMINISTRATOR,), by="clerk")
    refused(crm, BeyondOwnRights, access.edit_user, people.lihua.id, roles=(MANAGER, ADMINISTRATOR), by="clerk")
    made = crm.perform(access.create_user, name="x", roles=(SUPERVISOR, clerk.roles[0]), as_user="clerk")
    crm.perform(access.edit_user, made.id, roles=(MANAGER,), as_user="clerk")


def test_who_maintains_users_takes_over_no_administrator(crm: Crm, people: People, clerk: User) -> None:
    for action, more in (
        (access.set_password, {"password": "taken over"}),
        (access.retire_user, {}),
        (access.edit_user, {"email": "clerk@example.com"}),
        (access.edit_user, {"roles": (MANAGER,)}),
    ):
        refused(crm, BeyondOwnRights, action, people.administrator.id, by="clerk", **more)
    assert access.log_in(crm, "admin", password_of("admin")).user == people.administrator
    crm.perform(access.set_password, people.lihua.id, password="a new one", as_user="clerk")


def test_who_maintains_users_brings_no_administrator_back(crm: Crm, people: People, clerk: User) -> None:
    second = crm.perform(access.create_user, name="second", roles=(ADMINISTRATOR,), as_user="admin")
    crm.perform(access.retire_user, second.id, as_user="admin")
    refused(crm, BeyondOwnRights, access.restore_user, second.id, by="clerk")


def test_who_maintains_users_adds_nothing_to_himself(crm: Crm, clerk: User) -> None:
    refused(crm, OwnRights, access.edit_user, clerk.id, roles=(*clerk.roles, SUPERVISOR), by="clerk")
    refused(crm, OwnRights, access.edit_user, clerk.id, roles=(SUPERVISOR,), by="clerk")
    crm.perform(access.edit_user, clerk.id, full_name="人事小王", as_user="clerk")


def test_who_maintains_roles_adds_nothing_to_himself(crm: Crm, designer: User) -> None:
    own = designer.roles[0]
    refused(crm, OwnRights, access.set_permissions, own, ("role.manage", "customer.read_all"), by="designer")
    refused(crm, BeyondOwnRights, access.set_permissions, own, ("role.manage", "user.manage"), by="designer")
    refused(crm, BeyondOwnRights, access.set_permissions, MANAGER, ("user.manage",), by="designer")
    refused(crm, BeyondOwnRights, access.create_role, name="x", permissions=("user.manage",), by="designer")
    crm.perform(access.set_permissions, MANAGER, ("customer.read_all",), as_user="designer")
    crm.perform(access.create_role, name="y", permissions=("role.manage",), as_user="designer")


def test_who_maintains_roles_takes_no_right_he_has_not(crm: Crm, clerk: User, designer: User) -> None:
    refused(crm, BeyondOwnRights, access.set_permissions, clerk.roles[0], (), by="designer")
    refused(crm, NoPermission, access.set_permissions, designer.roles[0], (), by="clerk")


def test_an_administrator_decides_about_his_own_rights_too(crm: Crm, people: People) -> None:
    crm.perform(access.edit_user, people.administrator.id, roles=(ADMINISTRATOR, SUPERVISOR), as_user="admin")
    with crm.work(as_user="admin", readonly=True) as work:
        assert work.actor.may("opportunity.dispatch")


def test_anybody_may_do_with_less(crm: Crm, designer: User) -> None:
    crm.perform(access.set_permissions, designer.roles[0], ("role.manage",), as_user="designer")
    crm.perform(access.set_permissions, designer.roles[0], (), as_user="designer")
    with crm.work(as_user="designer", readonly=True) as work:
        assert work.actor.permissions == set()


def test_ones_own_password_is_changed_not_set(crm: Crm, people: People) -> None:
    refused(crm, OwnPassword, access.set_password, people.administrator.id, password="without the old one", by="admin")
    assert access.log_in(crm, "admin", password_of("admin")).user == people.administrator


def test_the_system_sets_up_what_it_likes(crm: Crm, people: People) -> None:
    crm.perform(access.set_password, people.administrator.id, password="forgotten", as_user=SYSTEM)
    crm.perform(access.set_permissions, ADMINISTRATOR, ("user.manage", "role.manage", "plan.read"), as_user=SYSTEM)
    assert access.log_in(crm, "admin", "forgotten").must_change
