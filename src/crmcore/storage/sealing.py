"""Seals the change records, so that a cut tail, a rewritten record or one slipped in shows later (NFR-13, NFR-14).

Run ``seal`` every night and keep its digest somewhere else as well; ``broken_seals`` compares.
"""

import datetime as dt
import hashlib
from collections.abc import Iterator
from itertools import takewhile
from typing import Final

import attrs
from attrs import fields

from crmcore.access.actor import SYSTEM
from crmcore.base.clock import cut
from crmcore.base.errors import Contention
from crmcore.base.ids import first_id_at, fixed_id, id_after
from crmcore.query import Condition, asc, desc, gt, le, query
from crmcore.storage.changes import digest, facts_of
from crmcore.storage.crm import Crm
from crmcore.storage.records import ChangeRecord, Seal
from crmcore.storage.work import Work

__all__ = ["LAG", "broken_seals", "seal"]

LAG: Final = dt.timedelta(minutes=10)
"""Records younger than this are left for the next seal: a unit of work that began earlier may still commit."""
_START: Final = "0" * 64
_FIRST: Final = fixed_id("seal", 0)
"""Id of the first seal, the same for all who make it at the same moment."""

_c, _s = fields(ChangeRecord), fields(Seal)


def seal(crm: Crm, *, lag: dt.timedelta = LAG) -> Seal | None:
    """Seal all change records since the last seal but the youngest; None if there are none.

    Args:
        crm: The CRM.
        lag: Age below which records are left out; longer than any commit takes, and than clocks of machines differ.

    Raises:
        Contention: Somebody else sealed at the same moment; nothing is left to do.
    """
    with crm.work(as_user=SYSTEM, readonly=True) as work:
        last = work.unscoped(Seal).find(query(Seal).sort(desc(_s.id)).page(1))
        previous = last[0] if last else None
        end, count, sealed = _digest(previous, _old(_records(work, previous), cut(crm.clock()) - lag))
    if end is None:
        return None
    id_ = _FIRST if previous is None else id_after(previous.id, crm.ids())
    made = Seal(id=id_, at=cut(crm.clock()), last=end.id, count=count, digest=sealed)
    _keep(crm, previous, made)
    return made


def broken_seals(crm: Crm) -> Iterator[Seal]:
    """Answer the seals that no longer fit the change records before them, the oldest first."""
    with crm.work(as_user=SYSTEM, readonly=True) as work:
        previous: Seal | None = None
        for one in work.unscoped(Seal).find(query(Seal).sort(asc(_s.id))):
            _, count, sealed = _digest(previous, _records(work, previous, le(_c.id, one.last)))
            if (count, sealed) != (one.count, one.digest):
                yield one
            previous = one


def _records(work: Work, previous: Seal | None, *conditions: Condition) -> Iterator[ChangeRecord]:
    """Answer the change records since a seal, in the order of their ids."""
    wanted = query(ChangeRecord).where(*conditions).sort(asc(_c.id))
    if previous is not None:
        wanted = wanted.where(gt(_c.id, previous.last))
    return work.unscoped(ChangeRecord).scan(wanted)


def _old(records: Iterator[ChangeRecord], until: dt.datetime) -> Iterator[ChangeRecord]:
    """Answer records up to the first that is too young, by its time or by its id, which it got with the commit."""
    young = first_id_at(until + dt.timedelta(milliseconds=1))
    return takewhile(lambda one: one.at <= until and one.id < young, records)


def _digest(previous: Seal | None, records: Iterator[ChangeRecord]) -> tuple[ChangeRecord | None, int, str]:
    """Answer the last of the records, how many there are, and the digest over the seal before and all they say."""
    running = hashlib.sha256((_START if previous is None else previous.digest).encode())
    last, count = None, 0
    for record in records:
        running.update(f"{digest(facts_of(record))}{record.hash}".encode())
        last, count = record, count + 1
    return last, count, running.hexdigest()


def _keep(crm: Crm, previous: Seal | None, made: Seal) -> None:
    """Store a seal, and the one before as its next version: so nobody else puts another one after that."""
    session = crm.store.begin(write=True)
    try:
        if previous is not None:
            touched = attrs.evolve(previous, version=previous.version + 1)
            kept = session.replace(touched, previous.version) and session.insert(made)
        else:
            kept = session.insert(made)
        if not kept:
            raise Contention(entity="seal", id=made.id)
        session.commit()
    finally:
        session.close()
