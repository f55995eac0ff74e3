"""What a merge leaves to be read and to be undone by: the merge itself, and a line in the kept customer's history."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import attrs

from crmcore.customers.entity import Customer
from crmcore.customers.merging import CustomerMerge, CustomerMergeId
from crmcore.storage.codec import compact, entity_to_json
from crmcore.storage.work import Work

__all__ = ["ABSORBED", "Pair", "keep_merge", "tell_absorbed", "tell_parted"]

ABSORBED: Final = "absorbed"
"""What a change record of a kept customer calls the customer who was merged into him, or parted from him again."""


@attrs.frozen
class Pair:
    """The two customers of a merge."""

    kept: Customer
    absorbed: Customer


def keep_merge(work: Work, before: Pair, after: Pair, moved: Mapping[str, Any], custom: Sequence[Any]) -> CustomerMerge:
    """Keep what undoing a merge needs to know.

    Args:
        work: The unit of work.
        before: Both customers before.
        after: Both as they are stored now.
        moved: Which records were linked to the kept customer.
        custom: What became of the values of the company's own fields.
    """
    said = {
        "kept": entity_to_json(before.kept),
        "absorbed": entity_to_json(before.absorbed),
        "kept_after": entity_to_json(after.kept),
        "absorbed_after": entity_to_json(after.absorbed),
        "moved": moved,
        "custom": custom,
    }
    return work.unscoped(CustomerMerge).add(
        CustomerMerge(
            id=CustomerMergeId(work.new_id()),
            kept=before.kept.id,
            absorbed=before.absorbed.id,
            before=compact(said),
            done_by=work.user_id,
            done_at=work.now,
        )
    )


def tell_absorbed(work: Work, pair: Pair) -> None:
    """Let the kept customer's history say who was merged into him; to be called before he is stored."""
    work.changes.mention(Customer, pair.kept.id, {ABSORBED: [None, _called(pair.absorbed)]})


def tell_parted(work: Work, pair: Pair) -> None:
    """Let it say that the two are two again."""
    work.changes.mention(Customer, pair.kept.id, {ABSORBED: [_called(pair.absorbed), None]})


def _called(customer: Customer) -> str:
    return f"{customer.number} {customer.name}"
