"""What is kept of two requests that became one (requirement X-SRV-09)."""

import datetime as dt
import enum
from typing import NewType
from uuid import UUID

import attrs
from attrs import field

from crmcore.access.entity import UserId
from crmcore.base.checked import checked
from crmcore.base.constraints import Length
from crmcore.base.kinds import hint
from crmcore.service.entity import ServiceRequestId

__all__ = ["RequestMerge", "RequestMergeId", "RequestMergeState"]

RequestMergeId = NewType("RequestMergeId", UUID)


class RequestMergeState(enum.Enum):
    """Whether a merge stands."""

    DONE = "done"
    UNDONE = "undone"


@attrs.frozen(kw_only=True, field_transformer=checked)
class RequestMerge:
    """Two requests that said the same became one; kept so that one action undoes it."""

    id: RequestMergeId = field(metadata=hint(system=True))
    kept: ServiceRequestId = field(metadata=hint(system=True, ref="service_request", indexed=True))
    absorbed: ServiceRequestId = field(metadata=hint(system=True, ref="service_request", indexed=True))
    state: RequestMergeState = field(default=RequestMergeState.DONE, metadata=hint(system=True))
    before: str = field(validator=Length(2, 4_000_000), metadata=hint(system=True, secret=True, long=True))
    """JSON: the absorbed request as it was, and which notes and files were moved."""
    done_by: UserId = field(metadata=hint(system=True, ref="user"))
    done_at: dt.datetime = field(metadata=hint(system=True))
    version: int = field(default=0, metadata=hint(system=True))
