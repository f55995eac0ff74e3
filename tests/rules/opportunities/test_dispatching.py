"""Dispatching opportunities to account managers."""

from typing import Any
from uuid import uuid4

import pytest

from company import People, SetClock
from company.chances import dispatched, lost, recorded, reread, won
from crmcore import opportunities
from crmcore.access import directory
from crmcore.access.rules import NoPermission, NotAnAccountManager
from crmcore.base.errors import Conflict, Invalid, NotFound
from crmcore.opportunities.entity import OpportunityStatus
from crmcore.opportunities.rules import AlreadyArchived, AlreadyDispatched
from crmcore.storage.crm import Crm


@pytest.mark.requirement("OPP-02", "OPP-06", "GEN-15")
@pytest.mark.parametrize("by_name", [True, False])
def test_the_supervisor_dispatches_to_one_account_manager(
    crm: Crm, clock: SetClock, people: People, by_name: bool
) -> None:
    chance = recorded(crm)
    clock.advance(hours=3)
    to: Any = "WangWei" if by_name else people.wangwei.id
    given = crm.perform(opportunities.dispatch, chance.id, to=to, as_user="zhaomin")
    kept = reread(crm, chance)
    assert kept == given
    assert (kept.assignee, kept.assigned_at, kept.status) == (
        people.wangwei.id,
        clock.now,
        OpportunityStatus.ASSIGNED,
    )
    assert (kept.customer_name, kept.created_by, kept.version) == (chance.customer_name, people.lihua.id, 2)


@pytest.mark.requirement("OPP-02", "RBA-13")
@pytest.mark.parametrize("who", ["lihua", "wangwei", "admin", "chengang"])
def test_nobody_else_dispatches(crm: Crm, who: str) -> None:
    chance = recorded(crm)
    with pytest.raises(NoPermission):
        crm.perform(opportunities.dispatch, chance.id, to="wangwei", as_user=who)
    assert reread(crm, chance) == chance


@pytest.mark.requirement("OPP-02", "RBA-15")
@pytest.mark.parametrize("to", ["zhaomin", "admin", "chengang", "sunli"])
def test_only_valid_account_managers_are_dispatched_to(crm: Crm, to: str) -> None:
    chance = recorded(crm)
    with pytest.raises(NotAnAccountManager):
        crm.perform(opportunities.dispatch, chance.id, to=to, as_user="zhaomin")
    assert reread(crm, chance) == chance


@pytest.mark.requirement("OPP-06")
@pytest.mark.parametrize("to", ["", None])
def test_somebody_has_to_be_chosen(crm: Crm, to: Any) -> None:
    chance = recorded(crm)
    with pytest.raises(Invalid) as caught:
        crm.perform(opportunities.dispatch, chance.id, to=to, as_user="zhaomin")
    assert caught.value.fields == {"assignee"}
    assert reread(crm, chance) == chance


@pytest.mark.parametrize("to", ["nobody", uuid4()])
def test_a_user_who_does_not_exist_is_told(crm: Crm, to: Any) -> None:
    chance = recorded(crm)
    with pytest.raises(NotFound):
        crm.perform(opportunities.dispatch, chance.id, to=to, as_user="zhaomin")
    assert reread(crm, chance) == chance


@pytest.mark.requirement("OPP-02")
def test_once_is_enough(crm: Crm) -> None:
    for chance, refusal in (
        (dispatched(crm), AlreadyDispatched),
        (won(crm, customer_name="甲"), AlreadyArchived),
        (lost(crm), AlreadyArchived),
    ):
        with pytest.raises(refusal):
            crm.perform(opportunities.dispatch, chance.id, to="lihua", as_user="zhaomin")
        assert reread(crm, chance) == chance


def test_a_stale_dispatch_conflicts(crm: Crm) -> None:
    chance = recorded(crm)
    crm.perform(opportunities.edit, chance.id, as_user="lihua", title="新")
    with pytest.raises(Conflict):
        crm.perform(opportunities.dispatch, chance.id, to="wangwei", expected=1, as_user="zhaomin")
    assert reread(crm, chance).status is OpportunityStatus.UNASSIGNED


@pytest.mark.requirement("RBA-15", "OPP-06")
def test_the_choice_is_all_valid_account_managers(crm: Crm, people: People) -> None:
    found = crm.perform(directory.account_managers, as_user="zhaomin")
    assert [user.id for user in found] == [people.lihua.id, people.wangwei.id]
