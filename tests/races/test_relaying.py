"""Several relays deliver messages at once: each message is told once, and those about a record in order."""

import datetime as dt
import os
import random
import threading
from collections.abc import Callable, Iterator

import pytest

from crmcore import opportunities
from crmcore.base.clock import Clock
from crmcore.base.ids import TimeOrderedIds
from crmcore.opportunities.entity import Opportunity
from crmcore.storage.crm import Crm
from crmcore.storage.outbox import relay
from crmcore.storage.records import MessageState, OutboxMessage
from races.arena import clash, kept, machines, now, recorded, staff_up

RELAYS = 4
RECORDS = 8
MOST_RUNS = 100
STORY = ["recorded", "edited", "edited", "dispatched", "plan_item_added", "won"]


@pytest.fixture
def crms(store_url: str) -> Iterator[list[Crm]]:
    with machines(store_url, RELAYS) as crms:
        staff_up(crms[0])
        yield crms


def told(crms: list[Crm]) -> list[Opportunity]:
    """Live through a whole story with several opportunities, every step at another machine than the one before."""
    chances = recorded(crms[0], RECORDS)
    for chance in chances:
        crms[1].perform(opportunities.edit, chance.id, title="1", as_user="lihua")
        crms[2].perform(opportunities.edit, chance.id, title="2", as_user="lihua")
        crms[3].perform(opportunities.dispatch, chance.id, to="wangwei", as_user="zhaomin")
        day = dt.date(2026, 3, 9)
        crms[0].perform(opportunities.add_plan_item, chance.id, plan_date=day, content="拜访", as_user="wangwei")
        crms[1].perform(opportunities.win, chance.id, as_user="wangwei")
    return chances


class OtherSystem:
    """Receives messages from all relays; now and then it fails."""

    def __init__(self, failures: float = 0.0) -> None:
        self.got: list[OutboxMessage] = []
        self._failures, self._random, self._lock = failures, random.Random(7), threading.Lock()

    def receive(self, message: OutboxMessage) -> None:
        with self._lock:
            self.got.append(message)
            fails = self._random.random() < self._failures
        if fails:
            raise ConnectionError("no answer")

    def kinds(self, chance: Opportunity) -> list[str]:
        """What it heard of an opportunity, without what it was told again."""
        about = {one.id: one.kind.removeprefix("opportunity_") for one in self.got if one.entity_id == chance.id}
        return list(about.values())


def late(hours: int) -> Clock:
    """A clock that is so many hours behind."""
    return lambda: now() - dt.timedelta(hours=hours)


def relay_all(crms: list[Crm], other: OtherSystem) -> None:
    """Let all relays work at the same moment, until nothing is left."""

    def relaying(crm: Crm) -> Callable[[int], int]:
        return lambda _: relay(crm, other.receive).delivered

    for _ in range(MOST_RUNS):
        clash([relaying(crm) for crm in crms], 1)
        if all(one.state is MessageState.DELIVERED for one in kept(crms[0], OutboxMessage)):
            return
    raise AssertionError("some messages are never delivered")


@pytest.mark.requirement("NFR-15")
@pytest.mark.timeout(600)
def test_relays_deliver_every_message_once_and_in_order(crms: list[Crm]) -> None:
    chances, other = told(crms), OtherSystem()
    relay_all(crms, other)
    for chance in chances:
        assert other.kinds(chance) == STORY
    assert len(other.got) == RECORDS * len(STORY)
    assert {one.attempts for one in kept(crms[0], OutboxMessage)} == {1}


@pytest.mark.requirement("NFR-15")
@pytest.mark.timeout(600)
def test_relays_lose_nothing_though_the_other_system_fails(crms: list[Crm]) -> None:
    chances, other = told(crms), OtherSystem(failures=0.3)
    relay_all(crms, other)
    for chance in chances:
        assert other.kinds(chance) == STORY
    assert len(other.got) == sum(one.attempts for one in kept(crms[0], OutboxMessage)) > RECORDS * len(STORY)


@pytest.mark.requirement("NFR-15")
@pytest.mark.timeout(600)
def test_messages_are_in_order_though_clocks_differ(crms: list[Crm]) -> None:
    for hours, crm in enumerate(crms):
        crm.clock = late(hours)
        crm.ids = TimeOrderedIds(crm.clock, os.urandom)
    chances, other = told(crms), OtherSystem()
    relay_all(crms[:1], other)
    for chance in chances:
        assert other.kinds(chance) == STORY
