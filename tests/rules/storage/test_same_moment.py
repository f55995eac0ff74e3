"""What is asked for twice at the same moment is done once."""

from typing import Any

import pytest

from company.chances import GIVEN
from company.feeds import kept
from crmcore import opportunities
from crmcore.opportunities.entity import Opportunity
from crmcore.storage.action import action
from crmcore.storage.crm import Crm
from crmcore.storage.records import Receipt
from crmcore.storage.work import Work


@pytest.mark.requirement("NFR-15")
def test_a_request_that_is_repeated_while_the_first_is_still_being_worked_on(crm: Crm) -> None:
    if crm.store.info()["product"].lower().startswith("sqlite"):
        pytest.skip("SQLite lets one writer in at a time: there is nothing to interleave")
    turns: list[Any] = []

    @action("opportunity.create")
    def record(work: Work) -> Opportunity:
        """Record an opportunity; the first time, the same request comes again before that is done."""
        turns.append(work)
        if len(turns) == 1:
            turns.append(crm.perform(record, as_user="lihua", key="row 7"))
        return opportunities.create(work, **GIVEN)

    done = crm.perform(record, as_user="lihua", key="row 7")
    assert kept(crm, Opportunity) == [done]
    assert len(kept(crm, Receipt)) == 1
