"""Delivers what the outbox holds to other systems: at least once, and in order for each record (design 5)."""

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Final
from uuid import UUID

import attrs
from attrs import fields

from crmcore.base.clock import cut
from crmcore.base.errors import Transient
from crmcore.query import all_of, any_of, asc, eq, le, lt, negate, query
from crmcore.storage.crm import Crm
from crmcore.storage.records import MessageState, OutboxMessage

__all__ = ["LEASE", "Deliver", "Relayed", "relay"]

Deliver = Callable[[OutboxMessage], None]
"""Hands one message over; raising leaves it for the next time. It must bear being handed the same message twice."""
LEASE: Final = dt.timedelta(minutes=5)
"""How long a relay that died keeps others from its messages."""
_AT_ONCE: Final = 100
"""Messages read at once."""

_m = fields(OutboxMessage)


@attrs.frozen
class Relayed:
    """What one run of a relay did."""

    delivered: int
    failures: tuple[tuple[OutboxMessage, Exception], ...]
    """Messages whose delivery failed, and why; they stay, and so do those about the same record behind them."""


def relay(crm: Crm, deliver: Deliver, *, limit: int = 100) -> Relayed:
    """Deliver waiting messages, the oldest first; hand over *limit* at most.

    Several relays may run at once: each message is claimed for ``LEASE`` before it is delivered, and messages about the
    same record wait for the one before them. Messages about other records do not wait.
    """
    delivered = 0
    failures: list[tuple[OutboxMessage, Exception]] = []
    blocked: set[UUID] = set()
    for message in _waiting(crm):
        if delivered + len(failures) >= limit:
            break
        claimed = None if message.entity_id in blocked else _claim(crm, message)
        if claimed is None:
            blocked.add(message.entity_id)
            continue
        try:
            deliver(claimed)
        except Exception as error:  # noqa: BLE001  # whatever another system did wrong must not stop the others' messages
            failures.append((claimed, error))
            blocked.add(message.entity_id)
            _store(crm, attrs.evolve(claimed, state=MessageState.PENDING, lease_until=None))
        else:
            delivered += _store(crm, attrs.evolve(claimed, state=MessageState.DELIVERED, lease_until=None))
    return Relayed(delivered, tuple(failures))


def _waiting(crm: Crm) -> Iterator[OutboxMessage]:
    """Answer messages nobody is delivering, the oldest first."""
    abandoned = all_of(eq(_m.state, MessageState.CLAIMED), le(_m.lease_until, cut(crm.clock())))
    pending = query(OutboxMessage).where(any_of(eq(_m.state, MessageState.PENDING), abandoned))
    wanted = pending.sort(asc(_m.id)).page(_AT_ONCE)
    while True:
        session = crm.store.begin(write=False)
        try:
            found = session.find(wanted)
        finally:
            session.close()
        yield from found
        if len(found) < _AT_ONCE:
            return
        wanted = attrs.evolve(wanted, after=(found[-1].id,))


def _claim(crm: Crm, message: OutboxMessage) -> OutboxMessage | None:
    """Claim a message, unless somebody else has, or one before it about the same record is not delivered yet."""
    earlier = query(OutboxMessage).where(
        eq(_m.entity_id, message.entity_id), lt(_m.id, message.id), negate(eq(_m.state, MessageState.DELIVERED))
    )
    claimed = attrs.evolve(
        message,
        state=MessageState.CLAIMED,
        lease_until=cut(crm.clock()) + LEASE,
        attempts=message.attempts + 1,
        version=message.version + 1,
    )
    session = crm.store.begin(write=True)
    try:
        if session.count(earlier, 1) or not session.replace(claimed, message.version):
            return None
        session.commit()
    except Transient:
        return None
    finally:
        session.close()
    return claimed


def _store(crm: Crm, message: OutboxMessage) -> bool:
    """Store a claimed message's new state; False if another relay has it now, or will have when the lease runs out."""
    session = crm.store.begin(write=True)
    try:
        kept = session.replace(attrs.evolve(message, version=message.version + 1), message.version)
        if kept:
            session.commit()
    except Transient:
        return False
    finally:
        session.close()
    return kept
