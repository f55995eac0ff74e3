"""The history of a record, and messages to other systems, on every store."""

import datetime as dt
import json
import threading
from collections.abc import Callable

import attrs
import pytest

from company import People, SetClock
from company.chances import recorded, won
from crmcore import as_of, history, opportunities, relay
from crmcore.base.errors import NotFound
from crmcore.opportunities import Opportunity, OpportunityStatus
from crmcore.query import asc, eq, query
from crmcore.storage.crm import Crm
from crmcore.storage.history import FieldChange, broken_links
from crmcore.storage.outbox import LEASE
from crmcore.storage.records import ChangeRecord, OutboxMessage

_c = attrs.fields(ChangeRecord)


def told(crm: Crm) -> Callable[[OutboxMessage], None]:
    """Forget what the set-up had to tell, and answer a receiver."""
    relay(crm, lambda _: None, limit=1000)
    return lambda _: None


@pytest.mark.requirement("X-ADM-09")
def test_a_record_tells_its_history_and_how_it_was(crm: Crm, clock: SetClock, people: People) -> None:
    chance = recorded(crm)
    first = clock.now
    clock.advance(hours=1)
    crm.perform(opportunities.edit, chance.id, success_rate=75, as_user="wangwei")
    clock.advance(hours=1)
    crm.perform(opportunities.dispatch, chance.id, to="wangwei", as_user="zhaomin")
    with crm.work("wangwei", readonly=True) as work:
        entries = history(work, Opportunity, chance.id)
        assert [(one.by_name, one.version) for one in entries] == [("李华", 1), ("王伟", 2), ("赵敏", 3)]
        assert entries[1].changes == (FieldChange("success_rate", chance.success_rate, 75),)
        assert FieldChange("assignee", None, people.wangwei.id) in entries[2].changes
        assert as_of(work, Opportunity, chance.id, first) == chance
        assert as_of(work, Opportunity, chance.id, first - dt.timedelta(milliseconds=1)) is None
        assert as_of(work, Opportunity, chance.id, clock.now).status is OpportunityStatus.ASSIGNED
    foreign = recorded(crm, by="zhaomin")
    crm.perform(opportunities.dispatch, foreign.id, to="wangwei", as_user="zhaomin")
    with crm.work("lihua", readonly=True) as work, pytest.raises(NotFound):
        history(work, Opportunity, foreign.id)


@pytest.mark.requirement("X-ADM-09", "NFR-13")
def test_a_change_by_hand_follows_the_last_one_before_an_import_renewed_the_record(crm: Crm) -> None:
    chance = recorded(crm)
    session = crm.store.begin(write=True)
    for version in (2, 3):
        session.renew([attrs.evolve(chance, version=version)])
    session.commit()
    session.close()
    for rate in (75, 76):
        crm.perform(opportunities.edit, chance.id, success_rate=rate, as_user="lihua")
    with crm.work(readonly=True) as work:
        wanted = query(ChangeRecord).where(eq(_c.entity_id, chance.id)).sort(asc(_c.entity_version))
        records = work.unscoped(ChangeRecord).find(wanted)
    assert [one.entity_version for one in records] == [1, 4, 5]
    assert list(broken_links(records)) == []


@pytest.mark.requirement("X-ADM-09", "NFR-13")
def test_the_changes_of_a_record_are_chained(crm: Crm) -> None:
    chance = won(crm)
    with crm.work(readonly=True) as work:
        wanted = query(ChangeRecord).where(eq(_c.entity_id, chance.id)).sort(asc(_c.entity_version))
        records = work.unscoped(ChangeRecord).find(wanted)
    assert [one.entity_version for one in records] == [1, 2, 3]
    assert list(broken_links(records)) == []
    forged = attrs.evolve(records[1], actor_name="nobody")
    assert list(broken_links([records[0], forged, records[2]])) == [forged]


@pytest.mark.requirement("16.12")
def test_the_changes_of_a_removed_record_stay(crm: Crm) -> None:
    chance = recorded(crm)
    crm.perform(opportunities.delete, chance.id, as_user="lihua")
    with crm.work(readonly=True) as work:
        wanted = query(ChangeRecord).where(eq(_c.entity_id, chance.id)).sort(asc(_c.entity_version))
        _, removed = work.unscoped(ChangeRecord).find(wanted)
    assert json.loads(removed.changes)["title"] == [chance.title, None]


@pytest.mark.requirement("ITG-04")
def test_messages_are_delivered_in_order_and_a_stuck_record_holds_back_no_other(crm: Crm) -> None:
    told(crm)
    stuck, free = won(crm, customer_name="甲"), won(crm, customer_name="乙")
    got: list[tuple[object, str]] = []

    def deliver(message: OutboxMessage) -> None:
        if message.entity_id == stuck.id and not got:
            raise ConnectionError("not now")
        got.append((message.entity_id, message.kind))

    done = relay(crm, deliver)
    assert (done.delivered, [str(why) for _, why in done.failures]) == (3, ["not now"])
    assert relay(crm, deliver).delivered == 3
    kinds = ["opportunity_recorded", "opportunity_dispatched", "opportunity_won"]
    assert [kind for id_, kind in got if id_ == free.id] == kinds
    assert [kind for id_, kind in got if id_ == stuck.id] == kinds
    assert relay(crm, deliver).delivered == 0


@pytest.mark.requirement("ITG-04")
def test_what_a_dead_relay_claimed_is_delivered_later(crm: Crm, clock: SetClock) -> None:
    told(crm)
    chance = recorded(crm)

    def die(_: OutboxMessage) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        relay(crm, die)
    got: list[OutboxMessage] = []
    assert relay(crm, got.append).delivered == 0
    clock.advance(seconds=LEASE.total_seconds())
    assert relay(crm, got.append).delivered == 1
    assert (got[0].entity_id, got[0].attempts) == (chance.id, 2)


@pytest.mark.requirement("ITG-04")
def test_relays_at_the_same_time_deliver_each_message_once_and_in_order(crm: Crm) -> None:
    told(crm)
    chances = [won(crm, customer_name=f"客户{place}") for place in range(4)]
    got: list[OutboxMessage] = []
    errors: list[BaseException] = []

    def run() -> None:
        try:
            relay(crm, got.append)
        except BaseException as error:  # noqa: BLE001  # a thread's error has to reach the test
            errors.append(error)

    threads = [threading.Thread(target=run) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    relay(crm, got.append)
    for chance in chances:
        about = [one.id for one in got if one.entity_id == chance.id]
        assert len(about) == 3
        assert about == sorted(set(about))
