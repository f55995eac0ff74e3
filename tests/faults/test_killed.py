"""``kill -9`` of the writing process: what was acknowledged is there, and nothing is half there."""

import random
import sys
import time

import pytest

from faults.conftest import Victim, end_sessions
from faults.lives import Nursery
from faults.wholeness import check_all, check_life

pytestmark = pytest.mark.skipif(
    sys.platform == "win32", reason="processes are neither forked nor killed like this there"
)
DEATHS = 50


@pytest.mark.timeout(600)
@pytest.mark.requirement("OPP-10", "OPP-11", "OPP-12")
def test_fifty_deaths(victim: Victim, nursery: Nursery) -> None:
    """Record, dispatch, win, over and over; killed at any moment, fifty times."""
    chance = random.Random(20261121)
    versions = 0
    for death in range(DEATHS):
        name = f"life{death}"
        child, first = nursery.start("work", victim.url, name)
        assert first == ["ready"]
        if death % 2:
            nursery.wait_for_words(3)  # on a slow machine, too, every second one gets something done
        time.sleep(chance.uniform(0.01, 0.15))
        child.kill()
        acknowledged = nursery.acknowledged(child)
        end_sessions(victim)
        stored = check_life(victim.store, name, acknowledged)
        assert stored - sum(acknowledged.values()) in {0, 1}, "more than the one piece of work that was not answered"
        versions += stored
    check_all(victim.store)
    assert versions > DEATHS, "the children died before they had done anything worth losing"
