"""What two people do at the same moment breaks no rule."""

import threading
from typing import Any

import pytest
from attrs import fields

from company import PASSWORDS, People, password_of, wipe
from company.chances import dispatched
from company.duels import at_once
from crmcore import SYSTEM, access, opportunities
from crmcore.access.delivered import delivered_role_id, delivered_roles
from crmcore.access.entity import Role, User, Validity
from crmcore.access.rules import AdministratorExists, LastAdministrator, RoleInUse, RoleRetired, UserHasCustomers
from crmcore.access.signing_in import LogInFailed
from crmcore.base.errors import AlreadyExists
from crmcore.customers.entity import Customer
from crmcore.query import eq, query
from crmcore.storage.crm import Crm

ADMINISTRATOR = delivered_role_id("administrator")
MANAGER = delivered_role_id("account_manager")
ROUNDS = 5


def kept(crm: Crm, entity: type[Any]) -> list[Any]:
    with crm.work(as_user=SYSTEM, readonly=True) as work:
        return list(work.unscoped(entity).find())


def administrators(crm: Crm) -> int:
    return sum(one.status is Validity.VALID and ADMINISTRATOR in one.roles for one in kept(crm, User))


@pytest.mark.requirement("USR-01")
def test_parallel_guessing_gets_no_more_looks_than_allowed(
    crm: Crm, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks, lock = [0], threading.Lock()

    class Counting:
        def hash(self, password: str) -> str:
            return PASSWORDS.hash(password)

        def verify(self, password_hash: str, password: str) -> bool:
            with lock:
                looks[0] += 1
            return PASSWORDS.verify(password_hash, password)

        def needs_rehash(self, password_hash: str) -> bool:
            return False

    monkeypatch.setattr(crm, "_passwords", Counting())
    guesses = at_once([lambda n=n: access.log_in(crm, "lihua", f"guess number {n}") for n in range(16)])
    assert {type(one) for one in guesses} == {LogInFailed}
    assert looks[0] == 5
    with pytest.raises(LogInFailed):
        access.log_in(crm, "lihua", password_of("lihua"))


@pytest.mark.requirement("RBA-01")
@pytest.mark.parametrize("deed", ["retire", "edit"])
def test_two_administrators_cannot_remove_each_other(crm: Crm, people: People, deed: str) -> None:
    def remove(user: User, by: User) -> Any:
        if deed == "retire":
            return crm.perform(access.retire_user, user.id, as_user=by.id)
        return crm.perform(access.edit_user, user.id, roles=(MANAGER,), as_user=by.id)

    for number in range(ROUNDS):
        first = next(one for one in kept(crm, User) if one.status is Validity.VALID and ADMINISTRATOR in one.roles)
        given: Any = {"name": f"second{number}", "password": "long enough", "roles": (ADMINISTRATOR,)}
        second = crm.perform(access.create_user, **given, as_user=first.id)
        done = at_once([lambda a=first, b=second: remove(a, b), lambda a=first, b=second: remove(b, a)])
        assert administrators(crm) == 1, done
        assert sum(isinstance(one, User) for one in done) == 1, done


@pytest.mark.requirement("RBA-01")
def test_the_system_cannot_remove_the_last_two_at_once(crm: Crm, people: People) -> None:
    for number in range(ROUNDS):
        first = next(one for one in kept(crm, User) if one.status is Validity.VALID and ADMINISTRATOR in one.roles)
        given: Any = {"name": f"second{number}", "password": "long enough", "roles": (ADMINISTRATOR,)}
        second = crm.perform(access.create_user, **given, as_user=first.id)
        done = at_once(
            [lambda who=one.id: crm.perform(access.retire_user, who, as_user=SYSTEM) for one in (first, second)]
        )
        assert {type(one) for one in done} == {User, LastAdministrator}
        assert administrators(crm) == 1


@pytest.mark.requirement("RBA-01")
def test_of_two_first_administrators_one_is_made(crm: Crm) -> None:
    for _ in range(ROUNDS):
        wipe(crm.store)
        session = crm.store.begin(write=True)
        for role in delivered_roles():
            assert session.insert(role)
        session.commit()
        session.close()
        done = at_once(
            [
                lambda n=n: crm.perform(access.create_first_administrator, name=f"boss{n}", password="long enough")
                for n in range(2)
            ]
        )
        assert {type(one) for one in done} == {User, AdministratorExists}
        assert len(kept(crm, User)) == 1


@pytest.mark.requirement("USR-04")
def test_of_two_users_of_the_same_name_one_is_made(crm: Crm) -> None:
    for number in range(ROUNDS):
        done = at_once(
            [
                lambda name=name: crm.perform(access.create_user, name=name, roles=(MANAGER,), as_user="admin")
                for name in (f"twin{number}", f"TWIN{number}")
            ]
        )
        assert {type(one) for one in done} == {User, AlreadyExists}


@pytest.mark.requirement("RBA-12")
def test_of_two_roles_of_the_same_name_one_is_made(crm: Crm) -> None:
    done = at_once([lambda: crm.perform(access.create_role, name="外勤", as_user="admin")] * 2)
    assert {type(one) for one in done} == {Role, AlreadyExists}


@pytest.mark.requirement("RBA-14")
def test_a_role_is_not_given_while_it_is_retired(crm: Crm) -> None:
    for number in range(ROUNDS):
        role = crm.perform(access.create_role, name=f"角色{number}", as_user="admin")
        done = at_once(
            [
                lambda n=number, r=role: crm.perform(
                    access.create_user, name=f"user{n}", roles=(r.id,), as_user="admin"
                ),
                lambda r=role: crm.perform(access.retire_role, r.id, as_user="admin"),
            ]
        )
        assert {type(one) for one in done} in ({User, RoleInUse}, {Role, RoleRetired})


@pytest.mark.requirement("USR-06")
def test_nobody_leaves_while_he_gets_a_customer(crm: Crm) -> None:
    for number in range(ROUNDS):
        name = f"manager{number}"
        user = crm.perform(access.create_user, name=name, roles=(MANAGER,), as_user="admin")
        chance = dispatched(crm, to=name, customer_name=f"客户{number}")
        won, left = at_once(
            [
                lambda c=chance, u=user: crm.perform(opportunities.win, c.id, as_user=u.id),
                lambda u=user: crm.perform(access.retire_user, u.id, as_user="admin"),
            ]
        )
        with crm.work(as_user=SYSTEM, readonly=True) as work:
            customers = work.unscoped(Customer).count(query(Customer).where(eq(fields(Customer).manager, user.id)))
            valid = work.unscoped(User).get(user.id).status is Validity.VALID
        assert (customers, valid) in {(1, True), (0, False)}, (won, left)
        assert isinstance(left, UserHasCustomers) == bool(customers)
