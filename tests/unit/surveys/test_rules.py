"""Who invites whom, for roles that a company may make for itself (requirement X-SRV-04)."""

import datetime as dt
from uuid import UUID

import attrs
import pytest

from crmcore.access.actor import SYSTEM, Actor
from crmcore.access.entity import UserId
from crmcore.access.rules import NoPermission
from crmcore.base.errors import Refused
from crmcore.customers.entity import Customer, CustomerId, CustomerStatus
from crmcore.customers.rules import CustomerDeleted, NotTheManager
from crmcore.surveys.entity import Survey, SurveyId, SurveyStatus
from crmcore.surveys.rules import NotDraft, NotOpen, may_change, may_close, may_invite

NOW = dt.datetime(2026, 3, 2, tzinfo=dt.UTC)
WHO, OTHER = UserId(UUID(int=1)), UserId(UUID(int=2))
ASKED = Survey(id=SurveyId(UUID(int=3)), title="t", status=SurveyStatus.OPEN, created_by=WHO, created_at=NOW)
CUSTOMER = Customer(
    id=CustomerId(UUID(int=4)), number="KH1", name="n", name_key="n", manager=WHO, created_by=WHO, created_at=NOW
)
GONE = attrs.evolve(CUSTOMER, name_key=None, status=CustomerStatus.DELETED)


def somebody(*permissions: str, id: UserId = WHO) -> Actor:  # noqa: A002
    return Actor(id=id, name="n", permissions=frozenset(permissions))


@pytest.mark.requirement("X-SRV-04")
@pytest.mark.parametrize(
    ("actor", "customer", "refusal"),
    [
        (somebody("survey.invite"), CUSTOMER, None),
        (somebody("survey.invite", "survey.read_all", id=OTHER), CUSTOMER, None),
        (SYSTEM, CUSTOMER, None),
        (somebody("survey.invite", "customer.read_all", id=OTHER), CUSTOMER, NotTheManager),
        (somebody("survey.read_all"), CUSTOMER, NoPermission),
        (somebody("survey.invite"), GONE, CustomerDeleted),
    ],
)
def test_own_customers_are_invited_and_all_by_whoever_sees_all_answers(
    actor: Actor, customer: Customer, refusal: type[Refused] | None
) -> None:
    if refusal is None:
        may_invite(ASKED, customer, actor)
        return
    with pytest.raises(refusal):
        may_invite(ASKED, customer, actor)


@pytest.mark.requirement("X-SRV-04")
def test_a_survey_goes_one_way() -> None:
    boss = somebody("survey.manage", "survey.invite")
    draft, closed = (attrs.evolve(ASKED, status=one) for one in (SurveyStatus.DRAFT, SurveyStatus.CLOSED))
    may_change(draft, boss)
    may_close(ASKED, boss)
    for one in (ASKED, closed):
        with pytest.raises(NotDraft):
            may_change(one, boss)
    for one in (draft, closed):
        with pytest.raises(NotOpen):
            may_close(one, boss)
        with pytest.raises(NotOpen):
            may_invite(one, CUSTOMER, boss)
