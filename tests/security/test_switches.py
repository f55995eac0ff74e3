"""Rights that are off by default, and what ticking them changes."""

import pytest

from company.chances import dispatched, planned
from crmcore import access, opportunities
from crmcore.access.delivered import delivered_role_id
from crmcore.access.permissions import DELIVERED_ROLES
from crmcore.access.rules import NoPermission
from crmcore.opportunities.entity import OpportunityStatus
from crmcore.storage.crm import Crm

SUPERVISOR = delivered_role_id("sales_supervisor")


def tick(crm: Crm, code: str) -> None:
    rights = (*DELIVERED_ROLES["sales_supervisor"], code)
    crm.perform(access.set_permissions, SUPERVISOR, rights, as_user="admin")


@pytest.mark.requirement("14.3", "RBA-02", "RBA-11")
def test_a_supervisor_may_be_let_plan_for_others(crm: Crm) -> None:
    chance = planned(crm, 9)
    with pytest.raises(NoPermission):
        crm.perform(opportunities.terminate, chance.id, as_user="zhaomin")
    tick(crm, "plan.develop_all")
    with crm.work(as_user="zhaomin") as work:
        (item,) = opportunities.plan(work, chance.id)
        opportunities.record_result(work, item.id, result="done by the supervisor")
        assert opportunities.terminate(work, chance.id).status is OpportunityStatus.LOST


@pytest.mark.requirement("16.1", "RBA-11")
def test_a_supervisors_reading_can_be_narrowed(crm: Crm) -> None:
    chance = dispatched(crm)
    rights = [code for code in DELIVERED_ROLES["sales_supervisor"] if code != "opportunity.read_all"]
    crm.perform(access.set_permissions, SUPERVISOR, rights, as_user="admin")
    with crm.work(as_user="zhaomin", readonly=True) as work:
        assert opportunities.developments(work).total == 0
        assert chance.id not in {one.id for one in work.opportunities.find()}
