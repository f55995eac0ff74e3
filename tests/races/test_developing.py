"""Two people deal with an opportunity that is being developed, at the same moment (requirement 2.3)."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from crmcore import opportunities
from crmcore.customers.entity import Contact, Customer
from crmcore.customers.rules import CustomerExists
from crmcore.opportunities.entity import Opportunity, OpportunityStatus, PlanItem
from crmcore.opportunities.rules import AlreadyArchived
from crmcore.storage.crm import Crm
from races.arena import MANAGERS, clash, developed, history_of, kept, messages_of

ROUNDS = 50


@pytest.mark.requirement("2.3", "OPP-10")
@pytest.mark.timeout(600)
def test_an_opportunity_is_won_or_lost(rivals: list[Crm]) -> None:
    one, other = rivals
    chances = developed(one, ROUNDS, contact_name="张建国")
    outcomes = clash(
        [
            lambda number: one.perform(opportunities.win, chances[number].id, as_user="wangwei"),
            lambda number: other.perform(opportunities.terminate, chances[number].id, as_user="wangwei"),
        ],
        ROUNDS,
    )
    stored = {one.id: one for one in kept(one, Opportunity)}
    customers = {one.id: one for one in kept(one, Customer)}
    contacts = {one.customer for one in kept(one, Contact)}
    messages = messages_of(one)
    for chance, (won, lost) in zip(chances, outcomes, strict=True):
        after, told = stored[chance.id], messages[chance.id][-1]
        if isinstance(won, Opportunity):
            assert isinstance(lost, AlreadyArchived), repr(lost)
            assert (after.status, told.kind) == (OpportunityStatus.WON, "opportunity_won")
            assert after.customer is not None
            assert customers.pop(after.customer).name == chance.customer_name
            assert after.customer in contacts
        else:
            assert isinstance(won, AlreadyArchived), repr(won)
            assert (after, after.status) == (lost, OpportunityStatus.LOST)
            assert told.kind == "opportunity_terminated"
        assert after.version == 3
        assert len(messages[chance.id]) == 3
    assert not customers, "nobody won these"


@pytest.mark.requirement("2.3", "PLN-03")
@pytest.mark.timeout(600)
@pytest.mark.parametrize("end", [opportunities.terminate, opportunities.win])
def test_nothing_is_planned_after_the_end(rivals: list[Crm], end: Callable[..., Opportunity]) -> None:
    one, other = rivals
    chances = developed(one, ROUNDS)
    outcomes = clash(
        [
            lambda number: one.perform(
                opportunities.add_plan_item,
                chances[number].id,
                plan_date=dt.date(2026, 3, 9),
                content="拜访",
                as_user="wangwei",
            ),
            lambda number: other.perform(end, chances[number].id, as_user="wangwei"),
        ],
        ROUNDS,
    )
    plans = {one.opportunity: one for one in kept(one, PlanItem)}
    messages, changes = messages_of(one), history_of(one)
    for chance, (planned, ended) in zip(chances, outcomes, strict=True):
        assert isinstance(ended, Opportunity), repr(ended)
        told = [one.kind for one in messages[chance.id]]
        steps = [one.action for one in changes[chance.id] if one.entity_version > 2]
        if isinstance(planned, PlanItem):
            assert plans.pop(chance.id) == planned
            assert told[2] == "plan_item_added"
            assert steps[0] == "opportunities.add_plan_item"
        else:
            assert isinstance(planned, AlreadyArchived), repr(planned)
            assert len(steps) == 1
        assert told[-1].removeprefix("opportunity_") in {"terminated", "won"}
    assert not plans, "nobody planned these"


@pytest.mark.requirement("OPP-13", "16.4")
@pytest.mark.timeout(600)
def test_of_two_customers_of_the_same_name_one_is_opened(rivals: list[Crm]) -> None:
    chances = [developed(rivals[0], ROUNDS, to=manager) for manager in MANAGERS]

    def manager(place: int) -> Callable[[int], Any]:
        return lambda number: rivals[place].perform(
            opportunities.win, chances[place][number].id, as_user=MANAGERS[place]
        )

    outcomes = clash([manager(0), manager(1)], ROUNDS)
    stored = {one.id: one for one in kept(rivals[0], Opportunity)}
    customers = kept(rivals[0], Customer)
    assert sorted(one.name for one in customers) == sorted(one.customer_name for one in chances[0])
    by_name = {one.name: one for one in customers}
    for number, wins in enumerate(outcomes):
        (place,) = (place for place, won in enumerate(wins) if isinstance(won, Opportunity))
        refused = wins[1 - place]
        assert isinstance(refused, CustomerExists), repr(refused)
        winner, loser = stored[chances[place][number].id], stored[chances[1 - place][number].id]
        customer = by_name[winner.customer_name]
        assert (winner.status, winner.customer) == (OpportunityStatus.WON, customer.id)
        assert customer.manager == winner.assignee
        assert (loser.status, loser.customer) == (OpportunityStatus.ASSIGNED, None)
        assert refused.params["id"] == customer.id
