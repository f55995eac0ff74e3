"""Connections that break at any moment, also while committing: asking again with the same key does the work once."""

import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from attrs import fields

import crmcore
from company.chances import GIVEN
from crmcore import SYSTEM, opportunities
from crmcore.base.errors import Transient, Unavailable, UnknownOutcome
from crmcore.opportunities.entity import Opportunity
from crmcore.query import query
from crmcore.storage.records import ChangeRecord, OutboxMessage, Receipt
from crmcore.storage.stores import open_crm
from faults.conftest import Victim, end_sessions
from faults.wire import wired
from servers import DURABLE_KINDS

pytestmark = pytest.mark.timeout(600)
SERVERS = [kind for kind in DURABLE_KINDS if kind != "sqlite"]
DEEDS = 150
RISK = 0.02
c: Any = fields(ChangeRecord)


def insisting(crm: crmcore.Crm, number: int) -> Opportunity:
    """Ask with the same key until there is an answer, as a script would that is run again."""
    while True:
        try:
            return crm.perform(
                opportunities.create, as_user="lihua", key=f"row {number}", **{**GIVEN, "title": f"row {number}"}
            )
        except (Transient, Unavailable, UnknownOutcome):  # anything else fails the test
            continue


@pytest.mark.parametrize("victim", SERVERS, indirect=True)
def test_a_key_makes_a_repeat_safe(victim: Victim) -> None:
    """Whatever the connection does, each row is imported once, with one change record, one message and one receipt."""
    with tempfile.TemporaryDirectory(prefix="wire") as folder:
        url, wire = wired(victim.url, Path(folder))
        with wire, open_crm(url) as crm:
            crm.patience = 5
            wire.risk = RISK
            made = [insisting(crm, number) for number in range(DEEDS)]
            wire.risk = 0
        assert wire.cuts > DEEDS / 10, "the wire was hardly cut"
    end_sessions(victim)
    with open_crm(victim.url) as crm, crm.work(as_user=SYSTEM, readonly=True) as work:
        kept = work.opportunities.find()
        assert Counter(one.title for one in kept) == Counter(f"row {number}" for number in range(DEEDS))
        assert {one.id for one in kept} == {one.id for one in made}
        session = work.session
        assert session.count(query(ChangeRecord)) == DEEDS
        assert session.count(query(OutboxMessage)) == DEEDS
        assert session.count(query(Receipt)) == DEEDS


@pytest.mark.parametrize("victim", SERVERS, indirect=True)
def test_a_cut_before_the_commit_is_mended_unseen(victim: Victim) -> None:
    """A connection that broke between two units of work costs nothing: the caller does not even notice."""
    with tempfile.TemporaryDirectory(prefix="wire") as folder:
        url, wire = wired(victim.url, Path(folder))
        with wire, open_crm(url) as crm:
            crm.perform(opportunities.create, as_user="lihua", **GIVEN)
            for _ in range(3):
                wire.hang_up()
                crm.perform(opportunities.create, as_user="lihua", **GIVEN)
            with crm.work(as_user=SYSTEM, readonly=True) as work:
                assert work.opportunities.count() == 4
