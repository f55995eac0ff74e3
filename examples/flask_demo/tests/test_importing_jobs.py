"""Imports that run aside: how many at once."""

from pathlib import Path
from uuid import UUID

import attrs

from crmcore.access.entity import UserId
from crmcore.exchange import ImportPlan
from crmcore_demo.importing import Job, Jobs


def test_one_person_runs_one_import_at_a_time() -> None:
    jobs = Jobs()
    user = UserId(UUID(int=1))
    job = Job(user=user, name="a", folder=Path(), plan=ImportPlan(mapping=()), dry_run=True)
    first = jobs.start(job, lambda: None)
    assert first is not None
    assert jobs.start(attrs.evolve(job), lambda: None) is None
    job.broken = True
    assert jobs.start(attrs.evolve(job), lambda: None) is not None
