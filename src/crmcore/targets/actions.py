"""Setting sales targets, and planning a year (销售目标设定, 销售计划; requirements X-TGT-01, X-TGT-02)."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, Final, Unpack

import attrs

from crmcore.access.entity import User, UserId, Validity
from crmcore.base.building import build, change
from crmcore.base.errors import AlreadyExists, Invalid, Problem
from crmcore.dictionary.lookup import check_codes
from crmcore.query import eq, query
from crmcore.storage.action import action
from crmcore.storage.work import Work
from crmcore.targets.entity import SalesTarget, SalesTargetId, TargetSpan
from crmcore.targets.inputs import PlanFields, TargetChanges, TargetFields
from crmcore.targets.rules import (
    TargetHasParts,
    check_target,
    check_year,
    first_days,
    last_day,
    slot_of,
    split,
)

__all__ = ["delete_target", "edit_target", "plan_year", "set_target"]

_LARGEST_WEIGHT: Final = 1_000_000
_t = attrs.fields(SalesTarget)


@action("target.manage")
def set_target(work: Work, **fields: Unpack[TargetFields]) -> SalesTarget:
    """Say what a person, a territory or the company is to sell in a month, a quarter or a year (requirement X-TGT-01).

    There is one target for each period and whose it is; a year beside its quarters and months is no contradiction.

    Args:
        work: The unit of work.
        fields: ``span`` and ``starts_on``, the first day of the period; ``user`` or ``territory`` (neither: the whole
            company's); ``amount`` in the company's currency, ``number`` of won opportunities, or both; ``remark``.

    Raises:
        AlreadyExists: There is one for this period already.
        Invalid: Something is missing, unknown or contradictory; all problems are listed.
    """
    return _set(work, dict(fields), None)


@action("target.manage")
def edit_target(
    work: Work,
    id: SalesTargetId,  # noqa: A002
    *,
    expected: int | None = None,
    **changes: Unpack[TargetChanges],
) -> SalesTarget:
    """Change how much is to be sold; whose target it is and for when stays (requirement X-TGT-01).

    A part of a plan is changed by itself: the year and the other parts stay as they are.

    Raises:
        Conflict: Somebody changed it since the person saw it.
        Invalid: A value breaks a constraint, or nothing is left to reach.
    """
    changed = change(work.sales_targets.get(id, expected=expected), changes)
    check_target(changed)
    return work.sales_targets.save(changed)


@action("target.manage")
def delete_target(work: Work, id: SalesTargetId, *, parts: bool = False, expected: int | None = None) -> None:  # noqa: A002
    """Remove a target that was set by mistake; its change records stay (requirement X-TGT-01).

    Args:
        work: The unit of work.
        id: Which target.
        parts: Remove the parts that a year was split into, too.
        expected: The version the person saw; None if that does not matter.

    Raises:
        TargetHasParts: It was split, and the parts are not to be removed.
    """
    known = work.sales_targets.get(id, expected=expected)
    split_into = work.sales_targets.find(query(SalesTarget).where(eq(_t.part_of, id)))
    if split_into and not parts:
        raise TargetHasParts(count=len(split_into))
    for one in (*split_into, known):
        work.sales_targets.remove(one)


@action("target.manage")
def plan_year(
    work: Work,
    year: int,
    *,
    into: TargetSpan = TargetSpan.MONTH,
    weights: Sequence[int] = (),
    **fields: Unpack[PlanFields],
) -> tuple[SalesTarget, ...]:
    """Plan a year: set its target, and split it into months or quarters that add up to it (requirement X-TGT-02).

    Args:
        work: The unit of work.
        year: Which year.
        into: Months or quarters.
        weights: How much of it falls to each, one whole number a period, as seasons are; none for equal parts.
        fields: Whose it is and how much, as in :func:`set_target`.

    Returns:
        The year's target, and its parts in their order.

    Raises:
        AlreadyExists: There is a target already for the year or one of its periods; nothing is set.
        Invalid: Year, span or weights make no plan, or what :func:`set_target` refuses.
    """
    starts = first_days(check_year(year), TargetSpan.YEAR)[0]
    shares = _weights(into, weights)
    given: dict[str, Any] = dict(fields)
    whole = _set(work, {**given, "span": TargetSpan.YEAR, "starts_on": starts}, None)
    none = [None] * len(shares)
    amounts = none if whole.amount is None else split(whole.amount, shares)
    numbers = none if whole.number is None else [int(one) for one in split(Decimal(whole.number), shares, Decimal(1))]
    made = [whole]
    for day, amount, number in zip(first_days(year, into), amounts, numbers, strict=True):
        part = {**given, "span": into, "starts_on": day, "amount": amount, "number": number}
        made.append(_set(work, part, whole.id))
    return tuple(made)


def _weights(into: Any, weights: Sequence[int]) -> list[int]:
    """Answer one weight for each part.

    Raises:
        Invalid: A year can't be split so.
    """
    if into not in {TargetSpan.MONTH, TargetSpan.QUARTER}:
        raise Invalid(Problem(field="into", code="value.choice", entity="sales_target", params={"got": str(into)[:50]}))
    wanted = 12 if into is TargetSpan.MONTH else 4
    shares = [*weights] or [1] * wanted
    whole = all(type(one) is int and 0 <= one <= _LARGEST_WEIGHT for one in shares)
    if len(shares) != wanted or not whole or not any(shares):
        raise Invalid(Problem(field="weights", code="target.weights", params={"count": wanted}, entity="sales_target"))
    return shares


def _set(work: Work, given: dict[str, Any], part_of: SalesTargetId | None) -> SalesTarget:
    """Store a target, if it can be one."""
    draft = build(
        SalesTarget,
        given,
        id=SalesTargetId(work.new_id()),
        slot="?",
        ends_on=work.today,
        part_of=part_of,
        created_by=work.user_id,
        created_at=work.now,
    )
    check_target(draft)
    _check_owner(work, draft.user)
    check_codes(work, draft)
    ends = last_day(draft.starts_on, draft.span)
    slot = slot_of(draft.span, draft.starts_on, draft.user, draft.territory)
    kept = work.unscoped(SalesTarget)
    if kept.first(eq(_t.slot, slot)) is not None:
        raise AlreadyExists(entity="sales_target", field="starts_on", value=draft.starts_on)
    return kept.add(attrs.evolve(draft, ends_on=ends, slot=slot))


def _check_owner(work: Work, user: UserId | None) -> None:
    if user is None:
        return
    known = work.session.load(User, user)
    if known is None or known.status is not Validity.VALID:
        raise Invalid(Problem(field="user", code="target.nobody", entity="sales_target"))
    work.unscoped(User).touch(known)  # nobody lets him retire at the same moment
