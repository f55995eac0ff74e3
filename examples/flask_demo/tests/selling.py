"""What the tests of the sales process' pages begin with: stages, an activity, a target and a snapshot."""

import datetime as dt
from decimal import Decimal
from uuid import UUID

from crmcore import Crm, access, opportunities, pipeline, setup, targets
from crmcore.opportunities.entity import OpportunityId
from crmcore.pipeline import SalesStage
from crmcore.targets import TargetSpan

DAY = dt.date(2030, 6, 28)


def stages_of(crm: Crm, language: str = "en") -> tuple[SalesStage, ...]:
    """Begin with the usual five stages."""
    return crm.perform(setup.standard_process, language="en" if language == "en" else "zh", as_user="lihua")


def of_selling(crm: Crm, running: UUID) -> dict[str, UUID]:
    """Plan an activity for an opportunity of wangwei's, set him a target, take a snapshot; answer ids by page."""
    do, stages = crm.perform, stages_of(crm)
    chance = OpportunityId(running)
    given = {"expected_amount": Decimal(2_000_000), "expected_on": DAY}
    do(opportunities.evaluate, chance, **given, as_user="wangwei")
    visit = do(opportunities.plan_activity, chance, kind="visit", planned_on=DAY, content="拜访", as_user="wangwei")
    with crm.work(as_user="wangwei", readonly=True) as work:
        user: access.UserId = work.user_id
    term = {"span": TargetSpan.YEAR, "starts_on": dt.date(2030, 1, 1), "amount": Decimal(100)}
    target = do(targets.set_target, **term, user=user, as_user="lihua")
    taken = pipeline.take_snapshot(crm).snapshot
    ids = dict.fromkeys(("progress", "activities.new", "activities.add"), running)
    return {**ids, "activities": visit.id, "stages": stages[0].id, "snapshots": taken.id, "sales_targets": target.id}
