"""Somebody who guesses names and passwords learns nothing from the clock, and nothing from what is said."""

import time
from statistics import median

import pytest

from company import SetClock, fresh_crm, password_of
from crmcore import access, dictionary
from crmcore.access.argon2 import Argon2
from crmcore.access.entity import User
from crmcore.access.signing_in import LogInFailed
from crmcore.base.schema import describe
from crmcore.query import query
from crmcore.storage.crm import Crm
from crmcore.storage.stores import open_store
from crmcore.subjects import ENTITIES

ROUNDS = 15


@pytest.fixture
def real_crm(monkeypatch: pytest.MonkeyPatch) -> Crm:
    """A CRM in memory whose passwords are hashed as they are in earnest."""
    crm = fresh_crm(open_store("memory://", tuple(map(describe, ENTITIES))), SetClock())
    monkeypatch.setattr(crm, "_passwords", Argon2())
    crm.perform(dictionary.set_parameter, "access.lockout_failures", "100", as_user="admin")
    session = crm.store.begin(write=False)
    users = {one.name: one.id for one in session.find(query(User))}
    session.close()
    for name in ("lihua", "wangwei"):
        crm.perform(access.set_password, users[name], password=password_of(name), as_user="admin")
    return crm


def seconds(crm: Crm, name: str, password: str) -> float:
    began = time.perf_counter()
    with pytest.raises(LogInFailed):
        access.log_in(crm, name, password)
    return time.perf_counter() - began


@pytest.mark.requirement("USR-01", "USR-02")
def test_the_time_does_not_tell_whether_a_name_exists(real_crm: Crm) -> None:
    """Round by round, so that a busy machine slows all of them alike."""
    times: dict[str, list[float]] = {"lihua": [], "nobody": [], "sunli": [], "x" * 60: []}
    for _ in range(ROUNDS):
        for name, taken in times.items():
            taken.append(seconds(real_crm, name, "a wrong password"))
    middle = {name: median(taken) for name, taken in times.items()}
    known = middle.pop("lihua")
    for name, one in middle.items():
        assert 0.6 < one / known < 1.6, (name, one, known)


@pytest.mark.requirement("USR-01")
def test_the_time_does_not_tell_whether_log_in_is_paused(real_crm: Crm) -> None:
    real_crm.perform(dictionary.set_parameter, "access.lockout_failures", "1", as_user="admin")
    seconds(real_crm, "wangwei", "a wrong password")
    real_crm.perform(dictionary.set_parameter, "access.lockout_failures", "100", as_user="admin")
    paused, open_ = [], []
    for _ in range(ROUNDS):
        paused.append(seconds(real_crm, "wangwei", password_of("wangwei")))
        open_.append(seconds(real_crm, "lihua", "a wrong password"))
    assert 0.6 < median(paused) / median(open_) < 1.6
