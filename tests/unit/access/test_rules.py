"""Rules about users and rights, as pure functions."""

import pytest

from crmcore.access.actor import ANONYMOUS, SYSTEM, Actor
from crmcore.access.entity import UserId
from crmcore.access.rules import (
    BeyondOwnRights,
    NoPermission,
    NotSignedIn,
    OwnRights,
    check_keys,
    check_own_rights,
    may,
    role_key,
)
from crmcore.base.ids import fixed_id

CLERK = Actor(id=UserId(fixed_id("clerk", 1)), name="clerk", permissions=frozenset({"user.manage", "plan.read"}))


@pytest.mark.requirement("RBA-13")
def test_a_permission_is_there_or_refused() -> None:
    may(CLERK, "plan.read")
    may(SYSTEM, "plan.read")
    with pytest.raises(NoPermission):
        may(CLERK, "role.manage")
    with pytest.raises(NotSignedIn):
        may(ANONYMOUS, "plan.read")


@pytest.mark.requirement("RBA-01")
def test_keys_pass_between_people_who_have_them() -> None:
    check_keys(CLERK, {"user.manage", "opportunity.dispatch"})
    check_keys(SYSTEM, {"user.manage", "role.manage"})
    with pytest.raises(BeyondOwnRights) as caught:
        check_keys(CLERK, {"user.manage", "role.manage"})
    assert caught.value.params == {"permission": "role.manage"}


@pytest.mark.requirement("RBA-01")
def test_nobody_adds_to_his_own_rights_without_both_keys() -> None:
    check_own_rights(CLERK, {"plan.read"})
    check_own_rights(SYSTEM, {"opportunity.dispatch"})
    with pytest.raises(OwnRights):
        check_own_rights(CLERK, {"plan.read", "opportunity.dispatch"})


@pytest.mark.requirement("RBA-12")
def test_role_names_are_compared_without_case_width_and_blanks_around() -> None:
    assert role_key(" ＣＦＯ ") == role_key("cfo") == "cfo"
    assert role_key("客 户") != role_key("客户")
