"""A CRM in memory with a few users, which needs nothing installed but attrs; its clock stands still until moved."""

import datetime as dt
import os
from collections.abc import Iterator

import pytest

import crmcore
from crmcore.access.delivered import delivered_role_id, delivered_roles
from crmcore.access.entity import User, UserId
from crmcore.base.ids import TimeOrderedIds
from crmcore.base.text import fold
from crmcore.storage.crm import Crm

STAFF = {"lihua": "account_manager", "wangwei": "account_manager", "zhaomin": "sales_supervisor"}


class StoppedClock:
    """Answers the instant it was set to."""

    def __init__(self) -> None:
        self.now = dt.datetime(2026, 3, 2, 1, 30, tzinfo=dt.UTC)

    def __call__(self) -> dt.datetime:
        return self.now

    def advance(self, **time: float) -> dt.datetime:
        self.now += dt.timedelta(**time)
        return self.now


@pytest.fixture
def clock() -> StoppedClock:
    return StoppedClock()


@pytest.fixture
def crm(clock: StoppedClock) -> Iterator[Crm]:
    """Two account managers and a supervisor with the delivered roles."""
    with crmcore.open("memory://", clock=clock, ids=TimeOrderedIds(clock, os.urandom)) as crm:
        session = crm.store.begin(write=True)
        for role in delivered_roles():
            assert session.insert(role)
        for name, role in STAFF.items():
            session.insert(
                User(
                    id=UserId(crm.ids()),
                    name=name,
                    name_key=fold(name),
                    roles=(delivered_role_id(role),),
                    created_at=clock(),
                    version=1,
                )
            )
        session.commit()
        session.close()
        yield crm
