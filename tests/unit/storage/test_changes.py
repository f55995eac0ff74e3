"""Every stored version and every refused attempt leaves a record, and a failing store never hides the refusal."""

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

import attrs
import pytest

from crmcore import opportunities
from crmcore.access.actor import SYSTEM
from crmcore.base.errors import NotFound, Refused, StoreError, Unavailable
from crmcore.opportunities import Opportunity
from crmcore.query import query
from crmcore.storage.changes import digest
from crmcore.storage.crm import Crm
from crmcore.storage.records import ChangeRecord, Operation
from crmcore.storage.work import Unfinished, Work

WORDS: dict[str, Any] = {"customer_name": "北京华建", "title": "t", "success_rate": 60, "description": "d"}


def changes(crm: Crm) -> Sequence[ChangeRecord]:
    with crm.work(SYSTEM, readonly=True) as work:
        return work.unscoped(ChangeRecord).find(query(ChangeRecord))


def stored(crm: Crm) -> Sequence[Opportunity]:
    with crm.work(SYSTEM, readonly=True) as work:
        return work.opportunities.find()


@pytest.fixture
def foreign(crm: Crm) -> Opportunity:
    """An opportunity dispatched to Li Hua, so that Wang Wei does not see it."""
    chance = crm.perform(opportunities.create, **WORDS, as_user="lihua")
    return crm.perform(opportunities.dispatch, chance.id, to="lihua", as_user="zhaomin")


@pytest.mark.requirement("RBA-13")
def test_a_refused_attempt_is_recorded_and_changes_nothing(crm: Crm) -> None:
    chance = crm.perform(opportunities.create, **WORDS, as_user="lihua")
    before = stored(crm)
    with pytest.raises(Refused):
        crm.perform(opportunities.dispatch, chance.id, to="wangwei", as_user="lihua")
    denied = changes(crm)[-1]
    assert stored(crm) == before
    assert (denied.operation, denied.actor_name, denied.entity_id) == (Operation.DENIED, "lihua", chance.id)
    assert (denied.action, denied.code) == ("opportunities.dispatch", "access.no_permission")


def test_an_attempt_at_somebody_elses_record_is_recorded(crm: Crm, foreign: Opportunity) -> None:
    with pytest.raises(NotFound):
        crm.perform(opportunities.terminate, foreign.id, as_user="wangwei")
    denied = changes(crm)[-1]
    assert (denied.operation, denied.entity, denied.entity_id) == (Operation.DENIED, "opportunity", foreign.id)
    assert (denied.actor_name, denied.code) == ("wangwei", "access.out_of_scope")


def test_an_attempt_at_a_record_that_is_not_there_is_no_refusal(crm: Crm) -> None:
    with pytest.raises(NotFound):
        crm.perform(opportunities.terminate, opportunities.OpportunityId(UUID(int=5)), as_user="wangwei")
    assert len(changes(crm)) == 0


def test_an_attempt_while_reading_is_recorded_whether_the_caller_minds_or_not(crm: Crm, foreign: Opportunity) -> None:
    known = len(changes(crm))
    with crm.work("wangwei", readonly=True) as work, pytest.raises(NotFound):
        opportunities.detail(work, foreign.id)
    with pytest.raises(NotFound), crm.work("wangwei", readonly=True) as work:
        opportunities.detail(work, foreign.id)
    assert [one.code for one in changes(crm)[known:]] == ["access.out_of_scope"] * 2


def test_an_attempt_is_recorded_with_a_unit_of_work_that_goes_on(crm: Crm, foreign: Opportunity) -> None:
    known = len(changes(crm))
    with crm.work("wangwei") as work:
        with pytest.raises(NotFound):
            opportunities.win(work, foreign.id)
        chance = opportunities.create(work, **WORDS)
    created, denied = changes(crm)[known:]
    if created.operation is Operation.DENIED:
        created, denied = denied, created
    assert (created.entity_id, denied.entity_id) == (chance.id, foreign.id)


def test_an_attempt_is_recorded_even_if_the_rest_could_not_be_kept(crm: Crm, monkeypatch: pytest.MonkeyPatch) -> None:
    chance = crm.perform(opportunities.create, **WORDS, as_user="lihua")
    known = len(changes(crm))
    monkeypatch.setattr("crmcore.opportunities.actions.OpportunityEdited", lambda _: 1 / 0)

    def careless(work: Work) -> None:
        with pytest.raises(ZeroDivisionError):
            opportunities.edit(work, chance.id, success_rate=1)
        with pytest.raises(Refused):
            opportunities.dispatch(work, chance.id, to="wangwei")

    with pytest.raises(Unfinished):
        crm.perform(careless, as_user="lihua")
    assert [one.code for one in changes(crm)[known:]] == ["access.no_permission"]
    assert stored(crm)[0].success_rate == 60


class Down:
    """A store that can't be reached for writing any more, at a given step."""

    def __init__(self, store: Any, step: str) -> None:
        self._store, self._step, self.tries = store, step, 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    def begin(self, *, write: bool) -> Any:
        self.tries += 1
        if self._step == "begin" and self.tries > 1:
            raise Unavailable(reason="gone")
        session = self._store.begin(write=write)
        if self.tries > 1:
            setattr(session, self._step, self._fail)
        return session

    def _fail(self, *_: Any) -> None:
        raise Unavailable(reason="gone")


@pytest.mark.parametrize("step", ["begin", "append", "commit"])
def test_a_refusal_reaches_the_caller_even_if_it_can_not_be_recorded(
    crm: Crm, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    chance = crm.perform(opportunities.create, **WORDS, as_user="lihua")
    down = Down(crm.store, step)
    monkeypatch.setattr(crm, "store", down)
    with pytest.raises(Refused) as refused:
        crm.perform(opportunities.dispatch, chance.id, to="wangwei", as_user="lihua")
    assert not isinstance(refused.value, StoreError)
    assert down.tries == 2


@pytest.mark.requirement("GEN-15")
def test_a_change_record_is_made_by_the_system_alone(crm: Crm, clock: Any) -> None:
    chance = crm.perform(opportunities.create, **WORDS, as_user="lihua")
    (record,) = changes(crm)
    assert (record.at, record.actor, record.entity, record.entity_id) == (
        clock.now,
        chance.created_by,
        "opportunity",
        chance.id,
    )
    assert (record.entity_version, record.previous, len(record.hash)) == (1, "", 64)
    facts = tuple(getattr(record, field.name) for field in attrs.fields(ChangeRecord))[:12]
    assert record.hash == digest(facts)


def test_what_did_not_change_leaves_no_record(crm: Crm) -> None:
    chance = crm.perform(opportunities.create, **WORDS, as_user="lihua")
    again = crm.perform(opportunities.edit, chance.id, success_rate=60, as_user="lihua")
    assert (again.version, len(changes(crm))) == (1, 1)


def test_a_change_of_a_record_stored_by_other_means_starts_a_chain(crm: Crm) -> None:
    with crm.work("lihua") as work:
        chance = opportunities.create(work, **WORDS)
    session = crm.store.begin(write=True)
    for record in session.find(query(ChangeRecord)):
        session.delete(ChangeRecord, record.id, record.version)
    session.commit()
    session.close()
    crm.perform(opportunities.edit, chance.id, success_rate=1, as_user="lihua")
    (record,) = changes(crm)
    assert (record.entity_version, record.previous) == (2, "")


def test_a_read_only_work_that_recorded_something_else_stores_nothing(crm: Crm) -> None:
    look: Callable[..., Any] = opportunities.create
    with crm.work("lihua", readonly=True) as work, pytest.raises(Refused):
        look(work, **WORDS)
    assert [one.code for one in changes(crm)] == ["work.read_only"]
    assert list(stored(crm)) == []
