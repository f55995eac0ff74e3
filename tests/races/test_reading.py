"""Who reads sees one moment, whatever others do meanwhile."""

import itertools
import random
from collections.abc import Callable, Iterator

import pytest
from attrs import fields

from crmcore import opportunities
from crmcore.opportunities.entity import Opportunity, OpportunityId
from crmcore.query import asc, query, total
from crmcore.storage.crm import Crm
from crmcore.storage.work import Work
from races.arena import clash, machines, recorded, staff_up

RECORDS = 4
EACH = 50
MOVES = 60
_o = fields(Opportunity)


@pytest.fixture
def crms(store_url: str) -> Iterator[list[Crm]]:
    with machines(store_url, 2) as crms:
        staff_up(crms[0])
        yield crms


def move(work: Work, giving: OpportunityId, taking: OpportunityId) -> None:
    """Take one percent from an opportunity and give it to another."""
    for chance, difference in ((giving, -1), (taking, 1)):
        rate = work.opportunities.get(chance).success_rate
        opportunities.edit(work, chance, success_rate=rate + difference)


def seen(work: Work, ids: list[OpportunityId]) -> set[int]:
    """The sum of all, looked at in every way, some of them by many questions."""
    one_by_one = sum(work.opportunities.get(one).success_rate for one in ids)
    listed = sum(one.success_rate for one in work.opportunities.find())
    scanned = sum(one.success_rate for one in work.opportunities.scan(query(Opportunity).sort(asc(_o.title)), size=1))
    ((tallied,),) = (row.values for row in work.opportunities.tally(measures=(total(_o.success_rate),)))
    again = sum(work.opportunities.get(one).success_rate for one in reversed(ids))
    return {one_by_one, listed, scanned, tallied, again}


@pytest.mark.requirement("NFR-06", "NFR-15")
@pytest.mark.timeout(600)
def test_readers_see_one_moment(crms: list[Crm]) -> None:
    ids = [one.id for one in recorded(crms[0], RECORDS, success_rate=EACH)]
    everything = RECORDS * EACH
    pairs = list(itertools.permutations(ids, 2))

    def writer(place: int) -> Callable[[int], None]:
        chosen = random.Random(place)
        return lambda _: crms[place].perform(move, *chosen.choice(pairs), as_user="lihua")

    def reader(number: int) -> set[int]:
        with crms[number % 2].work("zhaomin", readonly=True) as work:
            return seen(work, ids)

    outcomes = clash([writer(0), writer(1), reader, reader], MOVES)
    for *moved, first, second in outcomes:
        assert moved == [None, None], moved
        assert first == second == {everything}, (first, second)
