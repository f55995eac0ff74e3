"""Servers that go away and come back, and clients that freeze with a record in their hands."""

import sys
import time
from collections import Counter
from typing import Any
from uuid import UUID

import pytest

from company.chances import GIVEN
from crmcore import SYSTEM, opportunities
from crmcore.base.errors import Transient, Unavailable, UnknownOutcome
from crmcore.opportunities.entity import Opportunity
from crmcore.query import query
from crmcore.storage.crm import Crm
from crmcore.storage.ports import SchemaState
from crmcore.storage.records import ChangeRecord, OutboxMessage
from crmcore.storage.stores import open_crm
from faults.conftest import Victim, end_sessions
from faults.lives import Nursery
from faults.rivals import Steady
from servers import DURABLE_KINDS

pytestmark = pytest.mark.timeout(600)
SERVERS = [kind for kind in DURABLE_KINDS if kind != "sqlite"]
GONE = (Transient, Unavailable, UnknownOutcome)


def record(crm: Crm, title: str, key: str | None = None) -> Opportunity:
    given: Any = {**GIVEN, "title": title}
    return crm.perform(opportunities.create, as_user="lihua", key=key, **given)


def titles(crm: Crm) -> Counter[str]:
    with crm.work(as_user=SYSTEM, readonly=True) as work:
        kept = work.opportunities.find()
        assert work.session.count(query(ChangeRecord)) == work.session.count(query(OutboxMessage)) == len(kept)
    return Counter(one.title for one in kept)


@pytest.mark.parametrize("victim", SERVERS, indirect=True)
def test_a_server_that_is_down_is_said_to_be(victim: Victim) -> None:
    """One typed error, in both languages, without the password; afterwards everything works as before."""
    assert victim.server is not None
    with open_crm(victim.url) as crm:
        crm.patience = 1
        record(crm, "before")
        victim.server.kill()
        with pytest.raises(GONE) as caught:
            record(crm, "lost")
        assert caught.value.explain("zh") != caught.value.explain("en")
        with pytest.raises(Unavailable):
            open_crm(victim.url)
        victim.server.start()
        crm.patience = 30
        assert crm.store.state() is SchemaState.CURRENT
        record(crm, "after")
        assert titles(crm) == Counter(["before", "after"])


@pytest.mark.parametrize("victim", SERVERS, indirect=True)
def test_what_was_acknowledged_outlives_the_server(victim: Victim) -> None:
    """The server is killed under load, three times; whoever repeats with a key has each row once."""
    assert victim.server is not None
    with open_crm(victim.url) as crm:
        crm.patience = 1
        with Steady(lambda number: record(crm, f"row {number}", key=f"row {number}"), patient_with=GONE) as importing:
            for _ in range(3):
                importing.wait_for(15)
                victim.server.kill()
                time.sleep(0.2)
                victim.server.start()
            importing.wait_for(15)
        done = importing.done
        crm.patience = 30
        kept = titles(crm)
    assert set(kept.values()) == {1}
    assert set(kept) >= {f"row {number}" for number in range(done)}
    assert len(kept) <= done + 1, "more than the one row that was not answered"


@pytest.mark.skipif(sys.platform == "win32", reason="processes are neither forked nor frozen like this there")
def test_a_frozen_client_stops_nobody_for_ever(victim: Victim, nursery: Nursery) -> None:
    """A process stands still in the middle of a transaction: others get an answer, and once it is dead, their way."""
    child, (word, id_) = nursery.start("hold", victim.url, "frozen")
    assert word == "holding"
    child.freeze()
    with open_crm(victim.url) as crm:
        crm.patience = 1
        with crm.work(as_user="lihua", readonly=True) as work:
            held = work.opportunities.get(UUID(id_))  # type: ignore[arg-type]
        assert held.title == "frozen"
        started = time.monotonic()
        with pytest.raises(Transient):
            crm.perform(opportunities.edit, held.id, title="taken", as_user="lihua")
        assert time.monotonic() - started < 60
        child.kill()
        end_sessions(victim)
        crm.patience = 120
        assert crm.perform(opportunities.edit, held.id, title="taken", as_user="lihua").version == 2
        with crm.work(as_user=SYSTEM, readonly=True) as work:
            assert work.opportunities.get(held.id).title == "taken"
