"""Defining the sales process: its stages, their order, what they need (自定义销售流程; requirement X-OPP-03)."""

from collections.abc import Collection
from typing import Any, Unpack

import attrs
from attrs import fields as attributes

from crmcore.access.entity import Validity
from crmcore.base.building import build, change
from crmcore.base.errors import Invalid, Problem
from crmcore.base.text import key_of
from crmcore.opportunities.entity import OPEN, Opportunity
from crmcore.pipeline.entity import SalesStage, SalesStageId
from crmcore.pipeline.following import process_of
from crmcore.pipeline.inputs import StageChanges, StageFields
from crmcore.pipeline.rules import check_needed
from crmcore.query import asc, count, desc, eq, one_of, query
from crmcore.storage.action import action
from crmcore.storage.work import Work

__all__ = ["arrange_stages", "create_stage", "edit_stage", "restore_stage", "retire_stage", "stage_loads", "stages"]

_s = attributes(SalesStage)


@action(
    "opportunity.read",
    "opportunity.read_all",
    "plan.read",
    "forecast.read",
    "forecast.read_all",
    "process.configure",
)
def stages(work: Work, *, retired: bool = False) -> tuple[SalesStage, ...]:
    """List the stages of the sales process in their order; those no longer used too, if asked for (X-OPP-03)."""
    wanted = query(SalesStage).sort(asc(_s.position), asc(_s.id))
    return tuple(work.sales_stages.find(wanted if retired else wanted.where(eq(_s.status, Validity.VALID))))


@action("process.configure")
def stage_loads(work: Work) -> dict[SalesStageId | None, int]:
    """Count the open opportunities in each stage; those in none under None: what a change would concern."""
    o = attributes(Opportunity)
    counted = work.unscoped(Opportunity).tally(
        query(Opportunity).where(one_of(o.status, OPEN)), by=(o.stage,), measures=(count(),)
    )
    return {row.key[0]: row.values[0] for row in counted}


@action("process.configure")
def create_stage(work: Work, **fields: Unpack[StageFields]) -> SalesStage:
    """Add a stage at the end of the sales process (requirement X-OPP-03).

    Args:
        work: The unit of work.
        fields: ``name`` (1–50 characters) and ``probability`` (0–100 %); optionally the forecast ``category`` that an
            opportunity gets on entering, and ``needed``: names of the fields to be filled in before.

    Raises:
        AlreadyExists: Another stage has the name.
        Invalid: A field is missing, unknown or out of range, or can't be needed; all problems are listed.
    """
    given: dict[str, Any] = dict(fields)
    last = next(iter(work.unscoped(SalesStage).find(query(SalesStage).sort(desc(_s.position)).page(1))), None)
    made = build(
        SalesStage,
        given,
        id=SalesStageId(work.new_id()),
        name_key=key_of(str(given.get("name") or "")) or "?",
        position=1 if last is None else last.position + 1,
    )
    check_needed(made)
    return work.sales_stages.add(made)


@action("process.configure")
def edit_stage(
    work: Work,
    id: SalesStageId,  # noqa: A002
    *,
    expected: int | None = None,
    **changes: Unpack[StageChanges],
) -> SalesStage:
    """Change a stage; what is in it stays there, and snapshots keep what it was (requirement X-OPP-03).

    Raises:
        AlreadyExists: Another stage has the name.
        Conflict: Somebody changed it since the person saw it.
        Invalid: A value breaks a constraint, or a field can't be needed.
    """
    changed = change(work.sales_stages.get(id, expected=expected), changes)
    check_needed(changed)
    return work.sales_stages.save(attrs.evolve(changed, name_key=key_of(changed.name)))


@action("process.configure")
def arrange_stages(work: Work, order: tuple[SalesStageId, ...]) -> tuple[SalesStage, ...]:
    """Put the stages that are used into another order (requirement X-OPP-03).

    Args:
        work: The unit of work.
        order: All stages in use, each once, the first one first.

    Raises:
        Invalid: A stage is missing, named twice, or not in use.
    """
    known = {one.id: one for one in process_of(work)}
    if not _names_each(known, order):
        raise Invalid(Problem(field="order", code="pipeline.order", entity="sales_stage"))
    placed = (attrs.evolve(known[id_], position=place) for place, id_ in enumerate(order, start=1))
    return tuple(work.sales_stages.save(one) for one in placed)


@action("process.configure")
def retire_stage(work: Work, id: SalesStageId, *, expected: int | None = None) -> SalesStage:  # noqa: A002
    """Let no opportunity enter a stage any more; those that are in it stay until they are moved or closed."""
    known = work.sales_stages.get(id, expected=expected)
    return work.sales_stages.save(attrs.evolve(known, status=Validity.RETIRED))


@action("process.configure")
def restore_stage(work: Work, id: SalesStageId, *, expected: int | None = None) -> SalesStage:  # noqa: A002
    """Use a stage again, at the end of the process; to be arranged afterwards."""
    known = work.sales_stages.get(id, expected=expected)
    if known.status is Validity.VALID:
        return known
    last = next(iter(work.unscoped(SalesStage).find(query(SalesStage).sort(desc(_s.position)).page(1))), known)
    place = known.position if last.id == known.id else last.position + 1
    return work.sales_stages.save(attrs.evolve(known, status=Validity.VALID, position=place))


def _names_each(known: Collection[SalesStageId], order: object) -> bool:
    """Tell whether an order names every stage in use once and nothing else, whatever a caller wrote."""
    if not isinstance(order, tuple | list) or len(order) != len(known):
        return False
    return all(id_ in order for id_ in known)
