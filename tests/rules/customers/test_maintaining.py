"""Editing and deleting customers, by whom and in which state."""

from typing import Any

import attrs
import pytest

from company import People
from company.chances import won
from company.clients import GIVEN, entered, stored
from crmcore import SYSTEM, access, customers
from crmcore.access.entity import ACCOUNT_MANAGER
from crmcore.access.rules import NoPermission
from crmcore.base.errors import Conflict, Invalid, NotFound
from crmcore.customers.entity import Customer, CustomerStatus
from crmcore.customers.rules import CustomerDeleted, CustomerExists, CustomerLost, NotTheManager
from crmcore.storage import history
from crmcore.storage.crm import Crm


def marked(crm: Crm, customer: Customer, status: CustomerStatus) -> Customer:
    """The customer in another state, as the churn module leaves it."""
    now = stored(crm, customer)
    changed = attrs.evolve(now, status=status, version=now.version + 1)
    session = crm.store.begin(write=True)
    assert session.replace(changed, now.version)
    session.commit()
    session.close()
    return changed


@pytest.mark.requirement("3.2", "CUS-03", "X-CUS-01", "X-CUS-18")
def test_the_manager_edits_everything_but_number_status_and_manager(crm: Crm, people: People) -> None:
    customer = entered(crm)
    changes: dict[str, Any] = {
        "name": "北京华建集团有限公司",
        "satisfaction": None,
        "credit": 5,
        "trust": 2,
        "registered_capital": 5000,
        "city": "北京",
        "tags": ("重点", " 重点 ", "ＶＩＰ", "vip"),
    }
    crm.perform(customers.edit, customer.id, expected=customer.version, as_user="lihua", **changes)
    now = stored(crm, customer)
    assert (now.name, now.name_core, now.satisfaction, now.credit, now.trust) == (
        "北京华建集团有限公司",
        "北京华建",
        None,
        5,
        2,
    )
    assert now.tags == ("重点", "ＶＩＰ")
    assert (now.number, now.manager, now.status) == (customer.number, people.lihua.id, CustomerStatus.NORMAL)
    for name in ("number", "manager", "status", "search_text", "external_key"):
        given: Any = {name: "x"}
        with pytest.raises(Invalid) as caught:
            crm.perform(customers.edit, customer.id, as_user="lihua", **given)
        assert caught.value.codes == {"value.not_yours"}
    told = crm.perform(history.history, Customer, customer.id, as_user="lihua")[-1]
    assert {one.field for one in told.changes} == {"name_key", *changes}
    with pytest.raises(Conflict):
        crm.perform(customers.edit, customer.id, expected=customer.version, city="上海", as_user="lihua")


@pytest.mark.requirement("14.15")
def test_a_customer_won_from_an_opportunity_is_completed_when_his_form_is_saved(crm: Crm) -> None:
    id_ = won(crm, to="lihua").customer
    assert id_ is not None
    with pytest.raises(Invalid) as caught:
        crm.perform(customers.edit, id_, remark="x", as_user="lihua")
    assert caught.value.codes == {"value.missing"}
    assert caught.value.fields == GIVEN.keys() - {"name"}
    rest: Any = {name: value for name, value in GIVEN.items() if name != "name"}
    assert crm.perform(customers.edit, id_, as_user="lihua", **rest).zip == "100080"


@pytest.mark.requirement("CUS-05", "CUS-06", "16.1", "3.2")
def test_nobody_else_edits_or_deletes_a_customer(crm: Crm) -> None:
    customer = entered(crm, "lihua")
    for action in (customers.edit, customers.delete):
        with pytest.raises(NotFound):
            crm.perform(action, customer.id, as_user="wangwei")
        for reader in ("zhaomin", "chengang"):
            with pytest.raises(NoPermission):
                crm.perform(action, customer.id, as_user=reader)
    assert stored(crm, customer) == customer


@pytest.mark.requirement("16.1", "14.14")
def test_a_right_lets_somebody_who_sees_all_maintain_all(crm: Crm, people: People) -> None:
    customer = entered(crm, "lihua")
    _grant(crm, people.supervisor, "customer.edit", "customer.delete")
    with pytest.raises(NotTheManager):
        crm.perform(customers.edit, customer.id, remark="x", as_user="zhaomin")
    _grant(crm, people.supervisor, "customer.edit_all")
    assert crm.perform(customers.edit, customer.id, remark="x", as_user="zhaomin").remark == "x"
    assert crm.perform(customers.delete, customer.id, as_user="zhaomin").status is CustomerStatus.DELETED


def _grant(crm: Crm, user: Any, *permissions: str) -> None:
    name = "+".join(permissions)
    role = crm.perform(access.create_role, name=name, as_user="admin")
    crm.perform(access.set_permissions, role.id, permissions, as_user="admin")
    roles = crm.perform(access.user, user.id, as_user="admin").roles
    crm.perform(access.edit_user, user.id, roles=(*roles, role.id), as_user="admin")
    assert ACCOUNT_MANAGER not in permissions


@pytest.mark.requirement("3.2", "GEN-21", "CUS-08", "X-ADM-11")
def test_a_deleted_customer_leaves_the_lists_and_changes_no_more(crm: Crm) -> None:
    customer, lost = entered(crm), marked(crm, entered(crm, name="流失的"), CustomerStatus.LOST)
    crm.perform(customers.delete, customer.id, expected=customer.version, as_user="lihua")
    assert stored(crm, customer).name_key is None
    assert [one.id for one in crm.perform(customers.listing, as_user="lihua").rows] == [lost.id]
    assert [one.id for one in crm.perform(customers.choices, as_user="lihua")] == [lost.id]
    assert list(crm.perform(customers.choices, normal_only=True, as_user="lihua")) == []
    deleted = crm.perform(customers.listing, status=CustomerStatus.DELETED, as_user="lihua")
    assert [one.id for one in deleted.rows] == [customer.id]
    assert crm.perform(customers.detail, customer.id, as_user="lihua").name == customer.name
    for attempt in (
        lambda: crm.perform(customers.edit, customer.id, city="x", as_user="lihua"),
        lambda: crm.perform(customers.delete, customer.id, as_user="lihua"),
        lambda: crm.perform(customers.add_tag, customer.id, "x", as_user="lihua"),
        lambda: crm.perform(customers.add_interaction, customer.id, place="x", title="x", as_user="lihua"),
        lambda: crm.perform(
            customers.add_contact, customer.id, name="x", position="x", office_phone="1", as_user="lihua"
        ),
        lambda: crm.perform(customers.assign, customer.id, to="wangwei", as_user="zhaomin"),
    ):
        with pytest.raises(CustomerDeleted):
            attempt()


@pytest.mark.requirement("3.2", "X-LIF-03")
def test_a_lost_customer_is_not_edited_but_spoken_with(crm: Crm) -> None:
    lost = marked(crm, entered(crm), CustomerStatus.LOST)
    with pytest.raises(CustomerLost):
        crm.perform(customers.edit, lost.id, city="x", as_user="lihua")
    crm.perform(customers.add_interaction, lost.id, place="电话", title="了解流失原因", as_user="lihua")
    crm.perform(customers.add_tag, lost.id, "可挽回", as_user="lihua")
    assert crm.perform(customers.delete, lost.id, as_user="lihua").status is CustomerStatus.DELETED


@pytest.mark.requirement("CUS-07", "16.9")
def test_editing_keeps_names_unique_and_codes_that_were_retired(crm: Crm) -> None:
    first, second = entered(crm, name="甲公司"), entered(crm, name="乙公司", industry="it")
    with pytest.raises(CustomerExists):
        crm.perform(customers.edit, second.id, name="甲公司", as_user="lihua")
    with crm.work(as_user=SYSTEM, readonly=True) as work:
        entry = next(one for one in work.dictionary.find() if (one.category, one.code) == ("industry", "it"))
    from crmcore import dictionary

    crm.perform(dictionary.retire_entry, entry.id, as_user="admin")
    assert crm.perform(customers.edit, second.id, name="乙 公司", as_user="lihua").industry == "it"
    with pytest.raises(Invalid):
        crm.perform(customers.edit, first.id, industry="it", as_user="lihua")
