"""Two machines seal the change records at the same moment, while others work (NFR-13, NFR-14)."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from crmcore import opportunities
from crmcore.base.errors import Contention
from crmcore.opportunities.entity import Opportunity
from crmcore.storage.crm import Crm
from crmcore.storage.records import ChangeRecord, Seal
from crmcore.storage.sealing import broken_seals, seal
from races.arena import clash, kept, recorded

pytestmark = pytest.mark.requirement("NFR-13", "NFR-14")
ROUNDS = 30
AT_ONCE = dt.timedelta(0)
"""Seal everything: nobody else is working."""


def sealing(crm: Crm) -> Callable[[int], Seal | None]:
    return lambda _: seal(crm, lag=AT_ONCE)


@pytest.mark.timeout(600)
def test_of_two_who_seal_at_once_one_seals(rivals: list[Crm]) -> None:
    for number in range(ROUNDS):
        recorded(rivals[0], 2)
        outcome = clash([sealing(crm) for crm in rivals], 1)[0]
        (made,) = (one for one in outcome if isinstance(one, Seal))
        (other,) = (one for one in outcome if one is not made)
        assert other is None or isinstance(other, Contention), repr(other)
        assert len(kept(rivals[0], Seal)) == number + 1
    assert list(broken_seals(rivals[0])) == []
    assert sum(one.count for one in kept(rivals[0], Seal)) == len(kept(rivals[0], ChangeRecord))


@pytest.mark.timeout(600)
def test_seals_hold_while_people_work(rivals: list[Crm]) -> None:
    one, other = rivals
    given: Any = {"customer_name": "客户", "title": "意向", "success_rate": 50, "description": "说明"}

    def work(_: int) -> Opportunity:
        return one.perform(opportunities.create, **given, as_user="lihua")

    clash([work, work, lambda _: seal(other, lag=dt.timedelta(seconds=1))], ROUNDS)
    assert list(broken_seals(other)) == []
