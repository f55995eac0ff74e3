"""Messages reach other systems at least once, in order for each record, whatever fails in between."""

import json
import threading
from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

import attrs
import pytest

from crmcore import opportunities, relay
from crmcore.base.errors import Contention, Transient
from crmcore.opportunities import Opportunity
from crmcore.query import asc, eq, query
from crmcore.storage.crm import Crm
from crmcore.storage.outbox import LEASE, Relayed
from crmcore.storage.records import MessageState, OutboxMessage
from crmcore.storage.work import Work

_m = attrs.fields(OutboxMessage)


class OtherSystem:
    """Takes messages; refuses those about the records it is told to, as a system that is down for them would."""

    def __init__(self) -> None:
        self.got: list[OutboxMessage] = []
        self.refuses: set[UUID] = set()
        self.meanwhile: Callable[[OutboxMessage], None] = lambda _: None

    def __call__(self, message: OutboxMessage) -> None:
        self.meanwhile(message)
        if message.entity_id in self.refuses:
            raise ConnectionError("not now")
        self.got.append(message)

    def kinds(self, about: UUID) -> list[str]:
        return [message.kind for message in self.got if message.entity_id == about]


@pytest.fixture
def other() -> OtherSystem:
    return OtherSystem()


def recorded(crm: Crm, name: str = "北京华建") -> Opportunity:
    return crm.perform(
        opportunities.create, customer_name=name, title="t", success_rate=1, description="d", as_user="lihua"
    )


def edited(crm: Crm, chance: Opportunity, rate: int) -> None:
    crm.perform(opportunities.edit, chance.id, success_rate=rate, as_user="lihua")


def kept(crm: Crm, about: UUID) -> Sequence[OutboxMessage]:
    session = crm.store.begin(write=False)
    try:
        return session.find(query(OutboxMessage).where(eq(_m.entity_id, about)).sort(asc(_m.id)))
    finally:
        session.close()


def test_what_happened_is_delivered_once_and_in_order(crm: Crm, other: OtherSystem) -> None:
    chance = recorded(crm)
    edited(crm, chance, 10)
    crm.perform(opportunities.dispatch, chance.id, to="wangwei", as_user="zhaomin")
    assert relay(crm, other) == Relayed(3, ())
    assert other.kinds(chance.id) == ["opportunity_recorded", "opportunity_edited", "opportunity_dispatched"]
    assert relay(crm, other) == Relayed(0, ())
    assert {message.state for message in kept(crm, chance.id)} == {MessageState.DELIVERED}


def test_a_message_tells_what_when_and_by_whom(crm: Crm, clock: Any, other: OtherSystem) -> None:
    chance = recorded(crm)
    relay(crm, other)
    (message,) = other.got
    assert (message.at, message.actor) == (clock.now, chance.created_by)
    assert json.loads(message.payload) == {"opportunity": str(chance.id), "customer_name": "北京华建", "title": "t"}


def test_a_rolled_back_unit_of_work_tells_nothing(crm: Crm, other: OtherSystem) -> None:
    def interrupted(work: Work) -> None:
        opportunities.create(work, customer_name="n", title="t", success_rate=1, description="d")
        raise RuntimeError

    with pytest.raises(RuntimeError):
        crm.perform(interrupted, as_user="lihua")
    assert relay(crm, other) == Relayed(0, ())


def test_a_failed_delivery_holds_back_the_same_record_only_and_is_tried_again(crm: Crm, other: OtherSystem) -> None:
    stuck, free = recorded(crm, "a"), recorded(crm, "b")
    edited(crm, stuck, 10)
    edited(crm, free, 10)
    other.refuses = {stuck.id}
    done = relay(crm, other)
    assert done.delivered == 2
    ((message, error),) = done.failures
    assert (message.entity_id, message.kind, str(error)) == (stuck.id, "opportunity_recorded", "not now")
    assert other.kinds(free.id) == ["opportunity_recorded", "opportunity_edited"]
    first, second = kept(crm, stuck.id)
    assert (first.state, first.attempts, second.state, second.attempts) == (
        MessageState.PENDING,
        1,
        MessageState.PENDING,
        0,
    )
    other.refuses = set()
    assert relay(crm, other) == Relayed(2, ())
    assert other.kinds(stuck.id) == ["opportunity_recorded", "opportunity_edited"]


def test_many_messages_that_wait_for_one_record_keep_no_other_waiting(crm: Crm, other: OtherSystem) -> None:
    stuck = recorded(crm, "a")
    for place in range(150):
        edited(crm, stuck, place % 90)
    free = recorded(crm, "b")
    other.refuses = {stuck.id}
    assert relay(crm, other, limit=5).delivered == 1
    assert other.kinds(free.id) == ["opportunity_recorded"]


def test_a_run_hands_over_no_more_than_it_is_told(crm: Crm, other: OtherSystem) -> None:
    for place in range(5):
        recorded(crm, f"n{place}")
    assert [relay(crm, other, limit=2).delivered for _ in range(4)] == [2, 2, 1, 0]
    assert len({message.id for message in other.got}) == 5


def test_a_second_relay_leaves_alone_what_the_first_is_delivering(crm: Crm, other: OtherSystem) -> None:
    chance, free = recorded(crm, "a"), recorded(crm, "b")
    edited(crm, chance, 10)
    second = OtherSystem()

    def run_second(message: OutboxMessage) -> None:
        if message.entity_id == chance.id:
            relay(crm, second)

    other.meanwhile = run_second
    assert relay(crm, other).delivered == 2
    assert second.kinds(chance.id) == []
    assert second.kinds(free.id) == ["opportunity_recorded"]
    assert other.kinds(chance.id) == ["opportunity_recorded", "opportunity_edited"]


def test_what_a_dead_relay_claimed_is_delivered_when_its_lease_ends(crm: Crm, clock: Any, other: OtherSystem) -> None:
    chance = recorded(crm)
    edited(crm, chance, 10)

    def die(_: OutboxMessage) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        relay(crm, die)
    assert relay(crm, other) == Relayed(0, ())
    clock.advance(seconds=LEASE.total_seconds())
    assert relay(crm, other) == Relayed(2, ())
    assert other.got[0].attempts == 2


def test_a_relay_that_slept_through_its_lease_does_not_undo_the_work_of_the_next(
    crm: Crm, clock: Any, other: OtherSystem
) -> None:
    chance = recorded(crm)
    second = OtherSystem()

    def sleep(_: OutboxMessage) -> None:
        clock.advance(seconds=LEASE.total_seconds())
        relay(crm, second)

    other.meanwhile = sleep
    assert relay(crm, other) == Relayed(0, ())
    assert second.kinds(chance.id) == ["opportunity_recorded"]
    (message,) = kept(crm, chance.id)
    assert (message.state, message.attempts) == (MessageState.DELIVERED, 2)


def test_relays_at_the_same_time_deliver_each_record_in_order(crm: Crm) -> None:
    chances = [recorded(crm, f"n{place}") for place in range(6)]
    for rate in range(5):
        for chance in chances:
            edited(crm, chance, 10 + rate)
    got: list[OutboxMessage] = []
    threads = [threading.Thread(target=relay, args=(crm, got.append)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    relay(crm, got.append)
    for chance in chances:
        about = [message.id for message in got if message.entity_id == chance.id]
        assert about == sorted(set(about))
        assert len(about) == 6


class Busy:
    """A store whose sessions lose against others a number of times at a given step."""

    def __init__(self, store: Any, step: str, errors: list[Exception]) -> None:
        self._store, self._step, self._errors = store, step, errors

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    def begin(self, *, write: bool) -> Any:
        session = self._store.begin(write=write)
        if write and self._errors:
            errors = self._errors

            def fail(*_: Any) -> None:
                raise errors.pop(0)

            setattr(session, self._step, fail)
        return session


@pytest.mark.parametrize("error", [Contention(entity="outbox_message", id="1"), Transient()], ids=["lost", "busy"])
def test_a_claim_lost_to_others_is_left_to_them(
    crm: Crm, other: OtherSystem, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    recorded(crm, "a")
    free = recorded(crm, "b")
    monkeypatch.setattr(crm, "store", Busy(crm.store, "commit", [error]))
    assert relay(crm, other) == Relayed(1, ())
    assert [message.entity_id for message in other.got] == [free.id]


def test_a_delivery_that_could_not_be_noted_happens_again(
    crm: Crm, clock: Any, other: OtherSystem, monkeypatch: pytest.MonkeyPatch
) -> None:
    chance = recorded(crm)
    errors: list[Exception] = []
    monkeypatch.setattr(crm, "store", Busy(crm.store, "commit", errors))
    other.meanwhile = lambda _: errors.append(Transient())
    assert relay(crm, other) == Relayed(0, ())
    other.meanwhile = lambda _: None
    clock.advance(seconds=LEASE.total_seconds())
    assert relay(crm, other) == Relayed(1, ())
    assert other.kinds(chance.id) == ["opportunity_recorded"] * 2
