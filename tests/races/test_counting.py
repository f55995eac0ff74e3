"""Many people change the same record, and nothing is lost."""

from collections.abc import Callable, Iterator

import pytest

from crmcore import opportunities
from crmcore.opportunities.entity import Opportunity, OpportunityId
from crmcore.storage.crm import Crm
from crmcore.storage.history import broken_links
from crmcore.storage.work import Work
from races.arena import clash, history_of, kept, machines, recorded, staff_up

WRITERS = 32
TIMES = 3
MACHINES = 4


@pytest.fixture
def crms(store_url: str) -> Iterator[list[Crm]]:
    with machines(store_url, MACHINES) as crms:
        staff_up(crms[0])
        yield crms


def raise_rate(work: Work, chance: OpportunityId) -> Opportunity:
    """Think one percent better of an opportunity than whoever was here before."""
    rate = work.opportunities.get(chance).success_rate
    return opportunities.edit(work, chance, success_rate=rate + 1)


@pytest.mark.requirement("NFR-10", "NFR-15", "X-ADM-09")
@pytest.mark.timeout(600)
def test_thirty_two_writers_lose_nothing(crms: list[Crm]) -> None:
    (chance,) = recorded(crms[0], 1)

    def writer(place: int) -> Callable[[int], Opportunity]:
        return lambda _: crms[place % MACHINES].perform(raise_rate, chance.id, as_user="lihua")

    seen = [one for each in clash([writer(place) for place in range(WRITERS)], TIMES) for one in each]
    assert all(isinstance(one, Opportunity) for one in seen), seen
    assert sorted(one.success_rate for one in seen) == list(range(1, WRITERS * TIMES + 1))
    assert all(one.version == one.success_rate + 1 for one in seen)
    (after,) = kept(crms[0], Opportunity)
    assert (after.success_rate, after.version) == (WRITERS * TIMES, WRITERS * TIMES + 1)
    changes = sorted(history_of(crms[0])[chance.id], key=lambda one: one.entity_version)
    assert [one.entity_version for one in changes] == list(range(1, after.version + 1))
    assert list(broken_links(changes)) == []
