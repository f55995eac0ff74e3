"""What an upgrade makes of the delivered roles: rights that are new, and what a company has arranged itself."""

from typing import Any

import attrs
import pytest

from company import People
from crmcore import SYSTEM, access
from crmcore.access.delivered import delivered_role_id, delivered_roles
from crmcore.access.entity import ACCOUNT_MANAGER, EXECUTIVE, Role, RoleId
from crmcore.i18n import Language
from crmcore.query import query
from crmcore.setup import delivering
from crmcore.setup.delivering import deliver
from crmcore.storage import history
from crmcore.storage.crm import Crm

NEW = ("customer.import", "order.import")


def a_later_version(language: Language = "zh") -> tuple[Role, ...]:
    """The delivered roles with rights more for account managers and executives."""
    return tuple(
        attrs.evolve(one, permissions=(*one.permissions, *NEW)) if one.code in {ACCOUNT_MANAGER, EXECUTIVE} else one
        for one in delivered_roles(language)
    )


def rights(crm: Crm, id_: RoleId) -> Any:
    return set(crm.perform(access.role, id_, as_user="admin").permissions)


def delivered_anew(crm: Crm) -> None:
    """Deliver the roles as an installation does: tests begin with roles of which nothing says where they are from."""
    session = crm.store.begin(write=True)
    for role in session.find(query(Role)):
        assert session.delete(Role, role.id, role.version)
    session.commit()
    session.close()
    assert len(crm.perform(deliver, as_user=SYSTEM).roles) == 5


@pytest.mark.requirement("RBA-10", "RBA-11", "X-ADM-09")
def test_new_rights_come_to_roles_that_the_company_has_left_alone(
    crm: Crm, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    delivered_anew(crm)
    manager, executive = delivered_role_id(ACCOUNT_MANAGER), delivered_role_id(EXECUTIVE)
    arranged = rights(crm, manager) - {"customer.group"}
    crm.perform(access.set_permissions, manager, sorted(arranged), as_user="admin")
    crm.perform(access.edit_role, executive, name="总经理", as_user="admin")
    assert crm.perform(deliver, as_user=SYSTEM) == delivering.Delivered((), ()), "nothing is new in the same version"
    before = rights(crm, executive)
    monkeypatch.setattr(delivering, "delivered_roles", a_later_version)
    done = crm.perform(deliver, as_user=SYSTEM)
    assert done.rights == tuple(f"executive: {one}" for one in NEW)
    assert done.withheld == tuple(f"account_manager: {one}" for one in NEW)
    assert rights(crm, executive) == before | {*NEW}
    assert rights(crm, manager) == arranged, "what a company has arranged, no upgrade changes"
    entry = crm.perform(history.history, Role, executive, as_user="admin")[-1]
    assert (entry.action, [one.field for one in entry.changes]) == ("setup.deliver", ["permissions"])
    crm.perform(access.set_permissions, executive, sorted(before), as_user="admin")
    assert crm.perform(deliver, as_user=SYSTEM).rights == (), "a right that was taken away comes back"
    assert rights(crm, executive) == before
