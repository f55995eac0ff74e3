"""Idempotency keys: a request that is repeated is answered, not carried out again (design 5)."""

import hashlib
from collections.abc import Callable
from typing import Any, Final, TypeVar, cast
from uuid import NAMESPACE_URL, uuid5

import attrs

from crmcore.base.errors import Contention, Invalid, Problem
from crmcore.base.kinds import name_of
from crmcore.base.text import is_storable
from crmcore.storage.records import Receipt
from crmcore.storage.work import Work

__all__ = ["once"]

R = TypeVar("R")
_LONGEST_KEY: Final = 200


def once(work: Work, key: object, action: Callable[..., R], args: Any, kwargs: Any) -> R:
    """Run the action unless its receipt is there; answer the record it made or changed."""
    if not isinstance(key, str) or not 1 <= len(key) <= _LONGEST_KEY or not is_storable(key):
        raise Invalid(Problem(field="key", code="value.key", params={"max": _LONGEST_KEY}))
    name = f"{getattr(action, '__module__', '')}.{getattr(action, '__qualname__', repr(action))}"
    id_ = uuid5(NAMESPACE_URL, f"urn:crmcore:receipt:{work.actor.id}:{name}:{key}")
    arguments = repr((args, sorted(kwargs.items()))).encode(errors="backslashreplace")
    asked = f"{name[-60:]} {hashlib.sha256(arguments).hexdigest()[:32]}"
    receipt = work.session.load(Receipt, id_)
    if receipt is not None:
        if receipt.action != asked:
            raise Invalid(Problem(field="key", code="value.key_reused"))
        kept = receipt.result_id and work.of(work.crm.kind_named(receipt.result)).get(receipt.result_id)
        return cast("R", kept)
    result = action(work, *args, **kwargs)
    made = attrs.has(type(result)) and hasattr(result, "id")
    stored = work.session.insert(
        Receipt(
            id=id_,
            at=work.now,
            action=asked,
            result=name_of(type(result)) if made else "",
            result_id=result.id if made else None,  # type: ignore[attr-defined]  # `made` says it has one
        )
    )
    if not stored:
        raise Contention(entity="receipt", id=id_)
    return result
