"""Who loses in a unit of work that is tried once learns that somebody was quicker, never that something failed."""

from collections.abc import Callable
from typing import Any

import pytest

from crmcore import access, opportunities
from crmcore.access.delivered import delivered_role_id
from crmcore.access.entity import ACCOUNT_MANAGER
from crmcore.base.errors import Conflict, CrmError, Refused
from crmcore.storage.crm import Crm, Person
from crmcore.storage.work import Work
from races.arena import MANAGERS, Deed, clash, developed, recorded

ROUNDS = 20
MANAGER_ROLE = delivered_role_id(ACCOUNT_MANAGER)
Scene = Callable[[Crm, Crm], list[Deed]]


def once(crm: Crm, by: Person, act: Callable[[Work, int], Any]) -> Deed:
    """Act in a unit of work that is tried once."""

    def deed(number: int) -> Any:
        with crm.work(as_user=by) as work:
            return act(work, number)

    return deed


def winning_the_same_customer(one: Crm, other: Crm) -> list[Deed]:
    def winning(crm: Crm, manager: str) -> Deed:
        chances = developed(one, ROUNDS, to=manager)
        return once(crm, manager, lambda work, number: opportunities.win(work, chances[number].id))

    return [winning(one, MANAGERS[0]), winning(other, MANAGERS[1])]


def winning_and_leaving(one: Crm, other: Crm) -> list[Deed]:
    managers = [
        one.perform(access.create_user, name=f"manager{number}", roles=(MANAGER_ROLE,), as_user="admin")
        for number in range(ROUNDS)
    ]
    chances = [developed(one, 1, to=each.name, customer_name=each.name)[0] for each in managers]
    return [
        lambda number: once(one, managers[number].id, lambda work, _: opportunities.win(work, chances[number].id))(0),
        once(other, "admin", lambda work, number: access.retire_user(work, managers[number].id)),
    ]


def giving_the_same_roles(one: Crm, other: Crm) -> list[Deed]:
    """Each user gets both roles, named in opposite order."""
    roles = tuple(one.perform(access.create_role, name=name, as_user="admin").id for name in ("甲", "乙"))

    def hiring(crm: Crm, name: str, *wanted: Any) -> Deed:
        return once(crm, "admin", lambda work, number: access.create_user(work, name=f"{name}{number}", roles=wanted))

    return [hiring(one, "first", *roles), hiring(other, "second", *reversed(roles))]


def editing_in_opposite_order(one: Crm, other: Crm) -> list[Deed]:
    """Each holds what the other one waits for; some stores let both of them lose."""
    chances = recorded(one, 2)

    def editing(crm: Crm, title: str, *places: int) -> Deed:
        def both(work: Work, number: int) -> None:
            for place in places:
                opportunities.edit(work, chances[place].id, title=f"{title} {number}")

        return once(crm, "lihua", both)

    return [editing(one, "left", 0, 1), editing(other, "right", 1, 0)]


@pytest.mark.requirement("NFR-10", "NFR-15")
@pytest.mark.timeout(600)
@pytest.mark.parametrize(
    ("scene", "rounds", "most"),
    [
        (winning_the_same_customer, ROUNDS, 1),
        (winning_and_leaving, ROUNDS, 1),
        (giving_the_same_roles, ROUNDS, 1),
        (editing_in_opposite_order, 5, 2),
    ],
    ids=["same customer", "leaving", "same roles", "opposite order"],
)
def test_who_loses_gets_a_conflict_or_a_refusal(rivals: list[Crm], scene: Scene, rounds: int, most: int) -> None:
    for outcome in clash(scene(*rivals), rounds):
        lost = [one for one in outcome if isinstance(one, CrmError)]
        assert len(lost) <= most, outcome
        assert all(isinstance(one, Conflict | Refused) for one in lost), outcome
