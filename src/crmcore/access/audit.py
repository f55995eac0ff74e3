"""Reads what was done and what was refused (requirement X-ADM-09)."""

import datetime as dt

from attrs import fields

from crmcore.access.entity import UserId
from crmcore.base.checked import FIRST_YEAR, LAST_YEAR
from crmcore.base.clock import day_range
from crmcore.base.errors import Invalid, Problem
from crmcore.base.paging import Page
from crmcore.query import Condition, any_of, desc, eq, ge, lt, negate, query
from crmcore.storage.action import action
from crmcore.storage.collection import NOTHING_CHANGED
from crmcore.storage.listing import exactly, page_of
from crmcore.storage.records import ChangeRecord, Operation
from crmcore.storage.work import Work

__all__ = ["audit_trail"]

_c = fields(ChangeRecord)


@action("audit.read")
def audit_trail(
    work: Work,
    *,
    denied: bool | None = None,
    actor: UserId | None = None,
    entity: str = "",
    first: dt.date | None = None,
    last: dt.date | None = None,
    page: int = 1,
    size: int | None = None,
) -> Page[ChangeRecord]:
    """List what everybody changed, and what was refused to whom, newest first; log-ins too.

    Versions that changed nothing are left out (see ``Collection.touch``), secret values are blotted out. A log-in that
    succeeded is a change of the credential by the user himself that says ``signed_in``; one that failed is a refused
    attempt. That attempts are counted meanwhile is not told.

    Args:
        work: The unit of work.
        denied: True for refused attempts only, False for changes only, None for both.
        actor: What one user did or tried; None for everybody.
        entity: Name of a kind of record, ``opportunity``; empty for all.
        first: First day, in the company's zone; None for the beginning.
        last: Last day, included; None for today.
        page: Which page, from 1.
        size: Most records on a page; None for the company's setting.
    """
    something = any_of(eq(_c.operation, Operation.DENIED), negate(eq(_c.changes, NOTHING_CHANGED)))
    conditions: list[Condition] = [something, *exactly((_c.actor, actor), (_c.entity, entity))]
    if denied is not None:
        refused = eq(_c.operation, Operation.DENIED)
        conditions.append(refused if denied else negate(refused))
    if first is not None:
        conditions.append(ge(_c.at, day_range(_day("first", first), first, work.zone)[0]))
    if last is not None:
        conditions.append(lt(_c.at, day_range(last, _day("last", last), work.zone)[1]))
    wanted = query(ChangeRecord).where(*conditions).sort(desc(_c.id))
    return page_of(work, work.unscoped(ChangeRecord), wanted, page=page, size=size)


def _day(name: str, day: dt.date) -> dt.date:
    """Answer a day that every calendar here knows."""
    if type(day) is not dt.date:
        raise Invalid(Problem(field=name, code="value.type", params={"wanted": "date", "got": type(day).__name__}))
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise Invalid(Problem(field=name, code="value.year", params={"min": FIRST_YEAR, "max": LAST_YEAR}))
    return day
