"""Merging two customers that are the same organisation, and taking a merge back (requirements CUS-07, X-ADM-11)."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import attrs
from attrs import fields

from crmcore.access.entity import User, UserId, Validity
from crmcore.base.errors import Refused
from crmcore.base.schema import describe
from crmcore.customers.custom_merging import custom_pairs, merge_custom, restore_custom, returning_custom
from crmcore.customers.entity import Customer, CustomerId, CustomerStatus
from crmcore.customers.events import CustomersMerged, MergeUndone
from crmcore.customers.merge_choices import FieldChoice, check_choices, field_choices, merged
from crmcore.customers.merge_keeping import Pair, keep_merge, tell_absorbed, tell_parted
from crmcore.customers.merge_storing import key_left, store_both
from crmcore.customers.merging import CustomerMerge, CustomerMergeId, MergeState
from crmcore.customers.parting import all_returning
from crmcore.customers.relinking import MergeChanged, cases_given, cases_given_back, how_many, moving, relink
from crmcore.customers.rules import check_linkable
from crmcore.escalation.planning import replan_of
from crmcore.query import eq, negate, one_of, query
from crmcore.sales.summing import sum_up
from crmcore.storage.action import action
from crmcore.storage.codec import entity_to_json, value_from_json
from crmcore.storage.work import Work

__all__ = ["MergePreview", "merge", "merge_preview", "undo_merge"]

_c = fields(Customer)


class SameCustomer(Refused):
    """A customer can't be merged with himself."""

    code = "customer.merge_same"


class MergeOver(Refused):
    """The merge was undone before."""

    code = "customer.merge_undone"


class MergeSuperseded(Refused):
    """The kept customer was deleted, or merged into another one; that has to be undone first."""

    code = "customer.merge_superseded"


class MergeNameTaken(Refused):
    """Another customer has the name, or the key of another system, that one of the two would have again."""

    code = "customer.merge_name_taken"


class MergeManagerLeft(Refused):
    """The account manager who would be responsible again has left the company."""

    code = "customer.merge_manager_left"


@attrs.frozen(kw_only=True)
class MergePreview:
    """What merging two customers would mean."""

    kept: Customer
    absorbed: Customer
    fields: tuple[FieldChoice, ...]
    """Both values of every field, and which is taken unless somebody chooses."""
    moving: Mapping[str, int]
    """Kind of record to how many of them move to the kept customer."""


@action("customer.merge")
def merge_preview(work: Work, kept: CustomerId, absorbed: CustomerId) -> MergePreview:
    """Answer what there is to choose when two customers are merged, and what moves.

    Raises:
        SameCustomer, CustomerDeleted, MergeTooLarge: They can't be merged.
        NotFound: There is no such customer, or none the actor may see.
    """
    one, other = _both(work, kept, absorbed)
    pairs = custom_pairs(work, kept, absorbed)
    return MergePreview(
        kept=one,
        absorbed=other,
        fields=(*field_choices(one, other), *(pair.choice for pair in pairs)),
        moving=how_many(work, absorbed),
    )


@action("customer.merge")
def merge(
    work: Work,
    kept: CustomerId,
    absorbed: CustomerId,
    choices: Mapping[str, str] | None = None,
    *,
    kept_expected: int | None = None,
    absorbed_expected: int | None = None,
) -> CustomerMerge:
    """Make one customer of two: everything of the absorbed one moves to the kept one (requirement X-ADM-11).

    The absorbed customer is deleted and says whom he was merged into; his name is free. He has that key in other
    systems which the kept one does not take: so the sales system's orders are still understood (requirement ORD-04).
    His open churn cases become those of the kept customer's account manager; each stays a case of its own.

    Args:
        work: The unit of work.
        kept: Who remains, with his number.
        absorbed: Who turned out to be the same.
        choices: Field to ``kept`` or ``absorbed``, for the fields in which the default of :func:`merge_preview` is
            not wanted.
        kept_expected: The version of the kept customer that the person saw; None if that does not matter.
        absorbed_expected: That of the absorbed one.

    Raises:
        SameCustomer, CustomerDeleted, MergeTooLarge: They can't be merged.
        NotFound: There is no such customer, or none the actor may see.
        Conflict: Somebody changed one of them since the person saw him.
        Invalid: A choice names no field, or no side.
    """
    one, other = _both(work, kept, absorbed, (kept_expected, absorbed_expected))
    return _united(work, Pair(one, other), choices or {})


@action("customer.merge")
def undo_merge(work: Work, id: CustomerMergeId) -> CustomerMerge:  # noqa: A002
    """Make two customers of one again: everything the merge did is taken back (requirement X-ADM-11).

    What came to the kept customer afterwards, orders and interactions say, stays with him; so do fields of his that the
    merge left alone. Service requests, care and invitations to surveys go back with the contact they name. Orders that
    the sales system has changed meanwhile go back as they are now.

    Raises:
        MergeOver: It was undone before.
        MergeSuperseded: The kept customer was deleted or merged since.
        MergeChanged: Something that the merge moved or chose was changed since.
        MergeNameTaken: Another customer has the name, or key, by now.
        MergeManagerLeft: One of the two would be left without an account manager.
        NotFound: There is no such merge, or the actor may not see one of the customers.
    """
    record = work.of(CustomerMerge).get(id)
    kept, absorbed = work.customers.get(record.kept), work.customers.get(record.absorbed)
    if record.state is MergeState.UNDONE:
        raise MergeOver(name=absorbed.name)
    if kept.status is CustomerStatus.DELETED or absorbed.merged_into != kept.id:
        raise MergeSuperseded(name=kept.name)
    said = json.loads(record.before)
    one = _as_before(kept, said["kept"], said["kept_after"])
    other = _as_before(absorbed, said["absorbed"], said["absorbed_after"])
    _check_free(work, one, other)
    linked = all_returning(work, said["moved"], kept.id)
    custom = returning_custom(work, said["custom"], kept.id)
    _keep_managers(work, one, other)
    restore_custom(work, custom)
    relink(work, linked, absorbed.id, cases_given_back(said["moved"]))
    sum_up(work, (kept.id, absorbed.id))
    tell_parted(work, Pair(one, other))
    store_both(work, one, other, absorbed)
    replan_of(work, (kept.id, absorbed.id))
    work.record(MergeUndone(kept.id, absorbed.id), about=kept.id)
    return work.unscoped(CustomerMerge).save(attrs.evolve(record, state=MergeState.UNDONE))


def _united(work: Work, before: Pair, choices: Mapping[str, str]) -> CustomerMerge:
    """Make one customer of two."""
    kept, absorbed = before.kept.id, before.absorbed.id
    pairs = custom_pairs(work, kept, absorbed)
    check_choices(choices, [pair.field.code for pair in pairs])
    result = merged(before.kept, before.absorbed, choices)
    linked = moving(work, absorbed)
    custom = merge_custom(work, pairs, choices, kept)
    moved = relink(work, linked, kept, cases_given(linked, result.manager))
    sum_up(work, (kept, absorbed), keep=(absorbed,))  # an import of his orders at this moment comes upon it
    key = key_left(before.kept, before.absorbed, result)
    deleted = attrs.evolve(before.absorbed, status=CustomerStatus.DELETED, merged_into=kept, name_key=None)
    tell_absorbed(work, before)
    gone, result = store_both(work, attrs.evolve(deleted, external_key=key), result, before.kept)
    replan_of(work, (kept,))
    work.record(CustomersMerged(kept, absorbed), about=kept)
    return keep_merge(work, before, Pair(result, gone), moved, custom)


def _both(
    work: Work, kept: CustomerId, absorbed: CustomerId, expected: Sequence[int | None] = (None, None)
) -> tuple[Customer, Customer]:
    """Answer two customers that can be merged."""
    one = work.customers.get(kept, expected=expected[0])
    other = work.customers.get(absorbed, expected=expected[1])
    if kept == absorbed:
        raise SameCustomer(name=one.name)
    check_linkable(one)
    check_linkable(other)
    return one, other


def _as_before(present: Customer, before: Mapping[str, Any], after: Mapping[str, Any]) -> Customer:
    """Answer a customer with every value that the merge changed as it was; other values stay as they are now.

    Raises:
        MergeChanged: A value that the merge changed was changed again since.
    """
    now, specs = entity_to_json(present), describe(Customer).by_name
    changed = [
        name
        for name, value in before.items()
        if name in specs and name != "version" and not specs[name].hint.derived and value != after[name]
    ]
    if any(now[name] != after[name] for name in changed):
        raise MergeChanged(entity="customer")
    return attrs.evolve(present, **{name: value_from_json(specs[name], before[name]) for name in changed})


def _check_free(work: Work, *customers: Customer) -> None:
    """Refuse if a third customer has a name or key that one of the two would have again."""
    ids = [one.id for one in customers]
    for field in (_c.name_key, _c.external_key):
        for one in customers:
            value = getattr(one, field.name)
            if value is None:
                continue
            taken = query(Customer).where(eq(field, value), negate(one_of(_c.id, ids))).page(1)
            if work.unscoped(Customer).find(taken):
                raise MergeNameTaken(name=one.name if field is _c.name_key else value)


def _keep_managers(work: Work, *customers: Customer) -> None:
    """Refuse if a manager has left; touch both, so that they can't leave at the same moment (requirement USR-06)."""
    users = work.unscoped(User)
    managers = [users.get(id_) for id_ in sorted({UserId(one.manager) for one in customers})]
    for manager in managers:
        if manager.status is Validity.RETIRED:
            raise MergeManagerLeft(name=manager.display_name)
    for manager in managers:
        users.touch(manager)
