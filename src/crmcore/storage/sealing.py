"""Seals the change records, so that a cut tail, a rewritten record or one slipped in shows later (NFR-13, NFR-14).

Run ``seal`` every night and keep its digest somewhere else as well; ``broken_seals`` compares.
"""

import datetime as dt
import hashlib
from collections.abc import Iterator
from typing import Final

from attrs import fields

from crmcore.access.actor import SYSTEM
from crmcore.base.clock import cut
from crmcore.query import Condition, asc, desc, gt, le, query
from crmcore.storage.crm import Crm
from crmcore.storage.records import ChangeRecord, Seal
from crmcore.storage.work import Work

__all__ = ["LAG", "broken_seals", "seal"]

LAG: Final = dt.timedelta(minutes=10)
"""Records younger than this are left for the next seal: a unit of work that began earlier may still commit."""
_START: Final = "0" * 64

_c, _s = fields(ChangeRecord), fields(Seal)


def seal(crm: Crm, *, lag: dt.timedelta = LAG) -> Seal | None:
    """Seal all change records since the last seal but the youngest; None if there are none.

    Args:
        crm: The CRM.
        lag: Age below which records are left out; longer than any unit of work takes.

    Raises:
        Contention: Somebody else sealed at the same moment.
    """
    with crm.work(as_user=SYSTEM, readonly=True) as work:
        last = work.unscoped(Seal).find(query(Seal).sort(desc(_s.id)).page(1))
        previous = last[0] if last else None
        end, count, digest = _digest(work, previous, le(_c.at, cut(crm.clock()) - lag))
    if end is None:
        return None
    made = Seal(id=crm.ids(), at=cut(crm.clock()), last=end.id, count=count, digest=digest)
    session = crm.store.begin(write=True)
    try:
        session.append([made])
        session.commit()
    finally:
        session.close()
    return made


def broken_seals(crm: Crm) -> Iterator[Seal]:
    """Answer the seals that no longer fit the change records before them, the oldest first."""
    with crm.work(as_user=SYSTEM, readonly=True) as work:
        previous: Seal | None = None
        for one in work.unscoped(Seal).find(query(Seal).sort(asc(_s.id))):
            _, count, digest = _digest(work, previous, le(_c.id, one.last))
            if (count, digest) != (one.count, one.digest):
                yield one
            previous = one


def _digest(work: Work, previous: Seal | None, until: Condition) -> tuple[ChangeRecord | None, int, str]:
    """Answer the last record since a seal, how many there are, and the digest over the seal and all their hashes."""
    wanted = query(ChangeRecord).where(until).sort(asc(_c.id))
    if previous is not None:
        wanted = wanted.where(gt(_c.id, previous.last))
    running = hashlib.sha256((_START if previous is None else previous.digest).encode())
    last, count = None, 0
    for record in work.unscoped(ChangeRecord).scan(wanted):
        running.update(record.hash.encode())
        last, count = record, count + 1
    return last, count, running.hexdigest()
