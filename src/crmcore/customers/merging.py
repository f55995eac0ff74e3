"""What is kept of a merge, so that one action undoes it."""

import datetime as dt
import enum
from typing import ClassVar, NewType
from uuid import UUID

import attrs
from attrs import field

from crmcore.access.entity import UserId
from crmcore.base.checked import checked
from crmcore.base.constraints import Length
from crmcore.base.kinds import hint
from crmcore.customers.entity import CustomerId

__all__ = ["CustomerMerge", "CustomerMergeId", "MergeState"]

CustomerMergeId = NewType("CustomerMergeId", UUID)


class MergeState(enum.Enum):
    """Whether a merge stands."""

    DONE = "done"
    UNDONE = "undone"


@attrs.frozen(kw_only=True, field_transformer=checked)
class CustomerMerge:
    """Two customers that were the same organisation became one."""

    id: CustomerMergeId = field(metadata=hint(system=True))
    kept: CustomerId = field(metadata=hint(system=True, ref="customer"))
    """The customer that remains."""
    absorbed: CustomerId = field(metadata=hint(system=True, ref="customer"))
    """The customer that was deleted."""
    state: MergeState = field(default=MergeState.DONE, metadata=hint(system=True))
    before: str = field(validator=Length(2, 4_000_000), metadata=hint(system=True, secret=True, long=True))
    """JSON: both customers as they were, and which records were relinked, and what they said then.

    A secret: it says of others what the list of merges does not, and would double the history.
    """
    done_by: UserId = field(metadata=hint(system=True, ref="user"))
    done_at: dt.datetime = field(metadata=hint(system=True))
    version: int = field(default=0, metadata=hint(system=True))

    indexes: ClassVar[tuple[tuple[str, ...], ...]] = (("kept",), ("absorbed",))
