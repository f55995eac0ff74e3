"""``kill -9`` in the middle of importing a file: whole chunks only; again finishes the work, and undo takes it back."""

import sys
from collections import Counter

import attrs
import pytest

from crmcore import exchange
from crmcore.customers.entity import Contact, Customer
from crmcore.exchange import ImportState
from crmcore.exchange.chunks import created_in
from crmcore.exchange.entity import ImportBatch, ImportChunk
from crmcore.storage.ports import Store
from crmcore.storage.records import ChangeRecord
from faults.conftest import Victim
from faults.lives import Nursery
from faults.nursery import CHUNK, CUSTOMERS, FILE, PLAN
from faults.test_killed_batches import crm_of, die, kept

pytestmark = pytest.mark.skipif(
    sys.platform == "win32", reason="processes are neither forked nor killed like this there"
)

CHUNKS = 30
"""Chunks of eight that are undone: more than all children together can do."""


def chunks_there(store: Store, size: int = CHUNK) -> int:
    """Check that what is there are whole chunks, each with its records kept for undoing; answer how many."""
    chunks = kept(store, ImportChunk)
    batches = kept(store, ImportBatch)
    assert [one.chunks for one in batches] == ([len(chunks)] if batches else [])
    customers, contacts = kept(store, Customer), kept(store, Contact)
    made = [created_in(one) for one in chunks]
    assert {one.id for one in customers} == {id_ for one in made for id_ in one["customer"]}
    assert {one.id for one in contacts} == {id_ for one in made for id_ in one["contact"]}
    assert len(customers) == len(contacts) == len(chunks) * size
    told = Counter(one.action for one in kept(store, ChangeRecord) if one.entity == "import_batch")
    assert told["exchange.take_rows"] - told["exchange.undo_last_chunk"] == len(chunks)
    return len(chunks)


@pytest.mark.timeout(600)
@pytest.mark.requirement("X-ADM-10", "NFR-14")
def test_an_import_that_is_killed_leaves_whole_chunks_and_is_finished_later(victim: Victim, nursery: Nursery) -> None:
    acknowledged = die(victim, nursery, "take_in", lambda: chunks_there(victim.store), 0.1)
    assert acknowledged, "the children died before they had done anything worth losing"
    assert 0 < chunks_there(victim.store) * CHUNK < CUSTOMERS, "nobody died in the middle"
    crm = crm_of(victim.store)
    done = exchange.import_file(crm, FILE, PLAN, as_user="zhaomin")
    assert done.batch is not None
    assert (done.created, done.updated, done.failed) == (CUSTOMERS, 0, 0)
    assert done.batch.state is ImportState.DONE
    assert chunks_there(victim.store) * CHUNK == CUSTOMERS
    assert exchange.undo(crm, done.batch.id, as_user="zhaomin").kept == ()
    assert [kept(victim.store, kind) for kind in (Customer, Contact, ImportChunk)] == [[], [], []]


@pytest.mark.timeout(600)
@pytest.mark.requirement("X-ADM-10", "NFR-14")
def test_undoing_an_import_that_is_killed_leaves_whole_chunks_and_is_finished_later(
    victim: Victim, nursery: Nursery
) -> None:
    crm = crm_of(victim.store)
    lines = FILE.splitlines(keepends=True)[: 1 + CHUNKS * 8]
    done = exchange.import_file(crm, b"".join(lines), attrs.evolve(PLAN, chunk_size=8), as_user="zhaomin")
    assert done.batch is not None
    id_ = done.batch.id

    def go_on() -> int:
        chunks_there(victim.store, 8)
        return id_.int

    acknowledged = die(victim, nursery, "take_back", go_on, 0.04)
    assert acknowledged, "the children died before they had done anything worth losing"
    left = chunks_there(victim.store, 8)
    assert 0 < left <= min(one.int for one in acknowledged), "nobody died in the middle, or a chunk came back"
    assert exchange.undo(crm, id_, as_user="zhaomin").kept == ()
    assert [kept(victim.store, kind) for kind in (Customer, Contact, ImportChunk)] == [[], [], []]
    assert [one.state for one in kept(victim.store, ImportBatch)] == [ImportState.UNDONE]
