"""What several ask for at the same moment and is to be done once, is done once."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from crmcore import opportunities
from crmcore.access.delivered import ADMINISTRATOR_ROLE, delivered_roles
from crmcore.access.entity import Role, User
from crmcore.dictionary.delivered import delivered_entries
from crmcore.dictionary.entity import DictionaryEntry
from crmcore.opportunities.entity import Opportunity
from crmcore.setup import Installed
from crmcore.storage.crm import Crm
from crmcore.storage.ports import SchemaState
from crmcore.storage.records import ChangeRecord, OutboxMessage, Receipt
from races.arena import clash, kept, machines, staff_up
from races.elsewhere import clash_of_processes, install_there
from servers import DURABLE_KINDS, Server

KEYS = 10
ASKING = 8
MACHINES = 4
STORES = 5
SERVER_FIXTURES = {"postgresql": "pg_server", "mariadb": "mariadb_server", "mongodb": "mongo_server"}


@pytest.mark.requirement("NFR-15")
@pytest.mark.timeout(600)
def test_the_same_request_from_many_is_carried_out_once(store_url: str) -> None:
    given: Any = {"customer_name": "客户", "title": "意向", "success_rate": 50, "description": "说明"}

    def asking(crm: Crm) -> Callable[[int], Opportunity]:
        return lambda number: crm.perform(opportunities.create, **given, as_user="lihua", key=f"request {number}")

    with machines(store_url, MACHINES) as crms:
        staff_up(crms[0])
        outcomes = clash([asking(crms[place % MACHINES]) for place in range(ASKING)], KEYS)
        stored = {one.id: one for one in kept(crms[0], Opportunity)}
        for answers in outcomes:
            assert {one.id for one in answers} == {answers[0].id}, answers
            assert stored.pop(answers[0].id) in answers
        assert not stored
        assert len(kept(crms[0], Receipt)) == len(kept(crms[0], OutboxMessage)) == KEYS


@pytest.fixture(params=DURABLE_KINDS)
def empty_urls(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[list[str]]:
    """Several stores that nobody has prepared."""
    kind: str = request.param
    if kind == "sqlite":
        yield [f"sqlite:///{tmp_path / f'crm{number}.db'}" for number in range(STORES)]
        return
    server: Server = request.getfixturevalue(SERVER_FIXTURES[kind])
    urls = [server.create_database() for _ in range(STORES)]
    yield urls
    for url in urls:
        server.drop_database(url)


@pytest.mark.requirement("NFR-14", "NFR-15")
@pytest.mark.timeout(600)
def test_two_processes_that_install_the_same_store_deliver_once(empty_urls: list[str]) -> None:
    places = [(url, 0.1 * number) for number, url in enumerate(empty_urls)]
    outcomes = clash_of_processes(empty_urls[0], install_there, places)
    for url, installed in zip(empty_urls, outcomes, strict=True):
        assert all(isinstance(one, Installed) for one in installed), installed
        assert sum(one.administrator is not None for one in installed) == 1
        with machines(url, 1) as (crm,):
            assert crm.store.state() is SchemaState.CURRENT
            delivered = {one.id for one in delivered_roles()} | {one.id for one in delivered_entries()}
            assert {one.id for kind in (Role, DictionaryEntry) for one in kept(crm, kind)} == delivered
            (administrator,) = kept(crm, User)
            assert administrator.roles == (ADMINISTRATOR_ROLE,)
            changes = [(one.entity, one.entity_id, one.entity_version) for one in kept(crm, ChangeRecord)]
            assert len(set(changes)) == len(changes)
