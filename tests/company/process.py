"""The sales process of tests: stages, evaluated opportunities, snapshots."""

import datetime as dt
from decimal import Decimal
from typing import Any

import attrs

from company.chances import dispatched
from crmcore import SYSTEM, opportunities, pipeline, setup
from crmcore.dictionary import set_parameter
from crmcore.opportunities.entity import Opportunity
from crmcore.pipeline.entity import SalesStage
from crmcore.pipeline.standing import PipelinePosition, StagePassage
from crmcore.storage.crm import Crm

JUNE = dt.date(2026, 6, 30)
JULY = dt.date(2026, 7, 31)


@attrs.frozen
class Stages:
    """The standard stages by what they are."""

    contact: SalesStage
    need: SalesStage
    offer: SalesStage
    talks: SalesStage
    contract: SalesStage


def stages_of(crm: Crm) -> Stages:
    """Begin with the standard sales process."""
    return Stages(*crm.perform(setup.standard_process, as_user="zhaomin"))


def evaluated(
    crm: Crm, chance: Opportunity, amount: int | None = 100_000, by: str = "wangwei", **more: Any
) -> Opportunity:
    """Say what an opportunity is expected to bring, in June unless told."""
    given: dict[str, Any] = {"expected_amount": None if amount is None else Decimal(amount), "expected_on": JUNE}
    return crm.perform(opportunities.evaluate, chance.id, as_user=by, **{**given, **more})


def expected(
    crm: Crm, amount: int | None = 100_000, to: str = "wangwei", *, day: dt.date = JUNE, **more: Any
) -> Opportunity:
    """An opportunity that is being developed, and what it is expected to bring."""
    return evaluated(crm, dispatched(crm, to, **more), amount, to, expected_on=day)


def moved(crm: Crm, chance: Opportunity, to: SalesStage, by: str = "wangwei", **more: Any) -> Opportunity:
    """Take an opportunity to a stage."""
    return crm.perform(pipeline.move, chance.id, to=to.id, as_user=by, **more)


def allow(crm: Crm, moves: str) -> None:
    """Set which ways through the process are open."""
    crm.perform(set_parameter, "process.moves", moves, as_user="admin")


def passages_of(crm: Crm, chance: Opportunity) -> list[StagePassage]:
    """The stages an opportunity has passed."""
    return [*crm.perform(pipeline.passages, chance.id, as_user="zhaomin")]


def positions_of(crm: Crm, chance: Opportunity) -> list[PipelinePosition]:
    """What was forecast of an opportunity, the first one first."""
    with crm.work(as_user=SYSTEM, readonly=True) as work:
        found = [one for one in work.unscoped(PipelinePosition).find() if one.opportunity == chance.id]
    return sorted(found, key=lambda one: (one.since, one.until is None, one.id))
