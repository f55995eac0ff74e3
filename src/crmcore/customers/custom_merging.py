"""What two merged customers have in the company's own fields (requirement X-CUS-08).

A value of the absorbed customer moves to the kept one, or is written into the kept one's own record: a customer has one
value in a field, so two records can't change places.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

import attrs
from attrs import fields

from crmcore.base.schema import describe
from crmcore.customers.custom_forms import kept_in
from crmcore.customers.entity import CustomerId
from crmcore.customers.grouping import CustomField, CustomValue
from crmcore.customers.merge_choices import CUSTOM, FieldChoice, side_of
from crmcore.customers.relinking import MergeChanged, digest_of
from crmcore.query import asc, eq, one_of, query
from crmcore.storage.codec import entity_to_json, value_from_json
from crmcore.storage.work import Work

__all__ = ["CustomPair", "custom_pairs", "merge_custom", "restore_custom", "returning_custom"]

_v = fields(CustomValue)
_HELD = ("text", "number", "day", "flag")


@attrs.frozen
class CustomPair:
    """What two customers have in one of the company's own fields."""

    field: CustomField
    kept: CustomValue | None
    absorbed: CustomValue | None

    @property
    def choice(self) -> FieldChoice:
        """Both values, and whose is the default."""
        kept, absorbed = (None if one is None else kept_in(one) for one in (self.kept, self.absorbed))
        return FieldChoice(
            field=f"{CUSTOM}{self.field.code}",
            kept=kept,
            absorbed=absorbed,
            default="absorbed" if self.kept is None else "kept",
        )


def custom_pairs(work: Work, kept: CustomerId, absorbed: CustomerId) -> list[CustomPair]:
    """Answer the company's own fields in which one of two customers has something, in the order of the form."""
    values = work.unscoped(CustomValue).find(query(CustomValue).where(one_of(_v.customer, (kept, absorbed))))
    by_place = {(one.custom_field, one.customer): one for one in values}
    f = fields(CustomField)
    used = query(CustomField).where(one_of(f.id, {one.custom_field for one in values})).sort(asc(f.position))
    return [
        CustomPair(one, by_place.get((one.id, kept)), by_place.get((one.id, absorbed)))
        for one in (work.unscoped(CustomField).find(used) if values else ())
    ]


def merge_custom(
    work: Work, pairs: Iterable[CustomPair], choices: Mapping[str, str], to: CustomerId
) -> list[dict[str, Any]]:
    """Give the kept customer what was chosen; answer what was done, for :func:`returning_custom`."""
    values, done = work.unscoped(CustomValue), []
    for pair in pairs:
        if pair.absorbed is None or side_of(choices, pair.choice) == "kept":
            continue
        if pair.kept is None:
            changed = attrs.evolve(pair.absorbed, customer=to)
        else:
            changed = attrs.evolve(pair.kept, **{name: getattr(pair.absorbed, name) for name in _HELD})
        before = pair.absorbed if pair.kept is None else pair.kept
        stored = values.save(changed)
        done.append({"id": stored.id.hex, "digest": digest_of(stored), "before": entity_to_json(before)})
    return done


def returning_custom(work: Work, done: Sequence[Mapping[str, Any]], kept: CustomerId) -> list[CustomValue]:
    """Answer the values that a merge changed, as they were before it.

    Raises:
        MergeChanged: One of them was changed or taken away since.
    """
    return [_as_before(work, one, kept) for one in done]


def restore_custom(work: Work, before: Iterable[CustomValue]) -> None:
    """Store values as they were before a merge."""
    for one in before:
        work.unscoped(CustomValue).save(one)


def _as_before(work: Work, done: Mapping[str, Any], kept: CustomerId) -> CustomValue:
    present = work.unscoped(CustomValue).first(eq(_v.id, UUID(hex=done["id"])))
    if present is None or present.customer != kept or digest_of(present) != done["digest"]:
        raise MergeChanged(entity="custom_value")
    specs = describe(CustomValue).by_name
    values = {name: value_from_json(specs[name], done["before"][name]) for name in ("customer", *_HELD)}
    return attrs.evolve(present, **values)
