"""Machines whose clocks show the same millisecond give different numbers (decision 16.11)."""

from collections.abc import Callable
from typing import Any

import pytest

from company import SetClock
from crmcore import opportunities
from crmcore.opportunities.entity import Opportunity
from crmcore.storage.crm import Crm
from races.arena import clash, kept

ROUNDS = 30
GIVEN: Any = {"customer_name": "客户", "title": "意向", "success_rate": 50, "description": "说明"}


@pytest.mark.requirement("16.11")
@pytest.mark.timeout(600)
def test_no_number_is_given_twice(rivals: list[Crm]) -> None:
    still = SetClock()

    def recording(crm: Crm) -> Callable[[int], Opportunity]:
        crm.clock = still
        return lambda _: crm.perform(opportunities.create, **GIVEN, as_user="lihua")

    made = [one for round_ in clash([recording(crm) for crm in rivals], ROUNDS) for one in round_]
    assert all(isinstance(one, Opportunity) for one in made), made
    assert sorted(kept(rivals[0], Opportunity), key=lambda one: one.id) == sorted(made, key=lambda one: one.id)
    numbers = {one.number for one in made}
    assert len(numbers) == len(made)
