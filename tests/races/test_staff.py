"""Administrators at two machines change users at the same moment (chapters 7 and 8)."""

from collections.abc import Callable
from typing import Any

import attrs
import pytest
from attrs import fields

from crmcore import SYSTEM, access, opportunities
from crmcore.access.delivered import ADMINISTRATOR_ROLE, delivered_role_id
from crmcore.access.entity import ACCOUNT_MANAGER, User, Validity
from crmcore.access.rules import AdministratorExists, LastAdministrator, NoPermission, UserHasCustomers, UserRetired
from crmcore.base.errors import AlreadyExists
from crmcore.customers.entity import Customer
from crmcore.opportunities.entity import Opportunity, OpportunityStatus
from crmcore.query import eq, has, query
from crmcore.storage.crm import Crm, Person
from crmcore.storage.work import Work
from races.arena import clash, developed, kept

MANAGER_ROLE = delivered_role_id(ACCOUNT_MANAGER)
ROUNDS = 50
_u = fields(User)
VALID_ADMINISTRATORS = query(User).where(eq(_u.status, Validity.VALID), has(_u.roles, ADMINISTRATOR_ROLE))


def retire(crm: Crm, user: User, by: Person) -> User:
    return crm.perform(access.retire_user, user.id, as_user=by)


def degrade(crm: Crm, user: User, by: Person) -> User:
    return crm.perform(access.edit_user, user.id, roles=(MANAGER_ROLE,), as_user=by)


def retire_as_system(crm: Crm, user: User, by: Person) -> User:
    return crm.perform(access.retire_user, user.id, as_user=SYSTEM)


def removing(crm: Crm, remove: Callable[[Crm, User, Person], User], user: User, by: User) -> Callable[[int], User]:
    return lambda _: remove(crm, user, by.id)


def administrators(crm: Crm) -> list[User]:
    """Who is a valid administrator at one moment."""
    with crm.work(as_user=SYSTEM, readonly=True) as work:
        return list(work.unscoped(User).find(VALID_ADMINISTRATORS))


def reinstate(work: Work, *users: User) -> None:
    for user in users:
        present = work.unscoped(User).get(user.id)
        if present.status is not Validity.VALID:
            access.restore_user(work, user.id)
        elif present.roles != user.roles:
            access.edit_user(work, user.id, roles=user.roles)


@pytest.mark.requirement("RBA-01", "USR-03")
@pytest.mark.timeout(600)
def test_an_administrator_always_remains(rivals: list[Crm]) -> None:
    one, other = rivals
    admin = administrators(one)[0]
    given: Any = {"name": "deputy", "password": "long enough", "roles": (ADMINISTRATOR_ROLE,)}
    deputy = one.perform(access.create_user, **given, as_user="admin")
    for number in range(100):
        remove = (retire, degrade, retire_as_system)[number % 3]
        first, second, seen = clash(
            [
                removing(one, remove, deputy, admin),
                removing(other, remove, admin, deputy),
                lambda _: administrators(other),
            ],
            1,
        )[0]
        assert seen, "for a moment there was none"
        (left,) = administrators(one)
        gone, kept_back = (first, second) if isinstance(first, User) else (second, first)
        assert isinstance(gone, User), (first, second)
        assert isinstance(kept_back, LastAdministrator | UserRetired | NoPermission), repr(kept_back)
        assert left.id != gone.id
        one.perform(reinstate, admin, deputy, as_user=SYSTEM)


@pytest.mark.requirement("RBA-01")
@pytest.mark.timeout(600)
def test_of_two_first_administrators_one_is_made(rivals: list[Crm]) -> None:
    dismiss(rivals[0])

    def founder(place: int, name: str) -> Callable[[int], User]:
        return lambda _: rivals[place].perform(access.create_first_administrator, name=name, password="long enough")

    for number in range(ROUNDS):
        outcome = clash([founder(0, f"boss{number}"), founder(1, f"chief{number}")], 1)[0]
        assert {type(one) for one in outcome} == {User, AdministratorExists}, outcome
        (made,) = administrators(rivals[0])
        assert made in outcome
        dismiss(rivals[0])


def dismiss(crm: Crm) -> None:
    """Retire all administrators, which no action does."""
    session = crm.store.begin(write=True)
    try:
        for user in session.find(VALID_ADMINISTRATORS):
            gone = attrs.evolve(user, status=Validity.RETIRED, version=user.version + 1)
            assert session.replace(gone, user.version)
        session.commit()
    finally:
        session.close()


@pytest.mark.requirement("USR-04")
@pytest.mark.timeout(600)
def test_of_two_users_of_the_same_name_one_is_recorded(rivals: list[Crm]) -> None:
    def recorder(place: int, name: str) -> Callable[[int], User]:
        return lambda number: rivals[place].perform(
            access.create_user, name=f"{name}{number}", roles=(MANAGER_ROLE,), as_user="admin"
        )

    outcomes = clash([recorder(0, "twin"), recorder(1, "TWIN")], ROUNDS)
    for duel in outcomes:
        assert {type(one) for one in duel} == {User, AlreadyExists}, duel
    recorded = [one.name_key for one in kept(rivals[0], User) if one.name_key.startswith("twin")]
    assert sorted(recorded) == sorted(f"twin{number}" for number in range(ROUNDS))


@pytest.mark.requirement("USR-06", "OPP-10")
@pytest.mark.timeout(600)
def test_a_manager_does_not_leave_while_he_gets_a_customer(rivals: list[Crm]) -> None:
    one, other = rivals

    def hire(work: Work) -> list[User]:
        return [access.create_user(work, name=f"manager{n}", roles=(MANAGER_ROLE,)) for n in range(ROUNDS)]

    managers = one.perform(hire, as_user="admin")
    chances = [developed(one, 1, to=manager.name, customer_name=manager.name)[0] for manager in managers]
    outcomes: list[tuple[Any, ...]] = clash(
        [
            lambda number: one.perform(opportunities.win, chances[number].id, as_user=managers[number].id),
            lambda number: other.perform(access.retire_user, managers[number].id, as_user="admin"),
        ],
        ROUNDS,
    )
    users = {one.id: one for one in kept(one, User)}
    served = {one.manager for one in kept(one, Customer)}
    stored = {one.id: one for one in kept(one, Opportunity)}
    for manager, chance, (won, left) in zip(managers, chances, outcomes, strict=True):
        valid = users[manager.id].status is Validity.VALID
        assert (manager.id in served) == valid
        if valid:
            assert stored[chance.id].status is OpportunityStatus.WON
            assert isinstance(left, UserHasCustomers), repr(left)
        else:
            assert stored[chance.id].status is OpportunityStatus.ASSIGNED
            assert isinstance(won, UserRetired), repr(won)
