"""Every report that there is, asked in every way, by everybody: its numbers open to what they count (chapters 5, 9).

On every store the same hostile past. What is answered in memory is the measure of the other stores: they answer the
same, value by value.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from company import People
from company.asking import ways
from company.laws import Reading, asked
from company.past import ZONE, make_past
from company.process import stages_of
from company.reading import READERS, readers_of, seen_by
from crmcore.base.schema import describe
from crmcore.dictionary import set_parameter
from crmcore.opportunities.entity import Opportunity
from crmcore.pipeline.standing import PipelinePosition, StagePassage
from crmcore.query import query
from crmcore.storage.crm import Crm
from crmcore.storage.stores import open_store
from crmcore.subjects import ENTITIES

SEED = 5


@contextmanager
def twin(crm: Crm) -> Iterator[Crm]:
    """The same company in memory: all its records."""
    store = open_store("memory://", tuple(map(describe, ENTITIES)))
    reading, writing = crm.store.begin(write=False), store.begin(write=True)
    for entity in ENTITIES:
        writing.append(reading.find(query(entity)))
    writing.commit()
    reading.close()
    writing.close()
    yield Crm(store, clock=crm.clock, ids=crm.ids)
    store.close()


@pytest.mark.requirement("RPT-01", "RPT-02", "RPT-03", "RPT-04", "X-ANA-01", "9", "16.1")
def test_every_number_opens_to_the_records_it_counts_on_every_store(crm: Crm, people: People) -> None:
    crm.perform(set_parameter, "company.zone", ZONE, as_user="admin")
    readers, process = readers_of(crm, people), stages_of(crm)
    owners = (people.lihua.id, people.wangwei.id, readers["mixed"].id)
    past = make_past(crm, people, (process.contact, process.need, process.offer), SEED, owners)
    everything = [*ways(past, people)]
    with twin(crm) as same:
        opened: dict[Any, Any] = {}
        for place, name in enumerate(READERS):
            with crm.work(as_user=name, readonly=True) as work, same.work(as_user=name, readonly=True) as other:
                reading = Reading(work, readers[name], seen_by(past, readers[name]), known_to(name, opened))
                for number, way in enumerate(everything):
                    if way.usual or number % len(READERS) == place:
                        found = asked(work, way)
                        assert found == asked(other, way), f"{name}: {way}"
                        reading.check(way, found)
                opened = reading.opened


def known_to(name: str, opened: dict[Any, Any]) -> dict[Any, Any]:
    """What has been opened for a supervisor need not be opened again for an executive, who sees the same in lists.

    But for opportunities and what belongs to them, of which he has no list.
    """
    own = {Opportunity, StagePassage, PipelinePosition}
    return {of: found for of, found in opened.items() if name == "chengang" and of.entity not in own}
