"""What was agreed about service: targets for answers, contracts, and what members of staff are good at."""

import datetime as dt
import enum
from typing import ClassVar, Final, NewType
from uuid import UUID

import attrs
from attrs import field

from crmcore.access.entity import UserId, Validity
from crmcore.base.checked import checked
from crmcore.base.constraints import Items, Length, Range
from crmcore.base.kinds import hint
from crmcore.calendars.entity import WorkingCalendarId
from crmcore.customers.entity import CustomerId
from crmcore.service.entity import Priority, ServiceContractId

__all__ = [
    "ContractState",
    "ServiceContract",
    "ServiceContractId",
    "ServiceTarget",
    "ServiceTargetId",
    "StaffSkill",
    "StaffSkillId",
]

ServiceTargetId = NewType("ServiceTargetId", UUID)
StaffSkillId = NewType("StaffSkillId", UUID)


@attrs.frozen(kw_only=True, field_transformer=checked)
class ServiceTarget:
    """How soon requests of a kind are answered and handled; the most particular one that fits a request counts."""

    id: ServiceTargetId = field(metadata=hint(system=True))
    name: str = field(validator=Length(1, 50), metadata=hint(searchable=True))
    name_key: str = field(validator=Length(1, 1000), metadata=hint(system=True, unique=True))
    type: str = field(default="", validator=Length(0, 50), metadata=hint(dictionary="service_type"))
    """Kind of request it is for; empty for all."""
    priority: Priority | None = None
    """Priority it is for; None for all."""
    level: str = field(default="", validator=Length(0, 50), metadata=hint(dictionary="customer_level"))
    """Level of customer it is for; empty for all."""
    respond_within: int | None = field(default=None, validator=Range(1, 1_000_000), metadata=hint(unit="min"))
    """Minutes of working time to the first answer; None for no such target."""
    resolve_within: int | None = field(default=None, validator=Range(1, 1_000_000), metadata=hint(unit="min"))
    """Minutes of working time until the request is handled; None for no such target."""
    risk_percent: int = field(default=80, validator=Range(1, 100), metadata=hint(unit="%"))
    """After which part of that time a request is at risk."""
    calendar: WorkingCalendarId = field(metadata=hint(ref="working_calendar"))
    status: Validity = field(default=Validity.VALID, metadata=hint(system=True))
    version: int = field(default=0, metadata=hint(system=True))


class ContractState(enum.Enum):
    """Where a contract stands on a day; it is never stored, since time alone changes it."""

    FUTURE = "future"
    """Agreed, and not begun."""
    RUNNING = "running"
    ENDED = "ended"
    """Its term is over, or it was ended before that."""

    @property
    def key(self) -> str:
        """Catalogue key of the state, for showing it."""
        return _STATE_KEYS[self]


_STATE_KEYS: Final = {
    ContractState.FUTURE: "contract_state.future",
    ContractState.RUNNING: "contract_state.running",
    ContractState.ENDED: "contract_state.ended",
}


@attrs.frozen(kw_only=True, field_transformer=checked)
class ServiceContract:
    """What service a customer has bought, and until when (requirement X-SRV-01)."""

    id: ServiceContractId = field(metadata=hint(system=True))
    number: str = field(validator=Length(1, 50), metadata=hint(searchable=True))
    number_key: str = field(validator=Length(1, 1000), metadata=hint(system=True, unique=True))
    """The number without case, width and what can't be seen: what two contracts may not share."""
    customer: CustomerId = field(metadata=hint(ref="customer", fixed=True))
    title: str = field(validator=Length(1, 200), metadata=hint(searchable=True))
    starts_on: dt.date
    ends_on: dt.date
    """The last day on which it holds."""
    covers: tuple[str, ...] = field(default=(), validator=Items(50, 50), metadata=hint(dictionary="service_type"))
    """Kinds of requests that are included; none given: all."""
    products: tuple[str, ...] = field(default=(), validator=Items(100, 100))
    """What it covers, in words: models, serial numbers; none given: everything the customer has."""
    included_requests: int | None = field(default=None, validator=Range(0, 1_000_000))
    """How many requests a term are included; None for any number."""
    target: ServiceTargetId | None = field(default=None, metadata=hint(ref="service_target"))
    """The target agreed with this customer, before all others; None for the usual ones."""
    remark: str = field(default="", validator=Length(0, 2000), metadata=hint(long=True))
    ended_on: dt.date | None = field(default=None, metadata=hint(system=True))
    """When it was ended before its time; from that day on it holds no more."""
    created_by: UserId = field(metadata=hint(system=True, ref="user"))
    created_at: dt.datetime = field(metadata=hint(system=True))
    version: int = field(default=0, metadata=hint(system=True))

    indexes: ClassVar[tuple[tuple[str, ...], ...]] = (("customer", "ends_on"), ("ends_on",))

    def holds_on(self, day: dt.date) -> bool:
        """Tell whether the customer has this service on a day."""
        return self.starts_on <= day <= self.ends_on and (self.ended_on is None or day < self.ended_on)

    def includes(self, type: str) -> bool:  # noqa: A002
        """Tell whether a kind of request is included."""
        return not self.covers or type in self.covers

    def state(self, today: dt.date) -> ContractState:
        """Tell where the contract stands on a day."""
        if self.ends_on < today or (self.ended_on is not None and self.ended_on <= today):
            return ContractState.ENDED
        return ContractState.RUNNING if self.starts_on <= today else ContractState.FUTURE


@attrs.frozen(kw_only=True, field_transformer=checked)
class StaffSkill:
    """That a member of staff is good at a kind of request (support staff file; requirement X-SRV-02)."""

    id: StaffSkillId = field(metadata=hint(system=True))
    user: UserId = field(metadata=hint(ref="user"))
    type: str = field(validator=Length(1, 50), metadata=hint(dictionary="service_type", unique=True, within=("user",)))
    proficiency: int = field(default=3, validator=Range(1, 5))
    """1 knows the ground rules … 5 teaches others."""
    remark: str = field(default="", validator=Length(0, 300))
    version: int = field(default=0, metadata=hint(system=True))
