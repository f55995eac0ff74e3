"""The company of the tests is what the tests take it for."""

import pytest

from company import People, password_of
from crmcore.access.entity import Credential
from crmcore.access.permissions import DELIVERED_ROLES
from crmcore.access.rules import UserRetired
from crmcore.storage.crm import Crm


def test_everybody_has_the_rights_of_his_role(crm: Crm, people: People) -> None:
    for user, role in (
        (people.administrator, "administrator"),
        (people.lihua, "account_manager"),
        (people.wangwei, "account_manager"),
        (people.supervisor, "sales_supervisor"),
        (people.executive, "executive"),
    ):
        with crm.work(as_user=user.id, readonly=True) as work:
            assert work.actor.permissions == set(DELIVERED_ROLES[role])
            assert work.actor.roles == {role}


def test_who_has_left_cannot_act(crm: Crm, people: People) -> None:
    with pytest.raises(UserRetired):
        crm.work(as_user=people.retired.id)


def test_everybody_has_a_password(crm: Crm, people: People) -> None:
    with crm.work(readonly=True) as work:
        kept = work.session.load(Credential, people.lihua.id)
    assert kept is not None
    assert crm.passwords.verify(kept.password_hash, password_of("lihua"))
