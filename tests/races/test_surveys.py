"""A customer is asked for his opinion while somebody deletes him: he was asked before, or not at all (X-SRV-04)."""

from collections.abc import Callable
from typing import Any

import pytest

from company.clients import PERSON, entered
from company.opinions import opened
from crmcore import customers, surveys
from crmcore.base.errors import Invalid
from crmcore.customers.entity import Customer
from crmcore.customers.rules import CustomerDeleted
from crmcore.storage.crm import Crm
from crmcore.surveys import Invitation, Invited
from races.arena import MANAGERS, clash, history_of, kept

pytestmark = pytest.mark.timeout(600)
ROUNDS = 8


def fought(
    rivals: list[Crm], known: list[Customer], contacts: list[Any], away: Callable[[int], Any]
) -> list[tuple[Any, Any]]:
    """What became of inviting each customer while he, or his contact, was deleted."""
    survey = opened(rivals[0]).survey.id

    def invite(number: int) -> Invited:
        chosen = {"customer": known[number].id, "contact": contacts[number]}
        return rivals[0].perform(surveys.invite, survey, as_user=MANAGERS[0], **chosen)

    return [(one, other) for one, other in clash([invite, away], ROUNDS)]


def check(crm: Crm, known: list[Customer], outcomes: list[tuple[Any, Any]], refusal: Any, deed: str) -> None:
    """Who was asked was deleted afterwards; who was deleted is not asked."""
    asked = {one.customer for one in kept(crm, Invitation)}
    done = history_of(crm)
    for customer, (invited, deleted) in zip(known, outcomes, strict=True):
        assert not isinstance(deleted, Exception), repr(deleted)
        steps = [one.action for one in done[customer.id] if one.action in {"surveys.invite", deed}]
        if isinstance(invited, Invited):
            assert customer.id in asked
            assert steps == ["surveys.invite", deed]
        else:
            assert type(invited) is refusal, repr(invited)
            assert customer.id not in asked
            assert deed in steps


@pytest.mark.requirement("X-SRV-04", "NFR-14")
def test_a_customer_is_asked_or_deleted(rivals: list[Crm]) -> None:
    known = [entered(rivals[0], name=f"客户 {number}") for number in range(ROUNDS)]
    outcomes = fought(
        rivals,
        known,
        [None] * ROUNDS,
        lambda number: rivals[1].perform(customers.delete, known[number].id, as_user=MANAGERS[0]),
    )
    check(rivals[0], known, outcomes, CustomerDeleted, "customers.delete")


@pytest.mark.requirement("X-SRV-04", "NFR-14")
def test_a_contact_is_asked_or_deleted(rivals: list[Crm]) -> None:
    known = [entered(rivals[0], name=f"客户 {number}") for number in range(ROUNDS)]
    other: Any = {**PERSON, "name": "陈工"}
    people = [rivals[0].perform(customers.add_contact, one.id, as_user=MANAGERS[0], **other).id for one in known]
    outcomes = fought(
        rivals,
        known,
        people,
        lambda number: rivals[1].perform(customers.delete_contact, people[number], as_user=MANAGERS[0]),
    )
    check(rivals[0], known, outcomes, Invalid, "customers.delete_contact")
