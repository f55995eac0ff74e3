"""What a pipeline position follows is written down once, and its record has a place for all of it (X-TGT-01)."""

from attrs import fields

from crmcore.opportunities.entity import Opportunity
from crmcore.pipeline.following import FOLLOWED, PRIOR
from crmcore.pipeline.standing import PipelinePosition


def test_every_fact_has_a_place_and_one_for_what_it_was_before() -> None:
    kept = {one.name for one in fields(PipelinePosition)}
    assert {one for one in kept if one.startswith("prior_")} == set(PRIOR.values())
    assert kept - set(PRIOR.values()) - {"id", "opportunity", "since", "until", "version"} == set(FOLLOWED)
    assert set(FOLLOWED.values()) <= {one.name for one in fields(Opportunity)}
