"""What the unit of work writes beside the business records, in the same transaction."""

import datetime as dt
import enum
from typing import ClassVar, Final
from uuid import UUID

import attrs
from attrs import field

from crmcore.base.checked import checked
from crmcore.base.constraints import Length, Range
from crmcore.base.kinds import hint

__all__ = ["MENTION", "RECORDS", "ChangeRecord", "MessageState", "Operation", "OutboxMessage", "Receipt", "Seal"]

_LONGEST = 4_000_000
MENTION: Final = ":"
"""Begins the name of what a change record says beside fields: no field's name begins so."""


class Operation(enum.Enum):
    """What happened to a record."""

    CREATED = "created"
    CHANGED = "changed"
    REMOVED = "removed"
    DENIED = "denied"


@attrs.frozen(kw_only=True, field_transformer=checked)
class ChangeRecord:
    """Who did what to which record, when, and what was different afterwards (requirement X-ADM-09).

    Every version of a record has one; a refused attempt leaves one too. ``hash`` covers the record and ``previous``,
    the hash of the same entity's record before it.
    """

    id: UUID
    at: dt.datetime
    actor: UUID | None
    actor_name: str = field(validator=Length(0, 100))
    action: str = field(validator=Length(0, 100))
    operation: Operation
    entity: str = field(validator=Length(0, 100))
    entity_id: UUID | None
    entity_version: int
    changes: str = field(validator=Length(0, _LONGEST), metadata=hint(long=True))
    """JSON object: field name to ``[old, new]``; secret fields say only that they changed."""
    code: str = field(default="", validator=Length(0, 100))
    """Why an attempt was refused."""
    previous: str = field(default="", validator=Length(0, 64))
    hash: str = field(default="", validator=Length(0, 64))
    version: int = field(default=1, validator=Range(0, 2**31))

    indexes: ClassVar[tuple[tuple[str, ...], ...]] = (("entity_id", "entity_version"),)


class MessageState(enum.Enum):
    """How far a message has come."""

    PENDING = "pending"
    CLAIMED = "claimed"
    DELIVERED = "delivered"


@attrs.frozen(kw_only=True, field_transformer=checked)
class OutboxMessage:
    """Something that happened, for other systems to hear of; delivered at least once, in order for each record."""

    id: UUID
    at: dt.datetime
    kind: str = field(validator=Length(1, 100))
    """Name of the event class, ``opportunity_dispatched``."""
    entity_id: UUID
    actor: UUID | None
    payload: str = field(validator=Length(2, _LONGEST), metadata=hint(long=True))
    """JSON object with the event's fields."""
    state: MessageState = MessageState.PENDING
    lease_until: dt.datetime | None = None
    attempts: int = field(default=0, validator=Range(0, 2**31))
    version: int = field(default=1, validator=Range(0, 2**31))

    indexes: ClassVar[tuple[tuple[str, ...], ...]] = (("state",), ("entity_id",))


@attrs.frozen(kw_only=True, field_transformer=checked)
class Receipt:
    """Proof that a request with an idempotency key was carried out; its id is made from actor, action and key."""

    id: UUID
    at: dt.datetime
    action: str = field(validator=Length(0, 100))
    """Name of the action, and a digest of what it was asked to do."""
    result: str = field(default="", validator=Length(0, 100))
    """Name of the entity the action answered; empty for none."""
    result_id: UUID | None = None
    version: int = field(default=1, validator=Range(0, 2**31))


@attrs.frozen(kw_only=True, field_transformer=checked)
class Seal:
    """A digest over all change records up to one; shows later that none was cut off, rewritten or slipped in."""

    id: UUID
    at: dt.datetime
    last: UUID
    count: int = field(validator=Range(0, 2**62))
    digest: str = field(validator=Length(64, 64))
    version: int = field(default=1, validator=Range(0, 2**31))


RECORDS = (ChangeRecord, OutboxMessage, Receipt, Seal)
