"""The first administrator of a new CRM."""

from typing import Any

import attrs
import pytest

from company import People, wipe
from crmcore import SYSTEM, access
from crmcore.access.delivered import delivered_role_id, delivered_roles
from crmcore.access.entity import User, Validity
from crmcore.access.rules import AdministratorExists
from crmcore.base.errors import AlreadyExists, Invalid
from crmcore.storage.crm import Crm

ADMINISTRATOR = delivered_role_id("administrator")


@pytest.fixture
def new_crm(crm: Crm) -> Crm:
    """A CRM with delivered roles and no users yet."""
    wipe(crm.store)
    session = crm.store.begin(write=True)
    for role in delivered_roles():
        assert session.insert(role)
    session.commit()
    session.close()
    return crm


def users(crm: Crm) -> list[User]:
    with crm.work(as_user=SYSTEM, readonly=True) as work:
        return list(work.unscoped(User).find())


@pytest.mark.requirement("RBA-01", "GEN-15")
def test_a_new_crm_lets_anybody_make_the_first_administrator(new_crm: Crm) -> None:
    made = new_crm.perform(access.create_first_administrator, name="boss", password="long enough", full_name="老板")
    assert users(new_crm) == [made]
    assert (made.roles, made.full_name, made.created_at) == ((ADMINISTRATOR,), "老板", new_crm.clock())
    done = access.log_in(new_crm, "boss", "long enough")
    assert not done.must_change
    with new_crm.work(as_user="boss", readonly=True) as work:
        assert work.actor.may("user.manage")


@pytest.mark.requirement("RBA-01")
@pytest.mark.parametrize("who", [None, "admin", "lihua", SYSTEM])
def test_there_is_one_already(crm: Crm, who: Any) -> None:
    before = users(crm)
    with pytest.raises(AdministratorExists):
        crm.perform(access.create_first_administrator, name="boss", password="long enough", as_user=who)
    assert users(crm) == before


@pytest.mark.requirement("RBA-01")
def test_a_retired_administrator_is_none(new_crm: Crm) -> None:
    first = new_crm.perform(access.create_first_administrator, name="boss", password="long enough")
    session = new_crm.store.begin(write=True)
    assert session.replace(attrs.evolve(first, status=Validity.RETIRED, version=2), 1)
    session.commit()
    session.close()
    with pytest.raises(AlreadyExists):
        new_crm.perform(access.create_first_administrator, name="Boss", password="long enough")
    new_crm.perform(access.create_first_administrator, name="boss2", password="long enough")


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"name": "", "password": "long enough"}, "name"),
        ({"name": "boss", "password": ""}, "password"),
        ({"name": "boss", "password": "short"}, "password"),
        ({"name": "the-boss", "password": "The-Boss"}, "password"),
        ({"name": "boss", "password": "long enough", "full_name": "x" * 51}, "full_name"),
    ],
)
def test_bad_input_makes_nobody(new_crm: Crm, given: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as caught:
        new_crm.perform(access.create_first_administrator, **given)
    assert caught.value.fields == {field}
    assert users(new_crm) == []


def test_the_company_of_the_tests_is_not_new(crm: Crm, people: People) -> None:
    assert people.administrator in users(crm)
