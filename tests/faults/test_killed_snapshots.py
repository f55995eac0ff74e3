"""``kill -9`` in the middle of a snapshot: whole ones only, and the next one notes what is missing (X-TGT-01)."""

import sys
from collections import Counter

import pytest

from company.process import stages_of
from crmcore import pipeline
from crmcore.opportunities.entity import Opportunity
from crmcore.pipeline.standing import PipelinePosition, PipelineSnapshot, SnapshotStage
from crmcore.storage.records import ChangeRecord
from faults.conftest import Victim
from faults.lives import Nursery
from faults.test_killed_batches import TRANSACTIONAL, crm_of, die, kept, settled

pytestmark = pytest.mark.skipif(
    sys.platform == "win32", reason="processes are neither forked nor killed like this there"
)


@pytest.mark.timeout(600)
@pytest.mark.requirement("X-TGT-01", "NFR-14")
def test_a_snapshot_that_is_killed_leaves_nothing_or_all_of_it(victim: Victim, nursery: Nursery) -> None:
    crm = crm_of(victim.store)
    stages_of(crm)

    def whole() -> int:
        """Go on with a name that no snapshot has."""
        taken = kept(victim.store, PipelineSnapshot)
        of_stages = Counter(one.snapshot for one in kept(victim.store, SnapshotStage))
        assert of_stages == {one.id: 5 for one in taken}, "a snapshot left a part of its stages"
        noted = [one for one in kept(victim.store, ChangeRecord) if one.entity == "pipeline_snapshot"]
        assert {one.entity_id for one in noted} == {one.id for one in taken}
        if victim.kind in TRANSACTIONAL:
            known = {one.opportunity for one in kept(victim.store, PipelinePosition)}
            counted = max((one.open_opportunities for one in taken), default=0)
            assert len(known) == counted, "a snapshot noted a part of what stands"
        return len(taken)

    acknowledged = die(victim, nursery, "fix", whole, 0.1)
    assert sum(acknowledged.values()) > 0, "the children died before they had done anything worth losing"
    settled(victim.store, PipelinePosition)
    assert whole() >= sum(acknowledged.values())
    last = pipeline.take_snapshot(crm, "last")
    chances = kept(victim.store, Opportunity)
    positions = kept(victim.store, PipelinePosition)
    assert last.new
    assert last.snapshot.open_opportunities == len(chances)
    assert {one.id for one in positions} == {one.opportunity for one in positions} == {one.id for one in chances}
    assert all(one.until is None for one in positions)
    assert pipeline.take_snapshot(crm, "last").positions == 0
